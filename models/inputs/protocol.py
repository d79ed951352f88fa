"""Currents that are held one after the other, as cases give them."""

from typing import Annotated

from anodex.models.inputs.quantities import Amount
from anodex.models.inputs.tables import Table


class CurrentStep(Table):
    """One step of a protocol; each system says what a positive current does."""

    current_density: float
    duration: Annotated[float, Amount("s", gt=0, le=1e8)]
    """How long the step lasts."""


class CurrentProtocol(Table):
    """The currents, one after the other; each system gives its own default."""

    steps: tuple[CurrentStep, ...]

    @property
    def end(self) -> float:
        """Duration of all steps [s]."""
        return sum(step.duration for step in self.steps)

    def refuse_late(self, times: tuple[float, ...], usual: tuple[float, ...]) -> None:
        """Refuse output.times [s] beyond the end, but for those of the default.

        Raises
        ------
        ValueError
            With the first of them.
        """
        late = [time for time in times if time > self.end]
        if late and times != usual:
            raise ValueError(
                f"output.times holds {late[0]:g} s, beyond the end of the protocol at "
                f"{self.end:g} s; leave it out or lengthen protocol.steps"
            )

    def alike_until(self, other: "CurrentProtocol") -> float:
        """Time [s] up to which two protocols impose the same currents."""
        time = 0.0
        for own, its in zip(self.steps, other.steps, strict=False):
            if own.current_density != its.current_density:
                return time
            time += min(own.duration, its.duration)
            if own.duration != its.duration:
                return time
        return time
