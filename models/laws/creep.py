"""Power-law creep on one page: rate = A q^n with the equivalent stress q, A `prefactor`
[1/(s MPa^n)] and n `exponent`. With a yield stress q_y it is rate = A <q - q_y>^n (Herschel and
Bulkley, Kolloid-Z. 39 (1926) 291, as a law of the equivalent stress).

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
    """Creep rate [1/s] = `prefactor` [1/(s MPa^n)] times the equivalent stress above
    `yield_stress` [MPa] to the power n = `exponent`; below it nothing creeps.
    """

    prefactor: float
    exponent: float
    yield_stress: float = 0.0

    def overstress(self, rate: float) -> float:
        """Equivalent stress above the yield stress [MPa] at an equivalent strain rate [1/s]."""
        return (rate / self.prefactor) ** (1 / self.exponent)

    def flow_stress(self, rate: float) -> float:
        """Equivalent stress [MPa] at an equivalent strain rate [1/s]."""
        return self.yield_stress + self.overstress(rate)

    def rate(self, stress: float) -> float:
        """Equivalent strain rate [1/s] at an equivalent stress [MPa]."""
        return self.prefactor * max(stress - self.yield_stress, 0.0) ** self.exponent


# A metal that flows
#
# Of the equivalent stress q the part below the yield stress q_y creeps as diffusional creep does,
# and so does what is above it by less than q0 (`floor`): Newtonian, with the rate A q0^(n-1) per
# stress. So what does not yield is a stiff liquid, and the law is convex with a continuous slope,
# as Newton's method for the stress wants it. The exponent n is to be well above one.


def strain_rate(deviator, prefactor, exponent, floor, yield_stress=0.0):
    """Creep strain rate [1/s], 3 x 3, of a stress deviator [MPa].

    With x = <q - q_y> the rate is (3/2) A ((x^2 + q0^2)^((n-1)/2) x + q0^(n-1) min(q, q_y)) s/q; A
    is `prefactor` [1/(s MPa^n)], n `exponent`, q_y `yield_stress` and q0 `floor` [MPa].
    """
    fluidity, _ = _fluidity_and_slope(deviator, exponent, floor, yield_stress)
    return 1.5 * prefactor * fluidity * deviator


def viscosity(deviator, prefactor, exponent, floor, yield_stress=0.0):
    """Shear viscosity [MPa s]: a stress deviator [MPa] over twice its `strain_rate`."""
    return 1 / (3 * prefactor * _fluidity_and_slope(deviator, exponent, floor, yield_stress)[0])


def stress_change(deviator, rate_change, prefactor, exponent, floor, yield_stress=0.0):
    """Change of the deviator [MPa] that changes `strain_rate` by `rate_change` [1/s] to first
    order: the inverse of its derivative.

    Across the deviator, stress and rate change in the ratio that they have; along it, as the slope
    of the law says.
    """
    fluidity, slope = _fluidity_and_slope(deviator, exponent, floor, yield_stress)
    square = ufl.inner(deviator, deviator) + TINY
    along = (1 - fluidity / slope) * ufl.inner(deviator, rate_change) / square
    return (rate_change - along * deviator) / (1.5 * prefactor * fluidity)


def _fluidity_and_slope(deviator, exponent, floor, yield_stress):
    """Equivalent rate over A q, and its derivative with q over A [MPa^(n-1)]."""
    stress = ufl.sqrt(1.5 * ufl.inner(deviator, deviator)) + TINY
    above = ufl.max_value(stress - yield_stress, 0)
    square = above**2 + floor**2
    power = square ** ((exponent - 1) / 2)
    below = floor ** (exponent - 1) * ufl.min_value(stress, yield_stress)
    fluidity = (power * above + below) / stress
    return fluidity, power * (1 + (exponent - 1) * above**2 / square)


def equivalent_stress(
    rate: np.ndarray, prefactor: float, exponent: float, floor: float, yield_stress: float = 0.0
) -> np.ndarray:
    """Equivalent stress q [MPa] at equivalent strain rates [1/s], shape (points,).

    What is above the yield stress is solved for by Newton's method. Both ends of the law bound it
    from above, and the law is convex: the method comes down to the root without fail.
    """
    newtonian = floor ** (exponent - 1)
    below = np.minimum(rate / prefactor / newtonian, yield_stress)
    scaled = np.maximum(rate / prefactor - newtonian * below, 0.0)
    above = np.minimum(scaled ** (1 / exponent), scaled / newtonian) + TINY
    for _ in range(LARGEST_ITERATIONS):
        square = above**2 + floor**2
        power = square ** ((exponent - 1) / 2)
        change = (power * above - scaled) / (power * (1 + (exponent - 1) * above**2 / square))
        above = np.maximum(above - change, TINY)
        if np.all(np.abs(change) <= 1e-13 * above):
            break
    return below + above


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
