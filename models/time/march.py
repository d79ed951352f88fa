"""A run in time, from its start or its last checkpoint to its end: what all systems with time
steps share.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Protocol

from dolfinx.fem import Function
from dolfinx.mesh import Mesh
from mpi4py import MPI

from anodex.models.errors import ConvergenceError
from anodex.models.results.checkpoint import read_checkpoint, write_checkpoint
from anodex.models.results.fields import FieldWriter
from anodex.models.results.folder import ResultFolder
from anodex.models.results.history import History
from anodex.models.results.progress import Progress
from anodex.models.solve.nonlinear import SolveReport
from anodex.models.time.stepping import Model, StepControl, march

log = logging.getLogger("anodex")


class SpentState(ConvergenceError):
    """The state at hand means nothing any more: it is not recorded, and the last checkpoint
    stays.
    """


@dataclass(frozen=True)
class Timeline:
    """Stages one after the other.

    Parameters
    ----------
    durations
        Of the stages [s]; zero for one that is left out.
    """

    durations: tuple[float, ...]

    @property
    def starts(self) -> list[float]:
        """Times at which the stages start [s]."""
        return [0.0, *self.ends][: len(self.durations)]

    @property
    def end(self) -> float:
        """Time at which the last stage ends [s]."""
        return [0.0, *self.ends][-1]

    @property
    def ends(self) -> list[float]:
        """Times at which the stages end [s]: each is the start of the next to the last bit,
        which `sum` does not promise.
        """
        return list(accumulate(self.durations))

    def stage(self, time: float) -> int:
        """Number of the stage that runs from `time` [s] on, from 0."""
        return max(number for number, start in enumerate(self.starts) if start <= time)


class ReportingModel(Model, Protocol):
    """A model that tells the iterations of its last solution."""

    report: SolveReport


class View(Protocol):
    """What a system shows of itself and what it must remember.

    Attributes
    ----------
    columns
        Of the history, `name [unit]`.
    """

    columns: Sequence[str]

    def row(self) -> Mapping[str, float]:
        """Numbers of the present state, by column; may raise `SpentState` with words that go on
        after "At 5 s".
        """

    def note(self, row: Mapping[str, float]) -> str:
        """What the progress bar says beside the time."""

    def meshes(self) -> Mapping[str, Mesh]:
        """Name of a file of fields -> its mesh."""

    def fields(self) -> Mapping[str, Mapping[str, Function]]:
        """Name of a file of fields -> the fields of the present state in it, `name [unit]`."""

    def state_functions(self) -> Mapping[str, Function]:
        """Functions that a checkpoint must hold."""

    def scalars(self) -> Mapping[str, float]:
        """Numbers that a checkpoint must hold."""

    def restore(self, scalars: Mapping[str, float]) -> None:
        """Take back the numbers, after the functions of the checkpoint have been."""


class TimeRun:
    """Marches a system through time and writes what it leaves behind.

    Parameters
    ----------
    model, view
        The system in its first state; taken back to the folder's checkpoint if the run goes on from
        there.
    checkpoint_interval
        Time steps from one checkpoint to the next.
    resume
        Go on from the checkpoint in the folder if there is one.
    start
        Time [s] of a run that does not resume.
    history
        Rows of what has gone before, to go on with; a new one, or that in the folder, otherwise.

    Attributes
    ----------
    time
        Of the state at hand [s].
    resumed
        Whether the run goes on from a checkpoint.
    """

    def __init__(
        self,
        model: ReportingModel,
        view: View,
        folder: ResultFolder,
        comm: MPI.Comm,
        progress: Progress,
        checkpoint_interval: int,
        resume: bool = False,
        start: float = 0.0,
        history: History | None = None,
    ):
        self.model, self.view, self.folder, self.comm, self.progress = (
            model,
            view,
            folder,
            comm,
            progress,
        )
        self.interval = checkpoint_interval
        self.time, self._next = start, None
        self.resumed = resume and folder.checkpoint.exists()
        if self.resumed:
            scalars = read_checkpoint(folder.checkpoint, comm, view.state_functions())
            self.time, self._next = scalars["time"], scalars["step"] or None
            view.restore(scalars)
            log.info("resumed at %g s", self.time)
        resume_time = self.time if self.resumed else None
        self.history = history or History(folder.history, comm, view.columns, resume_time)
        self._writers = {
            name: FieldWriter(folder.part(name), comm, mesh, resume_time)
            for name, mesh in view.meshes().items()
        }
        self._stops: set[float] = set()

    def record(self, time: float, with_fields: bool) -> Mapping[str, float]:
        """Write the row of the present state, and its fields if asked to."""
        try:
            row = self.view.row()
        except SpentState as spent:
            raise SpentState(f"At {time:g} s {spent}") from None
        self.time = time
        self.history.append(time, row)
        if with_fields:
            for name, fields in self.view.fields().items():
                self._writers[name].write(time, fields)
        self.progress.update(time, self.view.note(row))
        return row

    def checkpoint(self) -> None:
        """Put the state at hand into the folder's checkpoint."""
        scalars = {"time": self.time, "step": self._next or 0.0, **self.view.scalars()}
        write_checkpoint(self.folder.checkpoint, self.comm, self.view.state_functions(), scalars)

    def march(
        self,
        starts: Iterable[float],
        end: float,
        outputs: Iterable[float],
        control: StepControl,
        switch: Callable[[float], None],
        accept: Callable[[], None] = lambda: None,
    ) -> None:
        """March to `end` [s]; the last good state is in the checkpoint also when a step fails.

        Parameters
        ----------
        starts
            Times at which loads jump; steps start small there.
        outputs
            Further times at which fields and a checkpoint are written.
        switch
            Called with the time at the start and at each of these times, to set the loads from
            there on.
        accept
            Called after each step that stands, before anything is recorded.

        Raises
        ------
        ConvergenceError
            When the smallest step fails.
        """
        jumps = set(starts)
        self._stops = {moment for moment in {*jumps, *outputs, end} if self.time < moment <= end}

        def at_event(now: float) -> bool:
            switch(now)
            return now in jumps

        def after_step(time: float, taken: float, following: float) -> None:
            accept()
            self._after_step(time, taken, following)

        try:
            march(
                self.model,
                self.time,
                sorted(self._stops),
                control,
                at_event,
                after_step,
                self._next,
            )
        except SpentState:
            raise
        except ConvergenceError:
            self.checkpoint()
            raise

    def _after_step(self, time: float, taken: float, following: float) -> None:
        self.record(time, with_fields=time in self._stops)
        self._next = following
        report = self.model.report
        residuals = ", ".join(f"{field} {size:.1e}" for field, size in report.residuals.items())
        counts = f"{report.iterations} Newton, {report.linear_iterations} linear iterations"
        log.info("t %.6g s, step %.3g s, %s, residuals: %s", time, taken, counts, residuals)
        if time in self._stops or len(self.history.times) % self.interval == 0:
            self.checkpoint()
