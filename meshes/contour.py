"""One period of a contoured interface between lithium, below, and electrolyte, above.

The surface is a function of the plane below it (a trochoid shifts the plane too), so everything is
swept: third-order hexahedra, or quadrilaterals in two dimensions, whose nodes lie on the surface.
Second-order cells are not enough: the kinks of their normals spoil the largest current in the third
digit. Gmsh is not used, as DOLFINx cannot read its third-order hexahedra.
"""

from dataclasses import dataclass
from functools import cached_property, partial
from itertools import pairwise
from math import ceil, hypot, pi, prod
from typing import Literal

import basix
import numpy as np
from dolfinx.mesh import Mesh, locate_entities, meshtags
from mpi4py import MPI

from anodex.meshes import heights
from anodex.meshes.planform import Planform, graded, graded_to_both, interval, quadrilaterals
from anodex.meshes.swept import spread, swept
from anodex.meshes.tagged import TaggedMesh
from anodex.models.errors import InputError, SetupError

TAGS = {
    "electrolyte": 1,
    "lithium": 2,
    "interface": 11,
    "top": 12,
    "collector": 13,
    "side_x": 14,
    "side_y": 15,
}
MOST_CELLS = 200_000
# Nodes of a body over a map, about as many as unknowns: a map brings its cells along, other shapes
# get more only where asked for.
MOST_MAP_NODES = {"current": 300_000, "flow": 150_000}
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
    height_map
        Heights of shape "height-map" on a regular grid, shape (rows, columns) or, in two
        dimensions, (columns,).

    Raises
    ------
    InputError
        If edges are too fine to mesh or too blunt for the flanks, or the height map has the wrong
        number of axes.
    """

    shape: Literal[
        "flat", "egg-box", "egg-box-sum", "pyramid", "frustum", "cosine", "trochoid", "height-map"
    ]
    height: float
    separation: float
    dimension: Literal["2d", "3d"]
    electrolyte_thickness: float
    lithium_thickness: float
    edge_radius: float = 0.0
    plateau_fraction: float = 0.5
    refinement: float = 1.0
    height_map: np.ndarray | None = None

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
        if self.shape == "height-map" and self.height_map.ndim != axes:
            raise InputError(
                f"geometry.height_map has the shape {self.height_map.shape}; "
                f"dimension '{self.dimension}' needs "
                f"{'one line of values' if axes == 1 else 'rows and columns'}"
            )

    @property
    def flank(self) -> float:
        """Width of the slope between two edges [um]."""
        return self.separation / 2 * (1 - self.plateau_fraction if self.shape == "frustum" else 1)

    @property
    def size(self) -> tuple[float, ...]:
        """Size of the modelled cell along x (and y): half a period between mirror planes, a
        whole one of a height map.
        """
        axes = int(self.dimension[0]) - 1
        if self.shape != "height-map":
            return (self.separation / 2,) * axes
        return (
            self.separation,
            self.separation * self.height_map.shape[0] / self.height_map.shape[-1],
        )[:axes]

    @cached_property
    def map_piece(self) -> float:
        """Size of the cells of a height map at refinement 1 [um]: in three dimensions as its
        smoothness allows.
        """
        pixels = (
            2.0
            if self.dimension == "2d"
            else heights.pixels_per_cell(self.height_map, self.height / self.separation)
        )
        return pixels * self.separation / self.height_map.shape[-1]


def period(geometry: ContourGeometry) -> tuple[float, ...]:
    """Lengths in which the fields are periodic; empty where mirror planes bound the cell."""
    return geometry.size if geometry.shape == "height-map" else ()


def build_contour(
    geometry: ContourGeometry,
    comm: MPI.Comm,
    body: Literal["electrolyte", "lithium", "both"] = "both",
) -> TaggedMesh:
    """Mesh of one body or of both, with the parts of `TAGS`; collective.

    The nodes of the interface are the first of the mesh and numbered alike on both bodies, unless
    both are in one mesh.

    Raises
    ------
    InputError
        If the mesh would have more cells than `MOST_CELLS`, or over a height map more nodes than
        `MOST_MAP_NODES`.
    SetupError
        If a cell is turned inside out.
    """
    above, below = _levels(geometry)
    levels = {
        "electrolyte": above,
        "lithium": -below,
        "both": np.concatenate([-below[:0:-1], above]),
    }[body]
    mesh = swept(_planform(geometry, len(levels) - 1), levels, comm)
    cells, facets = _tags(mesh, geometry, levels)
    _lift(mesh, geometry, levels)
    return TaggedMesh(mesh, cells, facets, TAGS)


def check_cells(geometry: ContourGeometry) -> None:
    """Refuse, before anything is made, what `build_contour` would refuse for either body.

    Raises
    ------
    InputError
        If the mesh would have more cells than `MOST_CELLS`, or over a height map more nodes than
        `MOST_MAP_NODES`.
    """
    _planform(geometry, max(len(levels) - 1 for levels in _levels(geometry)))


def interface_mesh(geometry: ContourGeometry, comm: MPI.Comm) -> Mesh:
    """The interface as a mesh of its own, its nodes numbered as on the bodies; collective."""
    plan = _planform(geometry, 1)
    return spread(on_surface(geometry, plan.points), plan.cells, comm)


def on_surface(geometry: ContourGeometry, plan: np.ndarray) -> np.ndarray:
    """Points of the surface, shape (n, 2 or 3), over points of the plane, shape (n, 1 or 2)."""
    height, separation = geometry.height, geometry.separation
    if geometry.shape == "trochoid":
        phase, amplitude = 2 * pi / separation * plan, height / 2
        return np.column_stack([plan - amplitude * np.sin(phase), amplitude * np.cos(phase)])
    functions = {
        "flat": lambda: np.zeros(len(plan)),
        "egg-box": lambda: heights.egg_box(plan, height, separation),
        "cosine": lambda: heights.egg_box(plan, height, separation),
        "egg-box-sum": lambda: heights.egg_box_sum(plan, height, separation),
        "pyramid": lambda: heights.pyramid(plan, height, separation, geometry.edge_radius),
        "frustum": lambda: heights.frustum(
            plan, height, separation, geometry.edge_radius, geometry.plateau_fraction
        ),
        "height-map": lambda: heights.height_map(plan, geometry.height_map, height, separation),
    }
    return np.column_stack([plan, functions[geometry.shape]()])


# Planforms


def _planform(geometry: ContourGeometry, layers: int) -> Planform:
    planform = _edged(geometry) if geometry.shape in EDGED else _regular(geometry)
    _refuse_more_than_most(len(planform.cells) * layers)
    return planform


def _refuse_large_map(geometry: ContourGeometry, counts: list[int]) -> None:
    """Refuse a height map with so many cells along each side that one of the bodies would run
    for hours or fill the memory.
    """
    purpose = "flow" if geometry.lithium_thickness else "current"
    layers = max(len(levels) - 1 for levels in _levels(geometry))
    nodes, most = prod(3 * count + 1 for count in (*counts, layers)), MOST_MAP_NODES[purpose]
    if nodes > most:
        raise InputError(
            f"geometry.height_map takes {' x '.join(map(str, counts))} cells of third order and "
            f"{layers} layers: about {nodes} unknowns of "
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
    steepness = geometry.height / geometry.separation
    if geometry.shape == "height-map":
        return geometry.map_piece / geometry.refinement
    return geometry.separation / 2 / ceil(geometry.refinement * (3.3 + 10 * steepness))


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
    cuts = [np.linspace(0, 1, count + 1) for count in counts]
    if len(cuts) == 1:
        return interval(geometry.size[0] * cuts[0])
    x, y = geometry.size
    return quadrilaterals([(np.array([[[0, 0], [0, y]], [[x, 0], [x, y]]]), *cuts)])


def _edged(geometry: ContourGeometry) -> Planform:
    """Cells between the edges of a pyramid or frustum and smaller towards them.

    Edges run along the diagonal and along lines of equal distance from the apex, which cut the
    quarter cell into frames.
    """
    half, piece, smallest = geometry.separation / 2, _piece(geometry), _finest_piece(geometry)
    rims = {
        "pyramid": (),
        "frustum": (
            half / 2 * geometry.plateau_fraction,
            half - half / 2 * geometry.plateau_fraction,
        ),
    }[geometry.shape]
    grade = partial(graded_to_both, first=smallest, largest=piece, growth=2.0)
    if geometry.dimension == "2d":
        ends = (0.0, *rims, half)
        pieces = [start + grade(end - start) for start, end in pairwise(ends)]
        return interval(np.unique(np.concatenate(pieces).round(12)))
    core = rims[0] if rims else half / 3
    outwards = graded(1.0, 2 * smallest / core, 2 * piece / core, 2.0)
    tangential = np.concatenate([outwards / 2, 1 - outwards[-2::-1] / 2])
    blocks = _core(core, outwards)
    for inner, outer in zip((core, *rims[1:]), (*rims[1:], half), strict=True):
        radial = grade(outer - inner) / (outer - inner)
        blocks.append(
            (
                np.array([[[inner, 0], [inner, inner]], [[outer, 0], [outer, outer]]]),
                radial,
                tangential,
            )
        )
    # The other side of the diagonal.
    return quadrilaterals(
        [
            *blocks,
            *(
                (corners[..., ::-1].transpose(1, 0, 2), second, first)
                for corners, first, second in blocks
            ),
        ]
    )


def _core(size: float, breaks: np.ndarray) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Blocks of the triangle (0, 0), (size, 0), (size, size): one at each corner, cut by
    `breaks` from the corner on.
    """
    corners = size * np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]])
    middle = corners.mean(axis=0)
    blocks = []
    for corner, following, last in zip(
        corners, np.roll(corners, -1, axis=0), np.roll(corners, 1, axis=0), strict=True
    ):
        blocks.append(
            (
                np.array([[corner, (corner + last) / 2], [(corner + following) / 2, middle]]),
                breaks,
                breaks,
            )
        )
    return blocks


# Levels, tags and places


def _levels(geometry: ContourGeometry) -> tuple[np.ndarray, np.ndarray]:
    """Distances of the levels of the electrolyte and of the lithium from the mean plane; just 0
    where there is no lithium.

    The first layer is a fixed share of the smallest cell of the planform.
    """
    smallest, growth = _finest_piece(geometry), 2.0 ** (1 / geometry.refinement)
    # creep changes fast along the wall
    layers = ((geometry.electrolyte_thickness, 0.7), (geometry.lithium_thickness, 0.25))
    above, below = (
        graded(thickness, share * smallest, thickness / 2, growth) if thickness else np.zeros(1)
        for thickness, share in layers
    )
    return above, below


def _tags(mesh: Mesh, geometry: ContourGeometry, levels: np.ndarray):
    """Tags of cells and facets while the mesh is still a straight box."""
    vertical = mesh.topology.dim - 1
    tolerance = 1e-6 * geometry.separation
    ends = [
        (name, vertical, level)
        for name, level in (("top", levels.max()), ("collector", levels.min()))
        if level != 0
    ]
    places = [("interface", vertical, 0.0), *ends]
    for axis, length in enumerate(geometry.size):
        places += [(f"side_{'xy'[axis]}", axis, 0.0), (f"side_{'xy'[axis]}", axis, length)]
    mesh.topology.create_connectivity(vertical, vertical + 1)
    found = [
        locate_entities(
            mesh, vertical, lambda x, axis=axis, at=at: np.abs(x[axis] - at) < tolerance
        )
        for _, axis, at in places
    ]
    values = [
        np.full(len(facets), TAGS[name], np.int32)
        for facets, (name, _, _) in zip(found, places, strict=True)
    ]
    facets, first = np.unique(np.concatenate(found), return_index=True)
    cells = mesh.topology.index_map(vertical + 1)
    everywhere = np.arange(cells.size_local + cells.num_ghosts, dtype=np.int32)
    upper = locate_entities(mesh, vertical + 1, lambda x: x[vertical] > -tolerance)
    bodies = np.where(np.isin(everywhere, upper), TAGS["electrolyte"], TAGS["lithium"]).astype(
        np.int32
    )
    return meshtags(mesh, vertical + 1, everywhere, bodies), meshtags(
        mesh, vertical, facets, np.concatenate(values)[first]
    )


def _lift(mesh: Mesh, geometry: ContourGeometry, levels: np.ndarray) -> None:
    """Move the nodes so that those of the level zero lie on the surface and the others in
    between follow.
    """
    vertical = mesh.topology.dim - 1
    places = mesh.geometry.x[:, : vertical + 1]
    plan, level = places[:, :vertical], places[:, vertical]
    far = np.where(level > 0, max(levels.max(), 1e-300), min(levels.min(), -1e-300))
    shift = on_surface(geometry, plan) - np.column_stack([plan, np.zeros(len(plan))])
    mesh.geometry.x[:, : vertical + 1] = places + (1 - level / far)[:, None] * shift
    if mesh.comm.allreduce(_least_jacobian(mesh), op=MPI.MIN) <= 0:
        raise SetupError(
            "the mesh has cells that are turned inside out; raise geometry.refinement, the edge "
            "radius or the thicknesses"
        )


def _least_jacobian(mesh: Mesh) -> float:
    """Smallest Jacobian determinant at quadrature points and nodes of this rank's cells."""
    element = mesh.ufl_domain().ufl_coordinate_element().sub_elements[0].basix_element
    # cusps show at corners alone
    points = np.concatenate([basix.make_quadrature(element.cell_type, 6)[0], element.points])
    slopes = element.tabulate(1, points)[1:, :, :, 0]  # axis, point, node
    nodes = mesh.geometry.x[mesh.geometry.dofmap][..., : mesh.topology.dim]
    return float(
        np.linalg.det(np.einsum("apn,cni->cpia", slopes, nodes, optimize=True)).min(initial=np.inf)
    )
