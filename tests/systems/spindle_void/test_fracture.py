"""Cracks from the tips of a void: their growth, their balances, and a run that is cut off."""

import numpy as np
import pytest
from mpi4py import MPI

from anodex.models.errors import ConvergenceError
from anodex.models.inputs.casefile import parse_case
from anodex.models.inputs.overrides import override
from anodex.models.results.quantity import row_of
from anodex.models.results.series import read_fields
from anodex.models.systems.spindle_void.crack_observer import CrackObserver
from anodex.models.systems.spindle_void.fracturing_void import FracturingVoid, build_mesh

COMM = MPI.COMM_WORLD
# A short void in a small box, that shrinks at once: its cracks grow below their toughness.
SMALL = (
    "geometry.length=20 um",
    "geometry.width=4 um",
    "geometry.box_length=50 um",
    "geometry.box_height=50 um",
    "reaction.conversion=0.016",
    "reaction.duration=10 s",
    "fracture.model=AT1",
    "fracture.length_scale=5 um",
    "fracture.path_length=16 um",
    "fracture.subcritical_velocity=0.4 um/s",
    "numerics.first_step=10 s",
    "numerics.step_tolerance=0.02",
    'protocol.steps=[{current_density="0.1 mA/cm^2", duration="1 min"}]',
    "output.checkpoint_interval=3",
    "output.times=[]",
)
BUTLER_VOLMER = ("kinetics.law=butler-volmer",)
# Damage alone drives these: they run to the end of their path in one step.
BRITTLE = (
    "fracture.subcritical_velocity=1e-9 um/s",
    "reaction.conversion=0.05",
    'protocol.steps=[{current_density="0 A/m^2", duration="10 s"}]',
    "fracture.path_length=15 um",
)


def small(*changes: str):
    return parse_case(
        override({"system": {"name": "spindle_void"}}, (*SMALL, *changes)), "the test"
    )


def assert_alike(found, expected) -> None:
    """Histories to 1e-8 of the size of each column; those that are zero but for round-off to
    1e-8.
    """
    assert list(found.history) == list(expected.history)
    for name, values in expected.history.items():
        little = name.endswith(("[1]", "distance_to_tip [um]"))
        size = 1.0 if little else np.nanmax(np.abs(values), initial=0.0)
        np.testing.assert_allclose(
            found.history[name], values, rtol=0, atol=1e-8 * size, err_msg=name
        )


@pytest.fixture(scope="session")
def grown(run_once):
    """A run whose cracks grow by the subcritical law."""
    return run_once(small())


@pytest.mark.smoke
def test_balances_close_while_cracks_grow(grown):
    history = grown.history
    assert history["crack_length [um]"][-1] > 10
    assert history["species_balance_error [1]"].max() <= 1e-8
    assert history["force_balance_error [1]"].max() <= 1e-8
    assert history["charge_balance_error [1]"].max() <= 1e-8


def test_growth_follows_the_subcritical_law(grown):
    history = grown.history
    time, tip = history["time [s]"], history["crack_tip [um]"]
    toughness = np.sqrt(1.0 * 1000 / (1 - 0.33**2)) * 1e-3  # MPa m^0.5
    speed = 0.4 * (history["stress_intensity [MPa*m^0.5]"] / toughness) ** 2
    grows = tip > tip[0] + 2
    way = np.sum(speed[grows][:-1] * np.diff(time[grows]))
    assert tip[grows][-1] - tip[grows][0] == pytest.approx(way, abs=2.5)


def test_observables_of_growth(grown):
    history, found = grown.history, grown.observables
    time = found["time_to_growth"].value
    at_growth = np.interp(time, history["time [s]"], history["crack_length [um]"])
    assert at_growth == pytest.approx(2 * 5.0, rel=1e-6)
    assert found["shrinkage_at_growth"].value == pytest.approx(0.31 * 0.016 / 3, rel=1e-9)
    assert found["effective_toughness"].value == pytest.approx(1.0)
    assert found["crack_length"].value == history["crack_length [um]"][-1]


def test_faces_of_cracks_take_their_share_of_the_current(grown):
    history = grown.history
    density = history["current_density [A/m^2]"]
    assert density[1] == pytest.approx(1.0, rel=0.01)  # first damage has faces, too
    assert np.all(np.diff(density[1:]) <= 1e-12)
    surface, length = 43.0, history["crack_length [um]"][-1]  # um; the ends of cracks count too
    most, least = (surface / (surface + 2 * more) for more in (length, length + 4 * 5))
    assert least < density[-1] < most
    given = 1.0 * surface * history["time [s]"][-1]
    assert 0.05 * given < grown.observables["crack_charge"].value < (1 - least) * given


def test_damage_is_in_the_fields(grown):
    series = read_fields(grown.folder / "fields.xdmf")
    last = series.grid(series.times[-1])
    damage = last["damage [1]"]
    assert damage.max() == pytest.approx(1.0)
    assert damage.min() >= -1e-12
    broken = last.points[damage > 0.9]
    assert np.all(broken[:, 1] < 5 / 3)  # no more than the row beside the axis


@pytest.mark.slow  # a second run of the same length
def test_a_current_that_follows_the_potential_closes_too(run_once):
    history = run_once(small(*BUTLER_VOLMER)).history
    assert history["crack_length [um]"][-1] > 10
    assert history["charge_balance_error [1]"].max() <= 1e-8
    assert history["species_balance_error [1]"].max() <= 1e-8


@pytest.mark.serial
@pytest.mark.slow  # a crack that is refused at the edge is quick
def test_a_crack_runs_to_the_end_of_its_path(run_once):
    found = run_once(small(*BRITTLE))
    assert found.history["time [s]"][-1] < 10
    assert found.observables["crack_tip"].value > 10 + 15 - 2 * 5


@pytest.fixture(scope="module")
def to_the_edge():
    """A case whose cracks may run to the edge of the box."""
    case = small(*BRITTLE, "fracture.path_length=5 um", "geometry.box_length=30 um")
    endless = case.fracture.model_copy(update={"path_length": None})
    return case.model_copy(update={"fracture": endless})


AT_THE_EDGE = r"reached the edge of the box: its tip is at .* um of 30 um \(geometry.box_length\)"


def test_a_crack_at_the_edge_is_refused(to_the_edge):
    problem = FracturingVoid(to_the_edge, build_mesh(to_the_edge, COMM))
    observer = CrackObserver(problem)
    observer.check(row_of(observer.quantities, observer.measure()))
    problem.crack.cut(lambda x: (x[0] >= 10) & (x[0] <= 25) & (x[1] <= problem.row))
    with pytest.raises(ConvergenceError, match=AT_THE_EDGE) as caught:
        observer.check(row_of(observer.quantities, observer.measure()))
    problem.destroy()
    assert caught.value.exit_code == 3
    assert "give fracture.path_length" in str(caught.value)


@pytest.mark.slow  # what runs there is refused as what is there from the start
def test_a_crack_that_runs_to_the_edge_ends_the_run(run_in_folder, shared_tmp_path, to_the_edge):
    with pytest.raises(ConvergenceError, match=AT_THE_EDGE):
        run_in_folder(shared_tmp_path / "result", to_the_edge)


@pytest.mark.slow  # test_cracking.py cuts off the same state on a mesh that moves
def test_cut_off_and_resumed(run_in_folder, grown, cut_off, assert_fields_hold, shared_tmp_path):
    cut_off(shared_tmp_path / "cut", small(), 20.0)
    found = run_in_folder(shared_tmp_path / "cut", small(), resume=True)
    assert_alike(found, grown)
    assert_fields_hold(found.folder, grown.folder)


@pytest.mark.skipif(COMM.size == 1, reason="compares several ranks with one")
def test_ranks_agree(grown, run_in_folder, tmp_path):
    alone = run_in_folder(tmp_path / "alone", small(), comm=MPI.COMM_SELF)
    assert_alike(grown, alone)
