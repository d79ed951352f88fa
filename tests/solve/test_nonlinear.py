"""The nonlinear solver on two scalar fields of a square."""

import basix.ufl
import numpy as np
import pytest
import ufl
from dolfinx import fem, mesh
from dolfinx.la import InsertMode
from mpi4py import MPI
from petsc4py import PETSc

from anodex.models.discrete.fields import MixedFields
from anodex.models.errors import ConvergenceError
from anodex.models.solve import activity
from anodex.models.solve.linear import DIRECT
from anodex.models.solve.nonlinear import NonlinearSolver

COMM = MPI.COMM_WORLD


class Square:
    """Fields "heat" and "salt" on a unit square, both first order, and solvers that are freed at
    the end.
    """

    def __init__(self):
        self.mesh = mesh.create_unit_square(COMM, 8, 8)
        first = basix.ufl.element("Lagrange", self.mesh.basix_cell(), 1)
        self.fields = MixedFields(
            fem.functionspace(self.mesh, basix.ufl.mixed_element([first, first])), ("heat", "salt")
        )
        self.unknown = fem.Function(self.fields.space)
        self.heat, self.salt = ufl.split(self.unknown)
        self.test_heat, self.test_salt = ufl.TestFunctions(self.fields.space)
        self.x = ufl.SpatialCoordinate(self.mesh)
        self.solvers = []

    def boundary(self, name: str, law) -> fem.DirichletBC:
        space = self.fields.space.sub(self.fields.index[name])
        values = fem.Function(self.fields.spaces[name])
        values.interpolate(law)
        facets = mesh.locate_entities_boundary(self.mesh, 1, lambda x: np.full(x.shape[1], True))
        dofs = fem.locate_dofs_topological((space, self.fields.spaces[name]), 1, facets)
        return fem.dirichletbc(values, dofs, space)

    def solver(
        self, residual, constraints=(), name="square", options=DIRECT, **arguments
    ) -> NonlinearSolver:
        made = NonlinearSolver(
            residual, self.unknown, constraints, name, self.fields, options, **arguments
        )
        self.solvers.append(made)
        return made

    def values(self, name: str) -> np.ndarray:
        return self.fields.extract(self.unknown, name).x.array


@pytest.fixture
def square():
    made = Square()
    yield made
    for solver in made.solvers:
        solver.destroy()


def heat_and_salt(square, conductivity, source=0.0):
    """Conduction with a conductivity that may depend on the heat; the salt is twice the heat."""
    residual = (
        ufl.dot(conductivity * ufl.grad(square.heat), ufl.grad(square.test_heat))
        - source * square.test_heat
    ) * ufl.dx
    return residual + (square.salt - 2 * square.heat) * square.test_salt * ufl.dx


def test_nonlinear_poisson_finds_the_exact_solution(square):
    # -div((1 + u^2) grad u) = f with u = 1 + x, which first-order elements hold exactly.
    residual = heat_and_salt(square, 1 + square.heat**2, -2 * (1 + square.x[0]))
    solver = square.solver(residual, [square.boundary("heat", lambda x: 1 + x[0])])
    report = solver.solve()
    assert 2 < report.iterations < 10
    places = square.fields.spaces["heat"].tabulate_dof_coordinates()
    np.testing.assert_allclose(square.values("heat"), 1 + places[:, 0], rtol=1e-10)
    np.testing.assert_allclose(square.values("salt"), 2 * (1 + places[:, 0]), rtol=1e-10)
    for field, norm in report.residuals.items():
        assert norm <= 1e-11 * solver.scales[field] + 1e-14


def test_each_field_meets_its_own_tolerance_whatever_its_units(square):
    # The residual of the salt is 1e9 times smaller than that of the heat: a common norm would leave
    # it unsolved.
    residual = (
        heat_and_salt(square, 1.0, 1e6) + (1e-3 * square.salt**3 - 2.0) * square.test_salt * ufl.dx
    )
    solver = square.solver(residual, [square.boundary("heat", lambda x: 0 * x[0])])
    solver.solve()
    defect = fem.form(
        (square.salt - 2 * square.heat + 1e-3 * square.salt**3 - 2.0) * square.test_salt * ufl.dx
    )
    vector = fem.assemble_vector(defect)
    vector.scatter_reverse(InsertMode.add)
    owned = square.fields.space.dofmap.index_map.size_local
    assert np.abs(vector.array[:owned]).max() < 1e-7


def test_no_solution_names_the_field_and_gives_the_guess_back(square):
    residual = (square.heat**2 + 1) * square.test_heat * ufl.dx + (
        square.salt - 3
    ) * square.test_salt * ufl.dx
    solver = square.solver(residual)
    square.unknown.x.array[square.fields.maps["heat"]] = 0.7
    guess = square.unknown.x.array.copy()
    with pytest.raises(ConvergenceError, match=r"field 'heat'.*Try a smaller step") as caught:
        solver.solve()
    assert len(set(COMM.allgather(str(caught.value)))) == 1
    np.testing.assert_array_equal(square.unknown.x.array, guess)


def test_a_factorisation_that_lacks_workspace_gets_more(square):
    conditions = [square.boundary("heat", lambda x: x[0])]
    solver = square.solver(
        heat_and_salt(square, 1.0), conditions, options=DIRECT | {"mat_mumps_icntl_14": -95}
    )
    solver.solve()
    assert PETSc.Options(solver.prefix).getInt("mat_mumps_icntl_14") > 0
    np.testing.assert_allclose(
        square.values("heat"),
        square.fields.spaces["heat"].tabulate_dof_coordinates()[:, 0],
        atol=1e-10,
    )


def test_scales_are_changed_in_place_and_never_replaced(square):
    conditions = [square.boundary("heat", lambda x: 1 + x[0])]
    solver = square.solver(heat_and_salt(square, 1.0, 1.0), conditions)
    held = solver.scales
    solver.solve()
    assert held is solver.scales and all(held.values())
    with pytest.raises(AttributeError):
        solver.scales = {}


def test_solver_works_again_after_a_failure(square):
    sign = fem.Constant(square.mesh, 1.0)
    residual = (square.heat**2 + sign) * square.test_heat * ufl.dx + (
        square.salt - 3
    ) * square.test_salt * ufl.dx
    solver = square.solver(residual)
    square.unknown.x.array[square.fields.maps["heat"]] = 0.7
    with pytest.raises(ConvergenceError):
        solver.solve()
    sign.value = -4.0
    solver.solve()
    np.testing.assert_allclose(square.values("heat"), 2.0, rtol=1e-10)


def test_prefixes_are_unique_until_freed(square):
    residual = heat_and_salt(square, 1.0, 1.0)
    first, second = (square.solver(residual, name="twin") for _ in range(2))
    assert (first.prefix, second.prefix) == ("twin_", "twin_2_")


def test_options_of_the_user_win(square):
    options = PETSc.Options("chosen_")
    options["ksp_type"] = "gmres"
    try:
        solver = square.solver(heat_and_salt(square, 1.0, 1.0), name="chosen")
        assert solver.snes.ksp.getType() == "gmres"
        assert solver.snes.ksp.pc.getType() == "lu"
    finally:
        options.delValue("ksp_type")


@pytest.mark.parametrize("freed", [True, False])
def test_options_of_one_solver_do_not_reach_the_next_one(square, freed):
    residual = heat_and_salt(square, 1.0, 1.0)
    first = square.solver(residual, name="heir")
    if freed:
        square.solvers.remove(first)
        first.destroy()
    heir = square.solver(residual, name="heir", options={"ksp_type": "gmres", "pc_type": "jacobi"})
    assert (heir.snes.ksp.getType(), heir.snes.ksp.pc.getType()) == ("gmres", "jacobi")


def test_jacobian_is_kept_while_it_serves_and_renewed_when_not(square):
    conductivity, source = fem.Constant(square.mesh, 1.0), fem.Constant(square.mesh, 1.0)
    solver = square.solver(
        heat_and_salt(square, conductivity, source), [square.boundary("heat", lambda x: 0 * x[0])]
    )
    peaks = []
    for source.value in (1.0, 2.0, 5.0):
        solver.solve()
        peaks.append(COMM.allreduce(square.values("heat").max(), op=MPI.MAX))
    assert solver.factorisations == 1
    np.testing.assert_allclose(peaks, np.array([1.0, 2.0, 5.0]) * peaks[0], rtol=1e-9)
    conductivity.value = 50.0
    solver.solve()
    assert solver.factorisations == 2
    assert COMM.allreduce(square.values("heat").max(), op=MPI.MAX) == pytest.approx(
        5 * peaks[0] / 50, rel=1e-9
    )


def test_hook_fills_coefficients_before_each_assembly(square):
    mean = fem.Function(square.fields.spaces["heat"])

    def relax():
        mean.x.array[:] = 0.5 * square.values("heat") + 1

    residual = (square.heat - mean) * square.test_heat * ufl.dx + (
        square.salt - mean
    ) * square.test_salt * ufl.dx
    square.solver(residual, before_assembly=relax).solve()
    np.testing.assert_allclose(square.values("heat"), 2, rtol=1e-9)
    np.testing.assert_allclose(mean.x.array, 2, rtol=1e-9)


def test_reactions_balance_the_source(square):
    solver = square.solver(
        heat_and_salt(square, 1.0, 3.0), [square.boundary("heat", lambda x: 0 * x[0])]
    )
    solver.solve()
    reactions = solver.reactions()[square.fields.owned["heat"]]
    assert COMM.allreduce(float(reactions.sum())) == pytest.approx(-3.0, rel=1e-10)


@pytest.mark.parametrize("options", [DIRECT, {"ksp_type": "gmres", "pc_type": "jacobi"}])
def test_who_asks_is_told_what_is_solved(square, monkeypatch, options):
    """By the last word of the solver's name, at each assembly; afterwards nothing goes on."""
    monkeypatch.setattr(activity, "LONG", 0.0)
    told = []
    residual = heat_and_salt(square, 1 + square.heat**2, -2 * (1 + square.x[0]))
    solver = square.solver(
        residual,
        [square.boundary("heat", lambda x: 1 + x[0])],
        "contoured_interface_flow",
        options,
        before_assembly=lambda: told.append(activity.now()),
    )
    report = solver.solve()
    assert told[0].startswith("flow, 0 s")
    for number in range(1, report.iterations + 1):
        assert f"flow: Newton {number}, 0 s" in told
    assert activity.now() == ""


def test_clock_ticks_between_linear_iterations(square):
    """A monitor takes its turn, so that other threads get theirs; a factorisation has none."""
    residual = heat_and_salt(square, 1.0)
    held = [square.boundary("heat", lambda x: 1 + x[0])]
    iterative = square.solver(residual, held, options={"ksp_type": "gmres", "pc_type": "jacobi"})
    assert iterative.snes.ksp.getMonitor()
    assert not square.solver(residual, held, options=DIRECT).snes.ksp.getMonitor()
