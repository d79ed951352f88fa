"""Damage d of phase-field fracture, 0 where a body is whole and 1 in a crack: what cracks cost and
what they leave of the elastic energy.

The energy is int g(d) psi+ + psi- + Gc gamma(d). Bourdin, Francfort & Marigo, J. Elasticity 91
(2008) 5; AT1: Pham, Amor, Marigo & Maurini, Int. J. Damage Mech. 20 (2011) 618.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import ufl

CELLS = 3  # in a length l, and more: coarser ones make a body more than an eighth tougher
LEFT = 1e-6  # of the stiffness, in a crack
SMALL_STRAIN = 1e-8  # below which directions of principal strains mean nothing

Name = Literal["AT1", "AT2"]
Split = Literal["none", "amor", "spectral"]


@dataclass(frozen=True)
class DamageModel:
    """What a crack costs over its toughness, spread over a length.

    Attributes
    ----------
    name
        "AT1": elastic up to a strength, damage ends at the distance 2 l from a crack. "AT2": damage
        from the first load on, and without end.
    length
        l [um]. Of AT1 the strength says it (`length_of_strength`).
    """

    name: Name
    length: float

    @property
    def normalisation(self) -> float:
        """4 c_w: with it a crack costs its toughness."""
        return 8 / 3 if self.name == "AT1" else 2.0

    def surface_density(self, damage):
        """gamma(d) [1/um], UFL: its integral is the area of the cracks, in a plane their length."""
        local = damage if self.name == "AT1" else damage**2
        slope = ufl.grad(damage)
        return (local / self.length + self.length * ufl.dot(slope, slope)) / self.normalisation

    def profile(self, distance: np.ndarray) -> np.ndarray:
        """Damage beside a crack, over the distance from it [um]; NumPy."""
        if self.name == "AT1":
            return np.maximum(1 - np.abs(distance) / (2 * self.length), 0.0) ** 2
        return np.exp(-np.abs(distance) / self.length)

    def strength(self, young_modulus: float, toughness: float) -> float:
        """Largest stress [MPa] of a bar that is damaged evenly, E [MPa] and Gc [J/m^2]."""
        factor = 3 / 8 if self.name == "AT1" else 27 / 256
        return math.sqrt(factor * young_modulus * toughness / self.length)

    def excess(self, cell_size: float, half: bool = False) -> float:
        """By which share first-order cells of an edge [um] across a crack make it tougher.

        Parameters
        ----------
        cell_size
            h [um]: height of the row of cells that the crack breaks, for half a body of the row
            beside the plane of symmetry.
        half
            Whether the crack lies on a plane of symmetry, and half of it is modelled.

        Notes
        -----
        A row of cells is damaged through and through: h w(1) / (4 c_w l). Of half a body that row
        counts for its mirror image too, and breaks through as the crack opens: at h = l/3 and AT1
        half a body was 1.18 times as tough behind the start of a crack and 1.23 times 12 l on,
        where two rows make 1.25. Let the row beside the plane be half as high as its neighbours.
        """
        rows = 2 if half else 1
        return rows * cell_size / (self.normalisation * self.length)


def length_of_strength(young_modulus: float, toughness: float, strength: float) -> float:
    """l [um] with which AT1 breaks an even bar at a strength [MPa]: 3 E Gc / (8 strength^2)."""
    return 3 * young_modulus * toughness / (8 * strength**2)


def degradation(damage):
    """g(d): share of the stiffness that is left."""
    return (1 - damage) ** 2 + LEFT


def split_energy(strain, bulk, shear, split: Split):
    """Elastic energy [MPa] that damage takes, psi+, and that it leaves, psi-.

    Parameters
    ----------
    strain
        Elastic, 3 x 3, UFL.
    bulk, shear
        Moduli of the whole body [MPa].
    split
        "none": damage takes all. "amor": a body that is compressed keeps its bulk modulus (Amor,
        Marigo & Maurini, J. Mech. Phys. Solids 57 (2009) 1209). "spectral": principal strains that
        shorten keep theirs (Miehe, Hofacker & Welschinger, Comput. Methods Appl. Mech. Eng. 199
        (2010) 2765); the third axis must be principal, as in plane strain and axisymmetry.
    """
    volume, deviator = ufl.tr(strain), ufl.dev(strain)
    if split == "none":
        return bulk / 2 * volume**2 + shear * ufl.inner(deviator, deviator), 0 * volume
    if split == "amor":
        opened = bulk / 2 * _positive(volume) ** 2 + shear * ufl.inner(deviator, deviator)
        return opened, bulk / 2 * _positive(-volume) ** 2
    principal, lame = principal_strains(strain), bulk - 2 * shear / 3
    opened, closed = (
        lame / 2 * _positive(sign * volume) ** 2
        + shear * sum(_positive(sign * stretch) ** 2 for stretch in principal)
        for sign in (1, -1)
    )
    return opened, closed


def principal_strains(strain):
    """Of a 3 x 3 strain whose third axis is principal."""
    middle = (strain[0, 0] + strain[1, 1]) / 2
    radius = ufl.sqrt(
        ((strain[0, 0] - strain[1, 1]) / 2) ** 2 + strain[0, 1] ** 2 + SMALL_STRAIN**2
    )
    return middle + radius, middle - radius, strain[2, 2]


def pressure_work(pressure, displacement, damage):
    """What a pressure [MPa] inside the cracks adds to the energy density: + p u . grad d.

    The volume of the cracks is - int u . grad d. Bourdin, Chukwudozie & Yoshioka, SPE 159154
    (2012).
    """
    return pressure * ufl.dot(displacement, ufl.grad(damage))


def _positive(value):
    return ufl.max_value(value, 0.0)
