"""What holds a film on a metal: traction over opening, which softens and ends."""

from dataclasses import dataclass

import numpy as np

from anodex.models.errors import InputError


@dataclass(frozen=True)
class CohesiveLaw:
    """Traction over opening: elastic up to the strength, then down along a straight line to zero;
    back to the origin where it closes.

    Attributes
    ----------
    toughness
        Energy to part film and metal [J/m^2 = MPa um], in every mode the same.
    strength
        Largest traction [MPa].
    stiffness
        Of what is whole, also against penetration [MPa/um]; ten times strength^2 / (2 toughness)
        makes it soften from a tenth of the critical opening on.
    shear
        Weight of the slip in the effective opening sqrt(opening^2 + (shear slip)^2): 1 for a
        bonded film, 0 for one that slides freely. Between them, a choice (Camacho & Ortiz, Int. J.
        Solids Struct. 33 (1996) 2899).
    """

    toughness: float
    strength: float
    stiffness: float
    shear: float = 0.0

    def __post_init__(self) -> None:
        least = self.strength**2 / (2 * self.toughness)
        if not self.stiffness > least:
            raise InputError(
                f"cohesive law: a stiffness of {self.stiffness:g} MPa/um stores more than the "
                f"toughness before it softens; take more than {least:g}, 10 times that by custom"
            )

    @property
    def onset(self) -> float:
        """Opening at which it softens [um]."""
        return self.strength / self.stiffness

    @property
    def critical_opening(self) -> float:
        """From which on nothing holds [um]."""
        return 2 * self.toughness / self.strength

    @property
    def softening(self) -> float:
        """Opening from onset to the end [um]."""
        return self.critical_opening - self.onset

    def damage(self, opening: np.ndarray, before: np.ndarray) -> np.ndarray:
        """Share of the toughness that is spent: what the largest opening so far [um] says."""
        return np.clip((opening - self.onset) / self.softening, before, 1.0)

    def remaining(self, damage: np.ndarray) -> np.ndarray:
        """Stiffness that is left [MPa/um]."""
        return self.strength * (1 - damage) / (self.onset + damage * self.softening)
