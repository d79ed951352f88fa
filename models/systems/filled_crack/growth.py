"""Closed forms of a crack that is fed at a given current, without extrusion."""

from math import sqrt

import numpy as np

from anodex.models.systems.filled_crack.case import Case


def time_of_growth(case: Case) -> float:
    """When the crack of a case starts to grow [s]: it is fed by plating on both faces up to the
    volume that it has at the pressure of growth.
    """
    length = case.crack.length
    volume = case.volume(case.growth_pressure(length), length)
    return volume / (2 * case.area(length) * case.filling.velocity(0.0))


def root_rate(case: Case) -> float:
    """Slope of the root of the half length, or of the radius, in time while a crack grows
    [um^0.5/s].

    At the pressure of growth the volume goes with a^q, q = 3/2 of a straight crack (2 sqrt(pi
    Gc/E') a^(3/2)) and 5/2 of a round one (8 sqrt(pi Gc/E')/3 a^(5/2)); it is fed by 2 A w, A = 2 a
    or pi a^2. Both ways d sqrt(a)/dt = A w sqrt(a)/(q V), the same at every length.
    """
    length = case.crack.length
    power = 2.5 if case.crack.shape == "penny" else 1.5
    volume = case.volume(case.growth_pressure(length), length)
    return case.area(length) * case.filling.velocity(0.0) * sqrt(length) / (power * volume)


def grown_length(case: Case, times: np.ndarray) -> np.ndarray:
    """Half length, or radius [um], at some times [s]."""
    growing = np.maximum(times - time_of_growth(case), 0.0)
    return (sqrt(case.crack.length) + root_rate(case) * growing) ** 2
