"""Charge transfer at the nodes of the interface, linearised at the present current."""

import numpy as np
from dolfinx import fem

from anodex.models.laws.constants import FARADAY, GAS
from anodex.models.systems.contoured_interface.case import Kinetics

LARGEST_DROP = 0.1  # share of a Butler-Volmer current that one iteration leaves at least


class SurfaceKinetics:
    """Current density that plates lithium, as a function of the potential in the electrolyte beside
    it (lithium is the zero).

    The law is linearised as overpotential against current, not the other way round: that curve is
    concave and flat where the Butler-Volmer current explodes, so Newton's method starts well from
    the mean current and nothing can overflow.

    Parameters
    ----------
    kinetics
        A law other than "none".
    space
        Scalar Lagrange space of the electrolyte; values away from the interface mean nothing.

    Attributes
    ----------
    current
        Current density [A/m^2] at the nodes.
    shift
        Equilibrium potential [V] at the nodes, zero without a pressure.
    reference
        Overpotential [V] of the mean current. Potentials are counted from it: where the charge
        transfer takes nearly all of the voltage, the small rest that drives the current through the
        electrolyte would drown in round-off.
    """

    def __init__(self, kinetics: Kinetics, space: fem.FunctionSpace):
        self.kinetics = kinetics
        self.current, self.shift, self._level, self._slope = (fem.Function(space) for _ in range(4))
        self.reference = 0.0

    def expression(self, potential):
        """Current density as a UFL expression, linear in the potential above the reference."""
        return self.current + (potential - self._level) / self._slope

    def begin(self, current: float) -> np.ndarray:
        """Linearise at a uniform current density [A/m^2]; returns the potential [V] above the
        reference that drives it.
        """
        overpotential, _ = self._overpotential(np.array([current]))
        self.reference = float(overpotential[0] + self.kinetics.film_resistance * current)
        self._linearise(np.full(len(self.current.x.array), current))
        return self._level.x.array

    def update(self, potential: fem.Function) -> None:
        """Linearise at the current that the present linearisation gives for the potential, held
        back where it overshoots.
        """
        present, drive = (
            self.current.x.array,
            potential.x.array + self.reference - self.shift.x.array,
        )
        predicted = present + (potential.x.array - self._level.x.array) / self._slope.x.array
        if self.kinetics.law == "butler-volmer":
            # A tangent of the concave curve gives too small a current, perhaps one of the wrong
            # sign: from there Newton's method runs away.
            least = LARGEST_DROP * np.abs(present)
            forward = np.maximum(np.sign(drive) * predicted, least)
            turned = np.minimum(
                np.abs(drive) / (self.kinetics.resistance + self.kinetics.film_resistance),
                np.abs(present),
            )
            predicted = np.sign(drive) * np.where(drive * present >= 0, forward, turned)
        self._linearise(predicted)

    def get_state(self) -> tuple[np.ndarray, ...]:
        """All that a solution changes."""
        return tuple(
            function.x.array.copy()
            for function in (self.current, self.shift, self._level, self._slope)
        )

    def set_state(self, state: tuple[np.ndarray, ...]) -> None:
        """Go back to a state that `get_state` gave."""
        for function, values in zip(
            (self.current, self.shift, self._level, self._slope), state, strict=True
        ):
            function.x.array[:] = values

    def _linearise(self, current: np.ndarray) -> None:
        film = self.kinetics.film_resistance
        overpotential, slope = self._overpotential(current)
        self.current.x.array[:] = current
        self._level.x.array[:] = (
            overpotential + film * current - self.reference + self.shift.x.array
        )
        self._slope.x.array[:] = slope + film

    def _overpotential(self, current: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        law = self.kinetics
        if law.law == "linear":
            return law.resistance * current, np.full_like(current, law.resistance)
        scale = GAS * law.temperature / FARADAY
        scaled, slope = inverse_butler_volmer(
            current / law.exchange_current, law.cathodic_coefficient, law.anodic_coefficient
        )
        return scale * scaled, scale / law.exchange_current * slope


def inverse_butler_volmer(
    current: np.ndarray, cathodic: float, anodic: float
) -> tuple[np.ndarray, np.ndarray]:
    """Overpotential y = F eta / (R T) that drives a current j = i / i0 = exp(c y) - exp(-a y), and
    dy/dj.

    Parameters
    ----------
    current
        j, any shape; positive currents plate.
    cathodic, anodic
        Charge-transfer coefficients c and a.

    Notes ----- exp(c |y|) < 1 + |j| bounds the root. From there Newton's method comes down, because
    the curve bends upwards.
    """
    # With the other sign the two branches change places.
    forward, backward = (
        np.where(current >= 0, cathodic, anodic),
        np.where(current >= 0, anodic, cathodic),
    )
    size = np.abs(current)
    y = np.log1p(size) / forward
    for _ in range(60):
        grown, shrunk = np.expm1(forward * y), np.expm1(-backward * y)
        slope = 1 / (forward * (1 + grown) + backward * (1 + shrunk))
        change = slope * (grown - shrunk - size)
        y = np.maximum(y - change, 0.0)
        if np.all(np.abs(change) <= 1e-14 * y):
            break
    return np.copysign(y, current), slope
