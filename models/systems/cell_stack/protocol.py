"""What acts on the lithium, stage by stage: a force on the rod, then a frame that holds it while
lithium is plated or stripped.
"""

from collections.abc import Callable
from dataclasses import dataclass

from anodex.models.inputs.protocol import HeldCurrent
from anodex.models.systems.cell_stack.case import STAGES, Case
from anodex.models.systems.cell_stack.case_stages import CYCLES
from anodex.models.systems.cell_stack.foil_state import HeldRod, PushedRod
from anodex.models.time.course import Course
from anodex.models.time.stepping import StepControl
from anodex.models.time.timeline import Schedule


@dataclass(frozen=True)
class Loads:
    """What acts during a stage.

    Attributes
    ----------
    plating
        Thickness plated in time [um/s], negative when stripped.
    force
        Time [s] -> force on the rod [uN] (in a pouch [uN/um], on half of it), where that is given;
        None where the frame holds the rod.
    """

    plating: float = 0.0
    force: Callable[[float], float] | None = None


def framed_rod(
    case: Case, force: float, closed: float, thickness: float, step: float
) -> HeldRod | PushedRod:
    """What a rod in the frame does in a stage of length `step` [s] that starts at a thickness [um];
    the frame was closed at a `force` [uN] and at the thickness `closed`.
    """
    if case.frame.stiffness == "rigid":
        # back where it was, if it has had to follow the lithium
        return HeldRod((closed - thickness) / step)
    return PushedRod(force + case.stiffness * (thickness - closed), case.stiffness * step)


class Protocol:
    """The stages of a case after the compaction, and the steps of a protocol in the frame.

    Attributes
    ----------
    course
        All of them one after the other, the compaction the first.
    force
        On the rod when the frame is closed [uN]; of a pouch [uN/um].
    """

    def __init__(self, case: Case):
        self._case = case
        currents, durations = case.currents, case.durations
        stages = [
            HeldCurrent(currents.get(stage, 0.0), duration, (), 0, number)
            for number, (stage, duration) in enumerate(durations.items(), 1)
            if stage != CYCLES
        ]
        cycles = case.protocol.taken if CYCLES in durations else ()
        self.course = Course((*stages, *cycles))
        self.force = case.stacking.pressure * case.rod_area
        self._stacked = case.compaction.duration  # when the stacking begins [s]

    @property
    def schedule(self) -> Schedule:
        """Steps start small where a stage starts and where the force no longer rises; fields are
        written evenly over each stage; as far as it is known.
        """
        numerics, output, timeline = self._case.numerics, self._case.output, self.course.timeline
        spans = list(zip(self.course.steps, timeline.starts, timeline.ends, strict=True))[1:]
        moments = (
            (start + step.duration * (number / output.frames), end)
            for step, start, end in spans
            for number in range(1, output.frames + 1)
        )
        return Schedule(
            end=timeline.end,
            control=StepControl(numerics.first_step, numerics.smallest_step, numerics.largest_step),
            checkpoint_interval=output.checkpoint_interval,
            jumps=(*timeline.starts[1:], self._stacked + self._case.stacking.ramp),
            outputs=tuple(moment for moment, end in moments if moment <= end),
        )

    def stage(self, time: float) -> int:
        """Number in the history of the stage that runs from a time [s] on: 2 is the stacking; a
        step of a protocol counts as charge, rest or discharge by its current.
        """
        step = self.course.step(time)
        if not step.cycle:
            return step.number
        current = step.current_density
        name = "charge" if current > 0 else "discharge" if current < 0 else "rest"
        return STAGES.index(name) + 1

    def loads(self, time: float) -> Loads:
        """What acts from a time [s] on."""
        if STAGES[self.stage(time) - 1] == "stacking":
            begin, ramp = self._stacked, self._case.stacking.ramp
            return Loads(force=lambda now: self.force * min((now - begin) / ramp, 1.0))
        return Loads(plating=self._case.plating_speed * self.course.step(time).current_density)

    def closes_frame(self, time: float) -> bool:
        """Whether the frame is closed at a time [s], around what carries `force`."""
        return time in self.course.timeline.starts[2:3]
