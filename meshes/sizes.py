"""Cell sizes that grow from the places that need small cells."""

from collections.abc import Callable

import numpy as np


def graded_size(
    points: np.ndarray, sizes: np.ndarray, growth: float, largest: float
) -> Callable[[np.ndarray], float]:
    """Size at a point: the smallest that any given point allows, where a given size grows linearly
    with the distance from its point.

    Parameters
    ----------
    points
        Places with a known size, shape (n, d) [um].
    sizes
        Cell size at each of them, shape (n,) [um].
    growth
        Growth of the size per distance [-]; cells then grow geometrically, by about this fraction
        from one to the next.
    largest
        Cell size far away [um].

    Returns
    -------
    Function from a point, shape (d,) [um], to a cell size [um].
    """

    def size(place: np.ndarray) -> float:
        offset = points - place
        return min(
            float(np.min(sizes + growth * np.sqrt(np.einsum("ij,ij->i", offset, offset)))), largest
        )

    return size
