"""A mesh made from a coarse one, fine where sizes are wanted: the same on any number of ranks."""

from collections.abc import Callable, Sequence

import numpy as np
from dolfinx.graph import adjacencylist
from dolfinx.io import distribute_entity_data
from dolfinx.mesh import Mesh, MeshTags, entities_to_geometry, meshtags, meshtags_from_entities

from anodex.meshes.tagged import TaggedMesh
from anodex.models.adapt.bisection import Simplices, refined
from anodex.models.discrete.compat import create_mesh, geometry_dofmap
from anodex.models.results.ranks import on_first_rank

UNTAGGED = 0  # of a cell
NEAR = 1e-6  # of the length of a mesh: the same place but for round-off


def refine(
    base: TaggedMesh,
    wanted: Callable[[np.ndarray], np.ndarray],
    period: Sequence[float] = (),
) -> TaggedMesh:
    """Mesh of the same domain whose cells are cut until each is as small as is wanted at all of
    its corners; spread over the ranks anew; collective.

    Cells are cut by one rank: of DOLFINx's own refinement the cells would be the same, but their
    order would change with the number of ranks, by which files know them. It takes no longer.

    Parameters
    ----------
    base
        Mesh of straight triangles or tetrahedra, with positive tags. What bounds its parts stays.
    wanted
        Points, shape (points, 3) -> positive sizes there [um], shape (points,): the edge of a
        square or cube of which two triangles, or six tetrahedra, have the size. It is asked on the
        first rank alone.
    period
        Lengths of the periodic cell along the first axes, 0 along one in which nothing is periodic.
        Nodes on opposite sides match, as those of the base must, which has three cells or more from
        one to the other.

    Raises
    ------
    ValueError
        If the mesh has other cells; on the first rank, if a size is not positive.
    """
    mesh = base.mesh
    element = mesh.ufl_domain().ufl_coordinate_element()
    if mesh.topology.cell_name() not in ("triangle", "tetrahedron") or element.degree > 1:
        raise ValueError("only straight triangles and tetrahedra can be refined")
    coarse, dimension = _gathered(base, period), mesh.geometry.dim

    def sizes(points: np.ndarray) -> np.ndarray:
        filled = np.zeros((len(points), 3))
        filled[:, :dimension] = points
        return wanted(filled)

    fine = on_first_rank(mesh.comm, lambda: refined(coarse, sizes))
    mine = slice(None) if mesh.comm.rank == 0 else slice(0)
    new = create_mesh(mesh.comm, fine.cells[mine], fine.points[mine], element)
    cell_tags = fine.cell_tags[new.topology.original_cell_index]
    cells = np.flatnonzero(cell_tags != UNTAGGED).astype(np.int32)
    facets = _facet_tags(new, fine.facets[mine], fine.facet_tags[mine])
    return TaggedMesh(
        new, meshtags(new, new.topology.dim, cells, cell_tags[cells]), facets, base.tags
    )


def _gathered(base: TaggedMesh, period: Sequence[float]) -> Simplices:
    """The mesh on the first rank, in the order of the mesh generator; what it holds on others has
    no meaning. Collective.
    """
    mesh, comm = base.mesh, base.mesh.comm
    nodes, tdim = mesh.geometry.input_global_indices, mesh.topology.dim
    owned = mesh.topology.index_map(tdim).size_local
    tags = np.full(owned, UNTAGGED, dtype=np.int32)
    known = base.cells.indices < owned
    tags[base.cells.indices[known]] = base.cells.values[known]
    order = mesh.topology.original_cell_index[:owned]
    cells = nodes[geometry_dofmap(mesh)[:owned]]
    known = base.facets.indices < mesh.topology.index_map(tdim - 1).size_local
    mesh.topology.create_connectivity(tdim - 1, tdim)
    tagged = base.facets.indices[known]
    facets: np.ndarray = np.zeros((0, tdim), nodes.dtype)
    if len(tagged):  # DOLFINx divides by their number
        facets = nodes[entities_to_geometry(mesh, tdim - 1, tagged)]
    gathered = [
        np.concatenate(parts)
        for parts in zip(
            *comm.allgather(
                (nodes, mesh.geometry.x, order, cells, tags, facets, base.facets.values[known])
            ),
            strict=True,
        )
    ]
    nodes, points, order, cells, tags, facets, facet_tags = gathered
    _, first = np.unique(nodes, return_index=True)
    by_cell, by_facet = np.argsort(order), np.lexsort(np.sort(facets, axis=1).T)
    points = points[first, : mesh.geometry.dim]
    return Simplices(
        points,
        cells[by_cell],
        tags[by_cell],
        facets[by_facet],
        facet_tags[by_facet],
        _images(points, period),
    )


def _images(points: np.ndarray, period: Sequence[float]) -> np.ndarray:
    """For each node the first of its periodic images."""
    tick = NEAR * np.ptp(points, axis=0).max(initial=0.0)
    ticks = np.rint(points / tick).astype(np.int64)
    for axis, length in enumerate(period):
        if length:
            ticks[:, axis] %= round(length / tick)
    _, first, image = np.unique(ticks, axis=0, return_index=True, return_inverse=True)
    return first[image.reshape(-1)]


def _facet_tags(mesh: Mesh, facets: np.ndarray, tags: np.ndarray) -> MeshTags:
    """Tags of facets that are given by their nodes on the first rank; collective."""
    dimension = mesh.topology.dim - 1
    mesh.topology.create_entities(dimension)
    here, values = distribute_entity_data(mesh, dimension, facets, tags)
    mesh.topology.create_connectivity(dimension, dimension + 1)
    mesh.topology.create_connectivity(dimension, 0)
    return meshtags_from_entities(mesh, dimension, adjacencylist(here), values)
