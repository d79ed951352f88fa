"""The overpotential at which a wanted current flows, sought while the fields of a stage settle."""

from math import copysign, log

import numpy as np

TOLERANCE = 1e-3  # of the current
LARGEST_CHANGE = 0.05  # V, in one pass


class HeldCurrent:
    """Search for the overpotential of one stage of a step.

    Parameters
    ----------
    wanted
        Current density [A/m^2], not zero; positive plates.
    exponent
        Of the cathodic rate: how its logarithm falls with the overpotential [1/V].
    """

    def __init__(self, wanted: float, exponent: float):
        self.wanted, self._exponent = wanted, exponent
        self._tried: list[tuple[float, float]] = []

    def change(self, overpotential: float, current: float) -> float:
        """What to add to the overpotential [V] of a pass in which a current density [A/m^2]
        flowed.
        """
        if self._tried:
            change = self._secant(*self._tried[-1], overpotential, current)
        elif current * self.wanted > 0:
            # the rate is exponential in the potential of the lithium
            change = copysign(1.0, self.wanted) * log(current / self.wanted) / self._exponent
        else:  # the wrong way: there is no telling how far
            change = -copysign(LARGEST_CHANGE, self.wanted)
        self._tried.append((overpotential, current))
        return float(np.clip(change, -LARGEST_CHANGE, LARGEST_CHANGE))

    def holds(self, current: float) -> bool:
        """Whether a current density is the wanted one."""
        return abs(current / self.wanted - 1) <= TOLERANCE

    def _secant(self, first: float, first_current: float, last: float, current: float) -> float:
        """The current falls with the overpotential."""
        slope = (current - first_current) / (last - first) if last != first else 0.0
        if slope < 0:
            return (self.wanted - current) / slope
        return copysign(LARGEST_CHANGE, current - self.wanted)
