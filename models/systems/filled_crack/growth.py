"""Closed forms of a straight crack that is fed at a given current, without extrusion."""

from math import pi, sqrt

import numpy as np

from anodex.models.systems.filled_crack.case import Case


def time_of_growth(case: Case) -> float:
    """When the crack of a case starts to grow [s]: it is fed by plating on both faces, 4 a w, up to
    the volume 2 pi p a^2/E' at the pressure of growth.
    """
    length = case.crack.length
    volume = case.volume(case.growth_pressure(length), length)
    return volume / (4 * length * case.filling.velocity(0.0))


def grown_length(case: Case, times: np.ndarray) -> np.ndarray:
    """Half length [um] at some times [s].

    With p = sqrt(E' Gc/(pi a)) the volume is 2 sqrt(pi Gc/E') a^(3/2), and 4 a w its rate:
    sqrt(a) = sqrt(a0) + (2 w/3) sqrt(E'/(pi Gc)) t from the start of growth on.
    """
    electrolyte = case.electrolyte
    rate = 2 / 3 * case.filling.velocity(0.0)
    rate *= sqrt(electrolyte.plane_modulus / (pi * electrolyte.energy))
    growing = np.maximum(times - time_of_growth(case), 0.0)
    return (sqrt(case.crack.length) + rate * growing) ** 2
