"""Concentration and stress around the void at several times."""

from pathlib import Path

import numpy as np
import pyvista
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.colors import Normalize, PowerNorm

from anodex.models.drawing.render import offscreen, render
from anodex.models.drawing.style import SQUARE_ROOT, WIDEST, bar_above, label, save
from anodex.models.results.result import Result
from anodex.models.results.series import FieldSeries
from anodex.models.systems.spindle_void.case import Case

CONCENTRATION, VON_MISES, PART = "concentration [mol/m^3]", "von_mises [MPa]", "part [1]"
STRETCHED = "square root of von Mises"
VOID = 2.0  # value of `PART` in the void
MOST_TIMES = 4
BETWEEN = 0.12  # inches beside a panel: the numbers of one stay off the other
SLICE = 1e-3  # um above the symmetry plane of a 3-D run

Window = tuple[float, float, float, float]


def draw_fields(result: Result, path: Path) -> Path:
    """Concentration, von Mises stress and its zoom at the tip, a row a time, as in figure 5 of
    the paper.
    """
    case, series = result.case, result.series()
    times = _shown_times(case, series)
    grids = [_plane(series.grid(time), case) for time in times]
    half, radius = _sizes(case, grids)
    wide: Window = (0.0, 1.7 * half, 0.0, 1.1 * half)
    tip: Window = (half - 5 * radius, half + 5 * radius, 0.0, 5 * radius)
    columns = [
        (CONCENTRATION, wide, "viridis"),
        (STRETCHED, wide, "inferno"),
        (STRETCHED, tip, "inferno"),
    ]
    for grid, _ in grids:
        # a slice interpolates, and may undershoot
        grid[STRETCHED] = np.sqrt(np.maximum(grid[VON_MISES], 0.0))
    limits = {
        name: limits_of([grid for grid, _ in grids], name, wide)
        for name in (CONCENTRATION, STRETCHED)
    }
    figure, axes = plt.subplots(
        len(times),
        3,
        figsize=(WIDEST, 2.35 * len(times) + 1.1),
        squeeze=False,
        sharex="col",
        sharey="col",
        width_ratios=[1.5, 1.5, 1],
    )
    # The stress decays fast from the tip: a square-root scale shows both the peak and what
    # surrounds it.
    stress = ScalarMappable(PowerNorm(0.5, 0.0, limits[STRETCHED][1] ** 2), "inferno")
    bars = [
        (ScalarMappable(Normalize(*limits[CONCENTRATION]), "viridis"), label(CONCENTRATION)),
        (stress, f"von Mises stress [MPa],\n{SQUARE_ROOT}"),
        (stress, f"von Mises stress [MPa],\n{SQUARE_ROOT}"),
    ]
    for place, (colours, text) in zip(axes[0], bars, strict=True):
        bar_above(place, colours, text)
    with offscreen():
        for row, time, (grid, outline) in zip(axes, times, grids, strict=True):
            for place, (name, window, colours) in zip(row, columns, strict=True):
                part = grid if name == CONCENTRATION else grid.extract_cells(grid[PART] != VOID)
                draw_mirrored(place, part, name, window, limits[name], colours)
                draw_outline(place, outline, window)
                place.set_title(f"{time / 60:.4g} min", loc="left")
            row[2].set_title(f"{time / 60:.4g} min, at the tip", loc="left")
    for place in axes[:-1].flat:
        place.set_xlabel("")
    figure.get_layout_engine().set(w_pad=BETWEEN)
    return save(figure, path)


def _shown_times(case: Case, series: FieldSeries) -> list[float]:
    wanted = [time for time in series.times if np.any(np.isclose(time, case.output.times))] or [
        series.times[-1]
    ]
    return [float(time) for time in wanted[-MOST_TIMES:]]


def _sizes(case: Case, grids: list[tuple[pyvista.DataSet, np.ndarray]]) -> tuple[float, float]:
    """Half the length of the longest void that is shown, and a radius for the zoom at its tip
    [um].
    """
    geometry = case.geometry
    if not case.evolution.moving:
        half = geometry.length / 2
        # round ends have no tip that a zoom of their radius would show
        return half, min(max(geometry.effective_tip_radius, half / 20), half / 10)
    half = max(float(segments[..., 0].max()) for _, segments in grids)
    return half, half / 20


def _plane(grid: pyvista.DataSet, case: Case) -> tuple[pyvista.DataSet, np.ndarray]:
    """The plane z = 0 of the fields, and the outline of the void in it as segments, shape
    (segments, 2, 2).
    """
    if case.geometry.dimension == "3d":
        grid = grid.slice(normal="z", origin=(0.0, 0.0, SLICE))
    if not np.any(grid[PART] == VOID):
        return grid, np.array([[[0.0, 0.0], [case.geometry.length / 2, 0.0]]])
    return grid, outline(grid)


def outline(grid: pyvista.DataSet) -> np.ndarray:
    """Outline of the void in a plane without its axes, as segments, shape (segments, 2, 2)."""
    void = grid.extract_cells(grid[PART] == VOID)
    edges = void.extract_surface(nonlinear_subdivision=2).extract_feature_edges(
        boundary_edges=True, feature_edges=False, manifold_edges=False, non_manifold_edges=False
    )
    segments = edges.points[edges.lines.reshape(-1, 3)[:, 1:], :2]
    on_axes = np.any(np.all(np.abs(segments) < 1e-6, axis=1), axis=1)
    return segments[~on_axes]


def limits_of(grids: list[pyvista.DataSet], name: str, window: Window) -> tuple[float, float]:
    """Range of a field over all times inside the window, so that the rows share one colour bar."""
    values = []
    for grid in grids:
        inside = (grid.points[:, 0] <= window[1]) & (grid.points[:, 1] <= window[3])
        values.append(grid[name][inside])
    low, high = np.min(np.concatenate(values)), np.max(np.concatenate(values))
    return (
        0.0 if name == STRETCHED else float(low),
        float(high) if high > low else float(low) + 1.0,
    )


def draw_mirrored(
    axes: Axes,
    grid: pyvista.DataSet,
    array: str,
    window: Window,
    limits: tuple[float, float],
    colours: str,
) -> None:
    """Draw the modelled quarter and its mirror images, as far as the window reaches the mirrors,
    as one seamless picture.
    """
    left, right, bottom, top = window
    # pixels on a mirror are half empty
    image = render(grid, array, bounds=window, clim=limits, cmap=colours)[:-1, 1:]
    if bottom == 0:
        image, bottom = np.concatenate([image, image[::-1]]), -top
    if left == 0:
        image, left = np.concatenate([image[:, ::-1], image], axis=1), -right
    axes.imshow(
        image, extent=(left, right, bottom, top), interpolation="antialiased", aspect="equal"
    )
    axes.set(xlabel="x [µm]", ylabel="y [µm]", xlim=(left, right), ylim=(bottom, top))


def draw_outline(axes: Axes, segments: np.ndarray, window: Window) -> None:
    for mirror_x in (1, -1) if window[0] == 0 else (1,):
        for mirror_y in (1, -1):
            axes.add_collection(
                LineCollection(
                    segments * np.array([mirror_x, mirror_y]), colors="black", linewidths=0.8
                )
            )
