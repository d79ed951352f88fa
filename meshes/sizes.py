"""Cell sizes that grow from the places that need small cells."""

from collections.abc import Callable

import numpy as np


def graded_size(
    points: np.ndarray, sizes: np.ndarray, growth: float, largest: float
) -> Callable[[float, float], float]:
    """Size at a place: the smallest that any given point allows, where a given size grows linearly
    with the distance from its point.

    Gmsh asks for it tens of thousands of times for one curve: hence two columns, and no rows.

    Parameters
    ----------
    points
        Places with a known size, shape (n, 2) [um].
    sizes
        Cell size at each of them, shape (n,) [um].
    growth
        Growth of the size per distance [-]; cells then grow geometrically, by about this fraction
        from one to the next.
    largest
        Cell size far away [um].

    Returns
    -------
    Function from the two coordinates of a place [um] to a cell size [um].
    """
    along, across = np.ascontiguousarray(points.T)

    def size(x: float, y: float) -> float:
        distances = np.sqrt((along - x) ** 2 + (across - y) ** 2)
        return min(float((sizes + growth * distances).min()), largest)

    return size
