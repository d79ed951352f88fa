"""Charge transfer at the nodes of a surface, linearised at the present current."""

import numpy as np
from dolfinx import fem

from anodex.models.laws.kinetics import ChargeTransfer

LARGEST_DROP = 0.1  # share of the current of a curved law that one iteration leaves at least


class SurfaceKinetics:
    """Current density that plates metal, as a function of the potential in the electrolyte beside
    it (the metal is the zero), with a film in series.

    The law is linearised as overpotential against current, not the other way round: that curve is
    concave and flat where the Butler-Volmer current explodes, so Newton's method starts well from
    the mean current and nothing can overflow.

    Parameters
    ----------
    law
        Charge transfer.
    film_resistance
        Of the film in series [V um^2/pA = ohm m^2].
    space
        Scalar Lagrange space of the electrolyte; values away from the surface mean nothing.

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

    def __init__(self, law: ChargeTransfer, film_resistance: float, space: fem.FunctionSpace):
        self.law, self.film_resistance = law, film_resistance
        self.current, self.shift, self._level, self._slope = (fem.Function(space) for _ in range(4))
        self.reference = 0.0

    def expression(self, potential):
        """Current density as a UFL expression, linear in the potential above the reference."""
        return self.current + (potential - self._level) / self._slope

    def begin(self, current: float) -> np.ndarray:
        """Linearise at a uniform current density [A/m^2].

        Returns
        -------
        Potential above the reference that drives it [V], in the layout of a function's array.
        """
        overpotential, _ = self._overpotential(np.array([current]))
        self.reference = float(overpotential[0] + self.film_resistance * current)
        self._linearise(np.full(len(self.current.x.array), current))
        return self._level.x.array

    def update(self, potential: fem.Function) -> None:
        """Linearise at the current that the present linearisation gives for the potential [V] above
        the reference, held back where it overshoots.
        """
        present, drive = (
            self.current.x.array,
            potential.x.array + self.reference - self.shift.x.array,
        )
        predicted = present + (potential.x.array - self._level.x.array) / self._slope.x.array
        if self.law.curved:
            # A tangent of the concave curve gives too small a current, perhaps one of the wrong
            # sign: from there Newton's method runs away.
            least = LARGEST_DROP * np.abs(present)
            forward = np.maximum(np.sign(drive) * predicted, least)
            turned = np.minimum(
                np.abs(drive) / (self.law.resistance + self.film_resistance), np.abs(present)
            )
            predicted = np.sign(drive) * np.where(drive * present >= 0, forward, turned)
        self._linearise(predicted)

    def get_state(self) -> tuple[np.ndarray, ...]:
        """All that a solution changes."""
        return tuple(function.x.array.copy() for function in self._functions())

    def set_state(self, state: tuple[np.ndarray, ...]) -> None:
        """Go back to a state that `get_state` gave."""
        for function, values in zip(self._functions(), state, strict=True):
            function.x.array[:] = values

    def _functions(self) -> tuple[fem.Function, ...]:
        return self.current, self.shift, self._level, self._slope

    def _linearise(self, current: np.ndarray) -> None:
        overpotential, slope = self._overpotential(current)
        self.current.x.array[:] = current
        self._level.x.array[:] = (
            overpotential + self.film_resistance * current - self.reference + self.shift.x.array
        )
        self._slope.x.array[:] = slope + self.film_resistance

    def _overpotential(self, current: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Of the electrolyte over the metal [V], and its slope: the law counts what leaves the
        metal, and this surface what arrives.
        """
        overpotential, slope = self.law.overpotential(-current)
        return -overpotential, slope
