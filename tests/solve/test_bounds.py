"""Bounds on an unknown: a membrane that rests on an obstacle."""

import numpy as np
import pytest
import ufl
from dolfinx import fem, mesh
from mpi4py import MPI

from anodex.models.discrete.fields import MixedFields
from anodex.models.errors import ConvergenceError
from anodex.models.solve.bounds import Bounds
from anodex.models.solve.linear import DIRECT
from anodex.models.solve.nonlinear import NonlinearSolver

COMM = MPI.COMM_WORLD
LOAD = 1.0


class Membrane:
    """One that a load presses down on [0, 1], held at x = 0; bounds are the caller's."""

    def __init__(self, cells: int = 16, largest_iterations: int = 40):
        strip = mesh.create_rectangle(
            COMM, [(0.0, 0.0), (1.0, 0.25)], (cells, cells // 4), mesh.CellType.triangle
        )
        space = fem.functionspace(strip, ("Lagrange", 1))
        self.x = space.tabulate_dof_coordinates()[:, 0]
        self.unknown, self.edge = fem.Function(space), fem.Function(space)
        self.lower, self.upper = fem.Function(space), fem.Function(space)
        self.upper.x.array[:] = 10.0
        test = ufl.TestFunction(space)
        residual = ufl.dot(ufl.grad(self.unknown), ufl.grad(test)) + LOAD * test
        held = fem.locate_dofs_geometrical(space, lambda x: np.isclose(x[0], 0))
        self.solver = NonlinearSolver(
            residual * ufl.dx,
            self.unknown,
            [fem.dirichletbc(self.edge, held)],
            "membrane",
            MixedFields(space, ("height",)),
            DIRECT,
            largest_iterations=largest_iterations,
            bounds=Bounds(self.lower, self.upper),
        )

    def solve(self, height: float):
        self.edge.x.array[:] = height
        return self.solver.solve()


@pytest.fixture
def membrane():
    made = Membrane()
    yield made
    made.solver.destroy()


@pytest.mark.smoke
@pytest.mark.parametrize("reach", [0.25, 0.5, 0.75])
def test_a_membrane_on_a_floor_touches_it_where_it_should(membrane, reach):
    # u = load/2 (s - x)^2 up to s = sqrt(2 u(0) / load), exact at nodes where s is one
    membrane.solve(LOAD / 2 * reach**2)
    exact = LOAD / 2 * np.maximum(reach - membrane.x, 0) ** 2
    np.testing.assert_allclose(membrane.unknown.x.array, exact, atol=1e-10)


def test_bounds_may_change_between_solves(membrane):
    membrane.solve(0.125)
    membrane.lower.x.array[:] = -0.25
    membrane.solve(0.125 - 0.25)
    exact = LOAD / 2 * np.maximum(0.5 - membrane.x, 0) ** 2 - 0.25
    np.testing.assert_allclose(membrane.unknown.x.array, exact, atol=1e-10)


def test_an_upper_bound_holds_too(membrane):
    # without a floor u = 1/2 - x + x^2 / 2; a ceiling at 1/8 is left at x = 1/2 with no slope
    membrane.lower.x.array[:] = -10.0
    membrane.upper.x.array[:] = 0.125 - LOAD / 2 * membrane.x
    membrane.solve(0.125)
    assert np.all(membrane.unknown.x.array <= membrane.upper.x.array + 1e-12)
    assert np.all(membrane.unknown.x.array >= -10.0)


def test_what_bounds_carry_is_not_counted(membrane):
    report = membrane.solve(0.125)
    owned = len(membrane.solver.fields["height"])
    defect = membrane.solver.defect()
    free = membrane.solver.bounds.free(membrane.unknown.x.array[:owned], defect)
    assert COMM.allreduce(np.abs(defect).max(initial=0), op=MPI.MAX) > 1e-4
    assert COMM.allreduce(np.abs(free).max(initial=0), op=MPI.MAX) < 1e-10
    assert report.residuals["height"] < 1e-10


def test_too_few_iterations_give_the_guess_back():
    membrane = Membrane(largest_iterations=1)
    membrane.unknown.x.array[:] = 0.5
    guess = membrane.unknown.x.array.copy()
    with pytest.raises(ConvergenceError):
        membrane.solve(0.125)
    np.testing.assert_array_equal(membrane.unknown.x.array, guess)
    membrane.solver.destroy()


def test_a_residual_counts_where_it_leads_off_a_bound():
    line = mesh.create_interval(MPI.COMM_SELF, 3, (0.0, 1.0))
    lower, upper = (fem.Function(fem.functionspace(line, ("Lagrange", 1))) for _ in range(2))
    upper.x.array[:] = 1.0
    bounds = Bounds(lower, upper)
    x, residual = np.array([0.0, 0.0, 1.0, 1.0]), np.array([1.0, -1.0, 1.0, -1.0])
    np.testing.assert_array_equal(bounds.free(x, residual), [0.0, -1.0, 1.0, 0.0])
