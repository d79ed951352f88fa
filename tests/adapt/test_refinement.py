"""Meshes made from a coarse one: sizes, tags, and the same cells on any number of ranks."""

import numpy as np
import pytest
import ufl
from dolfinx import fem
from dolfinx.mesh import Mesh, meshtags
from mpi4py import MPI

from anodex.meshes.slab import TAGS, SlabGeometry, build_slab
from anodex.meshes.tagged import TaggedMesh
from anodex.models.adapt.refinement import refine
from anodex.models.discrete.compat import geometry_dofmap
from anodex.models.discrete.fields import total

COMM = MPI.COMM_WORLD
PLANE = SlabGeometry(length=32.0, width=16.0, cell_size=8.0)
BOX = SlabGeometry(length=16.0, width=8.0, depth=8.0, cell_size=8.0)


def sizes(x: np.ndarray) -> np.ndarray:
    """Fine about a bent front."""
    return 1 + 0.4 * np.abs(x[:, 0] - 10 - 2 * np.sin(x[:, 1]))


def made(geometry: SlabGeometry, comm: MPI.Comm = COMM) -> TaggedMesh:
    return refine(build_slab(geometry, comm, simplices=True), sizes)


def corners(mesh: Mesh) -> np.ndarray:
    """Of all cells in the order in which they were made, on every rank, shape (cells, nodes, 3)."""
    owned = mesh.topology.index_map(mesh.topology.dim).size_local
    here = mesh.geometry.x[geometry_dofmap(mesh)[:owned]]
    order = mesh.topology.original_cell_index[:owned]
    order, found = (
        np.concatenate(parts) for parts in zip(*mesh.comm.allgather((order, here)), strict=True)
    )
    return found[np.argsort(order)]


@pytest.mark.smoke
@pytest.mark.parametrize("geometry", [PLANE, BOX], ids=["plane", "space"])
def test_any_number_of_ranks_makes_the_same_cells(geometry):
    many, one = (corners(made(geometry, comm).mesh) for comm in (COMM, MPI.COMM_SELF))
    assert len(one) > 300
    np.testing.assert_array_equal(many, one)


@pytest.mark.smoke
@pytest.mark.parametrize("geometry", [PLANE, BOX], ids=["plane", "space"])
def test_tags_and_sizes_are_carried_along(geometry):
    tagged = made(geometry)
    place, one = ufl.SpatialCoordinate(tagged.mesh), fem.Constant(tagged.mesh, 1.0)
    volume = np.prod(geometry.sides)
    body = ufl.Measure("dx", tagged.mesh, subdomain_data=tagged.cells)(TAGS["body"])
    assert total(COMM, fem.form(one * body)) == pytest.approx(volume)
    for name, axis, share in (
        ("left", 0, 0.0),
        ("right", 0, 1.0),
        ("bottom", 1, 0.0),
        ("top", 1, 1.0),
    ):
        side = ufl.Measure("ds", tagged.mesh, subdomain_data=tagged.facets)(TAGS[name])
        area = volume / geometry.sides[axis]
        assert total(COMM, fem.form(one * side)) == pytest.approx(area)
        moment = total(COMM, fem.form(place[axis] * side))
        assert moment == pytest.approx(share * geometry.sides[axis] * area)
    found = corners(tagged.mesh)[..., : len(geometry.sides)]
    here = np.abs(np.linalg.det(found[:, 1:] - found[:, :1])) ** (1 / len(geometry.sides))
    assert np.all(
        here
        <= (1 + 1e-5)
        * sizes(found.reshape(-1, found.shape[2])).reshape(found.shape[:2]).min(axis=1)
    )


@pytest.mark.parametrize("depth", [None, 24.0], ids=["plane", "space"])
def test_nodes_on_periodic_sides_match(depth):
    """Although one side alone is to be fine."""
    geometry = SlabGeometry(length=16.0, width=24.0, depth=depth, cell_size=8.0)
    period = (0.0, *geometry.sides[1:])

    def on_sides(period: tuple[float, ...]) -> list[set]:
        base = build_slab(geometry, COMM, simplices=True)
        mesh = refine(base, lambda x: 1.5 + 0.7 * (x[:, 1] + x[:, 2]), period).mesh
        nodes = np.unique(np.round(corners(mesh).reshape(-1, 3), 6), axis=0)
        faces = [
            np.delete(nodes[nodes[:, axis] == place], axis, axis=1)
            for axis, length in enumerate(period or (0.0, geometry.width))
            if length
            for place in (0.0, length)
        ]
        return [set(map(tuple, face)) for face in faces]

    near, far, *others = on_sides(period)
    assert near == far and len(near) > 8
    if others:
        assert others[0] == others[1]
    near, far = on_sides(())
    assert near != far


def test_cells_are_spread_evenly():
    owned = made(PLANE).mesh.topology.index_map(2).size_local
    assert owned == pytest.approx(COMM.allreduce(owned) / COMM.size, rel=0.15)


def test_a_rank_may_hold_nothing_that_is_tagged():
    base = build_slab(PLANE, COMM, simplices=True)
    left = base.facets.find(TAGS["left"])
    alone = meshtags(base.mesh, 1, left, np.full(len(left), 3, dtype=np.int32))
    bare = meshtags(base.mesh, 2, left[:0], left[:0])
    tagged = refine(TaggedMesh(base.mesh, bare, alone, {"end": 3}), sizes)
    side = ufl.Measure("ds", tagged.mesh, subdomain_data=tagged.facets)(3)
    length = total(COMM, fem.form(fem.Constant(tagged.mesh, 1.0) * side))
    assert length == pytest.approx(PLANE.width)
    assert COMM.allreduce(len(tagged.cells.indices)) == 0


def test_the_refined_mesh_can_be_refined_again():
    again = refine(made(PLANE), sizes)
    np.testing.assert_array_equal(corners(again.mesh), corners(made(PLANE).mesh))


def test_a_size_that_is_not_positive_is_told_on_every_rank():
    with pytest.raises(ValueError, match="must be positive"):
        refine(build_slab(PLANE, COMM, simplices=True), lambda x: x[:, 0])


def test_only_simplices_are_refined():
    with pytest.raises(ValueError, match="only straight triangles and tetrahedra"):
        refine(build_slab(PLANE, COMM), sizes)
