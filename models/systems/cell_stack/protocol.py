"""What acts on the lithium, stage by stage: a force on the rod, then a frame that holds it while
lithium is plated or stripped.
"""

from collections.abc import Callable
from dataclasses import dataclass

from anodex.models.systems.cell_stack.case import STAGES, Case
from anodex.models.systems.cell_stack.foil_state import HeldRod, PushedRod
from anodex.models.time.stepping import StepControl
from anodex.models.time.timeline import Schedule, Timeline


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
    """The stages of a case after the compaction.

    Attributes
    ----------
    force
        On the rod when the frame is closed [uN]; of a pouch [uN/um].
    schedule
        Steps start small where a stage starts and where the force no longer rises; fields are
        written evenly over each stage.
    """

    def __init__(self, case: Case):
        durations, numerics = case.durations, case.numerics
        self._timeline = Timeline(tuple(durations.values()))
        self._starts = starts = dict(zip(durations, self._timeline.starts, strict=True))
        self.force, ramp = case.stacking.pressure * case.rod_area, case.stacking.ramp
        begin = starts["stacking"]
        self._loads = {
            "stacking": Loads(force=lambda time: self.force * min((time - begin) / ramp, 1.0)),
            **{
                stage: Loads(plating=case.plating_speed * case.currents.get(stage, 0.0))
                for stage in STAGES[2:]
            },
        }
        frames = case.output.frames
        taken = [stage for stage in durations if stage != "compaction"]
        self.schedule = Schedule(
            end=self._timeline.end,
            control=StepControl(numerics.first_step, numerics.smallest_step, numerics.largest_step),
            checkpoint_interval=case.output.checkpoint_interval,
            jumps=(*(starts[stage] for stage in taken), begin + ramp),
            outputs=tuple(
                starts[stage] + durations[stage] * (number / frames)
                for stage in taken
                for number in range(1, frames + 1)
            ),
        )

    def stage(self, time: float) -> int:
        """Number in the history of the stage that runs from a time [s] on: 2 is the stacking."""
        return self._timeline.stage(time) + 1

    def loads(self, stage: int) -> Loads:
        """What acts during a stage, by its number in the history."""
        return self._loads[STAGES[stage - 1]]

    def closes_frame(self, time: float) -> bool:
        """Whether the frame is closed at a time [s], around what carries `force`."""
        return time == self._starts.get("charge")
