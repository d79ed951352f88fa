"""Power-law stress at quadrature points: the scalar law, its updates, and flows solved with it."""

import basix.ufl
import numpy as np
import pytest
import ufl
from dolfinx import fem, mesh
from mpi4py import MPI

from anodex.models.constitutive.power_law_stress import LARGEST_STRESS, PowerLawStress
from anodex.models.discrete.fields import MixedFields, total
from anodex.models.laws.creep import equivalent_stress, strain_rate
from anodex.models.laws.kinematics import strain
from anodex.models.solve.linear import DIRECT
from anodex.models.solve.nonlinear import NonlinearSolver

pytestmark = pytest.mark.smoke

COMM = MPI.COMM_WORLD
PREFACTOR = 0.01
DEGREE = 4


class Shear:
    """Uniform shear flow with engineering rate 1/s `size`, and the stress that goes with it."""

    def __init__(self, exponent: float, floor: float):
        domain = mesh.create_unit_square(COMM, 3, 3)
        self.velocity = fem.Function(fem.functionspace(domain, ("Lagrange", 1, (2,))))
        self.stress = PowerLawStress(
            ufl.dev(strain(self.velocity, None, "plane-strain")),
            domain,
            PREFACTOR,
            exponent,
            floor,
            DEGREE,
        )
        self.inside = ufl.dx(domain, metadata={"quadrature_degree": DEGREE})

    def flow(self, size: float):
        self.velocity.interpolate(lambda x: np.stack([size * x[1], 0 * x[1]]))

    def mean(self, value) -> float:
        return total(COMM, fem.form(value * self.inside))


def test_it_begins_as_the_newtonian_fluid_of_the_typical_rate():
    shear = Shear(5.0, 0.01)
    shear.stress.begin(3e-4)
    shear.flow(np.sqrt(3) * 6e-4)  # an equivalent rate twice the typical one
    shear.stress.update()
    assert np.abs(shear.stress.stress.x.array).max() == 0  # a Newtonian fluid has nothing to follow
    expected = 2 * (3e-4 / PREFACTOR) ** (1 / 5)
    assert shear.mean(
        ufl.sqrt(1.5 * ufl.inner(shear.stress.deviator, shear.stress.deviator))
    ) == pytest.approx(expected, rel=1e-12)
    assert shear.mean(shear.stress.viscosity) == pytest.approx(expected / (3 * 6e-4), rel=1e-12)


def test_it_follows_the_law_from_the_rate():
    shear = Shear(5.0, 0.1)
    shear.flow(np.sqrt(3) * 6e-4)
    shear.stress.begin(1.0)
    shear.stress.follow_law()
    law = float(equivalent_stress(np.array([6e-4]), PREFACTOR, 5.0, 0.1)[0])
    np.testing.assert_allclose(shear.stress.von_mises().x.array, law, rtol=1e-12)
    # along the rate
    assert shear.mean(shear.stress.deviator[0, 1]) == pytest.approx(law / np.sqrt(3), rel=1e-12)
    assert shear.mean(shear.stress.viscosity) == pytest.approx(law / (3 * 6e-4), rel=1e-12)


@pytest.mark.parametrize(("faster", "held_back"), [(1.2, False), (100.0, True)])
def test_an_update_is_a_newton_step_unless_it_runs_away(faster, held_back):
    shear = Shear(5.0, 0.01)
    shear.flow(np.sqrt(3) * 6e-4)
    shear.stress.begin(1.0)
    shear.stress.follow_law()
    old = float(shear.stress.von_mises().x.array.max())
    shear.flow(np.sqrt(3) * 6e-4 * faster)
    shear.stress.update()
    # of the rate against the stress
    slope = PREFACTOR * (old**2 + 1e-4) ** 2 * (1 + 4 * old**2 / (old**2 + 1e-4))
    rate = np.array([6e-4 * faster])
    limit = equivalent_stress(LARGEST_STRESS**5 * rate, PREFACTOR, 5.0, 0.01)[0]
    newton = old + (faster - 1) * 6e-4 / slope
    assert (newton > limit) == held_back
    np.testing.assert_allclose(shear.stress.von_mises().x.array, min(newton, limit), rtol=1e-12)


class Cavity:
    """Flow in a unit square whose sides are given a velocity without divergence."""

    def __init__(self):
        self.mesh = mesh.create_unit_square(COMM, 6, 6, mesh.CellType.quadrilateral)
        cell = self.mesh.basix_cell()
        vector = basix.ufl.element("Lagrange", cell, 2, shape=(2,))
        space = fem.functionspace(
            self.mesh, basix.ufl.mixed_element([vector, basix.ufl.element("Lagrange", cell, 1)])
        )
        self.fields = MixedFields(space, ("velocity", "pressure"))
        self.unknown = fem.Function(space)
        self.velocity, self.pressure = ufl.split(self.unknown)
        self.inside = ufl.dx(self.mesh, metadata={"quadrature_degree": DEGREE})
        around = fem.Function(self.fields.spaces["velocity"])
        around.interpolate(lambda x: np.stack([x[1] + x[1] ** 2, x[0] ** 3]))
        sides = mesh.locate_entities_boundary(self.mesh, 1, lambda x: np.full(x.shape[1], True))
        self.held = [
            self.fields.hold_at("velocity", around, sides, 1),
            self.fields.hold_one("pressure"),
        ]

    def rate(self, velocity):
        return strain(velocity, None, "plane-strain")

    def solver(self, deviator, line_search: str, **arguments) -> NonlinearSolver:
        w, q = ufl.TestFunctions(self.fields.space)
        momentum = ufl.inner(deviator, self.rate(w)) - self.pressure * ufl.div(w)
        residual = (momentum - q * ufl.div(self.velocity)) * self.inside
        options = {"snes_linesearch_type": line_search, **DIRECT}
        return NonlinearSolver(
            residual,
            self.unknown,
            self.held,
            "cavity",
            self.fields,
            options,
            tolerance=1e-10,
            **arguments,
        )

    def flow(
        self, exponent: float, floor: float, yield_stress: float = 0.0
    ) -> tuple[int, PowerLawStress]:
        """Solve with the stress as unknown; Newton iterations and the stress."""
        rate, law = ufl.dev(self.rate(self.velocity)), (PREFACTOR, exponent, floor)
        stress = PowerLawStress(rate, self.mesh, *law, DEGREE, yield_stress)
        solver = self.solver(
            stress.deviator, "basic", before_assembly=stress.update, keep_jacobian=False
        )
        stress.begin(1.0)
        solver.solve()
        stress.follow_law()
        report = solver.solve()
        solver.destroy()
        return report.iterations, stress


def test_cells_may_have_prefactors_of_their_own():
    """In an even shear flow a cell has the stress of its own prefactor."""
    domain = mesh.create_unit_square(COMM, 3, 3)
    velocity = fem.Function(fem.functionspace(domain, ("Lagrange", 1, (2,))))
    velocity.interpolate(lambda x: np.stack([np.sqrt(3) * 1e-3 * x[1], 0 * x[1]]))
    rate = ufl.dev(strain(velocity, None, "plane-strain"))
    stress = PowerLawStress(rate, domain, PREFACTOR, 5.0, 1e-8, DEGREE, is_uneven=True)
    cells = domain.topology.index_map(2)
    shares = 1.0 + np.arange(cells.size_local + cells.num_ghosts)
    stress.begin(1e-3)
    stress.vary(PREFACTOR * shares)
    stress.follow_law()
    points = stress.von_mises()
    found = points.x.array[points.function_space.dofmap.list]
    expected = (1e-3 / (PREFACTOR * shares)) ** (1 / 5.0)
    np.testing.assert_allclose(found, np.broadcast_to(expected[:, None], found.shape), rtol=1e-9)
    stress.vary(np.full_like(shares, PREFACTOR))  # at once where the law is followed
    stress.update()
    np.testing.assert_allclose(stress.law[0], PREFACTOR)


@pytest.fixture
def cavity():
    return Cavity()


@pytest.mark.parametrize("yield_stress", [0.0, 5.0])
def test_a_large_exponent_takes_few_iterations(cavity, yield_stress):
    iterations, _ = cavity.flow(6.6, 0.05, yield_stress)
    assert iterations <= 20


@pytest.mark.parametrize("yield_stress", [0.0, 5.0])
def test_the_stress_found_obeys_the_law(cavity, yield_stress):
    _, stress = cavity.flow(6.6, 0.05, yield_stress)
    rate = ufl.dev(cavity.rate(cavity.velocity))
    missing = rate - strain_rate(stress.stress, PREFACTOR, 6.6, 0.05, yield_stress)
    size = total(COMM, fem.form(ufl.inner(rate, rate) * cavity.inside))
    assert total(COMM, fem.form(ufl.inner(missing, missing) * cavity.inside)) < 1e-12 * size
    assert (
        total(
            COMM,
            fem.form(
                ufl.inner(stress.deviator - stress.stress, stress.deviator - stress.stress)
                * cavity.inside
            ),
        )
        < 1e-12
    )


def test_a_small_yield_stress_changes_little_and_none_nothing(cavity):
    """The stress grows by the yield stress where all of the metal flows."""
    mean = {}
    for yield_stress in (0.0, 1e-4, 1e-2):
        _, stress = cavity.flow(5.0, 0.01, yield_stress)
        mean[yield_stress] = stress.von_mises().x.array.mean()
    for yield_stress in (1e-4, 1e-2):
        assert mean[yield_stress] - mean[0.0] == pytest.approx(yield_stress, rel=0.05)


def test_newton_with_the_velocity_alone_finds_the_same_flow(cavity):
    cavity.flow(2.0, 1e-6)
    found = cavity.unknown.x.array.copy()
    rate = cavity.rate(cavity.velocity)
    equivalent = ufl.sqrt(2 / 3 * ufl.inner(ufl.dev(rate), ufl.dev(rate)) + 1e-16)
    cavity.unknown.x.array[:] = 0.9 * found
    solver = cavity.solver(
        2 / 3 * (equivalent / PREFACTOR) ** (1 / 2) / equivalent * ufl.dev(rate), "bt"
    )
    solver.solve()
    solver.destroy()
    np.testing.assert_allclose(cavity.unknown.x.array, found, atol=1e-7 * np.abs(found).max())
