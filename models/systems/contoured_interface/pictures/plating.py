"""How a contour and its gain change as it is plated and stripped."""

from pathlib import Path

import numpy as np
from matplotlib import colormaps
from matplotlib import pyplot as plt
from matplotlib.cm import ScalarMappable
from matplotlib.colors import ListedColormap, Normalize

from anodex.models.drawing.style import COLORMAP, WIDEST, bar_beside, save
from anodex.models.results.history import TIME
from anodex.models.results.result import Result
from anodex.models.systems.contoured_interface.names import INTERFACE

HEIGHT, CHARGE = "contour_height [um]", "plated_capacity [mAh/cm^2]"
RATIOS = {
    "critical current ratio": "critical_current_ratio [1]",
    "area ratio": "area_ratio [1]",
    "largest local over applied current": "max_current_density_ratio [1]",
}


def draw_plating(result: Result, path: Path) -> Path | None:
    """Profiles after each half of a cycle, height, and what the contour gains, against the charge
    that was plated and stripped; None for an interface that rests.
    """
    columns = result.columns
    if CHARGE not in columns:
        return None
    passed = np.concatenate([[0.0], np.cumsum(np.abs(np.diff(columns[CHARGE])))])
    figure, (profiles, height, gain) = plt.subplots(1, 3, figsize=(WIDEST, 3.6))
    dark = ListedColormap(colormaps[COLORMAP](np.linspace(0.0, 0.9, 256)))  # as lines on white
    colours = ScalarMappable(Normalize(0.0, passed[-1]), dark)
    series = result.series(INTERFACE)
    for number, time in enumerate(series.times):
        x, y = series.grid(time).points[:, :2].T
        charge = np.interp(time, columns[TIME], passed)
        profiles.plot(x, y, color=colours.to_rgba(charge), linewidth=1.2 if number else 3.0)
    bar_beside(profiles, colours, "charge passed [mAh/cm²]")
    profiles.set(xlabel="x [µm]", title="profiles at the start and\nafter each half of a cycle")
    profiles.set_ylabel("y [µm]")
    profiles.set_aspect("equal")
    height.plot(passed, columns[HEIGHT])
    height.set(xlabel="charge passed [mAh/cm²]", title="height from valley\nto peak [µm]")
    for text, name in RATIOS.items():
        known = np.isfinite(columns[name])
        mark = "" if known.all() else "o"
        gain.plot(passed[known], columns[name][known], marker=mark, label=text)
    gain.set(xlabel="charge passed [mAh/cm²]", title="what the contour does [1]")
    figure.legend(*gain.get_legend_handles_labels(), loc="outside lower right", ncols=3)
    return save(figure, path)
