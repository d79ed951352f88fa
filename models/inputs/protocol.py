"""Currents that are held one after the other, as cases give them."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf
from typing import Annotated

from pydantic import Field, model_validator

from anodex.models.inputs.conditions import Named, refuse_unknown, units_of
from anodex.models.inputs.quantities import Amount
from anodex.models.inputs.tables import Table

# What a condition may name in every system with a protocol, beside the columns of its history.
CHARGES = {
    "charge": "mA*hour/cm^2",  # since the start of the run, less what has flowed back
    "step_charge": "mA*hour/cm^2",  # since the start of the step, either way
}


class CurrentStep(Table):
    """One step of a protocol; each system says what a positive current does."""

    current_density: float | None = None
    c_rate: Annotated[float, Amount("", ge=-100, le=100)] | None = None
    """Current over protocol.capacity per hour, with its sign; in place of current_density."""
    duration: Annotated[float, Amount("s", gt=0, le=1e8)]
    """How long the step lasts; at most, where until is given."""
    until: tuple[str, ...] = ()
    """Conditions of which the first that holds ends the step early, such as 'charge < 0
    mA*hour/cm^2'; names are the columns of the history, charge and step_charge."""

    @model_validator(mode="after")
    def _one_of_two(self):
        if self.current_density is None and self.c_rate is None:
            raise ValueError(
                "current_density is missing, and it has no default; give it or c_rate, for a rest "
                "'0 A/m^2'"
            )
        if self.current_density is not None and self.c_rate is not None:
            raise ValueError("current_density and c_rate say the same; give one of them")
        return self


@dataclass(frozen=True)
class HeldCurrent:
    """A step as it is taken.

    Attributes
    ----------
    current_density
        [A/m^2], positive as the system says.
    duration
        At most [s].
    until
        Conditions that end it early.
    cycle, number
        Which repeat of all steps it is of, and its place in it, from 1; cycle 0 holds the stages of
        a system.
    """

    current_density: float
    duration: float
    until: tuple[str, ...] = ()
    cycle: int = 1
    number: int = 1


class CurrentProtocol(Table):
    """The currents, one after the other; each system gives its own default."""

    repeat: Annotated[int, Field(ge=1, le=10000)] = 1
    """How often all steps are taken, one after the other."""
    capacity: Annotated[float, Amount("A*hour/m^2", gt=0, le=1e5)] | None = None
    """Capacity per area that c_rate counts in."""
    steps: tuple[CurrentStep, ...]

    @property
    def taken(self) -> tuple[HeldCurrent, ...]:
        """All steps, repeated."""
        return tuple(
            HeldCurrent(self._current(step), step.duration, step.until, cycle, number)
            for cycle in range(1, self.repeat + 1)
            for number, step in enumerate(self.steps, 1)
        )

    @property
    def end(self) -> float:
        """Duration of all steps, of those that may end early the longest [s]."""
        return sum(step.duration for step in self.taken)

    @property
    def has_conditions(self) -> bool:
        """Whether a step may end early."""
        return any(step.until for step in self.steps)

    def _current(self, step: CurrentStep) -> float:
        if step.current_density is not None:
            return step.current_density
        assert step.c_rate is not None and self.capacity is not None  # as validated
        return step.c_rate * self.capacity

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

    def refuse_unknown(self, quantities: Iterable[Named]) -> None:
        """Refuse conditions on what the history, of some quantities, does not hold.

        Raises
        ------
        ValueError
            With the first of them.
        """
        units = units_of(quantities) | CHARGES
        for place, step in enumerate(self.steps):
            refuse_unknown(f"protocol.steps.{place}.until", step.until, units)

    def alike_until(self, other: "CurrentProtocol") -> float:
        """Time [s] up to which two protocols impose the same currents, at least: of steps that may
        end early nobody knows how long they last.
        """
        time, own, its = 0.0, self.taken, other.taken
        if own[: len(its)] == its:
            return inf if any(step.until for step in its) else sum(step.duration for step in its)
        for mine, theirs in zip(own, its, strict=False):
            if (mine.current_density, mine.until) != (theirs.current_density, theirs.until):
                return time
            if mine.duration != theirs.duration:
                return time + (0.0 if mine.until else min(mine.duration, theirs.duration))
            time += 0.0 if mine.until else mine.duration
        return time

    @model_validator(mode="after")
    def _capacity_where_it_counts(self):
        rates = [place for place, step in enumerate(self.steps) if step.c_rate is not None]
        if rates and self.capacity is None:
            raise ValueError(
                f"protocol.steps.{rates[0]}.c_rate counts in protocol.capacity, which is missing; "
                "give it, such as '1 mA*hour/cm^2', or current_density in place of c_rate"
            )
        if self.capacity is not None and not rates:
            raise ValueError(
                "protocol.capacity does nothing while no step has a c_rate; leave it out"
            )
        return self
