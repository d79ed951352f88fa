"""Flux through a front on which a potential is held, fit to move the front."""

import numpy as np

from anodex.models.moving.front import Front


def first_order(front: Front, moments: np.ndarray) -> np.ndarray:
    """Density along a front, at its nodes, from its integrals times the second-order functions of
    the nodes, both of shape (nodes,): means around the ends of the facets, and linear between.

    To second order it would differ between ends and middles by an error of its own, which a front
    that moves with it feeds step by step.

    Parameters
    ----------
    moments
        The residual of a solution without its constraints, say; of a closed front, the last is the
        first one again.
    """
    weights = front.weights.copy()
    if front.mirrors is None:
        weights[[0, -1]] += weights[[-1, 0]]
    ends = _around_ends(moments, front) / _around_ends(weights, front)
    density = np.empty(len(front.nodes))
    density[::2], density[1::2] = ends, (ends[:-1] + ends[1:]) / 2
    return density


def _around_ends(values: np.ndarray, front: Front) -> np.ndarray:
    """Sums over the functions that are linear from one end of a facet to the next."""
    middles = values[1::2] / 2
    outside = (middles[-1], middles[0]) if front.mirrors is None else (0.0, 0.0)
    return values[::2] + np.append(outside[0], middles) + np.append(middles, outside[1])
