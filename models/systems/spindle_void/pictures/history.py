"""What happens at the tip of the void against time."""

from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt

from anodex.models.drawing.steps import key_of_steps, shade_steps, steps_of
from anodex.models.drawing.style import label, save
from anodex.models.results.history import TIME
from anodex.models.results.result import Result

MINUTE = 60.0  # s


def draw_history(result: Result, path: Path) -> Path | None:
    """What happens at the tip against time; the shaded spans are steps of deposition, and
    conditions have ended steps at the dotted lines.
    """
    case, history, steps = result.case, result.columns, steps_of(result)
    if len(history[TIME]) < 2:
        return None
    minutes = history[TIME] / MINUTE
    in_plane = case.geometry.dimension == "plane-strain"
    driving = "energy_release_rate [J/m^2]" if in_plane else "tip_driving_force [uN]"
    panels = {
        "concentration [mol/m^3]": {
            "tip": "tip_concentration [mol/m^3]",
            "void, mean": "void_concentration [mol/m^3]",
            "matrix nearby": "outer_concentration [mol/m^3]",
        },
        "von Mises stress [MPa]": {
            "tip": "tip_von_mises [MPa]",
            "largest anywhere": "max_von_mises [MPa]",
        },
        "tip stress [MPa]": {
            "opening": "tip_opening_stress [MPa]",
            "hydrostatic": "tip_hydrostatic_stress [MPa]",
        },
        driving: {"mean of three rings": driving},
    }
    # what a law does not give, such as an energy release rate with creep, has no numbers
    known = {
        title: curves
        for title, curves in panels.items()
        if any(np.isfinite(history[column]).any() for column in curves.values())
    }
    figure, axes = plt.subplots(2, 2, figsize=(10, 6.4), sharex=True)
    for spare in axes.flat[len(known) :]:
        spare.remove()
    for place, (title, curves) in zip(axes.flat, known.items(), strict=False):
        for (text, column), dashes in zip(curves.items(), ("-", "--", ":"), strict=False):
            place.plot(minutes, history[column], dashes, label=text)
        shade_steps(place, steps, MINUTE)
        place.set_ylabel(label(title))
        place.margins(x=0)
        place.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3)  # above whatever oscillates
    for place in axes.flat[len(known) - 2 : len(known)]:
        place.set_xlabel("time [min]")
        place.tick_params(labelbottom=True)
    key = key_of_steps(steps, "deposition")
    if key:
        figure.legend(handles=key, loc="outside lower center", ncols=2)
    return save(figure, path)
