"""Yield laws in principal logarithmic strain: stress, tangent and new state from a trial strain,
for many points at once.

The laws are isotropic and depend on the trial strain by its compaction theta = -tr(eps) and the
square w = (2/3) e:e of its equivalent deviatoric strain, with deviator e. Stress = -pressure +
ratio e: the closed-form derivatives of pressure and ratio with respect to theta and w are the
tangent, without special cases for equal strains or none.
"""

from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from anodex.models.laws.elasticity import bulk_modulus, shear_modulus

# Relative distance inside the yield surface at which the tangent is already that of yielding. A
# step starts from where the last one ended, on the surface up to round-off: chance would choose
# tangents point by point, and Newton's method take a longer way each time.
ON_THE_SURFACE = 1e-8


class Returned(NamedTuple):
    """Principal Kirchhoff stress [MPa] (points, 3), its derivative with respect to the trial strain
    (points, 3, 3), elastic logarithmic strain (points, 3) and internal variable (points,) at the
    end of a step."""

    stress: np.ndarray
    tangent: np.ndarray
    elastic_strain: np.ndarray
    internal: np.ndarray


class YieldLaw(Protocol):
    """What finite-strain plasticity needs of a material."""

    @property
    def initial_internal(self) -> float:
        """Internal variable of the virgin material."""

    def return_map(self, trial: np.ndarray, internal: np.ndarray, volume: np.ndarray) -> Returned:
        """Implicit step from principal trial strains (points, 3), internal variables (points,) and
        det F (points,).

        Stress is not a number where it fails.
        """


@dataclass(frozen=True)
class VonMisesPlasticity:
    """Von Mises plasticity with linear isotropic hardening; the internal variable is the
    accumulated plastic strain.

    Parameters
    ----------
    young_modulus, poisson_ratio
        [MPa], [-].
    yield_strength
        Initial one [MPa], of the Kirchhoff stress.
    hardening_modulus
        Its growth with the accumulated plastic strain [MPa].
    """

    young_modulus: float
    poisson_ratio: float
    yield_strength: float
    hardening_modulus: float

    initial_internal = 0.0

    def return_map(self, trial: np.ndarray, internal: np.ndarray, volume: np.ndarray) -> Returned:
        """Radial return, closed form (Simo and Hughes, Computational Inelasticity, 1998, box
        3.1).
        """
        shear = shear_modulus(self.young_modulus, self.poisson_ratio)
        bulk = bulk_modulus(self.young_modulus, self.poisson_ratio)
        compaction, deviator, square = split(trial)
        equivalent = np.sqrt(square)
        strength = self.yield_strength + self.hardening_modulus * internal
        excess = 3 * shear * equivalent - strength
        flow = np.maximum(excess, 0.0) / (3 * shear + self.hardening_modulus)
        yielding = excess > -ON_THE_SURFACE * strength
        safe = np.where(yielding, equivalent, 1.0)
        elastic_part = 1 - np.where(yielding, flow / safe, 0.0)
        ratio_by_square = np.where(
            yielding, -shear * strength / ((3 * shear + self.hardening_modulus) * safe**3), 0.0
        )
        stress, tangent = isotropic(
            deviator,
            bulk * compaction,
            2 * shear * elastic_part,
            by_compaction=(bulk, 0.0),
            by_square=(0.0, ratio_by_square),
        )
        return Returned(
            stress,
            tangent,
            elastic_part[:, None] * deviator - compaction[:, None] / 3,
            internal + flow,
        )


def split(strain: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Compaction -tr, deviator (points, 3) and square (2/3) e:e of the equivalent strain."""
    compaction = -strain.sum(axis=1)
    deviator = strain + compaction[:, None] / 3
    return compaction, deviator, 2 / 3 * np.einsum("pa,pa->p", deviator, deviator)


def isotropic(deviator, pressure, ratio, by_compaction, by_square) -> tuple[np.ndarray, np.ndarray]:
    """Stress -pressure + ratio e and tangent, from the derivatives of (pressure, ratio) by
    compaction and by square of the strain.
    """

    def gradient(place):
        """Derivative of pressure or ratio with respect to the three strains."""
        return (
            -np.reshape(by_compaction[place], (-1, 1))
            + 4 / 3 * np.reshape(by_square[place], (-1, 1)) * deviator
        )

    tangent = deviator[:, :, None] * gradient(1)[:, None, :] - gradient(0)[:, None, :]
    tangent = tangent + ratio[:, None, None] * (np.eye(3) - 1 / 3)
    return ratio[:, None] * deviator - pressure[:, None], tangent
