"""The bodies of a cell stack in their present shapes, and how they are coloured.

Pictures stand upright: the radius goes to the right, the axis up.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import Normalize, PowerNorm

from anodex.models.drawing.style import SQUARE_ROOT
from anodex.models.results.series import FieldSeries
from anodex.models.systems.cell_stack.tube import disc_mean

VON_MISES, PRESSURE, DENSITY = "von_mises [MPa]", "pressure [MPa]", "relative_density [1]"
EARLIER_DENSITY = "internal_variable [1]"  # its name in results of earlier versions
TEXTS = {
    VON_MISES: "von Mises stress [MPa]",
    PRESSURE: "pressure [MPa]",
    DENSITY: "relative density of the powder [1]",
}
MILLIMETRE = 1e3  # um
# of bodies that no field colours
PELLET_COLOUR, ROD_COLOUR, TUBE_COLOUR = "#e6d9b8", "#a8a8a8", "#dfe9df"
PLAIN_COLOUR = "#f7f7f7"  # where there is none of a field
NOTHING = 1e-3  # over the largest value of a field: what counts as none of it
WALL = 1e-3  # nodes that are nearer to a line, in um or over a length, lie on it
# signs of radius and height, of mirror images above and below the mid-plane
RIGHT, LEFT = ((1, 1), (1, -1)), ((-1, 1), (-1, -1))


@dataclass(frozen=True)
class Body:
    """Plane quadrilaterals in their present shape.

    Attributes
    ----------
    points, start
        Radius and axial place of the nodes [um] now and at the start, shape (nodes, 2).
    cells
        Their nodes, in order around the cell, shape (cells, 4).
    values
        Fields, one value a node: `name [unit]` -> shape (nodes,).
    """

    points: np.ndarray
    start: np.ndarray
    cells: np.ndarray
    values: dict[str, np.ndarray]

    @property
    def rim(self) -> np.ndarray:
        """Ends of the edges that belong to one cell alone, radius and axial place [um], shape
        (edges, 2, 2).
        """
        edges = np.sort(
            np.stack([self.cells, np.roll(self.cells, -1, axis=1)], axis=-1).reshape(-1, 2), axis=1
        )
        found, counts = np.unique(edges, axis=0, return_counts=True)
        return self.points[found[counts == 1]]

    def inside(self, radius: float, axial: float) -> "Body":
        """The part whose cells began within a radius and below an axial place [um]."""
        middles = self.start[self.cells].mean(axis=1)
        return self.part((middles[:, 0] < radius) & (middles[:, 1] < axial))

    def part(self, chosen: np.ndarray) -> "Body":
        """Some of the cells, by mask, with the nodes that they use."""
        used, cells = np.unique(self.cells[chosen], return_inverse=True)
        values = {name: numbers[used] for name, numbers in self.values.items()}
        return Body(self.points[used], self.start[used], cells.reshape(-1, 4), values)

    def without(self, other: "Body") -> "Body":
        """The cells that another part of the same body does not hold."""
        own, others = (part.start[part.cells].mean(axis=1).tolist() for part in (self, other))
        taken = set(map(tuple, others))
        return self.part(np.array([tuple(middle) not in taken for middle in own]))


def read_body(series: FieldSeries, time: float) -> Body:
    """The mesh of a file at the stored time nearest to `time` [s]."""
    grid = series.grid(time)
    cells = grid.cells.reshape(-1, 5)[:, 1:]
    start = grid.points[:, [1, 0]]
    if EARLIER_DENSITY in grid.array_names:
        grid.rename_array(EARLIER_DENSITY, DENSITY)
    values = {
        name: grid[name] for name in (VON_MISES, PRESSURE, DENSITY) if name in grid.array_names
    }
    nodal = {
        name: numbers if name in grid.point_data else _at_nodes(numbers, cells, len(start))
        for name, numbers in values.items()
    }
    return Body(start + grid["displacement [um]"][:, [1, 0]], start, cells, nodal)


def _at_nodes(values: np.ndarray, cells: np.ndarray, nodes: int) -> np.ndarray:
    """Means at the nodes of values in the cells around."""
    around = np.bincount(cells.ravel(), minlength=nodes)
    return np.bincount(cells.ravel(), np.repeat(values, 4), nodes) / around


def pressed_face(powder: Body) -> float:
    """Axial place of the powder's pressed face [um], mean over its area."""
    top = powder.points[powder.start[:, 1] > (1 - WALL) * powder.start[:, 1].max()]
    radii, places = top[np.argsort(top[:, 0])].T
    return disc_mean(places, radii)


def bore(tube: Body) -> np.ndarray:
    """Radius and axial place of the nodes of the tube's inner surface [um], in order along the
    axis, shape (nodes, 2).
    """
    on_wall = tube.start[:, 0] < tube.start[:, 0].min() * (1 + WALL)
    points = tube.points[on_wall]
    return points[np.argsort(points[:, 1])]


# Drawing


@dataclass(frozen=True)
class Colouring:
    """How a field is coloured."""

    name: str
    norm: Normalize
    colours: str

    @property
    def text(self) -> str:
        """Name and unit, and what the scale is where it is not even."""
        scale = f", {SQUARE_ROOT}" if isinstance(self.norm, PowerNorm) else ""
        return TEXTS[self.name] + scale

    def is_none(self, body: Body) -> bool:
        """Whether the field is next to nothing all over a body, which one colour would fill."""
        largest = max(abs(self.norm.vmin), abs(self.norm.vmax))
        return bool(np.abs(body.values[self.name]).max() < NOTHING * largest)

    @property
    def bar(self) -> ScalarMappable:
        """What `figure.colorbar` takes."""
        return ScalarMappable(self.norm, self.colours)


def stress_colouring(bodies: Sequence[Body], beyond: float = -np.inf) -> Colouring:
    """Of the von Mises stress beyond a radius [um], on a square-root scale: it shows the soft and
    the hard together.
    """
    return Colouring(VON_MISES, PowerNorm(0.5, 0.0, _span(bodies, VON_MISES, beyond)[1]), "inferno")


def even_colouring(bodies: Sequence[Body], name: str, beyond: float = -np.inf) -> Colouring:
    """Of a field beyond a radius [um], from its lowest to its highest value."""
    return Colouring(name, Normalize(*_span(bodies, name, beyond)), "viridis")


def _span(bodies: Sequence[Body], name: str, beyond: float) -> tuple[float, float]:
    """Range of a field over the cells of some bodies that reach beyond a radius [um], not empty."""
    cells = [body.cells[np.any(body.points[body.cells, 0] > beyond, axis=1)] for body in bodies]
    values = np.concatenate(
        [body.values[name][own].ravel() for body, own in zip(bodies, cells, strict=True)]
    )
    low, high = float(values.min()), float(values.max())
    return low, high if high > low else low + 1.0


def draw_body(
    axes: Axes,
    body: Body,
    fill: Colouring | str,
    images: Sequence[tuple[int, int]] = ((1, 1),),
    unit: float = 1.0,
) -> None:
    """Draw mirror images of a body, coloured by a field, plain where there is none of it, or all in
    one colour; lengths in `unit` [um].
    """
    if isinstance(fill, Colouring) and fill.is_none(body):
        fill = PLAIN_COLOUR
    triangles = np.concatenate([body.cells[:, [0, 1, 2]], body.cells[:, [0, 2, 3]]])
    rim = body.rim
    if len(images) > 1:  # what lies on the mid-plane is inside the whole
        rim = rim[np.abs(rim[..., 1]).max(axis=1) > WALL]
    for signs in images:
        points = body.points * signs / unit
        if isinstance(fill, str):
            axes.add_collection(
                PolyCollection(points[body.cells], facecolors=fill, edgecolors=fill, linewidths=0.3)
            )
        else:
            axes.tripcolor(
                *points.T,
                triangles,
                body.values[fill.name],
                norm=fill.norm,
                cmap=fill.colours,
                shading="gouraud",
                rasterized=True,  # formats of lines have no smooth triangles
            )
        axes.add_collection(LineCollection(rim * signs / unit, colors="black", linewidths=0.5))
