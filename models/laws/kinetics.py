"""Charge transfer at a metal surface: laws for forms, and for numbers at points with their inverse.

Signs are those of `butler_volmer`: a positive overpotential dissolves metal, and the current that
leaves it is positive.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
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


def butler_volmer_values(
    overpotential: np.ndarray,
    exchange_current_density: float,
    temperature: float,
    concentration_ratio: np.ndarray | float = 1.0,
    anodic: float = 0.5,
    cathodic: float = 0.5,
) -> np.ndarray:
    """Numpy twin of `butler_volmer`: same arguments, any shape.

    It keeps its digits at small overpotentials, where the branches cancel.
    """
    scaled = FARADAY * overpotential / (GAS * temperature)
    return exchange_current_density * (
        1
        - concentration_ratio
        + _linear_expm1(anodic * scaled)
        - concentration_ratio * _linear_expm1(-cathodic * scaled)
    )


def _linear_expm1(x: np.ndarray) -> np.ndarray:
    """The `linear_exp` of an array, less one."""
    beyond = np.maximum(x - LARGEST_EXPONENT, 0.0)
    return np.expm1(np.minimum(x, LARGEST_EXPONENT)) + np.exp(LARGEST_EXPONENT) * beyond


def inverse_butler_volmer(
    current: np.ndarray, anodic: float, cathodic: float
) -> tuple[np.ndarray, np.ndarray]:
    """Overpotential y = F eta / (R T) that drives a current j = i / i0 = exp(a y) - exp(-c y), and
    dy/dj.

    Parameters
    ----------
    current
        j, any shape, however large.
    anodic, cathodic
        Charge-transfer coefficients a and c.

    Notes
    -----
    exp(a |y|) < 1 + |j| bounds the root. From there Newton's method comes down, because the curve
    bends upwards.
    """
    # With the other sign the two branches change places.
    forward, backward = (
        np.where(current >= 0, anodic, cathodic),
        np.where(current >= 0, cathodic, anodic),
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


class ChargeTransfer(Protocol):
    """A law without ions in it, solved for the overpotential.

    Attributes
    ----------
    resistance
        Its slope without current [V um^2/pA = ohm m^2].
    curved
        Whether the slope depends on the current.
    """

    @property
    def resistance(self) -> float: ...
    @property
    def curved(self) -> bool: ...

    def overpotential(self, current: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Overpotential [V] that drives a current density [A/m^2] out of the metal, and its slope
        [V um^2/pA], both in the shape of `current`.
        """


@dataclass(frozen=True)
class LinearTransfer:
    """Ohm's law for the charge transfer: a resistance [V um^2/pA]."""

    resistance: float
    curved = False

    def overpotential(self, current: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """See `ChargeTransfer`."""
        return self.resistance * current, np.full_like(current, self.resistance)


@dataclass(frozen=True)
class ButlerVolmerTransfer:
    """Butler-Volmer kinetics at the reference concentration.

    Exchange current density [A/m^2], temperature [K], charge-transfer coefficients.
    """

    exchange_current_density: float
    temperature: float
    anodic: float = 0.5
    cathodic: float = 0.5
    curved = True

    @property
    def resistance(self) -> float:
        """Slope without current [V um^2/pA]."""
        return self._thermal / ((self.anodic + self.cathodic) * self.exchange_current_density)

    def overpotential(self, current: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """See `ChargeTransfer`."""
        scaled, slope = inverse_butler_volmer(
            current / self.exchange_current_density, self.anodic, self.cathodic
        )
        return self._thermal * scaled, self._thermal / self.exchange_current_density * slope

    @property
    def _thermal(self) -> float:
        """R T / F [V]."""
        return GAS * self.temperature / FARADAY


def stress_shift(stress, molar_volume):
    """What a stress [MPa, tension positive] in the metal adds to its equilibrium potential [V].

    The metal's chemical potential is mu0 - Omega sigma: compression raises it, so compressed metal
    dissolves more easily. `stress` is the normal stress at the surface (Monroe & Newman, J.
    Electrochem. Soc. 151 (2004) A880, single-ion limit) or the hydrostatic stress (Larche & Cahn
    1982); `molar_volume` in um^3/amol.
    """
    return molar_volume * stress / FARADAY
