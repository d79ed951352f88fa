"""The surface against time, with the pressure on the metal and the current along it."""

from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt

from anodex.models.drawing.style import save
from anodex.models.results.result import Result
from anodex.models.systems.elastic_sei.pictures.profiles import profiles, time_colours


def draw_surface(result: Result, path: Path) -> Path:
    """Heights about their mean, pressure and local current at the times of the fields."""
    found = profiles(result)
    colours = time_colours(found[-1].time)
    panels = {
        "height about the mean [nm]": "heights",
        "pressure on the metal [MPa]": "pressure",
        "local over mean current density [1]": "current_ratio",
    }
    figure, axes = plt.subplots(
        3, 1, figsize=(8, 8), sharex=True, height_ratios=(1.6, 1, 1), squeeze=True
    )
    for place, (title, name) in zip(axes, panels.items(), strict=True):
        for profile in found:
            values = getattr(profile, name)
            if np.isfinite(values).all():
                place.plot(profile.x, values, color=colours.to_rgba(profile.time / 60))
        place.set_title(title, loc="left")
        place.ticklabel_format(useOffset=False)
        place.margins(x=0)
    rises = result.columns["mean_rise [um]"]
    axes[-1].set_xlabel("x [µm]")
    bar = figure.colorbar(colours, ax=axes, label="time [min]", aspect=40)
    bar.set_ticks([profile.time / 60 for profile in found], minor=True)
    figure.suptitle(
        f"the mean surface has moved by {rises[-1]:.3g} µm; heights are drawn "
        f"{_exaggeration(figure, axes[0]):.2g} times larger than lengths",
        size="medium",
        x=0.02,
        ha="left",
    )
    return save(figure, path)


def _exaggeration(figure, axes) -> float:
    """How much larger than lengths heights [nm] are drawn."""
    figure.draw_without_rendering()
    box = axes.get_window_extent()
    across, along = (np.ptp(limits) for limits in (axes.get_xlim(), axes.get_ylim()))
    return (box.height / (along / 1e3)) / (box.width / across)
