"""Exact solutions of power-law creep in thin gaps, against which the lithium foil is checked."""

from functools import lru_cache
from math import pi

import numpy as np
from scipy.integrate import quad
from scipy.optimize import brentq

from anodex.models.laws.creep import PowerLaw


def shear_prefactor(law: PowerLaw) -> float:
    """A' = 3^((n+1)/2) A: in simple shear the rate is A' times the shear stress to the power n."""
    return 3 ** ((law.exponent + 1) / 2) * law.prefactor


@lru_cache
def annulus(law: PowerLaw, inner: float, outer: float, flow: float) -> tuple[float, float]:
    """Pressure gradient G [MPa/um] that drives a flow [um^3/s] between two tubes, and the radius
    [um] where nothing shears.

    The shear stress is G/2 (r - k^2/r) at the radius r, with k such that the velocity vanishes at
    both tubes.
    """
    n = law.exponent

    def shear(radius: float, neutral: float) -> float:
        stress = radius - neutral**2 / radius
        return np.sign(stress) * abs(stress) ** n

    def across(neutral: float, power: int) -> float:
        parts = ((inner, neutral), (neutral, outer))
        return sum(
            quad(lambda r: r**power * shear(r, neutral), *part, epsabs=0, epsrel=1e-11)[0]
            for part in parts
        )

    neutral = brentq(lambda k: across(k, 0), inner, outer, xtol=1e-12 * inner)
    return 2 * (flow / (pi * shear_prefactor(law) * across(neutral, 2))) ** (1 / n), neutral


def film_force(law: PowerLaw, closing: float, thickness: float, radius: float) -> float:
    """Force [uN] that closes a thin film between discs: pi ((n+2) V / (4 A' b^(n+2)))^(1/n)
    R^(3+1/n) / (3+1/n), half thickness b.
    """
    n = law.exponent
    factor = (n + 2) * closing / (4 * shear_prefactor(law) * (thickness / 2) ** (n + 2))
    return pi * factor ** (1 / n) * radius ** (3 + 1 / n) / (3 + 1 / n)
