"""Planforms swept through levels into cells of third and fourth order, on any number of ranks."""

import numpy as np
import pytest
import ufl
from dolfinx import fem
from mpi4py import MPI

from anodex.meshes.planform import interval, quadrilaterals
from anodex.meshes.swept import spread, swept
from anodex.models.discrete.compat import geometry_dofmap

COMM = MPI.COMM_WORLD
BREAKS = np.array([0.0, 0.25, 1.0])
BLOCK = (np.array([[[0, 0], [0, 3]], [[2, 0], [2, 3]]], dtype=float), BREAKS, BREAKS)
PLANS = {  # by dimension and order
    (2, 3): interval(2 * BREAKS),
    (3, 3): quadrilaterals([BLOCK]),
    (2, 4): interval(2 * BREAKS, 4),
    (3, 4): quadrilaterals([BLOCK], 4),
}


def integral(mesh, value):
    return COMM.allreduce(fem.assemble_scalar(fem.form(value * ufl.dx(mesh))))


@pytest.mark.parametrize("direction", [1, -1])
@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("order", [3, 4])
def test_volume_and_first_moments_are_exact_whichever_way_the_levels_go(
    dimension, direction, order
):
    mesh = swept(PLANS[dimension, order], direction * np.array([0.0, 1.0, 3.0, 4.0]), COMM)
    assert mesh.topology.index_map(dimension).size_global == 3 * 2 ** (dimension - 1)
    assert geometry_dofmap(mesh).shape[1] == (order + 1) ** dimension
    x = ufl.SpatialCoordinate(mesh)
    volume = 4 * (2 if dimension == 2 else 6)
    assert integral(mesh, fem.Constant(mesh, 1.0)) == pytest.approx(volume)
    assert integral(mesh, x[dimension - 1]) == pytest.approx(direction * 2 * volume)
    assert integral(mesh, ufl.sign(ufl.JacobianDeterminant(mesh))) == pytest.approx(volume)


@pytest.mark.parametrize("dimension", [2, 3])
def test_nodes_of_the_first_level_keep_the_numbers_of_the_planform(dimension):
    plan = PLANS[dimension, 3]
    for direction in (1, -1):
        mesh = swept(plan, direction * np.array([0.0, 1.0, 3.0]), COMM)
        numbers, places = mesh.geometry.input_global_indices, mesh.geometry.x
        first = places[:, dimension - 1] == 0
        np.testing.assert_array_equal(first, numbers < len(plan.points))
        np.testing.assert_allclose(
            places[first][:, : dimension - 1], plan.points[numbers[first]], atol=1e-14
        )


def test_a_planform_alone_can_lie_in_space():
    plan = PLANS[3, 3]
    mesh = spread(np.column_stack([plan.points, plan.points @ [0.0, 0.75]]), plan.cells, COMM)
    assert (mesh.topology.dim, mesh.geometry.dim) == (2, 3)
    assert integral(mesh, fem.Constant(mesh, 1.0)) == pytest.approx(6 * 1.25)


def test_all_cells_arrive_once_and_ghosts_share_facets():
    mesh = swept(PLANS[3, 3], np.linspace(0, 1, 5), COMM)
    owned = mesh.topology.index_map(3)
    middles = mesh.geometry.x[geometry_dofmap(mesh)[: owned.size_local]].mean(axis=1)
    everywhere = np.concatenate(COMM.allgather(middles)).round(9)
    assert len(np.unique(everywhere, axis=0)) == owned.size_global == len(everywhere)
    assert COMM.size == 1 or COMM.allreduce(owned.num_ghosts) > 0
