"""The course of a run through the steps of its protocol, of which conditions end some early."""

from collections.abc import Sequence

from anodex.models.inputs.protocol import HeldCurrent
from anodex.models.laws.constants import MILLIAMPERE_HOUR_PER_SQUARE_CENTIMETRE
from anodex.models.results.protocol import BY_DURATION, StepTaken
from anodex.models.time.stepping import StepControl
from anodex.models.time.timeline import Schedule, Timeline


class Course:
    """Steps of a protocol one after the other, each until its duration is over or a condition
    holds.

    Parameters
    ----------
    steps
        In order.

    Attributes
    ----------
    early
        For the numbers of a state: "3 tip_von_mises > 5 MPa", the place of a step and what has
        ended it early -> time [s].
    """

    def __init__(self, steps: Sequence[HeldCurrent]):
        self.steps = tuple(steps)
        self.early: dict[str, float] = {}

    @property
    def timeline(self) -> Timeline:
        """When steps start and end, as far as it is known."""
        early = {int(words.split(" ", 1)[0]): time for words, time in self.early.items()}
        return Timeline(tuple(step.duration for step in self.steps), early)

    def schedule(
        self, control: StepControl, checkpoint_interval: int, outputs: Sequence[float]
    ) -> Schedule:
        """What a march must hit and keep, as far as it is known."""
        timeline = self.timeline
        return Schedule(
            timeline.end, control, checkpoint_interval, tuple(timeline.starts), tuple(outputs)
        )

    def step(self, time: float) -> HeldCurrent:
        """The step that runs from a time [s] on."""
        return self.steps[self.timeline.stage(time)]

    def finish(self, place: int, condition: str, time: float) -> None:
        """A condition has ended the step of some place at a time [s]."""
        self.early[f"{place} {condition}"] = time

    def charges(self, place: int, time: float) -> dict[str, float]:
        """What `anodex.models.inputs.protocol.CHARGES` names [mA h/cm^2], at a time [s] in the step
        of some place.
        """
        timeline = self.timeline
        ends = [*timeline.ends[:place], time]
        passed = [
            step.current_density * (end - start) / MILLIAMPERE_HOUR_PER_SQUARE_CENTIMETRE
            for step, start, end in zip(self.steps, timeline.starts, ends, strict=False)
        ]
        return {"charge": sum(passed), "step_charge": abs(passed[-1])}

    def taken(self, time: float) -> list[StepTaken]:
        """The steps that have ended by a time [s]."""
        timeline = self.timeline
        reasons = {int(place): by for place, by in (words.split(" ", 1) for words in self.early)}
        return [
            StepTaken(
                step.cycle,
                step.number,
                start,
                end,
                step.current_density,
                reasons.get(place, BY_DURATION),
            )
            for place, (step, start, end) in enumerate(
                zip(self.steps, timeline.starts, timeline.ends, strict=True)
            )
            if end <= time and step.duration > 0
        ]
