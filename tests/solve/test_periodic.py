"""Periodic cells: their orders, held images, and faces that do not match."""

import numpy as np
import pytest
import ufl
from dolfinx import fem, mesh
from mpi4py import MPI

from anodex.models.discrete.fields import MixedFields, total
from anodex.models.errors import InputError
from anodex.models.solve.ties import Ties

COMM = MPI.COMM_WORLD


def scalar(domain: mesh.Mesh, degree: int):
    fields = MixedFields(fem.functionspace(domain, ("Lagrange", degree)), ("heat",))
    return fields, fem.Function(fields.space), ufl.TestFunction(fields.space)


def error(domain: mesh.Mesh, difference) -> float:
    return np.sqrt(
        total(COMM, fem.form(ufl.inner(difference, difference) * ufl.dx(domain, degree=8)))
    )


def conduction(u, v, exact, conductivity):
    """Residual of u - div(conductivity grad u) with the source that makes `exact` the solution."""
    source = exact - ufl.div(conductivity(exact) * ufl.grad(exact))
    return (u * v + ufl.dot(conductivity(u) * ufl.grad(u), ufl.grad(v)) - source * v) * ufl.dx(
        degree=8
    )


def wave(domain: mesh.Mesh):
    """Periodic along all axes, and without any mirror symmetry."""
    x = ufl.SpatialCoordinate(domain)
    return ufl.sin(2 * ufl.pi * x[0] + 1) * ufl.cos(2 * ufl.pi * x[1] + 2) + 0.5 * ufl.sin(
        2 * ufl.pi * sum(x)
    )


@pytest.mark.parametrize(
    "conductivity", [lambda u: 1.0 + 0 * u, lambda u: 1 + u**2], ids=["linear", "nonlinear"]
)
@pytest.mark.parametrize(
    ("cell", "order", "degree", "sizes"),
    [
        ("triangle", 1, 1, (12, 24)),
        ("quadrilateral", 3, 3, (4, 8)),
        ("tetrahedron", 1, 2, (4, 8)),
        ("hexahedron", 3, 2, (4, 8)),
    ],
)
def test_periodic_conduction_converges_with_its_order(
    box, bent, solve, cell, order, degree, sizes, conductivity
):
    errors = []
    for n in sizes:
        domain = box(cell, n, order, bent)
        fields, u, v = scalar(domain, degree)
        exact = wave(domain)
        solve(
            conduction(u, v, exact, conductivity),
            u,
            [],
            fields,
            ties=Ties(period=domain.geometry.dim * (1.0,)),
        )
        errors.append(error(domain, u - exact))
    assert np.log2(errors[0] / errors[1]) > degree + 0.6


def test_periodic_cell_takes_the_newton_steps_of_the_mirror_cell(box, solve):
    # A symmetric solution lets no flux through the faces: the same discrete problem without ties.
    domain = box("quadrilateral", 6)
    x = ufl.SpatialCoordinate(domain)
    exact = 2 * ufl.cos(2 * ufl.pi * x[0]) * ufl.cos(2 * ufl.pi * x[1])
    reports, values = [], []
    for ties in (None, Ties(period=(1.0, 1.0))):
        fields, u, v = scalar(domain, 2)
        reports.append(solve(conduction(u, v, exact, lambda u: 1 + u**2), u, [], fields, ties=ties))
        values.append(u.x.array.copy())
    assert reports[0].iterations == reports[1].iterations > 3
    np.testing.assert_allclose(values[1], values[0], atol=1e-10)


@pytest.mark.parametrize("corner", [(0, 0), (1, 0), (0, 1), (1, 1)])
def test_images_follow_the_one_that_is_held(box, solve, corner):
    domain = box("quadrilateral", 4)
    fields, u, v = scalar(domain, 2)
    exact = wave(domain)
    residual = (ufl.dot(ufl.grad(u), ufl.grad(v)) + ufl.div(ufl.grad(exact)) * v) * ufl.dx
    vertices = mesh.locate_entities(
        domain, 0, lambda x: np.isclose(x[0], corner[0]) & np.isclose(x[1], corner[1])
    )
    report = solve(
        residual,
        u,
        [fields.hold("heat", vertices, 0, value=0.7)],
        fields,
        ties=Ties(period=(1.0, 1.0)),
    )
    assert report.iterations == 1
    x = fields.space.tabulate_dof_coordinates()
    corners = np.isclose(x[:, :2], np.rint(x[:, :2])).all(axis=1)
    np.testing.assert_allclose(u.x.array[corners], 0.7, rtol=1e-12)
    assert COMM.allreduce(u.x.array.max(), op=MPI.MAX) > 1


def test_held_faces_reach_into_the_periodic_ones(box, bent, solve, solvers):
    domain = box("hexahedron", 3, 1, bent)
    fields, u, v = scalar(domain, 2)
    level = fem.Function(fields.space)
    bottom, top = (
        mesh.locate_entities_boundary(domain, 2, lambda x, z=z: np.isclose(x[2], z)) for z in (0, 1)
    )
    constraints = [fields.hold("heat", bottom, 2), fields.hold_at("heat", level, top, 2)]
    z = fields.space.tabulate_dof_coordinates()[:, 2]
    level.x.array[:] = 3.0
    reports = [
        solve(
            ufl.dot(ufl.grad(u), ufl.grad(v)) * ufl.dx,
            u,
            constraints,
            fields,
            ties=Ties(period=(1.0, 1.0)),
        )
    ]
    np.testing.assert_allclose(u.x.array, 3 * z, atol=1e-11)
    level.x.array[:] = 5.0
    reports.append(solvers[0].solve())
    np.testing.assert_allclose(u.x.array, 5 * z, atol=1e-11)
    assert [report.iterations for report in reports] == [1, 1]
    assert solvers[0].factorisations == 1


@pytest.mark.parametrize("period", [(1.0, 0.9), (2.0,)])
def test_faces_without_images_are_refused(box, solve, period):
    fields, u, v = scalar(box("triangle", 5), 1)
    with pytest.raises(
        InputError, match=r"'heat' has not all periodic images .* check the period"
    ) as caught:
        solve(u * v * ufl.dx, u, [], fields, ties=Ties(period=period))
    assert len(set(COMM.allgather(str(caught.value)))) == 1


def test_faces_whose_nodes_differ_are_refused(box, solve):
    def shear(x):
        x[:, 1] += 0.1 * x[:, 0] * np.sin(np.pi * x[:, 1])

    fields, u, v = scalar(box("quadrilateral", 5, 1, shear), 1)
    with pytest.raises(InputError, match="not all periodic images"):
        solve(u * v * ufl.dx, u, [], fields, ties=Ties(period=(1.0,)))


def test_periodic_flow_converges_with_its_orders(make_flow, solve):
    errors = []
    for n in (6, 12):
        flow = make_flow("quadrilateral", n, exponent=1.0)
        x, y = 2 * ufl.pi * ufl.SpatialCoordinate(flow.mesh)
        stream = ufl.sin(x + 1) * ufl.cos(y) + ufl.sin(x + y)
        velocity = ufl.as_vector([stream.dx(1), -stream.dx(0)]) / (2 * np.pi)
        pressure = ufl.cos(x + 2 * y) + ufl.sin(y)
        force = velocity - ufl.div(ufl.sym(ufl.grad(velocity))) + ufl.grad(pressure)
        report = solve(
            flow.residual(force, 1.0),
            flow.unknown,
            [flow.fields.hold_one("pressure")],
            flow.fields,
            ties=Ties((1.0, 1.0)),
        )
        assert report.iterations == 1
        level = total(COMM, fem.form(flow.pressure * ufl.dx))
        errors.append(
            [
                error(flow.mesh, flow.velocity - velocity),
                error(flow.mesh, flow.pressure - level - pressure),
            ]
        )
    assert np.all(np.log2(np.divide(*errors)) > [2.8, 1.8])
