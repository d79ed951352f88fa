"""Power-law creep on one page: rate = A q^n with the equivalent stress q, A `prefactor`
[1/(s MPa^n)] and n `exponent`.

First the law itself as numbers; then a metal that flows, whose stress and strain rate give each
other; last an elastic body that creeps by an implicit, radially returning increment. What is solved
point by point is done in numpy, beside the UFL that uses it.
"""

from dataclasses import dataclass

import numpy as np
import ufl

LARGEST_ITERATIONS = 60  # of the scalar equations, which need a few
TINY = 1e-300  # stands for zero where something is divided by it


@dataclass(frozen=True)
class PowerLaw:
    """Creep rate [1/s] = `prefactor` [1/(s MPa^n)] times equivalent stress [MPa] to the power n
    = `exponent`.
    """

    prefactor: float
    exponent: float

    def flow_stress(self, rate: float) -> float:
        """Equivalent stress [MPa] at an equivalent strain rate [1/s]."""
        return (rate / self.prefactor) ** (1 / self.exponent)


# A metal that flows


def strain_rate(deviator, prefactor, exponent, floor):
    """Creep strain rate [1/s], 3 x 3, of a stress deviator [MPa].

    The rate is (3/2) A (q^2 + q0^2)^((n-1)/2) s with equivalent stress q: power-law creep that
    turns Newtonian below the stress q0 (`floor`), as diffusional creep does; A is `prefactor` [1/(s
    MPa^n)] and n `exponent`.
    """
    return 1.5 * prefactor * _smooth_square(deviator, floor) ** ((exponent - 1) / 2) * deviator


def viscosity(deviator, prefactor, exponent, floor):
    """Shear viscosity [MPa s]: a stress deviator [MPa] over twice its `strain_rate`."""
    return 1 / (3 * prefactor * _smooth_square(deviator, floor) ** ((exponent - 1) / 2))


def stress_change(deviator, rate_change, prefactor, exponent, floor):
    """Change of the deviator [MPa] that changes `strain_rate` by `rate_change` [1/s] to first
    order: the inverse of its derivative.

    The derivative is a multiple of I + c s(x)s with c = (3/2) (n-1) / (q^2 + q0^2); its inverse
    follows from Sherman and Morrison.
    """
    square = _smooth_square(deviator, floor)
    slope = 1.5 * (exponent - 1) / square
    along = slope / (1 + slope * ufl.inner(deviator, deviator)) * ufl.inner(deviator, rate_change)
    return (rate_change - along * deviator) / (1.5 * prefactor * square ** ((exponent - 1) / 2))


def _smooth_square(deviator, floor):
    return 1.5 * ufl.inner(deviator, deviator) + floor**2


def equivalent_stress(
    rate: np.ndarray, prefactor: float, exponent: float, floor: float
) -> np.ndarray:
    """Equivalent stress q [MPa] at equivalent strain rates [1/s], shape (points,).

    A (q^2 + q0^2)^((n-1)/2) q = rate is solved by Newton's method. Both ends of the law bound q
    from above, and the left side is convex: the method comes down to the root without fail.
    """
    scaled = rate / prefactor
    stress = np.minimum(scaled ** (1 / exponent), scaled / floor ** (exponent - 1)) + TINY
    for _ in range(LARGEST_ITERATIONS):
        square = stress**2 + floor**2
        power = square ** ((exponent - 1) / 2)
        change = (power * stress - scaled) / (power * (1 + (exponent - 1) * stress**2 / square))
        stress = np.maximum(stress - change, TINY)
        if np.all(np.abs(change) <= 1e-13 * stress):
            break
    return stress


# An elastic body that creeps


def relaxed_deviator(trial_deviator, trial_equivalent, creep_increment, shear):
    """Stress deviator [MPa] left of a trial deviator after an equivalent creep strain increment:
    radial return.

    `trial_equivalent` is the equivalent stress of `trial_deviator` [MPa], `shear` the shear modulus
    [MPa].
    """
    return (1 - 3 * shear * creep_increment / trial_equivalent) * trial_deviator


def creep_strain_increment(trial_deviator, trial_equivalent, creep_increment):
    """Creep strain increment (3 x 3): (3/2) times the equivalent increment along the deviator."""
    return 1.5 * creep_increment / trial_equivalent * trial_deviator


def linearised(value, slope, argument, argument_value):
    """A scalar known by value and slope at the present iterate, as an expression whose UFL
    derivative is the consistent tangent.

    At the iterate itself `argument` equals `argument_value`, so the expression equals `value`
    exactly.
    """
    return value + slope * (argument - argument_value)


def creep_increment(
    trial: np.ndarray, shear: float, factor: float, exponent: float
) -> tuple[np.ndarray, np.ndarray]:
    """Equivalent creep strain increment g of a stage and dg/d(trial): g = factor * (trial - 3 G
    g)^n.

    Parameters
    ----------
    trial
        Equivalent trial stress [MPa], shape (points,), not negative.
    shear
        Shear modulus G [MPa].
    factor
        Creep prefactor times length of the stage [1/MPa^n].
    exponent
        n, at least 1.
    """
    stiffness = 3 * shear * factor
    if stiffness == 0:
        return np.zeros_like(trial), np.zeros_like(trial)
    # q + stiffness q^n = trial is convex and increasing in the stress q, and this start lies above
    # the root: Newton cannot miss.
    stress = np.minimum(trial, (trial / stiffness) ** (1 / exponent))
    for _ in range(LARGEST_ITERATIONS):
        power = stiffness * stress ** (exponent - 1)
        change = (stress + power * stress - trial) / (1 + exponent * power)
        stress = stress - change
        if np.all(np.abs(change) <= 1e-14 * (TINY + stress)):
            break
    slope = 1 / (1 + exponent * stiffness * stress ** (exponent - 1))
    return factor * stress**exponent, (1 - slope) / (3 * shear)
