"""Steps of a protocol that conditions end early, against what is known in closed form."""

from math import exp, log
from types import SimpleNamespace

import numpy as np
import pytest
from mpi4py import MPI

from anodex.models.inputs.conditions import Condition
from anodex.models.inputs.protocol import HeldCurrent
from anodex.models.results.folder import ResultFolder
from anodex.models.results.progress import SilentProgress
from anodex.models.results.protocol import read_steps
from anodex.models.results.quantity import Quantity
from anodex.models.solve.nonlinear import SolveReport
from anodex.models.time.course import Course
from anodex.models.time.march import TimeRun
from anodex.models.time.state import State
from anodex.models.time.stepping import StepControl
from anodex.models.time.until import CLOSE, Until

COMM = MPI.COMM_WORLD
TIME = 100.0  # s, in which the level falls to its 1/e without a pump
CYCLE = (
    HeldCurrent(1.0, 500.0, ("level > 50 m",), 1, 1),
    HeldCurrent(0.0, 20.0, (), 1, 2),
    HeldCurrent(-1.0, 500.0, ("level < -25 m", "charge < -1 mA*hour/cm^2"), 1, 3),
)


class Leaking:
    """A level [m] of dy/dt = current - y/TIME."""

    def __init__(self, steps=CYCLE):
        self.level, self.current, self.course = np.zeros(1), 0.0, Course(steps)
        self.state = State(
            numbers={"level": self.level}, start_numbers={"early_ends": self.course.early}
        )
        self.shown, self.accepted, self.killed_at = np.nan, 0, np.inf

    @property
    def schedule(self):
        return self.course.schedule(StepControl(1.0, 1e-6, 8.0), 1, ())

    def begin(self):
        self.level[:] = 0.0

    def switch(self, time):
        self.current = self.course.step(time).current_density

    def show(self):
        self.shown = float(self.level[0])

    def accept(self):
        self.accepted += 1
        if self.accepted == self.killed_at:
            raise KeyboardInterrupt
        self.show()

    def size(self):
        return {"unknowns": 1}

    def solve_stage(self, time, step, old):
        self.level[:] = (old["level"] + step * self.current) / (1 + step / TIME)
        return SolveReport(1, 2, {"level": 1e-12})

    def error(self, difference):
        return 0.0

    def destroy(self):
        pass


class Gauge:
    """Observer of the level that was last shown."""

    quantities = (Quantity("level", "m", "level"),)
    moving = False

    def __init__(self, leaking):
        self.leaking = leaking

    def measure(self):
        return SimpleNamespace(level=self.leaking.shown)

    def check(self, row):
        pass

    def note(self, row):
        return ""

    def meshes(self):
        return {}

    def fields(self):
        return {}


@pytest.fixture
def run(shared_tmp_path):
    """Function that runs a problem in a folder, on from its checkpoint if there is one."""

    def take(leaking: Leaking, name: str = "run") -> TimeRun:
        path = shared_tmp_path / name
        old = COMM.bcast(path.exists())
        COMM.barrier()
        folder = (ResultFolder.open if old else ResultFolder.create)(path, COMM)
        if COMM.rank == 0:
            (path / "case.toml").touch()
        marched = TimeRun(leaking, Gauge(leaking), folder, COMM, SilentProgress(), resume=True)
        if not marched.resumed:
            leaking.show()
            marched.record(0.0, with_fields=False)
        marched.march()
        return marched

    return take


def test_steps_end_where_their_conditions_begin_to_hold(run):
    marched = run(Leaking())
    taken = read_steps(marched.folder.path)
    up = TIME * log(2)  # from 0 half of the way to TIME
    left = 50 * exp(-20 / TIME)
    down = TIME * log((left + TIME) / (TIME - 25))  # on the way to -TIME
    exact = np.cumsum([up, 20.0, down])
    np.testing.assert_allclose([step.end for step in taken], exact, rtol=1e-3)
    assert [step.ended_by for step in taken] == ["level > 50 m", "duration", "level < -25 m"]
    assert [step.start for step in taken[1:]] == [step.end for step in taken[:-1]]
    assert marched.time == taken[-1].end
    # nothing of what was tried and taken back is left
    assert np.all(np.diff(marched.history.times) > 0)
    level = marched.history.column("level [m]")
    assert level.max() < 50 * (1 + 1e-3) and level.min() > -25 * (1 + 1e-3)
    assert list(marched.problem.course.early) == ["0 level > 50 m", "2 level < -25 m"]


@pytest.mark.parametrize("beside", [-1, 0, 1], ids=["before", "at", "after"])
@pytest.mark.parametrize("step", [0, 1, 2])
def test_a_resumed_run_takes_the_same_steps(run, step, beside):
    """A run is killed in a time step beside the end of a step of the protocol."""
    whole = run(Leaking(CYCLE * 2), "whole")
    end = read_steps(whole.folder.path)[step].end
    first = Leaking(CYCLE * 2)
    first.killed_at = int(np.flatnonzero(whole.history.times == end)[0]) + beside
    with pytest.raises(KeyboardInterrupt):
        run(first, "parts")
    rest = run(Leaking(CYCLE * 2), "parts")
    assert rest.resumed
    np.testing.assert_allclose(rest.history.times, whole.history.times, rtol=1e-14)
    levels = [found.history.column("level [m]") for found in (rest, whole)]
    np.testing.assert_allclose(*levels, rtol=1e-14)
    assert read_steps(rest.folder.path) == read_steps(whole.folder.path)


def test_charge_ends_steps_exactly(run):
    pumped = HeldCurrent(360.0, 100.0)  # 1 mA h/cm^2
    back = HeldCurrent(-360.0, 300.0, ("charge < 0.25 mA*hour/cm^2",))
    again = HeldCurrent(360.0, 300.0, ("step_charge > 0.5 mA*hour/cm^2",))
    taken = read_steps(run(Leaking((pumped, back, again))).folder.path)
    np.testing.assert_allclose([step.end for step in taken], [100, 175, 225], rtol=1e-5)


def test_what_holds_from_the_start_ends_a_step_after_a_time_step(run):
    steps = (HeldCurrent(1.0, 50.0), HeldCurrent(1.0, 500.0, ("level > 10 m",)))
    taken = read_steps(run(Leaking(steps)).folder.path)
    assert taken[1].end == pytest.approx(51.0)


def test_a_limit_that_is_never_reached_leaves_the_duration(run):
    marched = run(Leaking((HeldCurrent(1.0, 30.0, ("level > 1 km",)),)))
    assert read_steps(marched.folder.path)[0].ended_by == "duration" and marched.time == 30.0


def test_a_longer_protocol_goes_on_where_the_shorter_one_has_ended(run):
    whole = run(Leaking(CYCLE * 2), "whole")
    run(Leaking(CYCLE), "parts")
    rest = run(Leaking(CYCLE * 2), "parts")
    np.testing.assert_allclose(rest.history.times, whole.history.times, rtol=1e-14)


@pytest.mark.parametrize("power", [0.2, 1, 3, 12])
@pytest.mark.parametrize("limit", [1e-4, 0.1, 0.5, 0.999])
def test_crossings_of_any_shape_are_found(power, limit):
    """y = time^power from 0 to 1 in one step."""
    end = 0.0
    condition = Condition.read(f"y > {limit} m", {"y": "m"})
    until = Until([condition], lambda time: {"y": time**power}, {"y": 0.0})
    length: float | None = 1.0
    while length is not None:
        end = length
        length = until.aim(0.0, length)
    assert until.reached is condition
    assert abs(end**power - limit) < CLOSE or end < 2 * CLOSE
