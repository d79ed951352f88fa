"""The state between two potentials: counter electrode, circuit, default load."""

import numpy as np
import pytest
from mpi4py import MPI

from anodex.models.systems.dendrite.meshing import build_mesh
from anodex.models.systems.dendrite.two_potential.circuit import LEAST_RESISTANCE, Circuit
from anodex.models.systems.dendrite.two_potential.problem import TwoPotentialGrowth

COMM = MPI.COMM_WORLD


@pytest.fixture
def make(small_case):
    """Function that builds the problem of a small case, at its start."""
    made = []

    def make(*named: str) -> TwoPotentialGrowth:
        case = small_case(*named)
        made.append(TwoPotentialGrowth(case, build_mesh(case, COMM)))
        made[-1].begin()
        return made[-1]

    yield make
    for problem in made:
        problem.destroy()


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
    current = problem.state.numbers["flows"][0] / problem.case.geometry.cross_section
    assert problem.potentials.voltage() == pytest.approx(5e-3 - 0.5e-4 * current, rel=1e-9)
    assert current > 0


def test_voltage_is_limited_where_the_current_needs_more(make):
    problem = make("limited")
    assert problem.potentials.voltage() == pytest.approx(2e-3, rel=1e-4)
    assert problem.state.numbers["flows"][0] < 100 * problem.case.geometry.cross_section
    free = make("limited", "loading.voltage_limit=1 V")
    assert free.potentials.voltage() > 2e-3
    assert free.state.numbers["flows"][0] == pytest.approx(
        100 * free.case.geometry.cross_section, rel=1e-9
    )


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


@pytest.mark.parametrize("memory", [0.1, 0.2])
def test_lithium_touches_above_its_band_and_lets_go_below_it(make, memory):
    problem = make("potentials", f"contact.memory={memory}")
    x = problem.space.tabulate_dof_coordinates()
    right = np.isclose(x[:, 0], problem.case.geometry.length)

    def touches(phase: float) -> list[float]:
        """What is told of all nodes of the counter electrode at this phase field."""
        problem.phase.x.array[:] = phase
        problem.potentials.solve()
        found = np.unique(problem.potentials.touching.x.array[right]).tolist()
        return sorted(set().union(*COMM.allgather(found)))

    phases = (0.51 + memory, 0.49 + memory, 0.51 - memory, 0.49 - memory, 0.49 + memory)
    assert [touches(phase) for phase in phases] == [[1], [1], [1], [0], [0]]


def test_noise_from_node_to_node_does_not_grow_in_lithium(make):
    """It did, by as much each step, until the mesh of a long run followed holes in lithium."""
    box = {"length": "50 um", "lithium_thickness": "36 um", "width": "6 um", "porosity": 0}
    problem = make("potentials", *(f"geometry.{key}={value}" for key, value in box.items()))
    noise, step = 1e-4, 20.0
    xi, x = problem.phase.x.array, problem.space.tabulate_dof_coordinates()
    inside = (x[:, 0] > 3) & (x[:, 0] < 20)
    signs = np.where(np.rint(x[:, :2].sum(axis=1) / problem.case.cell_size) % 2, 1.0, -1.0)

    def amplitude() -> float:
        sums = COMM.allreduce(np.array([inside @ ((xi - 1) * signs), inside.sum()]))
        return abs(sums[0] / sums[1])

    for number in range(12):
        if number == 4:
            before = amplitude()
            xi[inside] += noise * signs[inside]
        problem.advance(number * step, step)
        problem.accept()
    assert 0.9 * noise < amplitude() - before < 1.1 * noise
