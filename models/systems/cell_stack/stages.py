"""The stages of a cell stack as a machine: where a run begins, and what each stage hands on.

on disk                               begins with
nothing                               press()  -> Reached, stage 1
stages.previous, of the compaction    Reached, stage 1
stages.previous, of a later stage     Reached, that stage
own checkpoint, with --resume         Reached, where it stands

Reached --keep()--> its checkpoint    where stages.last is the compaction
        --march()-> stages.last       the lithium's stages, one march in time
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from mpi4py import MPI

from anodex.models.errors import ConvergenceError
from anodex.models.results.checkpoint import read_checkpoint, write_checkpoint
from anodex.models.results.fields import FieldWriter
from anodex.models.results.folder import ResultFolder
from anodex.models.results.history import History
from anodex.models.results.observable import Observable
from anodex.models.results.progress import Progress
from anodex.models.results.quantity import Run, row_of, summarised
from anodex.models.systems.cell_stack.case import Case
from anodex.models.systems.cell_stack.compaction import PressStep
from anodex.models.systems.cell_stack.die import (
    Pressed,
    build_bodies,
    compact,
    pellet_half,
    straight_wall,
    wall_nodes,
    wide_densities,
)
from anodex.models.systems.cell_stack.observer import StackObserver, body_fields, pressing_numbers
from anodex.models.systems.cell_stack.previous import check_previous, previous_checkpoint
from anodex.models.systems.cell_stack.problem import LithiumStack
from anodex.models.systems.cell_stack.quantities import OUTCOMES, QUANTITIES
from anodex.models.systems.cell_stack.tube import PressedBodies
from anodex.models.time.march import TimeRun
from anodex.models.time.state import State
from anodex.models.time.stopwatch import NoWatch

log = logging.getLogger("anodex")

COMPACTION = 1  # number of the stage in the history
LEAST_GAP = 0.1  # um; the contact of rod and tube knows no smaller one


@dataclass(frozen=True)
class Origin:
    """A checkpoint that a run begins from; `resumes` tells whether it is its own."""

    checkpoint: Path
    resumes: bool


@dataclass(frozen=True)
class Reached:
    """How far the stages have come, and what the next one takes over.

    Attributes
    ----------
    stage
        Number in the history of the stage that the state at hand belongs to; the compaction's is
        over.
    time
        [s].
    pressed
        What the compaction has left.
    numbers
        All numbers of the checkpoint that this was read from.
    resumes
        Whether that is the run's own.
    history
        What this run has written so far; None before its first row.
    """

    stage: int
    time: float
    pressed: Pressed
    numbers: Mapping[str, Any] = field(default_factory=dict)
    resumes: bool = False
    history: History | None = None


def find_origin(case: Case, folder: ResultFolder, resume: bool) -> Origin | None:
    """Where a run begins: its own checkpoint, that of an earlier result, or nothing.

    Raises
    ------
    InputError
        If the earlier result holds no checkpoint, or is that of another case.
    """
    if resume and folder.checkpoint.exists():
        return Origin(folder.checkpoint, resumes=True)
    if case.stages.previous is not None:
        return Origin(previous_checkpoint(case, case.stages.previous), resumes=False)
    return None


def lithium_bodies(case: Case, comm: MPI.Comm) -> PressedBodies | None:
    """What the lithium's stages need of pellet and tube: both where the compaction leaves the
    gap, else a tube that gives way.
    """
    if case.gap_from_compaction:
        return build_bodies(case, comm, with_powder=True)
    if case.geometry.type == "die" and case.tube.compliant:
        return build_bodies(case, comm, with_powder=False)
    return None


@dataclass(frozen=True)
class Stages:
    """The transitions of the machine; all are collective.

    Attributes
    ----------
    bodies
        Pellet and tube of `lithium_bodies`: their state goes from stage to stage.
    """

    case: Case
    folder: ResultFolder
    comm: MPI.Comm
    progress: Progress
    watch: NoWatch
    bodies: PressedBodies | None

    def read(self, origin: Origin) -> Reached:
        """Take up a state from disk.

        Raises
        ------
        InputError
            If an earlier result does not fit the case.
        """
        numbers = read_checkpoint(origin.checkpoint, self.comm, self._body_functions())
        stage, pressed = int(numbers["stage"][0]), Pressed.of(numbers["pressed"])
        if not origin.resumes:
            check_previous(self.case, origin.checkpoint.parent, stage, numbers["time"])
        return Reached(stage, numbers["time"], pressed, numbers, origin.resumes)

    def press(self) -> Reached:
        """Take the compaction, as far as the case has one.

        Raises
        ------
        ConvergenceError
            If powder or tube cannot hold the pressure.
        """
        case = self.case
        history = self._history()
        gap = None if case.geometry.type == "pouch" else case.geometry.gap
        if not case.compaction.enabled:
            pressed = Pressed(pellet_half(case), gap)
        elif case.geometry.type == "pouch":
            pressed = Pressed(pellet_half(case), None, *wide_densities(case))
        elif self.bodies is not None and case.gap_from_compaction:
            pressed = self._compact(self.bodies, history)
        else:
            aside = build_bodies(case, self.comm, with_powder=True)
            pressed = replace(self._compact(aside, history), gap_at_pellet=gap)
            aside.destroy()
        return Reached(COMPACTION, case.compaction.duration, pressed, history=history)

    def keep(self, reached: Reached) -> dict[str, Observable]:
        """End with the compaction: a checkpoint from which later stages go on."""
        history = reached.history or self._history(reached.numbers["history"])
        state = State(
            start_fields=self._body_functions(),
            start_numbers={
                "stage": np.array([reached.stage]),
                "pressed": reached.pressed.numbers(),
            },
        )
        stored = {
            "time": reached.time,
            "step": 0.0,
            "history": history.mark(),
            **state.stored_numbers(),
        }
        write_checkpoint(self.folder.checkpoint, self.comm, state.functions(), stored)
        # no lithium: its columns have nothing to be reduced
        return summarised(Run(self.case, reached, (), history), OUTCOMES)

    def march(self, reached: Reached) -> dict[str, Observable]:
        """Take the lithium through its stages, from the one that was reached to the last.

        Raises
        ------
        ConvergenceError
            When the compaction leaves no gap, or a step finds no solution; the last good state is
            then in the checkpoint.
        """
        wall = self._wall(reached)
        with self.watch.phase("set-up"):
            stack = LithiumStack(self.case, self.comm, wall, reached.pressed, self.bodies)
            observer = StackObserver(stack, self.bodies)
        try:
            sizes = stack.size()
            die = self.bodies.unknowns() if self.bodies else 0
            self.watch.size({**sizes, "die unknowns": die})
            counted = sizes["cells"], sizes["unknowns"], self.comm.size
            log.info("%d cells, %d unknowns of the lithium on %d ranks", *counted)
            march = TimeRun(
                stack,
                observer,
                self.folder,
                self.comm,
                self.progress,
                reached.resumes,
                reached.time,
                reached.history,
                self.watch,
            )
            if reached.stage == COMPACTION:
                with self.watch.phase("start"):
                    stack.begin()
                march.record(reached.time, with_fields=True)
                march.checkpoint()
            elif not reached.resumes:
                stack.state.take_numbers(reached.numbers)
            march.march()
        finally:
            stack.destroy()
        return summarised(Run(self.case, stack, QUANTITIES, march.history), OUTCOMES)

    def _history(self, mark: Mapping[str, Any] | None = None) -> History:
        columns = [quantity.column for quantity in QUANTITIES]
        return History(self.folder.history, self.comm, columns, mark)

    def _compact(self, bodies: PressedBodies, history: History) -> Pressed:
        """Press powder, and write rows and fields."""
        writer = FieldWriter(self.folder.part("compaction"), self.comm, bodies.tagged)
        writer.write(0.0, body_fields(bodies))

        def after_step(time: float, step: PressStep) -> None:
            # While the punch comes back to the pellet the time, that of the pressure, stands still,
            # and ParaView shows nothing at a time that comes twice.
            if time > max(history.times, default=0.0):
                writer.write(time, body_fields(bodies))
            history.append(time, row_of(QUANTITIES, pressing_numbers(step)))
            told = step.punch, step.pressure, step.mean_density, step.iterations
            log.info(
                "t %.6g s, punch at %.6g um, %.5g MPa, mean density %.5f, %d Newton", time, *told
            )
            self.progress.update(
                time, f"{step.pressure:.3g} MPa, relative density {step.mean_density:.4f}"
            )

        with self.watch.phase("compaction"):
            return compact(self.case, bodies, after_step)

    def _wall(self, reached: Reached) -> np.ndarray:
        """Wall of the tube as the lithium finds it, shape (nodes, 2); none in a pouch."""
        if reached.stage > COMPACTION:
            return np.column_stack([reached.numbers[name] for name in ("places", "first_radii")])
        if self.bodies is None:
            wall = straight_wall(self.case)
        else:
            wall = wall_nodes(self.bodies, reached.pressed.face)
        _check_gap(self.case, wall)
        return wall

    def _body_functions(self) -> dict[str, Any]:
        return self.bodies.state.functions() if self.bodies else {}


def _check_gap(case: Case, wall: np.ndarray) -> None:
    """Refuse to press lithium where the compaction has left no gap."""
    if not len(wall):
        return
    gap = np.interp(case.geometry.foil_thickness, *wall.T) - case.geometry.inner_radius
    if gap < LEAST_GAP:
        raise ConvergenceError(
            f"The compaction leaves a gap of {gap:.2g} um between tube and rod at the foil: "
            "lithium has nowhere to go. "
            "Raise compaction.pressure, or give geometry.gap."
        )
