"""Steps in time of a front: implicit, of second order, one solution of the fields a step."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.fft import dct, idct

from anodex.models.moving.front import Front


@dataclass(frozen=True)
class FrontStep:
    """The two-step backward differentiation formula (BDF2) with steps that change; backward Euler
    where there is no earlier step. Both damp what is stiff, and steps may double (ratios up to
    1 + sqrt(2): Grigorieff, Numer. Math. 42 (1983) 359).

    Attributes
    ----------
    length, earlier
        Of this step and the one before [s]; `earlier` is 0 where none counts.
    front
        At the start.
    rate
        Displacement of the nodes in the step before over its length [um/s], shape (nodes, 2).
    """

    length: float
    earlier: float
    front: Front
    rate: np.ndarray

    @property
    def share(self) -> float:
        """Of the velocity at the end in the displacement; the rest is that of the earlier rate."""
        ratio = self.length / self.earlier if self.earlier > 0 else 0.0
        return (1 + ratio) / (1 + 2 * ratio)

    @cached_property
    def predicted(self) -> Front:
        """Where the front gets if it goes on as it has come: what fields are solved on."""
        return self.front.moved(self.length * self.rate) if self.earlier > 0 else self.front

    def displacement(self, velocity: np.ndarray) -> np.ndarray:
        """Over the step [um], for a velocity at its end [um/s], both of shape (nodes, 2)."""
        return self.length * ((1 - self.share) * self.rate + self.share * velocity)

    def missed(self, end: Front) -> np.ndarray:
        """How far the nodes of a front at the end of the step lie from where they were predicted,
        along its normals [um], shape (nodes,).
        """
        return np.abs(np.sum((end.nodes - self.predicted.nodes) * end.normals, axis=1))


def electrolyte_resistance(front: Front, conductivity: float) -> np.ndarray:
    """What an electrolyte above a front adds to the resistance of its film [V um^2/pA], for each of
    `waves`: 1/(kappa k), and for the mean, whose current is given, nearly infinite; exact for a
    flat front with even nodes.

    Parameters
    ----------
    conductivity
        kappa [pA/(V um)].
    """
    numbers = waves(front)
    return 1 / (conductivity * np.maximum(numbers, 1e-6 * numbers[1]))


def settling_speed(front: Front, viscosity: float) -> np.ndarray:
    """Speed at which a viscous body below a front gives way to a pressure on it [um/(MPa s)], for
    each of `waves`: 1/(2 eta k), none for the mean, as volume is kept; exact for a deep body with a
    flat front and even nodes, that bears no shear (Mullins, J. Appl. Phys. 30 (1959) 77).

    Parameters
    ----------
    viscosity
        eta [MPa s].
    """
    numbers = waves(front)
    return np.divide(1, 2 * viscosity * numbers, out=np.zeros_like(numbers), where=numbers > 0)


def waves(front: Front) -> np.ndarray:
    """Wavenumbers that fit between the planes of symmetry of an open front [1/um], shape
    (nodes,).
    """
    return np.pi / front.length * np.arange(len(front.nodes))


def times_waves(factors: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Values at the nodes of an open front, each wave of them multiplied by its factor, all of
    shape (nodes,).
    """
    return idct(factors * dct(values, type=1), type=1)
