"""Walls with slip, flat and wavy, alone and in periodic cells."""

import numpy as np
import pytest
import ufl
from dolfinx import fem, mesh
from mpi4py import MPI

from anodex.models.discrete.fields import total
from anodex.models.errors import InputError
from anodex.models.solve.ties import Ties

COMM = MPI.COMM_WORLD
CELLS = ["triangle", "quadrilateral", "tetrahedron", "hexahedron"]


def slide(flow, rigid: np.ndarray):
    """Conditions of a motion as one body, which slides along the wall: the top is held at that
    velocity, and ties.
    """
    flow.motion = fem.Function(flow.fields.spaces["velocity"])
    flow.motion.x.array[:] = np.tile(rigid, len(flow.motion.x.array) // flow.dimension)
    wall = flow.wall(lambda normals, x: normals @ rigid)
    held = [
        flow.fields.hold_at(
            "velocity", flow.motion, flow.facets(flow.dimension - 1, 1.0), flow.dimension - 1
        )
    ]
    return [*held, flow.fields.hold_one("pressure")], flow.cell(wall)


@pytest.mark.parametrize("cell", CELLS)
def test_slip_lets_a_rigid_body_slide_past_a_wavy_wall(make_flow, solve, cell):
    flow = make_flow(cell, 3, 0.2)
    held, ties = slide(flow, np.array([0.7, -0.4, 0.3])[-flow.dimension :])
    residual = flow.residual(0 * flow.velocity)
    rest, swirl = (fem.Function(flow.fields.spaces["velocity"]) for _ in range(2))
    swirl.interpolate(lambda x: np.sin(5 * x[: flow.dimension]))
    reports = []
    for start in (rest, swirl):
        flow.unknown.x.array[flow.fields.maps["velocity"]] = start.x.array
        reports.append(solve(residual, flow.unknown, held, flow.fields, ties=ties))
        np.testing.assert_allclose(
            flow.fields.extract(flow.unknown, "velocity").x.array, flow.motion.x.array, rtol=1e-9
        )
        np.testing.assert_allclose(
            flow.fields.extract(flow.unknown, "pressure").x.array, 0, atol=1e-9
        )
    # the wall sets off as fast as the body, so nothing shears on the way
    assert reports[0].iterations == 1
    assert reports[1].iterations > 5


def test_wall_follows_a_held_image_of_its_corner(make_flow, solve):
    flow = make_flow("quadrilateral", 4, 0.2)
    rigid = np.array([0.7, 0.3])
    corner = mesh.locate_entities(
        flow.mesh, 0, lambda x: np.isclose(x[0], 1) & np.isclose(x[1], flow.height(x))
    )
    held = [flow.fields.hold("velocity", corner, 0, value=rigid[0], component=0)]
    ties = flow.cell(flow.wall(lambda normals, x: normals @ rigid))
    assert (
        solve(
            flow.residual(0 * flow.velocity), flow.unknown, held, flow.fields, ties=ties
        ).iterations
        == 1
    )
    velocity = flow.fields.extract(flow.unknown, "velocity").x.array.reshape(-1, 2)
    np.testing.assert_allclose(velocity, np.tile(rigid, (len(velocity), 1)), rtol=1e-9)


def test_new_speeds_need_no_new_jacobian(make_flow, solve, solvers):
    flow = make_flow("quadrilateral", 3, 0.2, exponent=1.0)
    held, ties = slide(flow, np.array([0.7, 0.3]))
    solve(flow.residual(0 * flow.velocity), flow.unknown, held, flow.fields, ties=ties)
    flow.motion.x.array[:] *= -2
    ties.walls[0].speeds[:] *= -2
    assert solvers[0].solve().iterations == 1
    assert solvers[0].factorisations == 1
    np.testing.assert_allclose(
        flow.fields.extract(flow.unknown, "velocity").x.array, flow.motion.x.array, rtol=1e-9
    )


@pytest.mark.parametrize("cell", ["quadrilateral", "tetrahedron"])
def test_it_does_not_matter_where_a_periodic_cell_is_cut(make_flow, solve, cell):
    work = []
    for phase in (0.1, 0.6):
        flow = make_flow(cell, 4, phase)
        force, wall = flow.driven()
        solve(
            flow.residual(force),
            flow.unknown,
            flow.top_without_sliding(),
            flow.fields,
            ties=flow.cell(wall),
        )
        quantities = (
            ufl.dot(force, flow.velocity),
            ufl.inner(flow.velocity, flow.velocity),
            flow.pressure**2,
        )
        work.append([total(COMM, fem.form(quantity * ufl.dx(degree=6))) for quantity in quantities])
    np.testing.assert_allclose(work[1], work[0], rtol=1e-8)


def test_slip_wall_feels_no_tangential_force_and_lets_through_what_is_given(
    make_flow, solve, solvers
):
    flow = make_flow("quadrilateral", 4, 0.2)
    force, wall = flow.driven()
    sides = np.concatenate([flow.facets(0, 0.0), flow.facets(0, 1.0)])
    held = [flow.fields.hold("velocity", sides, 1, component=0)]
    solve(flow.residual(force), flow.unknown, held, flow.fields, ties=Ties(walls=(wall,)))
    velocity = flow.fields.extract(flow.unknown, "velocity").x.array.reshape(-1, 2)[wall.nodes]
    np.testing.assert_allclose(np.sum(velocity * wall.normals, axis=1), wall.speeds, atol=1e-12)
    dofs = flow.fields.maps["velocity"].reshape(-1, 2)[wall.nodes]
    x = flow.fields.spaces["velocity"].tabulate_dof_coordinates()[wall.nodes, 0]
    reactions = solvers[0].reactions()
    inner = (dofs[:, 1] < len(reactions)) & (x > 0.01) & (x < 0.99)
    push, normals = reactions[dofs[inner]], wall.normals[inner]
    size = COMM.allreduce(np.abs(push).max(initial=0), op=MPI.MAX)
    np.testing.assert_allclose(
        push[:, 0] * normals[:, 1] - push[:, 1] * normals[:, 0], 0, atol=1e-9 * size
    )


def test_slip_on_a_flat_wall_is_a_held_component(make_flow, solve):
    flow = make_flow("quadrilateral", 4, 0.2, wave=0.0)
    force, wall = flow.driven()
    wall.speeds[:] = 0.3
    top, bottom = (
        flow.top_without_sliding(),
        flow.fields.hold("velocity", flow.facets(1, 0.0), 1, value=0.3, component=1),
    )
    reports, values = [], []
    for held, ties in ((top, Ties(walls=(wall,))), ([*top, bottom], None)):
        flow.unknown.x.array[:] = 0.0
        reports.append(solve(flow.residual(force), flow.unknown, held, flow.fields, ties=ties))
        values.append(flow.unknown.x.array.copy())
    assert reports[0].iterations == reports[1].iterations > 5
    np.testing.assert_allclose(values[1], values[0], atol=1e-9)


def test_vertical_wall_is_refused(make_flow, solve):
    flow = make_flow("triangle", 3, 0.0)
    wall = flow.wall(lambda normals, x: np.zeros(len(x)))
    wall.normals[:1, -1] = 0.0
    with pytest.raises(InputError, match="A wall with slip is vertical"):
        solve(flow.residual(0 * flow.velocity), flow.unknown, [], flow.fields, ties=flow.cell(wall))
