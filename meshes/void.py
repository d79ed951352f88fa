"""A void in a box: the spindle, ellipse, dot or crack of the system `spindle_void`.

The long axis of the void is x and its centre the origin. Symmetry leaves x >= 0 and y >= 0 (and z
>= 0 in 3-D, where the void is the body of revolution about x). The axisymmetric mesh is the plane
one, read with y as the radius.
"""

from dataclasses import dataclass
from math import pi
from typing import Literal

import gmsh
import numpy as np
from mpi4py import MPI

from anodex.meshes import outline
from anodex.meshes.session import build, generate
from anodex.meshes.sizes import graded_size
from anodex.meshes.tagged import TaggedMesh

TAGS = {
    "matrix": 1,
    "void": 2,
    "void_surface": 11,
    "symmetry_x": 12,
    "symmetry_y": 13,
    "symmetry_z": 14,
    "outer_x": 15,
    "outer_y": 16,
    "outer_z": 17,
}

# tip radius over length: below it OpenCASCADE, which resolves 1e-7, merges the ends of the tip arc
SMALLEST_ROUNDING = 1e-4
# tip radius of a spindle over half its width: at 1 its arcs become straight lines
LARGEST_ROUNDING = 0.99


def tip_radius_range(shape: str, length: float, width: float) -> tuple[float, float]:
    """Smallest and largest tip radius [um] that fits a shape of a length and width [um]; a
    spindle may also be sharp, with 0.
    """
    half_length, half_width = length / 2, width / 2
    if shape == "spindle":
        return min(
            SMALLEST_ROUNDING * length, LARGEST_ROUNDING * half_width
        ), LARGEST_ROUNDING * half_width
    return (
        half_width**2 / half_length,
        half_width if shape == "crack" else half_width**2 / half_length,
    )


def largest_tip_radius(shape: str, length: float, width: float) -> float:
    """Largest tip radius [um] that fits a shape of a length and width [um]."""
    return tip_radius_range(shape, length, width)[1]


@dataclass(frozen=True)
class VoidGeometry:
    """Void in a box; all lengths in um.

    Attributes
    ----------
    shape
        "spindle": two circular arcs with rounded tips; "ellipse"; "dot": circle or sphere; "crack":
        slot with half-elliptic ends.
    length, width
        Of the whole void along and across x. A dot needs width = length. A crack may have width 0
        in plane strain: then it is the segment 0 <= x <= length / 2 of the plane y = 0, tagged
        "void_surface", and no cell is "void".
    tip_radius
        Radius of curvature at the tip. None: a tenth of the width for a spindle, half the width for
        a crack. 0: a sharp spindle. Ellipse and dot do not read it, it follows from their length
        and width.
    dimension
        "plane-strain", "axisymmetric" (about x) or "3d".
    box_length, box_height
        Of the meshed part of the box along x and across. None: 8 times `length`.
    tip_cells
        Cells along a quarter circle of the tip radius.
    tip_size
        Cell size at the tip, instead of `tip_cells`. None with a sharp tip: `length` / 400.
    far_size
        Largest cell size. None: an eighth of the longer side of the box.
    growth
        Growth of the cell size per distance from tip and void. None: 0.09 in two dimensions, 0.25
        in three.
    refinement
        Divides all cell sizes.
    order
        1: straight cells, 2: curved cells.

    Raises
    ------
    ValueError
        If the numbers make no void; the message says what was given and what is allowed.
    """

    shape: Literal["spindle", "ellipse", "dot", "crack"]
    length: float
    width: float
    tip_radius: float | None = None
    dimension: Literal["plane-strain", "axisymmetric", "3d"] = "plane-strain"
    box_length: float | None = None
    box_height: float | None = None
    tip_cells: int = 8
    tip_size: float | None = None
    far_size: float | None = None
    growth: float | None = None
    refinement: float = 1.0
    order: Literal[1, 2] = 2

    def __post_init__(self):
        self._check_body()
        self._check_tip()
        for name in ("tip_cells", "tip_size", "far_size", "growth", "refinement"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise ValueError(f"{name} is {value:g}; it must be positive")
        if self.order not in (1, 2):
            raise ValueError(
                f"order is {self.order}; it must be 1 (straight cells) or 2 (curved cells)"
            )

    def _check_body(self):
        if self.shape not in ("spindle", "ellipse", "dot", "crack"):
            raise ValueError(f"shape is '{self.shape}'; known shapes: spindle, ellipse, dot, crack")
        if self.dimension not in ("plane-strain", "axisymmetric", "3d"):
            raise ValueError(
                f"dimension is '{self.dimension}'; it must be plane-strain, axisymmetric or 3d"
            )
        if not 0 <= self.width <= self.length or self.length == 0:
            raise ValueError(
                f"width {self.width:g} um and length {self.length:g} um: 0 < width <= length must "
                "hold"
            )
        if self.width == 0 and (self.shape, self.dimension) != ("crack", "plane-strain"):
            raise ValueError(
                f"a {self.shape} of width 0 in {self.dimension}: only a crack in plane-strain may "
                "have no width"
            )
        if self.shape == "dot" and self.width != self.length:
            raise ValueError(
                f"a dot needs width = length; given width {self.width:g} um and length "
                f"{self.length:g} um"
            )
        for name, least in (("box_length", self.length / 2), ("box_height", self.width / 2)):
            value = getattr(self, name)
            if value is not None and not value > least:
                raise ValueError(
                    f"{name} is {value:g} um; it must exceed {least:g} um, the part of the void "
                    "that it holds"
                )

    def _check_tip(self):
        radius = self.radius
        low, high = tip_radius_range(self.shape, self.length, self.width)
        if not (
            low * (1 - 1e-9) <= radius <= high * (1 + 1e-9)
            or (self.shape == "spindle" and radius == 0)
        ):
            sharp = "0 (sharp) or " if self.shape == "spindle" else ""
            raise ValueError(
                f"tip_radius is {radius:g} um; a {self.shape} {self.length:g} um by {self.width:g} "
                f"um takes {sharp}{low:g} to {high:g} um"
            )

    @property
    def radius(self) -> float:
        """Radius of curvature at the tip [um], 0 for a sharp tip."""
        if self.shape in ("ellipse", "dot"):
            return largest_tip_radius(self.shape, self.length, self.width)
        if self.tip_radius is None:
            return self.width / 10 if self.shape == "spindle" else self.width / 2
        return self.tip_radius

    @property
    def box(self) -> tuple[float, float]:
        """Length and height of the meshed part of the box [um]."""
        return self.box_length or 8 * self.length, self.box_height or 8 * self.length

    @property
    def outline(self) -> list[outline.Arc | outline.Line]:
        """Curves from the apex (0, width / 2) to the tip."""
        a, b = self.length / 2, self.width / 2
        if self.shape == "spindle":
            return outline.spindle(a, b, self.radius)
        return outline.crack(a, b, self.radius) if self.shape == "crack" else outline.ellipse(a, b)


def tip(geometry: VoidGeometry) -> tuple[float, float, float]:
    """Tip of the void (x, y, z) [um], a vertex of the mesh."""
    return geometry.length / 2, 0.0, 0.0


def build_void(geometry: VoidGeometry, comm: MPI.Comm) -> TaggedMesh:
    """Mesh of the void and the matrix around it, with the parts named in `TAGS`.

    A name whose part is empty (the void of a crack without width) keeps its tag; "symmetry_z" and
    "outer_z" exist in 3-D only.

    Raises
    ------
    SetupError
        On every rank, if Gmsh fails.
    """
    dimension = 3 if geometry.dimension == "3d" else 2
    tags = {name: tag for name, tag in TAGS.items() if dimension == 3 or not name.endswith("_z")}
    return build(lambda: _draw(geometry, dimension, tags), tags, comm, dimension)


def _draw(geometry: VoidGeometry, dimension: int, tags: dict[str, int]) -> None:
    """Draw, name and mesh the void in the current Gmsh model."""
    void = _draw_void(geometry, dimension)
    length, height = geometry.box
    occ = gmsh.model.occ
    box = (
        occ.addBox(0, 0, 0, length, height, height)
        if dimension == 3
        else occ.addRectangle(0, 0, 0, length, height)
    )
    _, (box_pieces, void_pieces) = occ.fragment([(dimension, box)], [void])
    occ.synchronize()
    void_cells = [tag for piece, tag in void_pieces if piece == dimension]
    cells = {"void": void_cells, "matrix": [tag for _, tag in box_pieces if tag not in void_cells]}
    for entities, names in (
        (cells, dimension),
        (_facets(geometry, dimension, cells), dimension - 1),
    ):
        for name, members in entities.items():
            if members:
                gmsh.model.addPhysicalGroup(names, members, tags[name], name)
    generate(dimension, geometry.order, _size(geometry, dimension))


def _draw_void(geometry: VoidGeometry, dimension: int) -> tuple[int, int]:
    """The quarter or octant of the void: its dimension and tag in the current Gmsh model."""
    occ = gmsh.model.occ
    curves = geometry.outline
    ends = [
        curves[0].points(2)[0],
        *(curve.points(2)[-1] for curve in curves[:-1]),
        tip(geometry)[:2],
    ]
    points = [occ.addPoint(*end, 0) for end in ends]
    drawn = [
        curve.draw(first, last)
        for curve, first, last in zip(curves, points[:-1], points[1:], strict=True)
    ]
    if geometry.width == 0:
        return 1, drawn[0]
    origin = occ.addPoint(0, 0, 0)
    axis, side = occ.addLine(points[-1], origin), occ.addLine(origin, points[0])
    surface = 2, occ.addPlaneSurface([occ.addCurveLoop([*drawn, axis, side])])
    if dimension == 2:
        return surface
    return next(
        entity for entity in occ.revolve([surface], 0, 0, 0, 1, 0, 0, pi / 2) if entity[0] == 3
    )


def _facets(
    geometry: VoidGeometry, dimension: int, cells: dict[str, list[int]]
) -> dict[str, list[int]]:
    """Entities of each named boundary: the void surface lies between void and matrix, the others
    each in one plane of the box.
    """

    def boundary(members):
        return {
            tag
            for _, tag in gmsh.model.getBoundary(
                [(dimension, tag) for tag in members], oriented=False
            )
        }

    sides = {name: boundary(members) for name, members in cells.items()}
    facets = {"void_surface": sorted(sides["void"] & sides["matrix"])}
    length, height = geometry.box
    for entity in sorted(sides["void"] ^ sides["matrix"]):
        centre = gmsh.model.occ.getCenterOfMass(dimension - 1, entity)
        name = _plane(centre[:dimension], (length, height, height))
        if geometry.width == 0 and name == "symmetry_y" and centre[0] < geometry.length / 2:
            name = "void_surface"
        facets.setdefault(name, []).append(entity)
    return facets


def _plane(centre: tuple[float, ...], box: tuple[float, float, float]) -> str:
    """Name of the plane of the box that holds a centre of mass."""
    for axis, place, far in zip("xyz", centre, box, strict=False):
        if abs(place) < 1e-9 * far:
            return f"symmetry_{axis}"
        if abs(place - far) < 1e-9 * far:
            return f"outer_{axis}"
    raise ValueError(f"a surface with centre {centre} lies in no plane of the box {box}")


def _size(geometry: VoidGeometry, dimension: int):
    """Gmsh size callback: small at the tip, fine enough for the curved flank and the thickness
    of the void, growing to the box.
    """
    growth = geometry.growth or (0.09 if dimension == 2 else 0.25)
    smooth_size = geometry.radius * pi / 2 / geometry.tip_cells
    tip_size = geometry.tip_size or smooth_size or geometry.length / 400
    points = np.concatenate([curve.points(100) for curve in geometry.outline])
    flank = np.sum(np.linalg.norm(np.diff(points, axis=0), axis=1)) / 12
    tip_size = min(tip_size, flank)
    # Cells no wider than the void is thick; in 3-D three of them along its quarter turn.
    thickness = points[:, 1] if dimension == 2 else points[:, 1] * pi / 6
    sizes = np.clip(thickness if geometry.width else np.inf, tip_size, flank)
    # the tip circle is even
    beyond_tip = np.maximum(np.linalg.norm(points - tip(geometry)[:2], axis=1) - geometry.radius, 0)
    sizes = np.minimum(sizes, tip_size + growth * beyond_tip)
    far_size = geometry.far_size or max(geometry.box) / 8
    size = graded_size(points, sizes, growth, far_size)

    def callback(_dimension, _tag, x, y, z, _given):
        return size(np.array([x, np.hypot(y, z)])) / geometry.refinement

    return callback
