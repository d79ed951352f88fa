"""The vertical cut through a contoured interface, with lines of current and of flow."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyvista
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from anodex.models.drawing.style import label, save
from anodex.models.results.result import Result
from anodex.models.systems.contoured_interface.names import (
    ELECTROLYTE,
    LITHIUM_BODY,
    POTENTIAL,
    PRESSURE,
    VELOCITY,
)
from anodex.models.systems.contoured_interface.pictures.colours import (
    COLOURS,
    FALL,
    LITHIUM_GREY,
    MILLIVOLTS,
    color_bar,
    color_scale,
    name_bodies,
    text_range,
)
from anodex.models.systems.contoured_interface.pictures.interface import (
    Interface,
    on_cut,
    whole_period,
)

PIXELS = 800  # of the width of a vertical cut
LINES = 16  # of current and of flow in a period


@dataclass(frozen=True)
class Section:
    """Fields on the pixels of a vertical cut over one period; nan, where the body is not.

    Attributes
    ----------
    x, z
        Middles of the pixels [um], shape (columns,) and (rows,), from left to right and from below.
    values
        The field that colours the cut, shape (rows, columns).
    along, up
        Components of the field whose lines are drawn, shape (rows, columns).
    far
        Height [um] away from the interface, where that field is nearly uniform.
    """

    x: np.ndarray
    z: np.ndarray
    values: np.ndarray
    along: np.ndarray
    up: np.ndarray
    far: float

    @property
    def extent(self) -> tuple[float, float, float, float]:
        right, up = (self.x[1] - self.x[0]) / 2, (self.z[1] - self.z[0]) / 2
        return self.x[0] - right, self.x[-1] + right, self.z[0] - up, self.z[-1] + up


def draw_cut(result: Result, path: Path) -> Path:
    """Potential and lines of current above the interface, excess pressure and lines of flow
    below it.
    """
    interface = Interface.of(result)
    sections = {MILLIVOLTS: electrolyte_section(interface, result)}
    if interface.flows:
        sections[PRESSURE] = lithium_section(interface, result)
    share = 1 / len(sections)
    figure, axes = plt.subplots(figsize=(7, 4 + 5 * len(sections)))
    for number, (name, section) in enumerate(sections.items(), start=1):
        norm = color_scale(name, section.values)
        axes.imshow(
            section.values,
            origin="lower",
            extent=section.extent,
            norm=norm,
            cmap=COLOURS[name],
            aspect="equal",
        )
        bar = axes.inset_axes((1.03, 1.02 - number * share, 0.04, share - 0.04))
        color_bar(
            name, section.values, cax=bar, label=f"{label(name)}:\n{text_range(section.values)}"
        )
    x, heights = whole_period(interface, on_cut(interface), interface.heights)
    bottom = (
        sections[PRESSURE].extent[2]
        if interface.flows
        else heights.min() - 0.1 * interface.period[0]
    )
    if not interface.flows:
        axes.fill_between(x, heights, bottom, color=LITHIUM_GREY, linewidth=0)
    axes.plot(x, heights, color="black", linewidth=2)
    axes.set(
        xlabel="x [µm]",
        ylabel=f"{'xyz'[interface.vertical]} [µm]",
        xlim=(x[0], x[-1]),
        ylim=(bottom, sections[MILLIVOLTS].extent[3]),
    )
    texts = [f"cut at y = {interface.cut:.3g} µm"] if interface.vertical == 2 else []
    if interface.case.loading.current_density:
        texts += _draw_lines(axes, sections)
    if interface.moment:
        texts.append(interface.moment.strip(", "))
    axes.set_title("; ".join(texts), loc="left", fontsize="small")
    name_bodies(axes)
    return save(figure, path)


def _draw_lines(axes: Axes, sections: Mapping[str, Section]) -> list[str]:
    """Draw equipotential lines and lines of current and flow, and tell what they are."""
    above = sections[MILLIVOLTS]
    equal = axes.contour(
        above.x,
        above.z,
        above.values,
        12,
        colors="white",
        linewidths=0.7,
        linestyles="solid",
        zorder=1,
    )
    for section in sections.values():
        _draw_streamlines(axes, section)
    spacing = equal.levels[1] - equal.levels[0]
    return [
        f"white: equipotential lines, {spacing:.3g} mV apart",
        f"arrows: current{' and lithium flow' if len(sections) > 1 else ''}",
    ]


def electrolyte_section(interface: Interface, result: Result) -> Section:
    """Potential [mV] and its fall in the electrolyte."""
    grid = result.series(ELECTROLYTE).grid(0.0)
    grid[MILLIVOLTS] = 1000 * grid[POTENTIAL]
    # smoother than the current density, which has one value per cell
    grid[FALL] = -grid.compute_derivative(MILLIVOLTS)["gradient"]
    highest = min(interface.reach, grid.bounds[2 * interface.vertical + 1])
    return _sample(interface, grid, (MILLIVOLTS, FALL), interface.heights.min(), highest, far=-2)


def lithium_section(interface: Interface, result: Result) -> Section:
    """Excess pressure [MPa] and velocity [um/s] of the lithium."""
    grid = result.series(LITHIUM_BODY).grid(0.0)
    lowest = max(-interface.reach, grid.bounds[2 * interface.vertical])
    return _sample(interface, grid, (PRESSURE, VELOCITY), lowest, interface.heights.max(), far=1)


def _sample(
    interface: Interface,
    grid: pyvista.UnstructuredGrid,
    names: tuple[str, str],
    lowest: float,
    highest: float,
    far: int,
) -> Section:
    """A scalar and a vector at the nodes of a body, by `names`, between two heights; `far` is
    the row away from the interface.
    """
    x = interface.along(interface.part.points)
    left, right = x.min(), x.max()
    front, back = interface.part.bounds[2:4]
    columns = PIXELS // (1 + interface.mirrored)
    rows = int(np.ceil(columns * (highest - lowest) / (right - left)))
    x = left + (right - left) * (np.arange(columns) + 0.5) / columns
    z = lowest + (highest - lowest) * (np.arange(rows) + 0.5) / rows
    points = np.zeros((rows, columns, 3))
    points[..., interface.vertical] = z[:, None]
    if interface.vertical == 1:
        points[..., 0] = x
    else:
        inset = 1e-3 * (back - front)  # a point on the boundary may be taken for one outside
        points[..., :2] = interface.places_on_cut(x)
        points[..., 1] = np.clip(points[..., 1], front + inset, back - inset)
    found = pyvista.PolyData(points.reshape(-1, 3)).sample(grid)
    outside = found["vtkValidPointMask"] == 0
    values, vectors = (
        np.where(outside, np.nan, found[name].T).reshape(-1, rows, columns) for name in names
    )
    along, up = interface.along(np.moveaxis(vectors, 0, -1)), vectors[interface.vertical]
    values = values[0]
    if interface.mirrored:
        x = np.concatenate([-x[::-1], x])
        values, along, up = (
            np.concatenate([sign * part[:, ::-1], part], axis=1)
            for part, sign in ((values, 1), (along, -1), (up, 1))
        )
    return Section(x, z, values, along, up, z[far])


def _draw_streamlines(axes: Axes, section: Section) -> None:
    """Field lines that begin equally spaced where the field is uniform, so that as much flows
    between any two in a plane case.
    """
    width = section.extent[1] - section.extent[0]
    begins = section.extent[0] + width * (np.arange(LINES) + 0.5) / LINES
    axes.streamplot(
        section.x,
        section.z,
        np.ma.masked_invalid(section.along),
        np.ma.masked_invalid(section.up),
        start_points=np.column_stack([begins, np.full(LINES, section.far)]),
        broken_streamlines=False,
        maxlength=10,
        density=8,  # a line ends as far from the interface as this is coarse
        color="black",
        linewidth=0.8,
        arrowsize=0.9,
    )
