"""The mesh of a body beside a front: second-order triangles whose nodes on the front are given."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from mpi4py import MPI

from anodex.meshes.session import build, generate
from anodex.meshes.sizes import graded_size
from anodex.meshes.tagged import TaggedMesh
from anodex.models.errors import SetupError

LEAST_JACOBIAN = 1e-3  # smallest over largest Jacobian determinant in a cell


@dataclass(frozen=True)
class Outline:
    """What closes the body.

    Attributes
    ----------
    corners
        Places (x, y) [um] from the end of an open front back to its beginning, shape (n, 2),
        without these two; around a closed front the corners of the outline outside it.
    names
        Of the straight sides: one more than there are corners beside an open front, as many around
        a closed one. Sides of one name are one part.
    """

    corners: np.ndarray
    names: tuple[str, ...]


def build_beside_front(
    nodes: np.ndarray,
    outline: Outline,
    comm: MPI.Comm,
    closed: bool = False,
    growth: float = 0.3,
    largest: float = np.inf,
) -> TaggedMesh:
    """Mesh of the body to the left of a front, with the parts "body", "front" and those of the
    outline; collective.

    Parameters
    ----------
    nodes
        Of the front in order: end, middle, end, ..., shape (2 facets + 1, 2) [um], the same on all
        ranks; they become the first nodes of the mesh, in this order. The last of a closed front is
        its first again, and no node of its own.
    growth
        Of cells, from one to the next away from the front.
    largest
        Cell size far away [um].

    Raises
    ------
    SetupError
        On every rank, if Gmsh fails or a cell is turned inside out. A front that crosses itself
        must not come here: Gmsh would never end.
    """
    names = ["front", *dict.fromkeys(outline.names)]
    tags = {"body": 1, **{name: 11 + number for number, name in enumerate(names)}}

    def draw() -> None:
        _draw(nodes[:-1] if closed else nodes, closed, outline, tags)
        generate(2, 1, size_beside(nodes, growth, largest))
        curve_cells(nodes[:-1] if closed else nodes, closed)

    return build(draw, tags, comm, 2)


def _draw(nodes: np.ndarray, closed: bool, outline: Outline, tags: Mapping[str, int]) -> None:
    """The front as a discrete curve with its own nodes, the sides as lines."""
    import gmsh

    geo = gmsh.model.geo
    begin, finish = draw_front(nodes, closed)
    points = [geo.addPoint(*corner, 0) for corner in outline.corners]
    way = [*points, points[0]] if closed else [finish, *points, begin]
    lines = [geo.addLine(*pair) for pair in pairwise(way)]
    loops = [geo.addCurveLoop(lines if closed else [1, *lines])]
    if closed:
        loops.append(geo.addCurveLoop([1]))
    surface = geo.addPlaneSurface(loops)
    geo.synchronize()
    gmsh.model.addPhysicalGroup(2, [surface], tags["body"], "body")
    for name, tag in tags.items():
        sides = [line for line, side in zip(lines, outline.names, strict=True) if side == name]
        if name != "body":
            gmsh.model.addPhysicalGroup(1, [1] if name == "front" else sides, tag, name)


def draw_front(nodes: np.ndarray, closed: bool = False) -> tuple[int, int]:
    """Draw a front in the current Gmsh model as the discrete curve 1 with its own nodes; gives the
    tags of the points where it begins and ends.
    """
    import gmsh

    mesh = gmsh.model.mesh
    ends = np.column_stack([nodes, np.zeros(len(nodes))])[::2]
    numbers = np.arange(1, len(ends) + 1)
    last = -1 if not closed else len(ends)
    begin, finish = 1, 1 if closed else 2
    for point, number in ((begin, 0), (finish, -1))[: 1 if closed else 2]:
        gmsh.model.addDiscreteEntity(0, point)
        gmsh.model.setCoordinates(point, *ends[number])
        mesh.addNodes(0, point, [numbers[number]], ends[number])
    gmsh.model.addDiscreteEntity(1, 1, [begin, finish])
    mesh.addNodes(1, 1, numbers[1:last], ends[1:last].reshape(-1))
    pairs = np.column_stack([numbers, np.roll(numbers, -1)])[: None if closed else -1]
    mesh.addElementsByType(1, 1, [], pairs.reshape(-1))
    return begin, finish


def curve_cells(nodes: np.ndarray, closed: bool) -> None:
    """Make the cells second-order, put the middles of the front in their places, and number the
    front's nodes first.
    """
    import gmsh

    mesh = gmsh.model.mesh
    mesh.setOrder(2)
    facets = mesh.getElements(1, 1)[2][0].reshape(-1, 3)  # first end, second end, middle
    middles = facets[:, 2]
    places = np.column_stack([nodes, np.zeros(len(nodes))])
    for tag, place in zip(middles, places[1::2], strict=True):
        mesh.setNode(tag, place, [])
    front: np.ndarray = np.column_stack([facets[:, 0], middles]).reshape(-1)
    if not closed:
        front = np.append(front, facets[-1, 1])
    every = mesh.getNodes()[0]
    others = np.setdiff1d(every, front)
    mesh.renumberNodes(np.concatenate([front, others]), np.arange(1, len(every) + 1))
    cells = mesh.getElementsByType(9)[0]
    if np.min(mesh.getElementQualities(cells, "minSJ")) < LEAST_JACOBIAN:
        raise SetupError(
            "the front turns too sharply for its cells, which are turned inside out; give more "
            "cells along it"
        )


def size_beside(nodes: np.ndarray, growth: float, largest: float):
    """Gmsh size callback: as long as the facets at the front, growing away from it."""
    ends = nodes[::2]
    lengths = np.linalg.norm(np.diff(ends, axis=0), axis=1)
    size = graded_size((ends[:-1] + ends[1:]) / 2, lengths, growth, largest)
    return lambda _dimension, _tag, x, y, _z, _given: size(x, y)
