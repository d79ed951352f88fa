"""Simple domains for exact solutions, with the part names of the spindle-void system."""

from collections.abc import Callable, Mapping

import gmsh
import numpy as np
from dolfinx import mesh as dmesh
from mpi4py import MPI

from anodex.meshes import session
from anodex.meshes.tagged import TaggedMesh

TAGS = {
    "matrix": 1,
    "void_surface": 11,
    "symmetry_x": 12,
    "symmetry_y": 13,
    "outer_x": 15,
    "outer_y": 16,
}


def rectangle(
    size: tuple[float, float], cells: tuple[int, int], sides: Mapping[str, str]
) -> TaggedMesh:
    """Rectangle from the origin, triangles.

    Parameters
    ----------
    size
        Length and height [um].
    cells
        Along and across.
    sides
        "left", "right", "bottom", "top" -> name of the part; sides left out carry no name.
    """
    mesh = dmesh.create_rectangle(
        MPI.COMM_WORLD, [(0.0, 0.0), size], cells, ghost_mode=dmesh.GhostMode.shared_facet
    )
    where: dict[str, Callable] = {
        "left": lambda x: np.isclose(x[0], 0),
        "right": lambda x: np.isclose(x[0], size[0]),
        "bottom": lambda x: np.isclose(x[1], 0),
        "top": lambda x: np.isclose(x[1], size[1]),
    }
    found = [
        (dmesh.locate_entities_boundary(mesh, 1, where[side]), TAGS[name])
        for side, name in sides.items()
    ]
    facets = np.concatenate([entities for entities, _ in found])
    values = np.concatenate(
        [np.full(len(entities), tag, dtype=np.int32) for entities, tag in found]
    )
    facets, first = np.unique(facets, return_index=True)
    owned = mesh.topology.index_map(2)
    cell_ids = np.arange(owned.size_local + owned.num_ghosts, dtype=np.int32)
    cell_tags = dmesh.meshtags(
        mesh, 2, cell_ids, np.full(cell_ids.size, TAGS["matrix"], dtype=np.int32)
    )
    return TaggedMesh(mesh, cell_tags, dmesh.meshtags(mesh, 1, facets, values[first]), TAGS)


def quarter_ring(
    inner: float, outer: float, cell_size: float, inner_name: str, outer_name: str
) -> TaggedMesh:
    """Quarter of a ring, or of a disc where `inner` is zero, with curved second-order triangles.

    `inner_name` and `outer_name` are the parts that the arcs stand for; lengths in um.
    """

    def draw():
        geo = gmsh.model.geo
        centre = geo.addPoint(0, 0, 0)
        outer_points = [geo.addPoint(outer, 0, 0), geo.addPoint(0, outer, 0)]
        inner_points = (
            [geo.addPoint(inner, 0, 0), geo.addPoint(0, inner, 0)] if inner else [centre, centre]
        )
        bottom = geo.addLine(inner_points[0], outer_points[0])
        arc = geo.addCircleArc(outer_points[0], centre, outer_points[1])
        left = geo.addLine(outer_points[1], inner_points[1])
        loop, parts = (
            [bottom, arc, left],
            {outer_name: [arc], "symmetry_y": [bottom], "symmetry_x": [left]},
        )
        if inner:
            inner_arc = geo.addCircleArc(inner_points[1], centre, inner_points[0])
            loop.append(inner_arc)
            parts[inner_name] = [inner_arc]
        surface = geo.addPlaneSurface([geo.addCurveLoop(loop)])
        geo.synchronize()
        gmsh.model.addPhysicalGroup(2, [surface], TAGS["matrix"])
        for name, curves in parts.items():
            gmsh.model.addPhysicalGroup(1, curves, TAGS[name])
        session.generate(2, 2, lambda *_: cell_size)

    return session.build(draw, TAGS, MPI.COMM_WORLD, 2)
