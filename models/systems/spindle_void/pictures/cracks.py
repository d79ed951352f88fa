"""Cracks that grow from a void: damage and stress at the end, and their length against time."""

from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize

from anodex.models.drawing.render import offscreen
from anodex.models.drawing.style import save
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
    grid = series.grid(series.times[-1])
    matrix = grid.extract_cells(grid[PART] != VOID)
    right = min(1.5 * case.crack_end, case.geometry.half_box[0])
    window = (0.0, right, 0.0, right / 3)
    figure, axes = plt.subplot_mosaic(
        [[DAMAGE, "length"], [VON_MISES, "energy"]], figsize=(11, 5.6), layout="constrained"
    )
    inside = (matrix.points[:, 0] < right) & (matrix.points[:, 1] < window[3])
    most = float(np.percentile(matrix[VON_MISES][inside], SHOWN)) or 1.0
    with offscreen():
        for name, top in ((DAMAGE, 1.0), (VON_MISES, most)):
            draw_mirrored(axes[name], matrix, name, window, (0.0, top), COLOURS[name])
            if np.any(grid[PART] == VOID):
                draw_outline(axes[name], outline(grid), window)
            scale = ScalarMappable(Normalize(0.0, top), COLOURS[name])
            text = "damage" if name == DAMAGE else "von Mises stress [MPa]"
            figure.colorbar(scale, ax=axes[name], location="top", label=text, aspect=40)
    minutes = history[TIME] / 60
    axes["length"].plot(minutes, history["crack_length [um]"])
    axes["length"].set(ylabel="length of both cracks [µm]")
    axes["energy"].plot(minutes, history["energy_release_rate [J/m^2]"], label="released")
    axes["energy"].plot(minutes, history["effective_toughness [J/m^2]"], "--", label="toughness")
    axes["energy"].set(ylabel="energy [J/m²]", xlabel="time [min]")
    axes["energy"].legend()
    return save(figure, path)
