"""The mesh of a slab between two electrodes."""

import numpy as np
import pytest
import ufl
from dolfinx import fem
from mpi4py import MPI

from anodex.meshes.slab import TAGS, SlabGeometry, build_slab
from anodex.models.discrete.fields import total

COMM = MPI.COMM_WORLD
PLANE = SlabGeometry(length=40.0, width=11.0, fine_from=20.0, cell_size=1.0, coarsening=4.0)
BOX = SlabGeometry(length=20.0, width=6.0, depth=4.0, fine_from=8.0, cell_size=1.0, coarsening=3.0)
SIDES = {
    "left": (0, 0.0),
    "right": (0, 1.0),
    "bottom": (1, 0.0),
    "top": (1, 1.0),
    "back": (2, 0.0),
    "front": (2, 1.0),
}


@pytest.mark.parametrize("simplices", [False, True])
@pytest.mark.parametrize("geometry", [PLANE, BOX])
def test_every_tag_lies_where_it_should(geometry, simplices):
    tagged = build_slab(geometry, COMM, simplices)
    place = ufl.SpatialCoordinate(tagged.mesh)
    measures = {
        name: ufl.Measure("ds", tagged.mesh, subdomain_data=tagged.facets)(TAGS[name])
        for name in SIDES
    }
    volume = np.prod(geometry.sides)
    body = ufl.Measure("dx", tagged.mesh, subdomain_data=tagged.cells)(TAGS["body"])
    assert total(COMM, fem.form(fem.Constant(tagged.mesh, 1.0) * body)) == pytest.approx(volume)
    for name, (axis, share) in SIDES.items():
        area = volume / geometry.sides[axis] if axis < len(geometry.sides) else 0.0
        assert total(
            COMM, fem.form(fem.Constant(tagged.mesh, 1.0) * measures[name])
        ) == pytest.approx(area)
        if area:
            moment = total(COMM, fem.form(place[axis] * measures[name]))
            assert moment == pytest.approx(share * geometry.sides[axis] * area)


@pytest.mark.parametrize(
    ("geometry", "cell", "pieces"),
    [
        (PLANE, "quadrilateral", 1),
        (BOX, "hexahedron", 1),
        (PLANE, "triangle", 2),
        (BOX, "tetrahedron", 6),
    ],
)
def test_cells_are_those_between_the_mesh_lines(geometry, cell, pieces):
    mesh = build_slab(geometry, COMM, simplices=pieces > 1).mesh
    assert mesh.topology.cell_name() == cell
    assert mesh.topology.index_map(mesh.topology.dim).size_global == pieces * np.prod(
        [len(places) - 1 for places in geometry.places]
    )
    for axis, places in enumerate(geometry.places):
        here = mesh.geometry.x[:, axis]
        assert np.abs(here[:, None] - places).min(axis=1).max(initial=0.0) < 1e-9 * geometry.length


def test_cells_are_square_in_the_fine_part_and_grow_away_from_it():
    along, across = PLANE.places
    sizes, fine = np.diff(along), along[:-1] > PLANE.fine_from - 1e-9
    assert np.allclose(sizes[fine], 1.0) and fine.sum() == 20
    assert np.allclose(np.diff(across), 1.0)
    coarse = sizes[~fine]
    assert coarse[0] / coarse[-1] == pytest.approx(4.0)
    assert np.allclose(coarse[1:] / coarse[:-1], coarse[1] / coarse[0])
    assert coarse[-1] == pytest.approx(1.0, rel=0.05)
    assert along[0] == 0.0 and along[-1] == 40.0


@pytest.mark.parametrize("coarsening", [1.0, 2.0, 8.0, 30.0])
def test_the_smallest_growing_cell_follows_the_square_ones(coarsening):
    geometry = SlabGeometry(
        length=1000.0, width=10.0, fine_from=200.0, cell_size=1.0, coarsening=coarsening
    )
    sizes = np.diff(geometry.places[0][geometry.places[0] < 200.0 + 1e-9])
    assert sizes[-1] == pytest.approx(1.0, rel=0.1)
    assert sizes[0] == pytest.approx(coarsening * sizes[-1])


def test_cells_are_square_everywhere_without_a_coarse_part_and_whole_cells_fit():
    geometry = SlabGeometry(length=10.3, width=2.2, cell_size=1.0)
    assert [len(places) - 1 for places in geometry.places] == [10, 2]
    assert np.allclose(np.diff(geometry.places[0]), 1.03)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"length": 0.0}, r"length is 0 um; it must be positive"),
        ({"depth": -1.0}, r"depth is -1 um; it must be positive"),
        ({"cell_size": 12.0}, r"cell_size is 12 um; give no more than the shortest side, 11 um"),
        ({"coarsening": 0.5}, r"coarsening is 0.5; give 1"),
        (
            {"fine_from": 40.0},
            r"fine_from is 40 um; it must lie between 0 and length less one cell, 39 um",
        ),
        (
            {"fine_from": 4.0},
            r"fine_from is 4 um, too short .* give 0 um, 5 um or more, or a smaller coarsening",
        ),
    ],
)
def test_wrong_numbers_are_named(wrong, message):
    with pytest.raises(ValueError, match=message):
        SlabGeometry(**{"length": 40.0, "width": 11.0, "coarsening": 4.0, **wrong})


def test_a_mesh_is_spread_over_the_ranks_alike_each_time():
    """Large enough for threads of the graph partitioner to make a difference."""
    geometry = SlabGeometry(length=200.0, width=200.0, cell_size=1.0)
    meshes = [build_slab(geometry, COMM).mesh for _ in range(3)]
    first, *others = [mesh.topology.original_cell_index for mesh in meshes]
    for other in others:
        np.testing.assert_array_equal(other, first)
