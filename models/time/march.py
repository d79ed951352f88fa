"""A run in time, from its start or its last checkpoint to its end: what systems in time share."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from dolfinx.fem import Function
from dolfinx.mesh import Mesh
from mpi4py import MPI

from anodex.meshes.tagged import TaggedMesh
from anodex.models.errors import ConvergenceError
from anodex.models.results.checkpoint import read_checkpoint, write_checkpoint
from anodex.models.results.fields import FieldWriter
from anodex.models.results.folder import ResultFolder
from anodex.models.results.history import History
from anodex.models.results.progress import Progress
from anodex.models.results.quantity import Quantity, row_of
from anodex.models.solve.nonlinear import SolveReport
from anodex.models.time.step_ends import StepEnds
from anodex.models.time.stepping import Problem, march
from anodex.models.time.stopwatch import NO_WATCH, NoWatch
from anodex.models.time.timeline import Schedule

log = logging.getLogger("anodex")


class SpentState(ConvergenceError):
    """The state at hand means nothing any more: it is not recorded, the last checkpoint stays."""


class TimedProblem(Problem, Protocol):
    """A problem whose loads follow a schedule."""

    @property
    def schedule(self) -> Schedule:
        """When what happens, as far as it is known."""

    def begin(self) -> None:
        """Find the state at the start of a run, before the first step."""

    def switch(self, time: float) -> None:
        """Set the loads that act from a time [s] on."""

    def accept(self) -> None:
        """The step just taken stands: bring up to date what is shown of its end."""

    def size(self) -> Mapping[str, int]:
        """Numbers of cells and unknowns, by what is counted."""


@runtime_checkable
class MovingProblem(Protocol):
    """What a timed problem has besides where its mesh moves, and is made anew in time.

    The numbers of its state say what its mesh was made of, for a run that is resumed: as
    `System.remade`.
    """

    def worn(self) -> bool:
        """Whether it is time for a new mesh; the same on all ranks."""

    def renewed(self) -> TimedProblem:
        """The same state on a new mesh; collective."""


@runtime_checkable
class EndingProblem(Protocol):
    """What a timed problem has besides where it may end before its schedule does."""

    def ended(self) -> bool:
        """Whether it wants no further step, for good; the same on all ranks."""


def has_ended(problem: TimedProblem) -> bool:
    """Whether a problem wants no further step."""
    return isinstance(problem, EndingProblem) and problem.ended()


class Observer(Protocol):
    """What a system shows of itself; asking it changes nothing. That of a moving problem is made
    anew with each of its meshes.

    Attributes
    ----------
    moving
        Whether nodes of the meshes move, or other meshes take their place, so that fields are
        written with the mesh of their moment.
    """

    moving: bool

    def __init__(self, problem: Any): ...

    @property
    def quantities(self) -> Sequence[Quantity]:
        """Columns of the history."""

    def measure(self) -> Any:
        """What the quantities are taken from, for the present state."""

    def check(self, row: Mapping[str, float]) -> None:
        """Raise `SpentState` for a row that means nothing, with words that follow "At 5 s"."""

    def note(self, row: Mapping[str, float]) -> str:
        """What the progress bar says beside the time."""

    def meshes(self) -> Mapping[str, Mesh | TaggedMesh]:
        """Name of a file of fields -> its mesh; the tags of a tagged one are shown too."""

    def fields(self) -> Mapping[str, Mapping[str, Function]]:
        """Name of a file of fields -> the fields of the present state in it, `name [unit]`."""


@runtime_checkable
class NotingObserver(Protocol):
    """What an observer has besides where something may happen that is worth a picture."""

    def notable(self, history: History) -> bool:
        """Whether fields are to be written with the last row of a history; the same on all
        ranks.
        """


class TimeRun:
    """Marches a problem through time and writes what it leaves behind.

    Parameters
    ----------
    problem, observer
        The system in its first state; taken back to the folder's checkpoint if the run goes on.
    resume
        Go on from the checkpoint in the folder if there is one.
    start
        Time [s] of a run that does not resume.
    history
        Rows of what has gone before, to go on with; a new one, or that in the folder, otherwise.
    watch
        Takes the time of each part of the work.

    Attributes
    ----------
    time
        Of the state at hand [s].
    resumed
        Whether the run goes on from a checkpoint.
    """

    def __init__(
        self,
        problem: TimedProblem,
        observer: Observer,
        folder: ResultFolder,
        comm: MPI.Comm,
        progress: Progress,
        resume: bool = False,
        start: float = 0.0,
        history: History | None = None,
        watch: NoWatch = NO_WATCH,
    ):
        self.problem, self.observer, self.watch = problem, observer, watch
        self.folder, self.comm, self.progress = folder, comm, progress
        self.time, self._next = start, None
        self.resumed = resume and folder.checkpoint.exists()
        if self.resumed:
            stored = read_checkpoint(folder.checkpoint, comm, problem.state.functions())
            self.time, self._next = stored["time"], stored["step"] or None
            problem.state.take_numbers(stored)
            log.info("resumed at %g s", self.time)
        resume_time, mark = (self.time, stored["history"]) if self.resumed else (None, None)
        columns = [quantity.column for quantity in observer.quantities]
        self.history = history or History(folder.history, comm, columns, mark)
        self._writers = {
            name: FieldWriter(folder.part(name), comm, mesh, resume_time, observer.moving)
            for name, mesh in observer.meshes().items()
        }
        for name, writer in self._writers.items():
            expected = stored["frames"].get(name, 0) if self.resumed else 0
            if comm.rank == 0 and writer.count < expected:
                lost = expected - writer.count
                log.warning("%s: %d of %d times are lost", folder.part(name), lost, expected)
        self._stops: list[float] = []
        self._step_ends = StepEnds(self)

    def record(self, time: float, with_fields: bool) -> None:
        """Write the row of the present state, and its fields if asked to."""
        with self.watch.phase("row"):
            row = row_of(self.observer.quantities, self.observer.measure())
        try:
            self.observer.check(row)
        except SpentState as spent:
            raise SpentState(f"At {time:g} s {spent}") from None
        self.time = time
        with self.watch.phase("writing"):
            self.history.append(time, row)
            if with_fields or self._notable():
                for name, fields in self.observer.fields().items():
                    self._writers[name].write(time, fields)
        self.progress.update(time, self.observer.note(row))

    def checkpoint(self) -> None:
        """Put the state at hand into the folder's checkpoint."""
        state = self.problem.state
        stored = {
            "time": self.time,
            "step": self._next or 0.0,
            "history": self.history.mark(),
            "frames": {name: writer.count for name, writer in self._writers.items()},
            **state.stored_numbers(),
        }
        with self.watch.phase("writing"):
            write_checkpoint(self.folder.checkpoint, self.comm, state.functions(), stored)

    def march(self) -> None:
        """March to the end of the schedule; the last good state is kept also when a step fails.

        Raises
        ------
        ConvergenceError
            When the smallest step fails.
        """
        try:
            self._march()
            while self._step_ends.reached and not has_ended(self.problem):
                self._march()  # what follows begins earlier than was known
        except SpentState:
            raise
        except ConvergenceError:
            self.checkpoint()
            raise

    def _march(self) -> None:
        """March to the end of the schedule, or of a step of the protocol that ends early."""
        schedule = self.problem.schedule
        self._checkpoint_interval = schedule.checkpoint_interval
        self._stops = [] if has_ended(self.problem) else schedule.stops(self.time)

        def at_event(now: float) -> bool:
            self.problem.switch(now)
            self._step_ends.begin(now)
            return now in schedule.jumps

        self._step_ends.begin(self.time)  # also where nothing is left to do
        self.watch.start()
        march(
            self.problem,
            self.time,
            self._stops,
            schedule.control,
            at_event,
            self._after_step,
            self._next,
            lambda problem: self._step_ends.reached or has_ended(problem),
            self._step_ends.aim,
        )

    def _after_step(
        self, time: float, taken: float, following: float, report: SolveReport
    ) -> TimedProblem:
        self.problem.accept()
        self._step_ends.accept(time)
        self.watch.step(report)
        stops = time in self._stops or self._step_ends.reached or has_ended(self.problem)
        self.record(time, with_fields=stops)
        self._next = following
        residuals = ", ".join(f"{field} {size:.1e}" for field, size in report.residuals.items())
        counts = f"{report.iterations} Newton, {report.linear_iterations} linear iterations"
        log.info("t %.6g s, step %.3g s, %s, residuals: %s", time, taken, counts, residuals)
        rows = len(self.history.times)
        if isinstance(self.problem, MovingProblem) and self.problem.worn():
            with self.watch.phase("mesh"):
                self._go_on_with(self.problem.renewed())
        if stops or rows % self._checkpoint_interval == 0:
            self.checkpoint()
        self.watch.start()
        return self.problem

    def _notable(self) -> bool:
        observer = self.observer
        return isinstance(observer, NotingObserver) and observer.notable(self.history)

    def _go_on_with(self, renewed: TimedProblem) -> None:
        """Take the same state on a new mesh in place of the problem at hand."""
        self.problem.destroy()
        self.problem = renewed
        self.observer = type(self.observer)(self.problem)
        for name, mesh in self.observer.meshes().items():
            self._writers[name].follow(mesh)
        sizes = ", ".join(f"{number} {what}" for what, number in self.problem.size().items())
        log.info("new mesh: %s", sizes)
