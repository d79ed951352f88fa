"""Cracks that grow from a void: damage and stress at the end, and their length against time."""

from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize

from anodex.models.drawing.history import is_flat
from anodex.models.drawing.render import offscreen
from anodex.models.drawing.style import WIDEST, arrows, bar_above, save
from anodex.models.results.history import TIME
from anodex.models.results.result import Result
from anodex.models.systems.spindle_void.pictures.fields import (
    PART,
    VOID,
    VON_MISES,
    draw_mirrored,
    draw_outline,
    outline,
)

DAMAGE = "damage [1]"
COLOURS = {DAMAGE: "magma_r", VON_MISES: "inferno"}
SHOWN = 99  # % of the stress in the window that its colours tell apart


def draw_cracks(result: Result, path: Path) -> Path | None:
    """Damage and von Mises stress at the last time of the fields; length of the cracks, energy
    released at their tips and toughness against time. None for a case without cracks.
    """
    case, history = result.case, result.columns
    if case.fracture.model == "none" or len(history[TIME]) < 2:
        return None
    series = result.series()
    time = series.times[-1]
    grid = series.grid(time)
    matrix = grid.extract_cells(grid[PART] != VOID)
    right = min(1.5 * case.crack_end, case.geometry.half_box[0])
    window = (0.0, right, 0.0, right / 3)
    figure, axes = plt.subplot_mosaic(
        [[DAMAGE, "length"], [VON_MISES, "energy"]], figsize=(WIDEST, 5.6)
    )
    inside = (matrix.points[:, 0] < right) & (matrix.points[:, 1] < window[3])
    most = float(np.percentile(matrix[VON_MISES][inside], SHOWN)) or 1.0
    with offscreen():
        for name, top in ((DAMAGE, 1.0), (VON_MISES, most)):
            draw_mirrored(axes[name], matrix, name, window, (0.0, top), COLOURS[name])
            if np.any(grid[PART] == VOID):
                draw_outline(axes[name], outline(grid), window)
            scale = Normalize(0.0, top)
            text = "damage [1]" if name == DAMAGE else "von Mises stress [MPa]"
            beyond = "neither" if name == DAMAGE else arrows(scale, matrix[name][inside])
            bar_above(axes[name], ScalarMappable(scale, COLOURS[name]), text, beyond)
            axes[name].set_title(f"{time / 60:.4g} min", loc="left")
    axes[DAMAGE].set_xlabel("")
    axes[DAMAGE].tick_params(labelbottom=False)
    minutes = history[TIME] / 60
    axes["length"].plot(minutes, history["crack_length [um]"])
    axes["length"].set_title("length of both cracks [µm]", loc="left")
    if is_flat(history["crack_length [um]"]):
        axes["length"].set_title("no crack has grown", loc="right", color="0.4")
    axes["energy"].plot(minutes, history["energy_release_rate [J/m^2]"], label="released")
    axes["energy"].plot(minutes, history["effective_toughness [J/m^2]"], "--", label="toughness")
    axes["energy"].set_title("energy [J/m²]", loc="left")
    for place in (axes["length"], axes["energy"]):
        place.set_xlabel("time [min]")
        place.margins(x=0)
    axes["energy"].legend()
    return save(figure, path)
