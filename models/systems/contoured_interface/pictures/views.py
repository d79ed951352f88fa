"""The interface itself: a surface in space, a curve in the plane, in the colours of its fields."""

from contextlib import closing
from pathlib import Path

import numpy as np
import pyvista
from matplotlib import pyplot as plt
from matplotlib.collections import LineCollection
from scipy.interpolate import interp1d

from anodex.models.drawing.oblique import Edge, View, draw_view, seen_from
from anodex.models.drawing.render import offscreen, straightened
from anodex.models.drawing.style import WIDEST, label, save, ticks_apart
from anodex.models.results.result import Result
from anodex.models.systems.contoured_interface.pictures.colours import (
    COLOURS,
    LITHIUM_GREY,
    color_bar,
    color_scale,
    name_bodies,
    text_range,
)
from anodex.models.systems.contoured_interface.pictures.interface import Interface

LEAST_STEEPNESS = 0.1  # height over separation; flatter contours are drawn higher
VIEW = (-0.45, -1.0, 0.8)  # from the middle towards the eye
PERIODS = 2
FLAT = 1e-6  # height over width of a surface that needs no axis of heights


def draw_interface(result: Result, path: Path) -> Path:
    """Some periods of the interface; in space seen from the electrolyte, as figure 1e of the paper
    shows them from the lithium.
    """
    interface = Interface.of(result)
    draw = _draw_surface if interface.vertical == 2 else _draw_curve
    return draw(interface, path)


def _draw_surface(interface: Interface, path: Path) -> Path:
    """Two by two periods, seen from the electrolyte, as figure 1e of the paper shows them from
    the lithium.
    """
    factor = stretch(interface)
    surface = tiled(interface)
    surface.points[:, 2] *= factor
    with offscreen():
        views = {name: _oblique_view(surface, name) for name in interface.coloured}
    rows, columns = views[interface.local].image.shape[:2]
    wide = WIDEST / 2
    figure, axes = plt.subplots(
        1, len(views), figsize=(wide * len(views), wide * rows / columns + 1.4), squeeze=False
    )
    edges = _edges(surface, factor, interface.turned)
    for place, (name, view) in zip(axes[0], views.items(), strict=True):
        draw_view(place, view, edges)
        text = f"{label(name)}:\n{text_range(surface[name])}"
        ticks = ticks_apart(color_scale(name, surface[name]))
        color_bar(name, surface[name], ax=place, location="top", label=text, ticks=ticks, aspect=30)
    drawn = f", drawn {factor} times higher" if factor > 1 else ""
    drawn += ", turned by 45°" if interface.turned else ""
    x, y = interface.period
    size = (
        f"{PERIODS} by {PERIODS} periods of {x:.4g} µm by {y:.4g} µm, "
        f"{np.ptp(interface.heights):.3g} µm high{drawn}"
    )
    figure.suptitle(f"{size}, seen from the electrolyte: hills are lithium", size="medium")
    return save(figure, path)


def tiled(interface: Interface) -> pyvista.PolyData:
    """Some periods of the interface as one surface without seams."""
    return straightened(pyvista.merge(interface.copies(PERIODS))).clean(tolerance=1e-6)


def stretch(interface: Interface) -> int:
    """How many times higher than it is the contour is drawn."""
    steepness = np.ptp(interface.heights) / interface.case.geometry.separation
    return int(np.ceil(LEAST_STEEPNESS / steepness)) if 1e-9 < steepness < LEAST_STEEPNESS else 1


def _edges(surface: pyvista.PolyData, factor: int, is_turned: bool) -> list[Edge]:
    """Lower edges and an upright one of the block of lithium, as axes; heights were drawn `factor`
    times higher.
    """
    left, right, front, back, low, high = surface.bounds
    bottom = _bottom(surface)
    names = ("(x \N{MINUS SIGN} y) / √2", "(x + y) / √2") if is_turned else ("x", "y")
    edges = [
        Edge((left, front, bottom), (right, front, bottom), (left, right), f"{names[0]} [µm]"),
        Edge((left, front, bottom), (left, back, bottom), (front, back), f"{names[1]} [µm]"),
    ]
    if high - low > FLAT * (right - left):
        heights = low / factor, high / factor
        edges.append(Edge((right, front, low), (right, front, high), heights, "z [µm]"))
    return edges


def _oblique_view(surface: pyvista.PolyData, name: str) -> View:
    """A block of lithium below the surface; inside `offscreen`."""
    scale = color_scale(name, surface[name])
    with closing(pyvista.Plotter(off_screen=True, window_size=(1800, 1400))) as plotter:
        plotter.add_mesh(
            surface,
            scalars=name,
            clim=(scale.vmin, scale.vmax),
            cmap=COLOURS[name],
            n_colors=256,
            smooth_shading=True,
            ambient=0.35,
            diffuse=0.75,
            show_scalar_bar=False,
        )
        plotter.add_mesh(_walls(surface), color="#b8b8b8", ambient=0.5, diffuse=0.5)
        return seen_from(VIEW, plotter)


def _walls(surface: pyvista.PolyData) -> pyvista.PolyData:
    """Sides of the block below the surface."""
    rim = surface.extract_feature_edges(
        boundary_edges=True, feature_edges=False, manifold_edges=False, non_manifold_edges=False
    )
    walls = rim.extrude((0, 0, -1), capping=False)
    walls.points[rim.n_points :, 2] = _bottom(surface)
    return walls


def _bottom(surface: pyvista.PolyData) -> float:
    """Height of the lower end of the block [um]."""
    return float(surface.points[:, 2].min() - surface.length / 25)


def _draw_curve(interface: Interface, path: Path) -> Path:
    """The profile of a plane case over two periods, a row for each field."""
    copies = interface.copies(PERIODS)
    points = np.concatenate([copy.points[:, :2] for copy in copies])
    order = np.argsort(points[:, 0])
    points = _finer(points[order])
    length, margin = np.ptp(points[:, 0]), 0.07 * np.ptp(points[:, 0])
    bottom, top = points[:, 1].min() - margin, points[:, 1].max() + margin
    rows = len(interface.coloured)
    figure, axes = plt.subplots(
        rows,
        1,
        figsize=(9, rows * (7.5 * (top - bottom) / length + 0.9)),
        squeeze=False,
        sharex=True,
    )
    for place, name in zip(axes[:, 0], interface.coloured, strict=True):
        values = np.concatenate([copy[name] for copy in copies])[order]
        place.fill_between(*points.T, bottom, color=LITHIUM_GREY, linewidth=0)
        segments = np.stack([points[:-1], points[1:]], axis=1)
        curve = LineCollection(
            segments,
            array=_finer(values)[:-1],
            norm=color_scale(name, values),
            cmap=COLOURS[name],
            linewidths=5,
        )
        place.add_collection(curve)
        name_bodies(place)
        place.set(
            ylabel="y [µm]", aspect="equal", xlim=(points[0, 0], points[-1, 0]), ylim=(bottom, top)
        )
        place.set_title(f"{label(name)}: {text_range(values)}{interface.moment}", loc="left")
        color_bar(name, values, cax=place.inset_axes((1.02, 0.0, 0.02, 1.0)))
    place.set_xlabel("x [µm]")
    return save(figure, path)


def _finer(values: np.ndarray) -> np.ndarray:
    """Values at nodes in a row and, evenly, between them, so that steps of colour cannot be
    seen.
    """
    nodes = np.arange(len(values))
    return interp1d(nodes, values, axis=0)(np.linspace(0, nodes[-1], 10 * nodes[-1] + 1))
