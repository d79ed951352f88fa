"""Cusps: what grows evenly sharpens its valleys, and what is stripped its crests, to an edge in a
finite time; nodes can follow no edge.
"""

import numpy as np

from anodex.models.moving.front import Front

TURN = 0.3  # of the front from node to node [rad]: as much is resolved
WIDENING = 2.0  # spreads an edge over some four nodes


def lag_of_edges(front: Front, sign: float) -> tuple[np.ndarray, np.ndarray]:
    """How far edges lag behind: the share of the mean speed by which a valley, where the front
    turns by more than `TURN` a node, must be faster so as to stay as wide as the nodes can show.

    It is zero where the front is resolved, so that it vanishes as nodes are added. What is left is
    an edge that moves as one without width does (the artificial viscosity of von Neumann and
    Richtmyer, J. Appl. Phys. 21 (1950) 232, for the slope of the front).

    Parameters
    ----------
    sign
        Of the speed: negative where the front goes back, so that crests sharpen.

    Returns
    -------
    tuple
        The share at the nodes, and its change with the curvature there [um], both of shape
        (nodes,).
    """
    spacing = front.length / (len(front.nodes) - 1)
    sign = np.sign(sign)
    beyond = np.maximum(-sign * front.curvature * spacing - TURN, 0.0)
    return WIDENING * beyond**2, -2 * WIDENING * sign * spacing * beyond
