"""Where in a time step a condition begins to hold that ends a step of the protocol."""

from collections.abc import Callable, Mapping, Sequence

from anodex.models.inputs.conditions import Condition

CLOSE = 1e-3  # of the change of the quantity in the time step that first crosses its limit
MOST_TRIES = 12


class Until:
    """Finds the end of a step of the protocol by taking the time step that crosses a limit again,
    shorter. A condition that holds from the start ends the step after its first time step.

    Parameters
    ----------
    conditions
        Of the step.
    measure
        Gets the time [s], gives what the conditions name at present, the same on all ranks.
    start
        The same before the first time step.

    Attributes
    ----------
    reached
        The condition that has ended the step; None as long as none has.
    """

    def __init__(
        self,
        conditions: Sequence[Condition],
        measure: Callable[[float], Mapping[str, float]],
        start: Mapping[str, float],
    ):
        self.reached: Condition | None = None
        self._conditions, self._measure, self._start = conditions, measure, start
        self._changes: dict[Condition, float] = {}  # of those crossed, in the first try
        self._first = 0.0  # its length [s]
        # Length [s], and by how much a limit is crossed, over that change.
        self._before, self._beyond, self._was_beyond = (0.0, 0.0), (0.0, 0.0), True
        self._tries = 0

    def aim(self, time: float, length: float) -> float | None:
        """Length [s] of the time step to take in place of the one just taken from a time [s]; None
        where this one stands.
        """
        if not self._conditions:
            return None
        values = self._measure(time + length)
        if not self._changes and not self._crosses(values, length):
            return None
        crossed = self._crossed(values)
        self._tries += 1
        last = self._tries > MOST_TRIES or length <= CLOSE * self._first
        if abs(crossed) <= CLOSE or (last and crossed > 0):
            self.reached = max(self._changes, key=lambda one: self._share(one, values))
            return None
        self._close_in(length, crossed)
        return self._beyond[0] if last else self._between()

    def _crosses(self, values: Mapping[str, float], length: float) -> bool:
        """Whether conditions begin to hold in a time step that is taken for the first time."""
        start = self._start
        held = [one for one in self._conditions if one.excess(values[one.name]) >= 0]
        already = [one for one in held if not one.excess(start[one.name]) < 0]  # nan is one
        if not held:
            self._start = values
        if already or not held:
            self.reached = already[0] if already else None
            return False
        self._changes = {
            one: one.excess(values[one.name]) - one.excess(start[one.name]) for one in held
        }
        self._first, self._before = length, (0.0, self._crossed(start))
        return True

    def _share(self, condition: Condition, values: Mapping[str, float]) -> float:
        return condition.excess(values[condition.name]) / self._changes[condition]

    def _crossed(self, values: Mapping[str, float]) -> float:
        """By how much the first limit is crossed, over the change; negative before it."""
        return max(self._share(one, values) for one in self._changes)

    def _close_in(self, length: float, crossed: float) -> None:
        """Take one end of the interval nearer; the other one counts half when it stays twice, so
        that it comes nearer too (Dowell and Jarratt, BIT 11 (1971) 168).
        """
        beyond = crossed > 0
        weight = 0.5 if beyond == self._was_beyond and self._tries > 1 else 1.0
        if beyond:
            self._beyond = length, crossed
            self._before = self._before[0], weight * self._before[1]
        else:
            self._before = length, crossed
            self._beyond = self._beyond[0], weight * self._beyond[1]
        self._was_beyond = beyond

    def _between(self) -> float:
        """Length [s] at which a straight line through both ends crosses the limit."""
        (short, before), (long, beyond) = self._before, self._beyond
        crossing = short - before * (long - short) / (beyond - before)
        return max(crossing, CLOSE * self._first)
