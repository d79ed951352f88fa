"""The mesh of a void in a box, drawn and meshed by Gmsh."""

from math import pi

import numpy as np
from mpi4py import MPI

from anodex.meshes.session import build, generate
from anodex.meshes.sizes import graded_size
from anodex.meshes.tagged import TaggedMesh
from anodex.meshes.void import VoidGeometry, tip

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
    import gmsh

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
    import gmsh

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
    import gmsh

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
        here = size(x, abs(y) if z == 0 else np.hypot(y, z))
        if geometry.path is not None:
            here = min(here, geometry.path.size(x, y))
        return here / geometry.refinement

    return callback
