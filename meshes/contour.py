"""One period of a contoured interface between lithium, below, and electrolyte, above: its sizes,
and the cells that they take.

The surface is a function of the plane below it (a trochoid shifts the plane too), so cells are
those of the plane, its planform, swept through levels. `contour_mesh` makes the mesh of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import ceil, hypot, prod, sqrt
from typing import Literal

import numpy as np

from anodex.meshes import heights
from anodex.meshes.frames import framed_interval, framed_square
from anodex.meshes.grading import graded
from anodex.meshes.planform import ORDER, Planform, regular
from anodex.models.errors import InputError

MOST_CELLS = 200_000
# Nodes of a body over a map, about as many as unknowns: a map brings its cells along, other shapes
# get more only where asked for.
MOST_MAP_NODES = {"current": 300_000, "flow": 150_000}
Shape = Literal[
    "flat",
    "egg-box",
    "egg-box-sum",
    "pyramid",
    "frustum",
    "cosine",
    "trochoid",
    "fourier",
    "height-map",
]
EDGED = ("pyramid", "frustum")
SHARPEST = 1e-4  # edge radius over separation: below it cells become too small to tell from none


@dataclass(frozen=True, eq=False)
class ContourGeometry:
    """Sizes in um.

    Attributes
    ----------
    height, separation
        From valley to peak, before edges are rounded, and from peak to peak.
    edge_radius
        Radius of curvature of the edges of pyramids and frustums.
    plateau_fraction
        Share of a frustum's period that is flat.
    electrolyte_thickness, lithium_thickness
        From the mean plane.
    refinement
        Factor on the number of cells along each direction.
    order
        That of the cells.
    height_map
        Heights of shape "height-map" on a regular grid, shape (rows from top to bottom, columns)
        or, in two dimensions, (columns,).
    coefficients
        Of shape "fourier", in one dimension: heights of cos(2 pi m x / separation), m = 1, 2, ...
    curve, pieces
        What the surface has become, in one dimension: a function from numbers between 0 and
        `pieces`, shape (n,), to points, shape (n, 2) [um], with a cell for each piece.

    Raises
    ------
    InputError
        If edges are too fine to mesh or too blunt for the flanks, or the height map has the wrong
        number of axes.
    """

    shape: Shape
    height: float
    separation: float
    dimension: Literal["2d", "3d"]
    electrolyte_thickness: float
    lithium_thickness: float
    edge_radius: float = 0.0
    plateau_fraction: float = 0.5
    refinement: float = 1.0
    order: int = ORDER
    height_map: np.ndarray | None = None
    coefficients: tuple[float, ...] = ()
    curve: Callable[[np.ndarray], np.ndarray] | None = None
    pieces: int = 0

    def __post_init__(self):
        least, axes = SHARPEST * self.separation, int(self.dimension[0]) - 1
        # the least itself is allowed in spite of round-off
        if self.shape in EDGED and 0 < self.edge_radius < least * (1 - 1e-9):
            raise InputError(
                f"geometry.edge_radius is {self.edge_radius:g} um; give {least:g} um or more, or 0 "
                "um for sharp edges"
            )
        if self.shape == "frustum" and not 0.001 <= self.plateau_fraction <= 0.999:
            raise InputError(
                f"geometry.plateau_fraction is {self.plateau_fraction:g}; allowed: 0.001 to 0.999"
            )
        # The arcs of the edges above and below must fit on the flank: a pyramid's turn by twice the
        # slope, a frustum's by the slope.
        most = self.flank**2 / max(self.height, 1e-300) / (2 if self.shape == "pyramid" else 1)
        if self.shape in EDGED and self.edge_radius > most * (1 + 1e-9):
            raise InputError(
                f"geometry.edge_radius is {self.edge_radius:g} um, but edges so blunt meet on the "
                f"flank; give {most:g} um or less"
            )
        if self.shape == "height-map" and self.pixels.ndim != axes:
            raise InputError(
                f"geometry.height_map has the shape {self.pixels.shape}; "
                f"dimension '{self.dimension}' needs "
                f"{'one line of values' if axes == 1 else 'rows and columns'}"
            )

    @property
    def pixels(self) -> np.ndarray:
        """The height map of shape "height-map"; `ValueError` without one."""
        if self.height_map is None:
            raise ValueError("shape 'height-map' needs a height_map")
        return self.height_map

    @property
    def flank(self) -> float:
        """Width of the slope between two edges [um]."""
        return self.separation / 2 * (1 - self.plateau_fraction if self.shape == "frustum" else 1)

    @property
    def turned(self) -> bool:
        """Whether the axes of the mesh lie at 45 degrees to those of the contour. A product of
        cosines is a sum of cosines in that frame, whose cell between mirror planes is half as
        large.
        """
        return self.shape == "egg-box" and self.dimension == "3d"

    @property
    def period_along(self) -> float:
        """Period along the axes of the mesh [um]."""
        return self.separation / sqrt(2) if self.turned else self.separation

    @property
    def size(self) -> tuple[float, ...]:
        """Size of the modelled cell along x (and y): half a period between mirror planes, a
        whole one of a height map.
        """
        axes = int(self.dimension[0]) - 1
        if self.shape != "height-map":
            return (self.period_along / 2,) * axes
        return (
            self.separation,
            self.separation * self.pixels.shape[0] / self.pixels.shape[-1],
        )[:axes]

    @cached_property
    def map_piece(self) -> float:
        """Size of the cells of a height map at refinement 1 [um]: in three dimensions as its
        smoothness allows.
        """
        per_cell = (
            2.0
            if self.dimension == "2d"
            else heights.pixels_per_cell(self.pixels, self.height / self.separation)
        )
        return per_cell * self.separation / self.pixels.shape[-1]


def period(geometry: ContourGeometry) -> tuple[float, ...]:
    """Lengths in which the fields are periodic; empty where mirror planes bound the cell."""
    return geometry.size if geometry.shape == "height-map" else ()


def check_cells(geometry: ContourGeometry) -> None:
    """Refuse, before any mesh is made, what `contour_mesh.build_contour` would refuse for either
    body.

    Raises
    ------
    InputError
        If the mesh would have more cells than `MOST_CELLS`, or over a height map more nodes than
        `MOST_MAP_NODES`.
    """
    planform(geometry, max(len(part) - 1 for part in levels(geometry)))


def planform(geometry: ContourGeometry, layers: int) -> Planform:
    """Cells of the plane, to be swept through so many layers.

    Raises
    ------
    InputError
        As `check_cells`.
    """
    found = _edged(geometry) if geometry.shape in EDGED else _regular(geometry)
    _refuse_more_than_most(len(found.cells) * layers)
    return found


def levels(geometry: ContourGeometry) -> tuple[np.ndarray, np.ndarray]:
    """Distances of the levels of the electrolyte and of the lithium from the mean plane; just 0
    where there is no lithium.

    The first layer is a fixed share of the smallest cell of the planform.
    """
    smallest, growth = _finest_piece(geometry), 2.0 ** (1 / geometry.refinement)
    # creep changes fast along the wall
    layers = ((geometry.electrolyte_thickness, 0.7), (geometry.lithium_thickness, 0.4))
    above, below = (
        graded(thickness, share * smallest, thickness / 2, growth) if thickness else np.zeros(1)
        for thickness, share in layers
    )
    return above, below


def _refuse_large_map(geometry: ContourGeometry, counts: list[int]) -> None:
    """Refuse a height map with so many cells along each side that one of the bodies would run
    for hours or fill the memory.
    """
    purpose = "flow" if geometry.lithium_thickness else "current"
    layers = max(len(part) - 1 for part in levels(geometry))
    nodes = prod(geometry.order * count + 1 for count in (*counts, layers))
    most = MOST_MAP_NODES[purpose]
    if nodes > most:
        raise InputError(
            f"geometry.height_map takes {' x '.join(map(str, counts))} cells of order "
            f"{geometry.order} and {layers} layers: about {nodes} unknowns of "
            f"the {purpose}, above the limit of {most}: resample the map to fewer pixels, smooth "
            "it, or lower geometry.refinement"
        )


def _refuse_more_than_most(cells: int) -> None:
    if cells > MOST_CELLS:
        raise InputError(
            f"the mesh would have {cells} cells or more, above the limit of {MOST_CELLS}: "
            "lower geometry.refinement, raise geometry.edge_radius or give a coarser "
            "geometry.height_map"
        )


def _piece(geometry: ContourGeometry) -> float:
    """Size of a cell away from edges [um]: smaller for steeper contours."""
    if geometry.pieces:
        return geometry.size[0] / geometry.pieces
    waves, steepness = 1, geometry.height / geometry.separation
    if geometry.shape == "fourier":  # each wave as a cosine of its own height and length
        waves = len(geometry.coefficients)
        steepness = sum(
            2 * abs(height) * wave**2 / geometry.separation
            for wave, height in enumerate(geometry.coefficients, start=1)
        )
    if geometry.shape == "height-map":
        return geometry.map_piece / geometry.refinement
    even, steep = (3.1, 5.0) if geometry.turned else (3.3, 10.0)
    return geometry.size[0] / ceil(geometry.refinement * (even * waves + steep * steepness))


def _finest_piece(geometry: ContourGeometry) -> float:
    """Size of a cell at the edges [um]; of all cells where there are none."""
    piece = _piece(geometry)
    if geometry.shape not in EDGED:
        return piece
    # A sharp edge is resolved to a fixed share of the period, a rounded one to two of its arcs:
    # narrow where flanks are shallow.
    arc = geometry.edge_radius * geometry.height / hypot(geometry.flank, geometry.height)
    finest = (
        max(2 * arc, SHARPEST / 10 * geometry.separation)
        if geometry.edge_radius
        else geometry.separation / 48
    )
    return min(piece, finest) / geometry.refinement**0.5


def _regular(geometry: ContourGeometry) -> Planform:
    if geometry.shape == "height-map":
        counts = [heights.cells_along(length, _piece(geometry)) for length in geometry.size]
        _refuse_large_map(geometry, counts)
    else:
        counts = [max(1, ceil(length / _piece(geometry) - 1e-9)) for length in geometry.size]
    return regular(geometry.size, counts, geometry.order)


def _edged(geometry: ContourGeometry) -> Planform:
    """Cells between the edges of a pyramid or frustum and smaller towards them."""
    half, piece, smallest = geometry.separation / 2, _piece(geometry), _finest_piece(geometry)
    rims = {
        "pyramid": (),
        "frustum": (
            half / 2 * geometry.plateau_fraction,
            half - half / 2 * geometry.plateau_fraction,
        ),
    }[geometry.shape]
    framed = framed_interval if geometry.dimension == "2d" else framed_square
    return framed(half, rims, smallest, piece, geometry.order)
