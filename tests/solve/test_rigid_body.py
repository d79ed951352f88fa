"""Rigid bodies that move along an axis at a speed to be found."""

import numpy as np
import pytest
import ufl
from dolfinx import fem, mesh
from mpi4py import MPI

from anodex.models.solve.ties import RigidBody, Ties

COMM = MPI.COMM_WORLD
CELLS = ["triangle", "quadrilateral", "tetrahedron", "hexahedron"]


def lid(flow) -> np.ndarray:
    """Blocks of the velocity on the top."""
    flow.mesh.topology.create_connectivity(flow.dimension - 1, flow.dimension)
    return fem.locate_dofs_topological(
        flow.fields.spaces["velocity"], flow.dimension - 1, flow.facets(flow.dimension - 1, 1.0)
    )


def lidded(flow, force: float):
    """A lid that a force pushes along x over a fluid between a resting bottom and open ends:
    residual and conditions.
    """
    w, _ = ufl.TestFunctions(flow.fields.space)
    top = mesh.locate_entities_boundary(
        flow.mesh, flow.dimension - 1, lambda x: np.isclose(x[flow.dimension - 1], 1.0)
    )
    tags = mesh.meshtags(flow.mesh, flow.dimension - 1, np.sort(top), np.ones(len(top), np.int32))
    push = fem.Constant(flow.mesh, force) * w[0] * ufl.ds(flow.mesh, subdomain_data=tags)(1)
    bottom = [
        flow.fields.hold("velocity", flow.facets(flow.dimension - 1, 0.0), flow.dimension - 1)
    ]
    upright = [
        flow.fields.hold(
            "velocity",
            flow.facets(flow.dimension - 1, 1.0),
            flow.dimension - 1,
            component=component,
        )
        for component in range(1, flow.dimension)
    ]
    return flow.residual(0 * flow.velocity) - push, [*bottom, *upright]


@pytest.fixture
def lid_velocity(solve):
    """Function that solves for a flow under a rigid lid, and gives the lid's velocity along x."""

    def velocity(flow, residual, held) -> np.ndarray:
        nodes = lid(flow)
        ties = Ties(bodies=(RigidBody("velocity", 0, nodes),))
        solve(residual, flow.unknown, held, flow.fields, ties=ties)
        found = flow.fields.extract(flow.unknown, "velocity").x.array
        return found.reshape(-1, flow.dimension)[nodes, 0]

    return velocity


@pytest.mark.parametrize("cell", CELLS)
def test_a_rigid_lid_moves_as_one_and_feels_the_force_that_pushes_it(
    make_flow, solve, lid_velocity, solvers, cell
):
    flow = make_flow(cell, 3)
    velocity = lid_velocity(flow, *lidded(flow, 0.3))
    speed = COMM.allreduce(velocity.max(initial=0.0), op=MPI.MAX)
    assert speed > 0.1
    np.testing.assert_allclose(velocity, speed, rtol=1e-12)

    # The same lid held at that speed is held with that force.
    still = make_flow(cell, 3)
    residual, held = lidded(still, 0.0)
    top = still.fields.hold(
        "velocity",
        still.facets(still.dimension - 1, 1.0),
        still.dimension - 1,
        value=speed,
        component=0,
    )
    solve(residual, still.unknown, [*held, top], still.fields)
    dofs = still.fields.maps["velocity"].reshape(-1, still.dimension)[lid(still), 0]
    reactions = solvers[-1].reactions()
    assert COMM.allreduce(reactions[dofs[dofs < len(reactions)]].sum()) == pytest.approx(
        0.3, rel=1e-8
    )
    np.testing.assert_allclose(still.unknown.x.array, flow.unknown.x.array, atol=1e-8)


def test_a_rigid_body_follows_its_held_node(make_flow, lid_velocity):
    flow = make_flow("quadrilateral", 4)
    residual, held = lidded(flow, 0.3)
    corner = mesh.locate_entities(flow.mesh, 0, lambda x: np.isclose(x[0], 1) & np.isclose(x[1], 1))
    held.append(flow.fields.hold("velocity", corner, 0, value=0.7, component=0))
    np.testing.assert_allclose(lid_velocity(flow, residual, held), 0.7, rtol=1e-12)
