"""Gas that forms where the film has left the metal, and blocks the current there.

A modelling choice, not a measured law: Gong et al., Energy Environ. Sci. 16 (2023) 535 (doi
10.1039/d2ee02606f), see bubbles grow between sodium and a carbonate-derived film as it comes off on
stripping, and dissolve later; they give no rate. The least that does this and stays within bounds:
a rate for each exposed area that is not yet blocked, and a time in which gas dissolves. How gas
spreads, and its pressure on the film, are left out.
"""

from dataclasses import dataclass
from math import inf

import numpy as np


@dataclass(frozen=True)
class GasBlocking:
    """d theta / dt = k x (1 - theta) - theta / tau, theta the blocked and x the exposed share.

    Attributes
    ----------
    rate
        k [1/s].
    dissolving_time
        tau [s]; infinity: the gas stays.
    """

    rate: float
    dissolving_time: float = inf

    def blocked(self, before: np.ndarray, exposed: np.ndarray, step: float) -> np.ndarray:
        """Blocked share of each place after a step [s], exact for what is exposed all along it.

        Parameters
        ----------
        before
            Blocked share at the start of the step, from 0 to less than 1, shape (places,).
        exposed
            Share of the place that the film has left, such as its damage, from 0 to 1, shape
            (places,).
        """
        forming = self.rate * exposed
        total = forming + 1 / self.dissolving_time
        ending = np.divide(forming, total, out=np.zeros_like(forming), where=total > 0)
        reached = ending + (before - ending) * np.exp(-total * step)
        return np.minimum(reached, np.nextafter(1.0, 0.0))


def open_conductance(conductance: np.ndarray, blocked: np.ndarray) -> np.ndarray:
    """Conductance [S/m^2] of places of which a share is blocked: what is left open carries all.

    The current density in the openings is that of the place over 1 - theta, taken to be even over
    them. So it is around insulating patches of a radius a much smaller than kappa Z, the length
    over which an electrolyte of conductivity kappa evens out the current into a resistance Z: at
    kappa Z = 20 um it doubles only beside patches wider than 60 um (Roy, Fleck & Deshpande 2021);
    films here have a kappa Z of 0.7 mm and more.
    """
    return conductance * (1 - blocked)
