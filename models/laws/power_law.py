"""Power-law creep of a metal that flows: stress and strain rate, either way."""

import ufl


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
