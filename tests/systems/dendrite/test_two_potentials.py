"""Runs between two potentials: balances, contacts, circuit, resume, ranks."""

import numpy as np
import pytest
from mpi4py import MPI

from anodex.models.systems.dendrite.two_potential.circuit import LEAST_RESISTANCE, Circuit
from anodex.models.systems.dendrite.two_potential.problem import TwoPotentialGrowth

COMM = MPI.COMM_WORLD
OFTEN = "output.checkpoint_interval=3"
BALANCES = ("ion_balance_error", "charge_balance_error", "lithium_balance_error")


@pytest.fixture
def make(small_case):
    """Function that builds the problem of a small case, at its start."""
    from anodex.models.systems.dendrite.problem import build_mesh

    made = []

    def make(*named: str) -> TwoPotentialGrowth:
        case = small_case(*named)
        made.append(TwoPotentialGrowth(case, build_mesh(case, COMM)))
        made[-1].begin()
        return made[-1]

    yield make
    for problem in made:
        problem.destroy()


@pytest.mark.parametrize("kind", ["potentials", "touching", "limited", "periodic potentials"])
def test_ions_lithium_and_charge_are_one(run_case, kind):
    observables = run_case(kind).observables
    for name in BALANCES:
        assert observables[name].value < 1e-6


def test_a_contact_ends_the_run_and_is_told_of(run_case):
    result = run_case("touching")
    found = {name: entry.value for name, entry in result.observables.items()}
    assert found["contact_events"] == 2 and found["short_kind"] == "soft"
    times = result.history["time [s]"]
    assert 0 < found["time_of_contact"] < times[-1] < 1000
    assert 0 < found["contact_duration"] <= times[-1] - found["time_of_contact"]
    voltages, touching = result.history["cell_voltage [V]"], result.history["contact [1]"]
    assert voltages[touching == 1].mean() < 0.5 * voltages[touching == 0].mean()


def test_an_ended_run_is_not_gone_on_with(run_in, shared_tmp_path):
    path = shared_tmp_path / "ended"
    run_in(path, "touching")
    rows = (path / "history.csv").read_text()
    again = run_in(path, "touching", resume=True)
    assert (path / "history.csv").read_text() == rows
    assert again.observables["contact_events"].value == 2


def test_counter_electrode_is_at_one_potential(make):
    problem = make("potentials")
    potential = problem.potentials.part("ions")
    x = potential.function_space.tabulate_dof_coordinates()
    right = potential.x.array[np.isclose(x[:, 0], problem.case.geometry.length)]
    spread = COMM.allgather((right.min(initial=np.inf), right.max(initial=-np.inf)))
    low, high = min(low for low, _ in spread), max(high for _, high in spread)
    assert high - low < 1e-6 * high


def test_series_resistance_takes_its_share_of_the_voltage(make):
    problem = make("potentials")
    current = problem.state.numbers["flows"][0] / problem.cross_section()
    assert problem.potentials.voltage() == pytest.approx(5e-3 - 0.5e-4 * current, rel=1e-9)
    assert current > 0


def test_voltage_is_limited_where_the_current_needs_more(make):
    problem = make("limited")
    assert problem.potentials.voltage() == pytest.approx(2e-3, rel=1e-4)
    assert problem.state.numbers["flows"][0] < 100 * problem.cross_section()
    free = make("limited", "loading.voltage_limit=1 V")
    assert free.potentials.voltage() > 2e-3
    assert free.state.numbers["flows"][0] == pytest.approx(100 * free.cross_section(), rel=1e-9)


def test_circuits(small_case):
    loading = small_case("flat", "loading.duration=1 s").loading
    assert Circuit.of(loading) == Circuit(0.35, 1 / LEAST_RESISTANCE)
    held = Circuit.of(small_case("limited").loading)
    assert held == Circuit(current=100.0, limit=2e-3)
    assert held.limited().voltage == 2e-3


def test_default_runs_what_the_experiment_ran(make):
    """C/20: 2 A/m^2 over 800 um of electrolyte; the box of the test is thinner."""
    case = make("model.name=two-potential").case
    kinetic = 8.314e-6 * 298 / 0.096485 / case.exchange_current_density
    electrolyte = 800.0 / case.electrolyte.conductivity
    current = case.loading.source_voltage / (case.loading.resistance + electrolyte + kinetic)
    assert current == pytest.approx(2.0, rel=0.05)


def test_lithium_dissolves_until_it_is_used_up(run_case):
    result = run_case(
        "flat",
        "geometry.protrusions=0",
        "geometry.porosity=0",
        "loading.overpotential=0.1 V",
        "loading.duration=400 s",
        "numerics.largest_step=50 s",
    )
    assert result.history["mean_position [um]"][-1] < 0.02
    assert result.observables["lithium_balance_error"].value < 1e-9


@pytest.mark.parametrize("kind", ["potentials", "touching", "flat"])
@pytest.mark.parametrize("share", [0.3, 0.8])
def test_cut_off_and_resumed(
    run_in,
    run_case,
    small_case,
    cut_off,
    assert_same,
    assert_fields_hold,
    shared_tmp_path,
    kind,
    share,
):
    path, whole = shared_tmp_path / "cut", run_case(kind)
    cut_off(path, small_case(kind, OFTEN), share * whole.history["time [s]"][-1])
    assert_same(run_in(path, kind, OFTEN, resume=True), whole)
    assert_fields_hold(path, whole.folder)


@pytest.mark.skipif(COMM.size == 1, reason="compares several ranks with one")
@pytest.mark.parametrize(
    "kind",
    ["potentials", "touching", "flat", "limited", "periodic potentials", "potentials in space"],
)
def test_ranks_agree(run_in, run_case, assert_same, tmp_path, kind):
    assert_same(run_case(kind), run_in(tmp_path / "alone", kind, comm=MPI.COMM_SELF))
