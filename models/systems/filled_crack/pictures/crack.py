"""The crack at the end: the stress around it, and its opening at the times of the fields."""

from pathlib import Path

import numpy as np
import pyvista
from matplotlib import pyplot as plt
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize

from anodex.models.drawing.render import offscreen, render
from anodex.models.drawing.style import arrows, label, save
from anodex.models.results.result import Result

STRESS, DAMAGE, DISPLACEMENT = "opening_stress [MPa]", "damage [1]", "displacement [um]"
SHOWN = 0.95  # damage above which a place is crack
NARROWEST = 1e-6  # um, of an opening that is drawn


def draw_crack(result: Result, path: Path) -> Path:
    """Stress that opens the crack, at the last time, above openings along it."""
    series = result.series()
    grid = _lying(series.grid(series.times[-1]))
    length = result.columns["crack_length [um]"][-1]
    window = 0.0, 1.5 * length, 0.0, 0.6 * length
    stress = grid[STRESS]
    pressure = float(max(np.abs(stress).max() / 8, result.columns["pressure [MPa]"][-1], 1e-3))
    limits = -pressure, pressure
    figure, (above, below) = plt.subplots(2, 1, figsize=(8, 7), height_ratios=(1.4, 1))
    with offscreen():
        image = render(grid, STRESS, bounds=window, clim=limits, cmap="RdBu_r")
    # the quarter and its mirror images
    image = np.concatenate([image, image[::-1]])
    image = np.concatenate([image[:, ::-1], image], axis=1)
    _, right, _, top = window
    above.imshow(image, extent=(-right, right, -top, top), aspect="equal")
    above.set(ylabel="across it [µm]")
    scale = Normalize(*limits)
    figure.colorbar(
        ScalarMappable(scale, "RdBu_r"), ax=above, label=label(STRESS), extend=arrows(scale, stress)
    )
    for time in series.times:
        along, opening = openings(series.grid(time))
        if opening.max() > NARROWEST:
            both = np.append(-along[::-1], along), np.append(opening[::-1], opening)
            below.plot(*both, label=f"{time:.3g} s")
    below.set(xlabel="along the crack [µm]", ylabel="opening [µm]", xlim=(-right, right))
    if below.lines:
        below.legend()
    return save(figure, path)


def openings(grid: pyvista.DataSet) -> tuple[np.ndarray, np.ndarray]:
    """Places along the crack [um] and how far its faces are apart there [um]: twice the largest
    displacement away from it where it is broken.
    """
    along, place = np.unique(np.round(grid.points[:, 1], 6), return_inverse=True)
    moved, damage = np.zeros(len(along)), np.zeros(len(along))
    np.maximum.at(moved, place, grid[DISPLACEMENT][:, 0])
    np.maximum.at(damage, place, grid[DAMAGE])
    return along, np.where(damage > SHOWN, 2 * moved, 0.0)


def _lying(grid: pyvista.DataSet) -> pyvista.DataSet:
    """The same with the crack along x."""
    turned = grid.copy()
    turned.points = grid.points[:, [1, 0, 2]]
    return turned
