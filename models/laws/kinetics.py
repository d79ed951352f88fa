"""Charge transfer at a metal surface."""

import ufl

from anodex.models.laws.constants import FARADAY, GAS

LARGEST_EXPONENT = 60.0  # beyond it the exponential continues as a straight line


def linear_exp(x):
    """Exponential that continues as its tangent above `LARGEST_EXPONENT`, so that a bad Newton
    iterate cannot overflow.
    """
    return ufl.exp(ufl.min_value(x, LARGEST_EXPONENT)) * (
        1 + ufl.max_value(x - LARGEST_EXPONENT, 0.0)
    )


def butler_volmer(
    overpotential,
    exchange_current_density,
    temperature,
    concentration_ratio=1.0,
    anodic=0.5,
    cathodic=0.5,
):
    """Current density that leaves the metal [A/m^2], positive when metal dissolves.

    Parameters
    ----------
    overpotential
        Metal minus electrolyte minus equilibrium potential [V], scalar.
    exchange_current_density
        [A/m^2] at the reference concentration.
    temperature
        [K].
    concentration_ratio
        Ion concentration over the reference concentration; it drives the cathodic branch.
    anodic, cathodic
        Charge-transfer coefficients [-].

    Notes
    -----
    Newman & Balsara, Electrochemical Systems, 4th ed., ch. 8.
    """
    scaled = FARADAY * overpotential / (GAS * temperature)
    return exchange_current_density * (
        linear_exp(anodic * scaled) - concentration_ratio * linear_exp(-cathodic * scaled)
    )


def stress_shift(stress, molar_volume):
    """What a stress [MPa, tension positive] in the metal adds to its equilibrium potential [V].

    The metal's chemical potential is mu0 - Omega sigma: compression raises it, so compressed metal
    dissolves more easily. `stress` is the normal stress at the surface (Monroe & Newman, J.
    Electrochem. Soc. 151 (2004) A880, single-ion limit) or the hydrostatic stress (Larche & Cahn
    1982); `molar_volume` in um^3/amol.
    """
    return molar_volume * stress / FARADAY
