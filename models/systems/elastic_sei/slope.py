"""How the pressure of a film and of the surface changes with the place of the front."""

from dataclasses import dataclass

import numpy as np

from anodex.models.moving.front import Front


@dataclass(frozen=True)
class Slope:
    """Change of the pressure with the displacement of each node along its normal, for waves that
    are long beside their amplitude.

    Attributes
    ----------
    front
        Where the film is.
    borne
        Share of a change that the cap of the pressure leaves, shape (nodes,).
    tension, bending
        Of film and surface [N/m], shape (nodes,); bending stiffness [pJ].
    stretching
        Tension for a strain [N/m], shape (nodes,).
    sliding
        Whether the strain is that of the whole film.
    """

    front: Front
    borne: np.ndarray
    tension: np.ndarray
    bending: float
    stretching: np.ndarray
    sliding: bool

    def __call__(self, way: np.ndarray) -> np.ndarray:
        """Change [MPa] for displacements [um], both of shape (nodes,)."""
        bent = self.front.second_derivative(way)
        strain = self.front.curvature * way
        if self.sliding:
            strain = self.front.weights @ strain / self.front.length
        change = self.stretching * self.front.curvature * strain - self.tension * bent
        if self.bending:
            change += self.bending * self.front.second_derivative(bent)
        return self.borne * change

    def of_waves(self, numbers: np.ndarray) -> np.ndarray:
        """Change over the displacement of waves with some wavenumbers [1/um], about [MPa/um]."""
        stiffness = self.tension.mean() * numbers**2 + self.bending * numbers**4
        return self.borne.mean() * np.maximum(stiffness, 0.0)
