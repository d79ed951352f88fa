"""When what happens in a run: stages one after the other, and the moments that a march must hit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from anodex.models.time.stepping import StepControl


@dataclass(frozen=True)
class Timeline:
    """Stages of a protocol one after the other.

    Parameters
    ----------
    durations
        Of the stages [s]; zero for one that is left out.
    early
        Number of a stage -> time at which it has ended before its duration was over [s].
    """

    durations: tuple[float, ...]
    early: Mapping[int, float] = field(default_factory=dict)

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
        """Times at which the stages end [s].

        Each is the start of the next to the last bit, which `sum` does not promise.
        """
        ends, end = [], 0.0
        for number, duration in enumerate(self.durations):
            end = self.early.get(number, end + duration)
            ends.append(end)
        return ends

    def stage(self, time: float) -> int:
        """Number of the stage that runs from `time` [s] on, from 0."""
        return max(number for number, start in enumerate(self.starts) if start <= time)


@dataclass(frozen=True)
class Schedule:
    """What a march must hit and keep.

    Attributes
    ----------
    end
        Time at which the run ends [s].
    control
        Lengths of the steps.
    checkpoint_interval
        Time steps from one checkpoint to the next.
    jumps
        Times at which loads jump; steps start small there.
    outputs
        Further times at which fields and a checkpoint are written.
    """

    end: float
    control: StepControl
    checkpoint_interval: int
    jumps: tuple[float, ...] = ()
    outputs: tuple[float, ...] = ()

    def stops(self, start: float) -> list[float]:
        """All these times after a start [s], in order; none where the end has come."""
        moments: Iterable[float] = {*self.jumps, *self.outputs, self.end}
        return sorted(moment for moment in moments if start < moment <= self.end)
