"""Numbers of phase fields that are drawn by hand."""

import numpy as np
import pytest
from mpi4py import MPI

from anodex.models.results.history import History
from anodex.models.results.quantity import Run, row_of, summarised
from anodex.models.solve.nonlinear import NonlinearSolver
from anodex.models.systems.dendrite.observer import DendriteObserver
from anodex.models.systems.dendrite.quantities import OUTCOMES, QUANTITIES
from anodex.models.systems.dendrite.short import classify
from anodex.models.time.march import SpentState
from anodex.models.time.stepping import implicit_runge_kutta_step

COMM = MPI.COMM_WORLD
PLAIN = ("geometry.protrusions=0", "geometry.porosity=0", "mechanics.enabled=false")
FRONT = 6  # um
COLUMNS = tuple(quantity.column for quantity in QUANTITIES)


@pytest.fixture
def observed(make_problem):
    """Function that gives a problem, and a function that gives the row of its present state; cells
    are squares of 1 um, lithium ends at `FRONT`.
    """

    def make(*changes: str):
        problem = make_problem(*PLAIN, *changes)
        return problem, rows(problem)

    return make


def rows(problem):
    """Function that gives the row of the present state, with its stress and leakage current."""
    observer = DendriteObserver(problem)

    def row() -> dict[str, float]:
        problem.accept()
        return row_of(QUANTITIES, observer.measure())

    return row


def draw(problem, *boxes) -> None:
    """Lithium up to `FRONT` and in boxes (x, x, y, y) whose ends belong to it; none elsewhere."""
    x, y = problem.space.tabulate_dof_coordinates()[:, :2].T
    lithium = x < FRONT + 1e-6
    for left, right, bottom, top in boxes:
        lithium |= (x > left - 1e-6) & (x < right + 1e-6) & (y > bottom - 1e-6) & (y < top + 1e-6)
    problem.phase.x.array[:] = lithium


@pytest.mark.parametrize(
    ("boxes", "pieces", "volume", "tip"),
    [
        ((), 0, 0, 6.5),
        ([(15, 18, 3, 9)], 1, 4 * 7, 18.5),
        ([(15, 18, 3, 9), (10, 11, 2, 2)], 2, 4 * 7 + 2, 18.5),
        ([(15, 18, 0, 3)], 1, 4 * 3.5, 18.5),  # nodes at the side have half a cell
        ([(6, 15, 5, 5), (15, 18, 3, 9)], 0, 0, 18.5),
        ([(7, 15, 5, 5)], 0, 0, 15.5),  # the nodes of a cell touch
        ([(8, 24, 5, 5)], 1, 16.5, 24.0),
    ],
    ids=["none", "one", "two", "at a side", "on a stalk", "beside the front", "at the far end"],
)
def test_dead_lithium_and_tip(observed, boxes, pieces, volume, tip):
    problem, row_now = observed()
    draw(problem, *boxes)
    row = row_now()
    assert row["detached_pieces [1]"] == pieces
    assert row["dead_lithium_fraction [1]"] * abs(
        row["deposited_thickness [um]"]
    ) * 12 == pytest.approx(volume, rel=1e-12)
    assert row["tip_position [um]"] == pytest.approx(tip, rel=1e-12)


def test_lithium_that_hangs_together_across_periodic_sides_is_one_piece(observed):
    """A strip along y = width has its image at y = 0, with a block on it."""
    problem, row_now = observed("geometry.sides=periodic")
    draw(problem, (6, 10, 11, 11), (10, 18, 11, 12), (10, 18, 0, 0), (15, 18, 0, 3))
    assert row_now()["detached_pieces [1]"] == 0
    draw(problem, (10, 18, 11, 12), (10, 18, 0, 0), (15, 18, 0, 3))
    assert row_now()["detached_pieces [1]"] == 1


def test_deposited_thickness_is_that_of_a_moved_front(observed):
    problem, row_now = observed()
    x = problem.space.tabulate_dof_coordinates()[:, 0]
    for moved in (2.5, -1.0):
        problem.phase.x.array[:] = (1 - np.tanh(2 * (x - FRONT - moved) / 3)) / 2
        row = row_now()
        assert row["deposited_thickness [um]"] == pytest.approx(moved, abs=1e-2)
        assert row["tip_position [um]"] == pytest.approx(FRONT + moved, abs=0.05)


def test_leakage_of_electrolyte_of_lithium_and_of_both_in_a_row(observed):
    problem, row_now = observed()
    electrolyte = problem.case.electrolyte.electronic_conductivity
    problem.phase.x.array[:] = 0.0
    assert row_now()["leakage_current_density [A/m^2]"] == pytest.approx(electrolyte / 24, rel=1e-9)
    problem.phase.x.array[:] = 1.0
    assert row_now()["leakage_current_density [A/m^2]"] == pytest.approx(
        1e6 * electrolyte / 24, rel=1e-9
    )
    problem.phase.x.array[:] = 0.0
    problem.pores.x.array[:] = -1.0
    assert row_now()["leakage_current_density [A/m^2]"] == pytest.approx(
        1e-3 * electrolyte / 24, rel=1e-9
    )


def test_leakage_jumps_where_lithium_bridges_the_electrolyte(observed):
    problem, row_now = observed()
    draw(problem, (6, 22, 5, 7))
    before = row_now()["leakage_current_density [A/m^2]"]
    draw(problem, (6, 24, 5, 7))
    # 2 um of full lithium over 18 um, 6 um of all
    filament = 1e6 * problem.case.electrolyte.electronic_conductivity / 24 * 2 / 12
    assert row_now()["leakage_current_density [A/m^2]"] > max(1e3 * before, filament)


def test_row_has_the_columns(observed):
    _, row_now = observed()
    row = row_now()
    assert tuple(row) == COLUMNS
    unknown = {name for name, value in row.items() if np.isnan(value)}
    missing = ("pressure", "strain", "ion_balance", "wall_share")
    assert unknown == {name for name in COLUMNS if any(part in name for part in missing)}
    assert len(set(COMM.allgather(repr(row)))) == 1


def test_pressure_of_the_start_is_that_of_the_load(make_problem):
    """Nothing has grown; electrolyte between mirrors and without pores carries (1 + nu)/(1 -
    nu)/3 of the load.
    """
    problem = make_problem(
        "geometry.protrusions=0", "geometry.porosity=0", "loading.external_pressure=10 MPa"
    )
    problem.phase.x.array[:] = 0.0
    problem.composition.phase_at_start.x.array[:] = 0.0
    row, given = rows(problem)(), problem.case.mechanics
    ratio, young = given.electrolyte_poisson_ratio, given.electrolyte_young_modulus
    assert row["max_hydrostatic_pressure [MPa]"] == pytest.approx(
        10 * (1 + ratio) / (1 - ratio) / 3, rel=1e-6
    )
    strain = -10 * (1 + ratio) * (1 - 2 * ratio) / (1 - ratio) / young
    assert row["mean_volume_strain [1]"] == pytest.approx(strain, rel=1e-6)


def test_porosity_reached_is_that_asked_for_where_pores_are_asked_for(run_case):
    """Though a strip of one width before the lithium has none."""
    found = run_case(
        "geometry.length=45 um",
        "geometry.width=30 um",
        "geometry.pore_diameter=7 um",
        "geometry.protrusions=0",
        "loading.duration=0.02 s",
    ).observables
    assert found["porosity_reached"].value == pytest.approx(0.1625, rel=0.035)


def test_fluctuation_of_the_leakage_is_reported(observed, shared_tmp_path):
    problem, _ = observed()
    times, currents = np.arange(5.0), np.array([1.0, 1e6, 1e6, 1.0, 1.0])
    history = History(shared_tmp_path / "history.csv", COMM, COLUMNS)
    for time, current in zip(times, currents, strict=True):
        history.append(
            time, dict.fromkeys(COLUMNS, 0.0) | {"leakage_current_density [A/m^2]": current}
        )
    found = summarised(Run(problem.case, problem, QUANTITIES, history), OUTCOMES)
    short = classify(times, currents, 1.0)
    assert (found["leakage_duty"].value, found["leakage_variation"].value) == (
        short.duty,
        short.variation,
    )
    assert found["leakage_variation"].value > 0.5 > 0 < found["leakage_duty"].value < 1
    assert (found["leakage_duty"].unit, found["leakage_variation"].unit) == ("1", "1")


@pytest.mark.parametrize(
    "changes",
    [(), ("transport.law=nernst-planck", "geometry.protrusions=0")],
    ids=["default", "ions"],
)
def test_asking_solves_nothing_and_changes_nothing(make_problem, monkeypatch, changes):
    problem = make_problem(*changes)
    observer = DendriteObserver(problem)
    problem.begin()
    implicit_runge_kutta_step(problem, 0.0, 0.05)
    problem.accept()

    def everything() -> dict[str, np.ndarray]:
        state = problem.state
        functions = {name: entry.x.array.copy() for name, entry in state.functions().items()}
        return {**functions, **state.snapshot(), "overpotential": problem.overpotential.copy()}

    def refuse(*_):
        raise AssertionError("a number or a field was solved for when it was asked for")

    before, scales = everything(), repr(problem.state.start_numbers)
    monkeypatch.setattr(NonlinearSolver, "solve", refuse)
    rows = [row_of(QUANTITIES, observer.measure()) for _ in range(2)]
    fields = observer.fields()["fields"]
    assert repr(rows[0]) == repr(rows[1])
    unknown = {name for name, value in rows[0].items() if np.isnan(value)}
    assert unknown == (set() if changes else {"ion_balance_error [1]"})
    assert {"hydrostatic_pressure [MPa]", "potential [V]"} < set(fields)
    for name, values in everything().items():
        np.testing.assert_array_equal(values, before[name], err_msg=name)
    assert repr(problem.state.start_numbers) == scales


def test_concentration_is_left_out_inside_lithium(make_problem):
    problem = make_problem("transport.law=nernst-planck", *PLAIN)
    problem.front.concentration.x.array[:] = np.log(2.0)
    found = DendriteObserver(problem).fields()["fields"]["concentration_ratio [1]"].x.array
    inside = problem.phase.x.array >= 0.5
    assert np.isnan(found[inside]).all()
    np.testing.assert_allclose(found[~inside], 2.0, rtol=1e-12)


def test_reaction_over_relaxation_is_that_of_the_front(make_problem):
    """1.875 L_eta exp(a F |eta|/RT)/R, and said when it is much."""
    problem = make_problem(*PLAIN, "electrolyte.potential=constant")
    observer = DendriteObserver(problem)
    rate = 1.875 * problem.case.reaction_rate * np.exp(0.5 * 0.35 * 38.942) / 15
    assert observer.measure().reaction_over_relaxation == pytest.approx(rate, rel=2e-3)
    following = make_problem(
        *PLAIN,
        "electrolyte.potential=constant",
        "loading.overpotential=-0.7 V",
        "interface.relaxation_law=following",
    )
    assert DendriteObserver(following).measure().reaction_over_relaxation < 0.126


def test_front_that_the_reaction_outruns_is_warned_of_once(make_problem, caplog):
    observer = DendriteObserver(make_problem(*PLAIN))
    row = {"tip_position [um]": 6.0, "deposited_thickness [um]": 0.0}
    for outrun in (0.1, 0.3, 0.5):
        observer.check(row | {"reaction_over_relaxation [1]": outrun})
    said = [
        record for record in caplog.records if "interface.relaxation_law" in record.getMessage()
    ]
    assert len(said) == (1 if COMM.rank == 0 else 0)


@pytest.mark.parametrize(
    ("tip", "won", "spent"),
    [(2.9, -3.1, True), (-np.inf, -6, True), (2.9, 0.1, False), (3.1, -2.9, False)],
)
def test_lithium_that_is_used_up_ends_a_run(make_problem, tip, won, spent):
    observer = DendriteObserver(make_problem(*PLAIN))
    row = {
        "tip_position [um]": tip,
        "deposited_thickness [um]": won,
        "reaction_over_relaxation [1]": 0.0,
    }
    if spent:
        with pytest.raises(SpentState, match="used up"):
            observer.check(row)
    else:
        observer.check(row)
