"""Steps in time that are implicit in what is stiff, and take the rest from two earlier states."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Weights:
    """Semi-implicit backward differentiation of second order, for steps of any length.

    The new state y of dy/dt = f(y) + g(y), g implicit, follows from the one before, y0:

        lead (y - y0) / step = carried r0 + now f(y0) - before f0 + g(y)

    where r0 is (y0 - y1) over the step before, and f0 the f(y1) that this had started with. Without
    an earlier step this is Euler's method.

    Parameters
    ----------
    ratio
        Length of the step over that of the step before; 0 without one.

    Notes
    -----
    Wang and Ruuth, J. Comput. Math. 26 (2008) 838. Stable for ratios up to 1 + sqrt(2).
    """

    ratio: float

    @property
    def lead(self) -> float:
        """Of the new rate."""
        return (1 + 2 * self.ratio) / (1 + self.ratio)

    @property
    def carried(self) -> float:
        """Of the last rate."""
        return self.ratio / (1 + self.ratio)

    @property
    def now(self) -> float:
        """Of what is explicit, at the start of the step."""
        return 1 + self.ratio

    @property
    def before(self) -> float:
        """Of what is explicit, at the start of the step before; it is taken off."""
        return self.ratio
