"""Adaptive time stepping: second-order, L-stable, one step at a time, with events."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np

from anodex.models.errors import ConvergenceError
from anodex.models.solve.nonlinear import SolveReport
from anodex.models.time.state import Snapshot, State

log = logging.getLogger("anodex")

# makes the two-stage scheme L-stable and of second order (Alexander, SIAM J. Numer. Anal. 14 (1977)
# 1006)
GAMMA = 1 - 1 / np.sqrt(2)


# error that the next step should have, over the allowed one, and how many rungs it may go up and
# down
AIMED, MOST_RUNGS, FARTHEST = 0.7, 2, 12
LEAST_ERROR = 1e-12


class Problem(Protocol):
    """What the stepper needs: a system bound to one mesh, disposable.

    Attributes
    ----------
    state
        What the system remembers.
    """

    state: State

    def solve_stage(self, time: float, step: float, old: Snapshot) -> SolveReport:
        """Find the state s with (s - old)/step = rate(s, time); `ConvergenceError` without one."""

    def error(self, difference: Snapshot) -> float:
        """Error estimate over what is allowed, the same on all ranks; up to 1 it is accurate."""

    def destroy(self) -> None:
        """Free the PETSc objects; collective."""


@dataclass(frozen=True)
class StepControl:
    """First, smallest and largest step [s]; all positive.

    Attributes
    ----------
    scheme
        What takes a step: gets problem, time [s] and length [s], and gives an `Advance`; by default
        `implicit_runge_kutta_step`.
    rung
        Steps change by powers of it, as far as the error lets them; left out they double, halve or
        quarter.
    """

    first: float
    smallest: float
    largest: float
    scheme: "Callable[[Any, float, float], Advance] | None" = None
    rung: float | None = None

    def growth(self, error: float) -> float:
        """What the length of a step of some error estimate, up to 1, is multiplied by for the next.

        Without rungs steps grow by doubling only: an unchanged step keeps the factorised Jacobian
        useful.
        """
        if self.rung is None:
            return 2.0 if error < 0.2 else 1.0
        return _fitting(self.rung, error)

    def cut(self, error: float) -> float:
        """The same for a step that is tried again, as its error is above 1 or no number.

        Halves and quarters, or rungs: the times of the steps are then the same on any number of
        ranks, to the last bit.
        """
        if self.rung is None or not np.isfinite(error):
            return 0.5 if error < 4 else 0.25
        return _fitting(self.rung, error)


def _fitting(rung: float, error: float) -> float:
    """The power of a rung that brings an error near `AIMED`: errors grow with the square of the
    step.
    """
    rungs = np.log(AIMED / max(error, LEAST_ERROR)) / (2 * np.log(rung))
    return float(rung ** np.clip(np.floor(rungs), -FARTHEST, MOST_RUNGS))


class Advance(NamedTuple):
    """What a step took: its error estimate (1 = just accurate enough), and the work of its end."""

    error: float
    report: SolveReport


def implicit_runge_kutta_step(problem: Problem, time: float, step: float) -> Advance:
    """Advance `problem` from `time` by `step` [s].

    Two stages of the stiffly accurate SDIRK scheme, each a backward-Euler solve of length
    gamma * step. No earlier step enters, so an event or a resumed run needs no start-up.

    Raises
    ------
    ConvergenceError
        When a stage has no solution.
    """
    state = problem.state
    start = state.snapshot()
    problem.solve_stage(time + GAMMA * step, GAMMA * step, start)
    first = state.snapshot()
    middle = {name: s + (1 - GAMMA) / GAMMA * (first[name] - s) for name, s in start.items()}
    report = problem.solve_stage(time + step, GAMMA * step, middle)
    # The difference to the embedded first-order solution start + step * (first rate).
    end = state.snapshot()
    difference = {name: end[name] - middle[name] - (first[name] - s) for name, s in start.items()}
    return Advance(problem.error(difference), report)


def march(
    problem: Problem,
    start: float,
    events: Sequence[float],
    control: StepControl,
    at_event: Callable[[float], bool],
    after_step: Callable[[float, float, float, SolveReport], Problem | None],
    step: float | None = None,
    ended: Callable[[Any], bool] = lambda problem: False,
    aim: Callable[[float, float], float | None] = lambda time, taken: None,
) -> None:
    """March `problem` from `start` to the last event and hit every event exactly.

    Parameters
    ----------
    events
        Increasing times [s] after `start`; the last one ends the march.
    at_event
        Called with the time at the start and at each event but the last, before the next step:
        switches loads, and returns whether one has jumped, so that steps start small again.
    after_step
        Called with time, length of the step taken and length of the next one: records, writes
        checkpoints, and gives the problem that goes on where that is another one.
    step
        First step to try [s] when a march goes on where another stopped; by default
        `control.first`.
    ended
        Whether the problem wants no further step, although events are left.
    aim
        Called with the time at the start of a step that is accurate, and its length: gives the
        length [s] of one to take in its place, None where it stands.

    Raises
    ------
    ConvergenceError
        When the smallest step still fails.
    """
    take_step = control.scheme or implicit_runge_kutta_step
    time, length = start, step or control.first
    aimed: float | None = None
    for event in events:
        if at_event(time):
            length = control.first
        while time < event:
            # Two even steps beat a full one and a sliver.
            left = event - time
            tried = left if left <= length * (1 + 1e-9) else min(length, left / 2)
            tried = aimed or tried
            # The slack of `tried` counts here too: without it, a step cut by an event to just above
            # the smallest would be retried for ever.
            smallest = tried <= control.smallest * (1 + 1e-9)
            accepted, aimed = problem.state.snapshot(), None
            try:
                error, report = take_step(problem, time, tried)
                shorter, why = tried * control.cut(error), f"{error:.2g} times too inaccurate"
            except ConvergenceError as failure:
                if smallest:
                    problem.state.restore(accepted)
                    raise ConvergenceError(
                        f"At {time:g} s the smallest step, {tried:g} s, fails. {failure}"
                    ) from failure
                error, shorter, why = np.inf, tried / 4, "without a solution"
            if not error <= 1 and not smallest:  # so written, nan is an error too large
                problem.state.restore(accepted)
                length = max(control.smallest, shorter)
                log.info("at %g s the step %g s is %s; trying %g s", time, tried, why, length)
                continue
            aimed = aim(time, tried)
            if aimed is not None:
                problem.state.restore(accepted)
                log.info("at %g s a condition asks for a step of %g s", time, aimed)
                continue
            time = event if tried == left else time + tried
            # One cut short by an event says little, unless it was cut into halves.
            if 2 * tried > length:
                length = min(control.largest, max(control.smallest, length * control.growth(error)))
            problem = after_step(time, tried, length, report) or problem
            if ended(problem):
                return
