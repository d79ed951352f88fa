"""When a crack at an interface grows: lithium plated inside it is squeezed out towards the mouth,
and its pressure wedges it open.

A reconstruction of the growth model that Zhang et al. (Energy Environ. Sci. 17 (2024) 1448) take
from Ning et al. (Nature 618 (2023) 287), whose equations were not at hand: trends, not absolute
values. docs/systems/contoured_interface/model.md derives it.
"""

from dataclasses import dataclass
from math import asin, pi, sqrt

import numpy as np

from anodex.models.laws.constants import FARADAY
from anodex.models.materials.lithium_creep import PowerLaw

NODES = 64  # of a quadrature
METRE = 1e6  # um


@dataclass(frozen=True)
class GrowthCriterion:
    """Mouth pressure and current that make a crack grow: g P + l C i^(1/n) = K_Ic / (Y sqrt(pi a)).

    Attributes
    ----------
    strength
        Uniform pressure [MPa] on the flanks at which the crack grows: K_Ic / (Y sqrt(pi a)), and
        what presses them together.
    mouth_weight
        g: effect of a pressure along the filled length, against one along the whole crack.
    extrusion
        l C: effective pressure [MPa] that squeezing out the lithium plated at 1 A/m^2 needs,
        weighted like the above.
    base_pressure
        Pressure at the mouth without any current [MPa]: stack pressure and capillarity.
    exponent
        n of the creep.
    """

    strength: float
    mouth_weight: float
    extrusion: float
    base_pressure: float
    exponent: float

    @property
    def budget(self) -> float:
        """Pressure [MPa] that current may add before the crack grows."""
        return self.strength - self.mouth_weight * self.base_pressure

    def critical_current(
        self, current_ratio: np.ndarray, pressure_factor: np.ndarray
    ) -> np.ndarray:
        """Current density over the plan area [A/m^2] at which a crack grows at each place of the
        interface.

        Parameters
        ----------
        current_ratio
            Local current density over that of the plan area, shape (places,).
        pressure_factor
            Excess pressure [MPa] over the current density [A/m^2] of the plan area to the power
            1/n, shape (places,).

        Returns
        -------
        Zero where stack pressure and capillarity alone open the crack, infinity where no plating
        current does; shape (places,).
        """
        per_root = self.mouth_weight * pressure_factor + self.extrusion * np.maximum(
            current_ratio, 0.0
        ) ** (1 / self.exponent)
        with np.errstate(divide="ignore"):
            return np.where(
                per_root > 0,
                (max(self.budget, 0.0) / np.maximum(per_root, 0.0)) ** self.exponent,
                np.inf,
            )

    @property
    def flat_critical_current(self) -> float:
        """The same for a flat interface [A/m^2]."""
        return float(self.critical_current(np.array(1.0), np.array(0.0)))


@dataclass(frozen=True)
class FilledCrack:
    """A crack that opens to an interface, filled with lithium from its mouth on.

    Attributes
    ----------
    depth, filled_length, width
        [um]; the filled length is at most the depth.
    toughness
        K_Ic of what cracks [MPa m^0.5].
    surface_energy
        Of the lithium [N/m].
    geometry_factor
        Y of the stress intensity.
    """

    depth: float
    filled_length: float
    width: float
    toughness: float
    surface_energy: float
    geometry_factor: float

    def criterion(
        self, law: PowerLaw, stack_pressure: float, molar_volume: float, closing: float = 0.0
    ) -> GrowthCriterion:
        """When it grows, with a creep law of lithium, a stack pressure [MPa], the molar volume of
        lithium [um^3/amol] and an even pressure [MPa] from outside that closes the crack.
        """
        filled = self.filled_length / self.depth
        drop = extrusion_pressure(law, molar_volume / FARADAY, self.filled_length, self.width / 2)
        return GrowthCriterion(
            strength=growth_pressure(self.toughness, self.depth) / self.geometry_factor + closing,
            mouth_weight=2 / pi * asin(filled),
            extrusion=extrusion_weight(filled, law.exponent) * drop,
            base_pressure=stack_pressure + self.surface_energy / (self.width / 2),
            exponent=law.exponent,
        )


def growth_pressure(toughness: float, length: float) -> float:
    """Even pressure [MPa] in a crack in an infinite body, of a half length [um], at which it grows:
    K_Ic / sqrt(pi a), toughness in MPa m^0.5 (Griffith, Phil. Trans. A 221 (1921) 163).
    """
    return toughness * sqrt(METRE / (pi * length))


def extrusion_pressure(law: PowerLaw, velocity: float, length: float, half_width: float) -> float:
    """Pressure [MPa] at the tip of a filament over that at the mouth, plated on both flanks at
    `velocity` [um/s].

    Power-law flow in a slot of half width b carries Q = 2 A' G^n b^(n+2) / (n+2) under the pressure
    gradient G, A' = 3^((n+1)/2) A. Here Q = 2 v x at the distance x from the tip; the gradient is
    integrated over the filled length [um].
    """
    n = law.exponent
    plane = 3 ** ((n + 1) / 2) * law.prefactor
    return (
        ((n + 2) * velocity / (plane * half_width ** (n + 2))) ** (1 / n)
        * length ** (1 + 1 / n)
        / (1 + 1 / n)
    )


def extrusion_velocity(law: PowerLaw, pressure: float, length: float, half_width: float) -> float:
    """Velocity [um/s] of plating that needs a pressure [MPa]: `extrusion_pressure` turned round."""
    n = law.exponent
    plane = 3 ** ((n + 1) / 2) * law.prefactor
    gradient = pressure * (1 + 1 / n) / length ** (1 + 1 / n)
    return plane * half_width ** (n + 2) / (n + 2) * gradient**n


def extrusion_weight(filled: float, exponent: float) -> float:
    """Effect on the stress intensity of the extrusion pressure, over that of its largest value
    along the whole crack.

    The pressure is 1 - (x/l)^(1+1/n) at the distance x from the tip of the filament; a pressure at
    the distance s from the mouth counts as (2/pi) / sqrt(1 - s^2) for a crack of unit depth (Tada's
    weight function of a centre crack).
    """
    power, reach = 1 + 1 / exponent, asin(filled)
    # s = sin(angle) takes out the singularity at the tip of the crack, angle = reach (1 - t^4) the
    # kink of the pressure at that of the filament: Gauss's rule is exact to round-off. To load
    # SciPy's instead would take longer than the run of a case without flow.
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    t = (1 + nodes) / 2
    pressure = 1 - np.maximum(1 - np.sin(reach * (1 - t**4)) / filled, 0.0) ** power
    return 2 / pi * reach * float(np.sum(2 * weights * t**3 * pressure))
