"""How a run follows the steps of its protocol: which of them end early, and what ended each."""

import logging
from collections.abc import Mapping
from math import nan
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from anodex.models.inputs.conditions import Condition, units_of
from anodex.models.inputs.protocol import CHARGES
from anodex.models.results.protocol import write_steps
from anodex.models.time.course import Course
from anodex.models.time.until import Until

if TYPE_CHECKING:
    from anodex.models.time.march import TimeRun

log = logging.getLogger("anodex")


@runtime_checkable
class SteppedProblem(Protocol):
    """What a timed problem has besides where conditions may end steps of its protocol early; its
    schedule is then as far as it is known.

    Attributes
    ----------
    course
        The steps; its `early` is among the numbers of the state.
    """

    course: Course

    def show(self) -> None:
        """Bring up to date what `Observer.measure` takes, for the end of a step that may still be
        taken back; collective.
        """


class StepEnds:
    """Ends steps of a protocol where conditions hold.

    Parameters
    ----------
    run
        The run; where its problem has no protocol, nothing happens here.
    """

    def __init__(self, run: "TimeRun"):
        self._run, self._place, self._ended = run, 0, 0
        self._until: Until | None = None

    @property
    def reached(self) -> bool:
        """Whether a condition has ended the present step of the protocol."""
        return self._until is not None and self._until.reached is not None

    def begin(self, time: float) -> None:
        """Take the conditions of the step of the protocol that runs from a time [s] on."""
        problem = self._run.problem
        self._until = None
        if not isinstance(problem, SteppedProblem) or not problem.course.steps:
            return
        course = problem.course
        self._place, self._ended = course.timeline.stage(time), len(course.taken(time))
        written = course.steps[self._place].until
        if not written:
            return
        every = {quantity.name: quantity for quantity in self._run.observer.quantities}
        units = units_of(every.values()) | CHARGES
        conditions = [Condition.read(words, units) for words in written]
        columns = {one.name: every[one.name].column for one in conditions if one.name in every}
        self._until = Until(
            conditions,
            lambda end: self._named(list(columns), end),
            self._last(columns) | course.charges(self._place, time),
        )

    def aim(self, time: float, length: float) -> float | None:
        """Length [s] of the time step to take in place of the one just taken from a time [s]; None
        where that stands; collective.
        """
        return None if self._until is None else self._until.aim(time, length)

    def accept(self, time: float) -> None:
        """The time step that ends at a time [s] stands: tell which steps of the protocol have ended
        with it; collective.
        """
        run, problem = self._run, self._run.problem
        if not isinstance(problem, SteppedProblem):
            return
        if self._until is not None and self._until.reached is not None:
            problem.course.finish(self._place, self._until.reached.words, time)
        taken = problem.course.taken(time)
        if len(taken) == self._ended:
            return
        for step in taken[self._ended :]:
            of_cycle = f"step {step.number} of cycle {step.cycle}"
            which = of_cycle if step.cycle else f"stage {step.number}"
            log.info("%s ends at %.6g s by %s", which, step.end, step.ended_by)
        self._ended = len(taken)
        write_steps(run.folder, taken)

    def _named(self, names: list[str], time: float) -> Mapping[str, float]:
        """What conditions may name, at the end of the time step just taken [s]."""
        problem, observer = self._run.problem, self._run.observer
        assert isinstance(problem, SteppedProblem)
        problem.show()
        measured = observer.measure()
        every = {quantity.name: quantity for quantity in observer.quantities}
        values = {name: float(every[name].of(measured)) for name in names}
        values = self._run.comm.bcast(values)  # the same to the last bit on all ranks
        return values | problem.course.charges(self._place, time)

    def _last(self, columns: Mapping[str, str]) -> dict[str, float]:
        """The same in the last row of the history; no numbers before the first."""
        history = self._run.history
        if not len(history.times):
            return dict.fromkeys(columns, nan)
        return {name: float(history.column(column)[-1]) for name, column in columns.items()}
