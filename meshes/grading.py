"""Breaks along a line: pieces that grow from where small cells are needed."""

import numpy as np


def graded(length: float, first: float, largest: float, growth: float) -> np.ndarray:
    """Breaks from 0 to `length` that start with a piece of about `first` and grow by `growth` up
    to `largest`.
    """
    pieces = [min(first, largest)]
    while sum(pieces) < length:
        pieces.append(min(pieces[-1] * growth, largest))
    return np.append(0.0, np.cumsum(pieces)) * length / sum(pieces)


def graded_to_both(length: float, first: float, largest: float, growth: float) -> np.ndarray:
    """The same from both ends to the middle."""
    half = graded(length / 2, first, largest, growth)
    return np.concatenate([half, length - half[-2::-1]])


def graded_by_ends(length: float, pieces: int, end: float) -> np.ndarray:
    """Breaks from 0 to `length` in so many pieces, those at the ends about `end` long, by a
    hyperbolic tangent; equal ones if those do.

    From J. Comput. Phys. 50 (1983) 215 (Vinokur): the slope at the ends, s / sinh s, gives the
    stretching s.
    """
    from scipy.optimize import brentq

    places = np.linspace(0.0, 1.0, pieces + 1)
    slope = pieces * end / length
    if slope > 0.99:
        return length * places
    stretching = brentq(lambda s: s / np.sinh(s) - slope, 1e-3, 50.0)
    breaks = length / 2 * (1 + np.tanh(stretching * (places - 0.5)) / np.tanh(stretching / 2))
    breaks[[0, -1]] = 0.0, length
    return breaks
