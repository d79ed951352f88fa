"""The mesh of a quarter of a box with a void in it, whose surface is a front that moves:
second-order triangles on both sides of given nodes.
"""

import numpy as np
from mpi4py import MPI

from anodex.meshes.beside_front import curve_cells, draw_front, size_beside
from anodex.meshes.crack_path import CrackPath
from anodex.meshes.session import build, generate
from anodex.meshes.tagged import TaggedMesh
from anodex.meshes.void_mesh import TAGS

GROWTH = 0.3  # of cells, from one to the next away from the front


def build_around_front(
    nodes: np.ndarray,
    box: tuple[float, float],
    comm: MPI.Comm,
    path: CrackPath | None = None,
) -> TaggedMesh:
    """Mesh of the void right of a front and of the matrix left of it, with the parts that
    `anodex.meshes.void_mesh.build_void` gives in a plane; collective.

    Parameters
    ----------
    nodes
        Of the front from x = 0 to the tip at y = 0: end, middle, end, ..., shape
        (2 facets + 1, 2) [um], the same on all ranks; they become the first nodes of the mesh, in
        this order.
    box
        Length and height of the meshed part of the box [um].
    path
        Where a crack may run ahead of the tip: cells are small there.

    Raises
    ------
    SetupError
        On every rank, if Gmsh fails or a cell is turned inside out. A front that crosses itself
        must not come here: Gmsh would never end.
    """
    tags = {name: tag for name, tag in TAGS.items() if not name.endswith("_z")}

    def draw() -> None:
        _draw(nodes, box, tags)
        generate(2, 1, _size(nodes, max(box) / 6, path))
        curve_cells(nodes, closed=False)

    return build(draw, tags, comm, 2)


def _size(nodes: np.ndarray, largest: float, path: CrackPath | None):
    beside = size_beside(nodes, GROWTH, largest)
    if path is None:
        return beside
    return lambda *place: min(beside(*place), path.size(place[2], place[3]))


def _draw(nodes: np.ndarray, box: tuple[float, float], tags: dict[str, int]) -> None:
    import gmsh

    geo, (length, height) = gmsh.model.geo, box
    apex, tip = draw_front(nodes)
    origin, right, corner, top = (
        geo.addPoint(*place, 0) for place in ((0, 0), (length, 0), (length, height), (0, height))
    )
    across, along = geo.addLine(origin, apex), geo.addLine(tip, origin)
    ahead, end = geo.addLine(tip, right), geo.addLine(right, corner)
    lid, above = geo.addLine(corner, top), geo.addLine(top, apex)
    void = geo.addPlaneSurface([geo.addCurveLoop([1, along, across])])
    matrix = geo.addPlaneSurface([geo.addCurveLoop([1, ahead, end, lid, above])])
    geo.synchronize()
    lines = {
        "void_surface": [1],
        "symmetry_x": [across, above],
        "symmetry_y": [along, ahead],
        "outer_x": [end],
        "outer_y": [lid],
    }
    for name, members in lines.items():
        gmsh.model.addPhysicalGroup(1, members, tags[name], name)
    for name, surface in (("void", void), ("matrix", matrix)):
        gmsh.model.addPhysicalGroup(2, [surface], tags[name], name)
