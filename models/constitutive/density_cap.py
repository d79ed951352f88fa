"""Powder pressed together: an elliptic yield surface that grows with the relative density (a
density cap).
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from anodex.models.constitutive.yield_laws import ON_THE_SURFACE, Returned, isotropic, split
from anodex.models.laws.elasticity import bulk_modulus, shear_modulus

LARGEST_ITERATIONS = 60
CLOSE = 1e-12  # relative distance to a root from which one step of Newton's method reaches it


@dataclass(frozen=True)
class DensityCap:
    """Powder: elliptic yield surface that grows with the relative density, associated flow; the
    internal variable is that density.

    q^2 / M^2 + p^2 = p_y(D)^2 in von Mises stress q and pressure p, both true (Cauchy) stresses,
    with p / t in place of p in tension: a released powder then cannot hang together by hundreds of
    MPa. D is the largest relative density that the powder has had, taken unloaded: D0 / det Fp.
    Were strength to fall again where tension opens the powder, a single layer of cells would tear,
    the thinner the finer the mesh. Heckel's law ln((1 - D0) / (1 - D)) = K x gives the yield
    pressure p_y = (x + sqrt(x^2 + 4 p0^2)) / 2: smooth at D0, where it is p0, and infinite at D =
    1. Young's modulus is E0 exp(-b (1 - D)), at the D of the end of the step.

    Parameters
    ----------
    young_modulus, poisson_ratio
        E0 [MPa] of the dense material, and Poisson's ratio.
    porosity_softening
        b.
    initial_density
        D0, relative.
    heckel_constant
        K [1/MPa] for hydrostatic pressure; see `hydrostatic_heckel_constant` for one that was
        fitted to pressing in a die.
    aspect
        M: height of the ellipse over its half-width.
    tension_ratio
        t: strength in hydrostatic tension over that in compression.
    initial_pressure
        p0 [MPa]: hydrostatic yield pressure of the loose powder.
    """

    young_modulus: float
    poisson_ratio: float
    porosity_softening: float
    initial_density: float
    heckel_constant: float
    aspect: float = 1.2
    tension_ratio: float = 0.05
    initial_pressure: float = 1.0

    @property
    def initial_internal(self) -> float:
        """The initial relative density."""
        return self.initial_density

    def yield_pressure(self, density):
        """Hydrostatic yield pressure p_y [MPa] at relative densities below one."""
        return self._yield_pressure(density)[0]

    def axial_die_pressure(self, density):
        """Axial pressure [MPa] that presses powder to a relative density in a rigid frictionless
        die, elastic strains neglected.
        """
        return die_factor(self.aspect) * self.yield_pressure(density)

    # at the density of the solid the strength is infinite, as it should be
    @np.errstate(divide="ignore", invalid="ignore")
    def return_map(self, trial: np.ndarray, internal: np.ndarray, volume: np.ndarray) -> Returned:
        """Implicit step: one scalar equation a point for the elastic fraction of the compaction,
        tangent by implicit differentiation.
        """
        compaction, deviator, square = split(trial)
        young = self.young_modulus * np.exp(-self.porosity_softening * (1 - internal))
        step = _CapStep(
            self,
            compaction,
            square,
            density=self.initial_density / volume * np.exp(-compaction),
            largest_density=internal,
            bulk=bulk_modulus(young, self.poisson_ratio),
            shear=shear_modulus(young, self.poisson_ratio),
        )
        fraction = step.elastic_fraction()
        at = step.evaluate(fraction)
        plastic = at.excess > -ON_THE_SURFACE * self.yield_pressure(internal)
        by_fraction = np.where(plastic, at.excess_by_fraction, 1.0)
        fraction_by_compaction = np.where(plastic, -at.excess_by_compaction / by_fraction, 0.0)
        fraction_by_square = np.where(plastic, -at.excess_by_square / by_fraction, 0.0)

        # True stress; stiffening is how much the moduli have grown in the step.
        stiffening = np.exp(self.porosity_softening * (at.density - internal))
        ratio = 2 / 3 * stiffening * at.ratio
        pressure = stiffening * step.bulk * compaction * fraction

        def derivatives(own, of_fraction):
            """Of true pressure and ratio, from the derivatives of the trial compaction and of
            the elastic fraction by one variable.
            """
            growth = (
                self.porosity_softening
                * at.growth
                * (own * (1 - fraction) - compaction * of_fraction)
            )
            return (
                stiffening * step.bulk * (own * fraction + compaction * of_fraction)
                + pressure * growth,
                2 / 3 * stiffening * at.ratio_by_fraction * of_fraction + ratio * growth,
            )

        # The Kirchhoff stress is det F times the true stress, and det F falls with the compaction
        # alone.
        pressure_by_compaction, ratio_by_compaction = derivatives(1.0, fraction_by_compaction)
        by_compaction = (
            volume * (pressure_by_compaction - pressure),
            volume * (ratio_by_compaction - ratio),
        )
        by_square = tuple(volume * part for part in derivatives(0.0, fraction_by_square))
        stress, tangent = isotropic(
            deviator, volume * pressure, volume * ratio, by_compaction, by_square
        )
        elastic_deviator = (at.ratio / (3 * step.shear))[:, None] * deviator
        return Returned(
            stress, tangent, elastic_deviator - (compaction * fraction)[:, None] / 3, at.density
        )

    def _yield_pressure(self, density) -> tuple[np.ndarray, np.ndarray]:
        """Yield pressure and its derivative."""
        heckel = np.log((1 - self.initial_density) / (1 - density)) / self.heckel_constant
        root = np.hypot(heckel, 2 * self.initial_pressure)
        value = (heckel + root) / 2
        return value, value / (root * self.heckel_constant * (1 - density))


def die_factor(aspect: float) -> float:
    """Axial pressure over hydrostatic yield pressure in a rigid frictionless die: sqrt(1 + 4 M^2 /
    9).

    Without lateral plastic strain the plastic strain has deviatoric over volumetric part 2/3;
    normality to q^2 / M^2 + p^2 gives q = (2/3) M^2 p, so that p_y^2 = p^2 (1 + 4 M^2 / 9), and the
    axial pressure is p + 2 q / 3 = p (1 + 4 M^2 / 9).
    """
    return float(np.sqrt(1 + 4 * aspect**2 / 9))


def hydrostatic_heckel_constant(axial_constant: float, aspect: float) -> float:
    """Heckel constant [1/MPa] for hydrostatic pressure from one fitted to the axial pressure on
    powder in a rigid die.
    """
    return axial_constant * die_factor(aspect)


class _Excess(NamedTuple):
    """Yield function at an elastic fraction, its derivatives, and what it was made of."""

    excess: np.ndarray
    excess_by_fraction: np.ndarray
    excess_by_compaction: np.ndarray
    excess_by_square: np.ndarray
    density: np.ndarray  # the largest reached
    growth: np.ndarray  # its derivative by the plastic compaction
    # von Mises stress over equivalent trial strain, with the moduli of the start of the step
    ratio: np.ndarray
    ratio_by_fraction: np.ndarray


@dataclass(frozen=True)
class _CapStep:
    """One step of the density cap at points: trial compaction and square, and densities and moduli
    [MPa] at its start.

    Unknown is the fraction u of the trial compaction theta that stays elastic. Flow normal to the
    ellipse with one multiplier gives all else in closed form: pressure K theta u, density D exp((1
    - u) theta), and the ratio of von Mises stress to strain 3 G u / (u + (1 - u) s) with s = 3 G /
    (c K M^2), c = 1 in compression and 1 / t^2 in tension.
    """

    law: DensityCap
    compaction: np.ndarray
    square: np.ndarray
    density: np.ndarray
    largest_density: np.ndarray
    bulk: np.ndarray
    shear: np.ndarray

    def part(self, points: np.ndarray) -> "_CapStep":
        """The same for some of the points."""
        return replace(
            self, **{name: values[points] for name, values in vars(self).items() if name != "law"}
        )

    def evaluate(self, fraction: np.ndarray) -> _Excess:
        """Size of the stress in the ellipse less the yield pressure, both over the growth of the
        moduli in the step.
        """
        law, compaction = self.law, self.compaction
        weight = np.where(compaction < 0, law.tension_ratio**-2, 1.0)
        share = 3 * self.shear / (weight * self.bulk * law.aspect**2)
        divisor = fraction + (1 - fraction) * share
        ratio, ratio_by_fraction = (
            3 * self.shear * fraction / divisor,
            3 * self.shear * share / divisor**2,
        )
        stiffness = weight * self.bulk**2 * compaction
        size = np.sqrt(
            ratio**2 * self.square / law.aspect**2 + stiffness * compaction * fraction**2
        )
        safe = np.where(size > 0, size, 1.0)

        present = self.density * np.exp((1 - fraction) * compaction)
        density = np.maximum(present, self.largest_density)
        growth = np.where(present > (1 - ON_THE_SURFACE) * self.largest_density, present, 0.0)
        strength, strength_by_density = law._yield_pressure(density)
        softening = np.exp(-law.porosity_softening * (density - self.largest_density))
        strength_by_compaction = (
            softening * (strength_by_density - law.porosity_softening * strength) * growth
        )
        return _Excess(
            excess=size - softening * strength,
            excess_by_fraction=(
                ratio * ratio_by_fraction * self.square / law.aspect**2
                + stiffness * compaction * fraction
            )
            / safe
            + strength_by_compaction * compaction,
            excess_by_compaction=stiffness * fraction**2 / safe
            - strength_by_compaction * (1 - fraction),
            excess_by_square=ratio**2 / (2 * law.aspect**2 * safe),
            density=density,
            growth=growth,
            ratio=ratio,
            ratio_by_fraction=ratio_by_fraction,
        )

    def elastic_fraction(self) -> np.ndarray:
        """Elastic fraction of the compaction: one where the trial stress does not yield; not a
        number where none is found.

        Newton's method, with bisection wherever it would leave the bracket. The bracket ends where
        the density would reach one.
        """
        fraction = np.ones_like(self.compaction)
        yielding = np.flatnonzero(~(self.evaluate(fraction).excess <= 0))
        step = self.part(yielding)
        to_solid = -np.log(step.density)
        low = np.where(
            step.compaction > to_solid, 1 - to_solid / np.maximum(step.compaction, to_solid), 0.0
        )
        high, found = np.ones_like(low), np.ones_like(low)
        left = np.arange(low.size)
        for _ in range(LARGEST_ITERATIONS):
            at = step.part(left).evaluate(found[left])
            above = at.excess > 0
            high[left] = np.where(above, found[left], high[left])
            low[left] = np.where(above, low[left], found[left])
            change = -at.excess / at.excess_by_fraction
            newton, small = found[left] + change, CLOSE * found[left]
            close = np.abs(change) <= small
            inside = (newton > low[left]) & (newton < high[left])
            found[left] = np.where(close | inside, newton, (low[left] + high[left]) / 2)
            left = left[~close & (high[left] - low[left] > small)]
            if left.size == 0:
                break
        found[left] = np.nan
        fraction[yielding] = found
        return fraction
