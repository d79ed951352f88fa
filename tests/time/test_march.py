"""Runs in time: stages one after the other, and what a run leaves when it goes well, is cut off,
or fails.
"""

from types import SimpleNamespace

import numpy as np
import pytest
from dolfinx import fem
from dolfinx.mesh import create_unit_square
from mpi4py import MPI

from anodex.models.errors import ConvergenceError
from anodex.models.results.folder import ResultFolder
from anodex.models.results.history import History, read_history
from anodex.models.results.progress import SilentProgress
from anodex.models.results.quantity import Quantity
from anodex.models.results.series import read_fields
from anodex.models.solve.nonlinear import SolveReport
from anodex.models.time.march import SpentState, TimeRun
from anodex.models.time.state import State
from anodex.models.time.stepping import StepControl
from anodex.models.time.timeline import Schedule, Timeline

COMM = MPI.COMM_WORLD
CONTROL = StepControl(0.25, 0.25, 0.25)


def test_stages_follow_each_other():
    timeline = Timeline((10.0, 5.0, 20.0))
    assert timeline.starts == [0.0, 10.0, 15.0] and timeline.end == 35.0
    assert [timeline.stage(time) for time in (0.0, 9.9, 10.0, 15.0, 34.0, 35.0)] == [
        0,
        0,
        1,
        2,
        2,
        2,
    ]


def test_the_end_is_that_of_the_running_sums():
    """One unit in the last place later, one more step would run under the loads of a last stage
    of no duration.
    """
    generator = np.random.default_rng(5)
    for _ in range(1000):
        lengths = [*generator.uniform(0.1, 1e5, 3).round(1).tolist(), 0.0, 0.0]
        timeline, running = Timeline(tuple(lengths)), 0.0
        for length in lengths:
            running += length
        assert timeline.end == timeline.ends[-1] == timeline.starts[-1] == running
        assert timeline.starts[1:] == timeline.ends[:-1]


def test_a_stage_without_duration_is_passed_over():
    timeline = Timeline((0.0, 5.0, 0.0, 2.0))
    assert timeline.starts == [0.0, 0.0, 5.0, 5.0] and timeline.end == 7.0
    assert [timeline.stage(time) for time in (0.0, 5.0, 6.0)] == [1, 3, 3]


LEVEL = (Quantity("level", "m", "level of the water"),)


class Filling:
    """A level that a pump raises at a rate, double from 2 s on; nothing works above the brim."""

    def __init__(self, brim: float = np.inf, end: float = 4.0, interval: int = 100):
        self.level, self.rate, self.brim = np.zeros(1), 1.0, brim
        self.state = State(numbers={"level": self.level})
        self.schedule = Schedule(end, CONTROL, interval, jumps=(2.0,), outputs=(3.0,))
        self.accepted = 0

    def begin(self):
        self.level[:] = 0.0

    def switch(self, time):
        self.rate = 2.0 if time >= 2.0 else 1.0

    def accept(self):
        self.accepted += 1

    def size(self):
        return {"unknowns": 1}

    def solve_stage(self, time, step, old):
        self.level[:] = old["level"] + step * self.rate
        if self.level > self.brim:
            raise ConvergenceError("The basin is full.")
        return SolveReport(1, 2, {"level": 1e-12})

    def error(self, difference):
        return 0.0

    def destroy(self):
        pass


class Gauge:
    """Observer of the filling; the state means nothing above the flood mark."""

    quantities = LEVEL
    moving = False

    def __init__(self, filling: Filling, flood: float = np.inf):
        self.filling, self.flood = filling, flood

    def measure(self):
        return SimpleNamespace(level=self.filling.level[0])

    def check(self, row):
        if row["level [m]"] > self.flood:
            raise SpentState("the basin floods.")

    def note(self, row):
        return ""

    def meshes(self):
        return {}

    def fields(self):
        return {}


@pytest.fixture
def start(shared_tmp_path):
    """Function that makes a run in one folder: `start(filling, flood=…, **arguments of
    TimeRun)`.
    """
    made = []

    def make(filling: Filling, flood: float = np.inf, **arguments) -> TimeRun:
        folder = (
            ResultFolder.open(shared_tmp_path / "run", COMM)
            if made
            else ResultFolder.create(shared_tmp_path / "run", COMM)
        )
        made.append(folder)
        if COMM.rank == 0:
            (folder.path / "case.toml").touch()
        gauge = Gauge(filling, flood)
        return TimeRun(filling, gauge, folder, COMM, SilentProgress(), **arguments)

    return make


def test_loads_switch_at_their_times_and_every_step_is_recorded(start):
    filling = Filling()
    run = start(filling)
    run.record(0.0, with_fields=True)
    run.march()
    history = read_history(run.folder.history)
    np.testing.assert_allclose(history["time [s]"], np.arange(17) / 4)
    expected = np.where(history["time [s]"] < 2, history["time [s]"], 2 * history["time [s]"] - 2)
    np.testing.assert_allclose(history["level [m]"], expected)
    assert run.time == 4.0 and not run.resumed


def test_a_run_goes_on_from_its_checkpoint(start):
    filling = Filling(end=3.0)
    start(filling).march()
    later = Filling()
    run = start(later, resume=True)
    assert run.resumed and run.time == 3.0
    assert later.level == filling.level == pytest.approx(4.0)
    run.march()
    assert later.level == pytest.approx(6.0)
    np.testing.assert_allclose(read_history(run.folder.history)["time [s]"], np.arange(1, 17) / 4)


def test_rows_after_the_checkpoint_are_taken_back(start):
    filling = Filling(end=3.0)
    run = start(filling)
    run.march()
    run.record(3.25, with_fields=False)
    again = start(Filling(), resume=True)
    assert again.history.times[-1] == 3.0


def test_nothing_to_resume_begins_anew(start):
    assert not start(Filling(), resume=True, start=1.5).resumed
    assert start(Filling(), resume=True, start=1.5).time == 1.5


def test_rows_of_what_went_before_stay(start, shared_tmp_path):
    before = History(shared_tmp_path / "history.csv", COMM, [quantity.column for quantity in LEVEL])
    before.append(-1.0, {"level [m]": -5.0})
    filling = Filling()
    run = start(filling, history=before)
    run.march()
    assert run.history.times[0] == -1.0 and read_history(before.path)["level [m]"][0] == -5.0


def test_a_step_that_fails_leaves_the_last_good_state(start):
    filling = Filling(brim=2.6)
    run = start(filling)
    with pytest.raises(
        ConvergenceError, match=r"At 2.25 s the smallest step, 0.25 s, fails. The basin is full."
    ):
        run.march()
    later = Filling()
    again = start(later, resume=True)
    assert again.time == 2.25 and later.level == pytest.approx(2.5)


def test_a_spent_state_is_neither_recorded_nor_kept(start):
    filling = Filling()
    run = start(filling, flood=2.6)
    with pytest.raises(SpentState, match=r"At 2.5 s the basin floods."):
        run.march()
    assert run.history.times[-1] == 2.25
    later = Filling()
    # the last event
    assert start(later, resume=True).time == 2.0 and later.level == pytest.approx(2.0)


def test_checkpoints_come_at_their_interval(start):
    filling = Filling(interval=3)
    run = start(filling, flood=1.9)
    with pytest.raises(SpentState):
        run.march()
    assert start(Filling(), resume=True).time == 1.5


@pytest.mark.parametrize("moving", [False, True])
def test_fields_have_the_mesh_of_their_moment_where_it_moves(start, monkeypatch, moving):
    domain = create_unit_square(COMM, 2, 2)
    fields = {"level [m]": fem.Function(fem.functionspace(domain, ("P", 1)))}
    monkeypatch.setattr(Gauge, "moving", moving)
    monkeypatch.setattr(Gauge, "meshes", lambda _: {"fields": domain})
    monkeypatch.setattr(Gauge, "fields", lambda _: {"fields": fields})
    run = start(Filling())
    run.march()
    COMM.barrier()
    series = read_fields(run.folder.part("fields"))
    np.testing.assert_array_equal(series.times, [2.0, 3.0, 4.0])
    assert {step.mesh == step.heavy for step in series.steps} == {moving}
