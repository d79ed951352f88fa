"""How dense the powder gets under the punch."""

from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt

from anodex.models.drawing.style import save
from anodex.models.results.history import TIME
from anodex.models.results.result import Result
from anodex.models.systems.cell_stack.pictures.shown import Shown, shown


def draw_density(result: Result, path: Path) -> Path | None:
    """Relative density and Heckel's ln(1 / (1 - D)) against the pressure of the punch, through
    pressing and release.
    """
    seen = shown(result)
    rows = seen.during("compaction")
    if len(rows[TIME]) < 2:
        return None
    pressure, density = rows["stack_pressure [MPa]"], rows["relative_density [1]"]
    peak = int(pressure.argmax())
    start = seen.case.geometry.initial_relative_density
    rigid = -np.log(1 - start) + seen.case.powder.heckel_constant * pressure[: peak + 1]
    figure, axes = plt.subplots(1, 2, figsize=(9.5, 3.8))
    for place, to_shown in zip(
        axes, (lambda values: values, lambda values: -np.log(1 - values)), strict=True
    ):
        place.plot(pressure[: peak + 1], to_shown(density[: peak + 1]), label="pressing")
        place.plot(
            pressure[peak:],
            to_shown(density[peak:]),
            "--",
            label="release, cathode layer" if _presses_twice(seen) else "release",
        )
        place.plot(
            pressure[: peak + 1],
            to_shown(1 - np.exp(-rigid)),
            ":",
            color="0.4",
            label="Heckel, in a rigid die",
        )
        place.set_xlabel("pressure of the punch [MPa]")
    axes[0].plot(pressure[peak], density[peak], "o", color="black", markersize=5)
    axes[0].set_title(
        f"{density[peak]:.4f} at {pressure[peak]:.4g} MPa; {density[-1]:.4f} at {pressure[-1]:.4g} "
        "MPa",
        loc="left",
    )
    axes[0].set_ylabel("relative density [1]")
    axes[1].set_ylabel("ln(1 / (1 \N{MINUS SIGN} relative density)) [1]")
    axes[0].legend(loc="lower right")
    return save(figure, path)


def _presses_twice(seen: Shown) -> bool:
    return seen.case.compaction.cathode_pressure > 0
