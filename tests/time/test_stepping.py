"""The time stepper on a scalar equation, without any field."""

import numpy as np
import pytest

from anodex.models.errors import ConvergenceError
from anodex.models.solve.nonlinear import SolveReport
from anodex.models.time.state import State
from anodex.models.time.stepping import GAMMA, StepControl, implicit_runge_kutta_step, march

RATE = 50.0
REPORT = SolveReport(1, 1, {"y": 0.0})
CONTROL = StepControl(1e-3, 1e-9, 0.25)


class Relaxation:
    """y' = -rate (y - target(t)) with a state of one number; the solver breaks where
    `breaks(time, step)` says so.
    """

    def __init__(self, value=0.0, rate=RATE, tolerance=1e-4, breaks=lambda time, step: False):
        self.value, self.rate, self.tolerance, self.breaks = (
            np.array([value]),
            rate,
            tolerance,
            breaks,
        )
        self.state = State(numbers={"value": self.value})
        self.load = 1.0
        self.stages = []

    def solve_stage(self, time, step, old):
        self.stages.append((time, step, float(old["value"][0])))
        if self.breaks(time, step):
            self.value[:] = np.nan  # what a failed solve may leave behind
            raise ConvergenceError("field 'y' has no solution")
        self.value[:] = (old["value"] + step * self.rate * self.load * np.cos(time)) / (
            1 + step * self.rate
        )
        return REPORT

    def error(self, difference):
        return float(np.abs(difference["value"]).max()) / self.tolerance


def exact(time, rate=RATE):
    """The solution that starts on its slow manifold."""
    return (rate**2 * np.cos(time) + rate * np.sin(time)) / (rate**2 + 1)


def follow(model, events, start=0.0, step=None, control=CONTROL, jumps=()):
    """March and return rows (time, step taken, next step, value) and the times at which
    `at_event` was called.
    """
    rows, called = [], []

    def at_event(time):
        called.append(time)
        model.load = -1.0 if jumps and time >= jumps[0] else 1.0
        return time in jumps

    march(
        model,
        start,
        events,
        control,
        at_event,
        lambda time, taken, following, report: rows.append(
            (time, taken, following, float(model.value[0]))
        ),
        step,
    )
    return np.array(rows), called


def test_second_order():
    errors = []
    for steps in (100, 200, 400):
        model = Relaxation(exact(0.0))
        for number in range(steps):
            implicit_runge_kutta_step(model, number / steps, 1 / steps)
        errors.append(abs(float(model.value[0]) - exact(1.0)))
    orders = np.log2(np.array(errors[:-1]) / errors[1:])
    np.testing.assert_allclose(orders, 2, atol=0.1)


def test_one_huge_step_lands_on_the_slow_solution():
    model = Relaxation(5.0, rate=1e9)
    implicit_runge_kutta_step(model, 0.0, 1.0)
    assert float(model.value[0]) == pytest.approx(np.cos(1.0), abs=1e-6)


def test_tolerance_steers_the_error():
    worst = []
    for tolerance in (1e-3, 1e-5):
        rows, _ = follow(Relaxation(0.0, tolerance=tolerance), [2.0])
        solution = exact(rows[:, 0]) - exact(0.0) * np.exp(-RATE * rows[:, 0])
        worst.append(np.abs(rows[:, 3] - solution).max())
    assert worst[0] < 1e-3
    assert worst[1] < worst[0] / 20


def test_events_are_hit_exactly_and_told_once():
    events = [0.1, 1 / 3, 0.7, 0.7 + 1e-7, 2.0]
    rows, called = follow(Relaxation(), events)
    assert set(events) <= set(rows[:, 0])
    assert called == [0.0, *events[:-1]]
    assert rows[-1, 0] == 2.0
    assert np.all(np.diff(rows[:, 0]) > 0)


def test_a_jump_starts_with_the_first_step():
    model = Relaxation()
    rows, _ = follow(model, [1.0, 2.0], jumps=(1.0,))
    steps_before, steps_after = (
        [step / GAMMA for time, step, _ in model.stages if (time > 1.0) == after]
        for after in (False, True)
    )
    assert steps_after[0] == pytest.approx(CONTROL.first)
    assert steps_before[-1] > 5 * CONTROL.first
    assert rows[-1, 3] == pytest.approx(-exact(2.0), abs=1e-3)


def test_steps_grow_by_doubling_only():
    rows, _ = follow(Relaxation(), [2.0])
    ratios = rows[:, 2] / rows[:, 1]
    assert set(ratios[:-4].tolist()) <= {1.0, 2.0}  # the last steps are cut to meet the end
    assert 2.0 in ratios
    assert rows[:, 1].max() <= CONTROL.largest


def test_inaccurate_step_is_tried_again_from_the_same_state():
    model = Relaxation()
    control = StepControl(0.2, 1e-9, 0.25)  # far too long at first
    rows, _ = follow(model, [1.0], control=control)
    first_stages = [stage for stage in model.stages if stage[2] == 0.0]
    assert len(first_stages) > 1  # several attempts, all from y(0) = 0
    assert rows[0, 1] < 0.2
    accepted = np.cumsum(rows[:, 1])
    np.testing.assert_allclose(accepted, rows[:, 0], rtol=1e-12)


def test_failed_step_is_tried_again_a_quarter_as_long():
    model = Relaxation(exact(0.0), breaks=lambda time, step: step > 0.003 and 0.5 < time < 0.6)
    rows, _ = follow(model, [1.0])
    assert np.isfinite(rows).all()
    np.testing.assert_allclose(rows[:, 3], exact(rows[:, 0]), atol=1e-4)
    lengths = [step for _, step, _ in model.stages]
    ratios = np.array(lengths[1:]) / lengths[:-1]
    assert np.any(np.isclose(ratios, 0.25))


def test_failing_smallest_step_raises_and_keeps_the_last_good_state():
    model = Relaxation(breaks=lambda time, step: time > 0.5)
    good = []
    with pytest.raises(ConvergenceError, match=r"(?s)At 0\.4.* s the smallest step.*field 'y'"):
        march(
            model,
            0.0,
            [1.0],
            StepControl(1e-3, 1e-4, 0.25),
            lambda _: False,
            lambda *_: good.append(float(model.value[0])),
        )
    assert float(model.value[0]) == good[-1]


def test_inaccurate_smallest_step_is_taken():
    rows, _ = follow(Relaxation(tolerance=1e-12), [0.05], control=StepControl(1e-2, 1e-2, 0.25))
    np.testing.assert_allclose(rows[:, 1], 1e-2)


@pytest.mark.parametrize("where", [3, 17, "event", "jump"])
def test_a_march_continued_from_the_middle_is_the_same(where):
    events, jumps = [0.3, 1.0, 2.0], (1.0,)
    whole, _ = follow(Relaxation(), events, jumps=jumps)
    stop = {"event": 0.3, "jump": 1.0}.get(where)
    index = where if stop is None else int(np.flatnonzero(whole[:, 0] == stop)[0])
    time, _, following, value = whole[index]
    rest, _ = follow(
        Relaxation(value),
        [event for event in events if event > time],
        start=time,
        step=following,
        jumps=jumps,
    )
    np.testing.assert_array_equal(rest, whole[index + 1 :])
