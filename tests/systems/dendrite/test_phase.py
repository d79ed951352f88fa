"""A front of lithium alone: at rest, growing and shrinking."""

import numpy as np
import pytest
from dolfinx import fem
from mpi4py import MPI

from anodex.meshes.slab import SlabGeometry, build_slab
from anodex.models.discrete.fields import total
from anodex.models.laws.phase_field import gradient_coefficient, well_height
from anodex.models.systems.dendrite.phase import PhaseField

COMM = MPI.COMM_WORLD
WIDTH, ENERGY, RELAXATION, RATE = 3.0, 0.3, 15.0, 5e-4  # um, pJ/um^2, 1/s, 1/s
LENGTH = 24.0  # um
SIMPLE = (
    "electrolyte.potential=constant",
    "mechanics.enabled=false",
    "geometry.protrusions=0",
    "geometry.porosity=0",
)


@pytest.fixture
def front():
    """Function that gives a strip with a flat front in its middle under an overpotential [V]."""
    made, mesh = [], build_slab(SlabGeometry(LENGTH, WIDTH), COMM).mesh

    def make(overpotential: float, **arguments) -> PhaseField:
        phase = fem.Function(fem.functionspace(mesh, ("Lagrange", 1)))
        phase.interpolate(lambda x: (1 - np.tanh(2 * (x[0] - LENGTH / 2) / WIDTH)) / 2)
        well, gradient = well_height(ENERGY, WIDTH), gradient_coefficient(ENERGY, WIDTH)
        eta = fem.Constant(mesh, overpotential)
        made.append(
            PhaseField(
                phase, RELAXATION / well, well, gradient, fem.Constant(mesh, RATE), eta, **arguments
            )
        )
        return made[-1]

    yield make
    for one in made:
        one.destroy()


def lithium(field: PhaseField) -> float:
    """Thickness [um]."""
    return total(COMM, fem.form(field.phase * field.dx)) / WIDTH


def grow(field: PhaseField, steps: int = 10, step: float = 0.05) -> float:
    """Thickness [um] that has come after some stages."""
    before = lithium(field)
    for _ in range(steps):
        field.set_old(field.state.snapshot())
        field.solve(step)
    return lithium(field) - before


def profile(field: PhaseField) -> np.ndarray:
    """x and xi of all ranks, sorted."""
    x = field.phase.function_space.tabulate_dof_coordinates()[:, 0]
    pairs = np.concatenate(COMM.allgather(np.column_stack([x, field.phase.x.array]).round(9)))
    return np.unique(pairs[:, 0]), np.array(
        [pairs[pairs[:, 0] == place, 1].mean() for place in np.unique(pairs[:, 0])]
    )


def test_front_at_rest_stays(front):
    field = front(0.0)
    assert abs(grow(field, 20, 1.0)) < 1e-7
    x, phase = profile(field)
    assert np.interp(-0.5, -phase, x) == pytest.approx(LENGTH / 2, abs=1e-7)


def test_front_grows_under_a_negative_overpotential_and_shrinks_as_fast_under_a_positive_one(front):
    growing, shrinking = front(-0.35), front(0.35)
    grown, shrunk = grow(growing), grow(shrinking)
    assert grown > 0.5
    assert shrunk == pytest.approx(-grown, rel=1e-6)
    np.testing.assert_allclose(profile(growing)[1] + profile(shrinking)[1][::-1], 1.0, atol=1e-6)


def test_coefficients_share_the_overpotential(front):
    """With a = 0.3, -0.5 V drive the cathodic branch as -0.3 V do with a = 0.5; the anodic one
    is nothing.
    """
    assert grow(front(-0.5, cathodic=0.3)) == pytest.approx(
        grow(front(-0.3, cathodic=0.5)), rel=1e-4
    )


def test_front_stays_between_its_phases(front):
    field = front(-0.35)
    grow(field)
    _, phase = profile(field)
    assert phase.min() > -1e-3 and phase.max() < 1 + 1e-3
    assert np.all(np.diff(phase) <= 1e-9)


def test_a_stage_starts_from_its_old_state_not_from_its_guess(front):
    one, other = front(-0.35), front(-0.35)
    for field, guess in ((one, 0.0), (other, 0.02)):
        field.old.x.array[:] = field.phase.x.array
        field.phase.x.array[:] += guess * field.phase.x.array * (1 - field.phase.x.array)
        field.solve(0.05)
    np.testing.assert_allclose(one.phase.x.array, other.phase.x.array, atol=1e-7)


def test_what_a_stage_still_asks_for_is_told(front):
    field = front(-0.35)
    grow(field, 1)
    assert field.left_change() < 1e-7
    field.old.x.array[:] -= 1e-3
    assert field.left_change() == pytest.approx(1e-3, rel=1e-4)


def test_state_goes_back(front):
    field = front(-0.35)
    state = field.state.snapshot()
    grow(field)
    assert lithium(field) > LENGTH / 2 + 0.4
    field.state.restore(state)
    np.testing.assert_array_equal(field.phase.x.array, state["phase"])
    assert lithium(field) == pytest.approx(LENGTH / 2, abs=1e-9)


def test_what_is_left_of_a_relaxation_that_follows_is_a_change_too(front):
    """Though its residual is over its haste."""
    field = front(-0.6, following=True)
    field.set_old(field.state.snapshot())
    field.solve(1e-3)
    field.old.x.array[:] -= 1e-3
    assert field.left_change() == pytest.approx(1e-3, rel=1e-3)


def test_compensated_curvature_changes_nothing_of_a_flat_front(front):
    kept, compensated = front(-0.35), front(-0.35, compensated=True)
    grown = [grow(field) for field in (kept, compensated)]
    assert grown[1] == pytest.approx(grown[0], rel=1e-4)


def test_no_growth_in_air_without_rates_there(make_problem, march):
    """As without an overpotential; the profile still relaxes a little."""
    air = make_problem(
        *SIMPLE, "geometry.porosity=0.1", "kinetics.pore_rate=0", "kinetics.wall_rate=0"
    )
    air.pores.x.array[:] = -1.0
    rest, driven = make_problem(*SIMPLE, "loading.overpotential=0 V"), make_problem(*SIMPLE)
    np.testing.assert_allclose(march(air).phase.x.array, march(rest).phase.x.array, atol=1e-9)
    grown = 0.3 * 12 * driven.charge_density
    assert march(driven).deposited[0] > grown > 100 * abs(rest.deposited[0])


@pytest.mark.parametrize(
    ("pores", "rates", "ratio"),
    [(-1.0, (0.5, 7.0), 0.5), (0.0, (0.0, 1.5), 2.0), (0.0, (1.0, 0.0), 1.0)],
    ids=["air", "wall", "half air"],
)
def test_rates_in_air_and_on_walls(make_problem, pores, rates, ratio, march):
    """Where they are everywhere alike, they scale the exchange current density."""
    local = make_problem(
        *SIMPLE,
        "geometry.porosity=0.1",
        f"kinetics.pore_rate={rates[0]}",
        f"kinetics.wall_rate={rates[1]}",
    )
    local.pores.x.array[:] = pores
    scaled = make_problem(*SIMPLE, f"kinetics.exchange_current_density={16 * ratio} A/m^2")
    np.testing.assert_allclose(march(local).phase.x.array, march(scaled).phase.x.array, atol=1e-8)
