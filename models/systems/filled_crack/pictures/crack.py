"""The crack at the end: the stress around it, and its opening at the times of the fields."""

from pathlib import Path

import numpy as np
import pyvista
from matplotlib import pyplot as plt
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize

from anodex.models.drawing.render import offscreen, render
from anodex.models.drawing.style import arrows, bar_beside, label, save
from anodex.models.results.result import Result

STRESS, DAMAGE, DISPLACEMENT = "opening_stress [MPa]", "damage [1]", "displacement [um]"
NARROWEST = 1e-6  # um, of an opening that is drawn


def draw_crack(result: Result, path: Path) -> Path:
    """Stress that opens the crack, at the last time, above openings along it."""
    series = result.series()
    time = series.times[-1]
    grid = _lying(series.grid(time))
    length = result.columns["crack_length [um]"][-1]
    window = 0.0, 1.5 * length, 0.0, 0.6 * length
    stress = grid[STRESS]
    pressure = float(max(np.abs(stress).max() / 8, result.columns["pressure [MPa]"][-1], 1e-3))
    limits = -pressure, pressure
    figure, (above, below) = plt.subplots(2, 1, figsize=(8, 6), height_ratios=(1.2, 1), sharex=True)
    with offscreen():
        image = render(grid, STRESS, bounds=window, clim=limits, cmap="RdBu_r")
    # the quarter and its mirror images; pixels on a mirror are half empty
    image = image[:-1, 1:]
    image = np.concatenate([image, image[::-1]])
    image = np.concatenate([image[:, ::-1], image], axis=1)
    _, right, _, top = window
    above.imshow(image, extent=(-right, right, -top, top), aspect="equal")
    above.set(ylabel="across the crack [µm]")
    above.set_title(f"{time:.3g} s", loc="left")
    scale = Normalize(*limits)
    bar_beside(above, ScalarMappable(scale, "RdBu_r"), label(STRESS), arrows(scale, stress))
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
    """Places along the crack [um] and how far its faces are apart there [um]: what the displacement
    away from it adds to its volume, - 2 int u . grad d across it.
    """
    x, y, _ = np.round(grid.points, 6).T
    order = np.lexsort((x, y))  # line by line across the crack
    along, line = np.unique(y[order], return_inverse=True)
    moved, damage = grid[DISPLACEMENT][order, 0], grid[DAMAGE][order]
    parts = -(moved[1:] + moved[:-1]) * np.diff(damage)
    opening = np.zeros(len(along))
    np.add.at(opening, line[1:], np.where(np.diff(line) == 0, parts, 0.0))
    return along, opening


def _lying(grid: pyvista.DataSet) -> pyvista.DataSet:
    """The same with the crack along x."""
    turned = grid.copy()
    turned.points = grid.points[:, [1, 0, 2]]
    return turned
