"""Where a chain of straight pieces crosses itself."""

import numpy as np


def crossing(nodes: np.ndarray, closed: bool = False) -> np.ndarray | None:
    """A place where a chain of straight pieces crosses itself, or None.

    Parameters
    ----------
    nodes
        In order, shape (nodes, 2) [um].
    closed
        Whether the last node is the first.
    """
    starts, ends = nodes[:-1], nodes[1:]
    if np.all(starts[:, 0] < ends[:, 0]):  # a height over x, which crosses nowhere
        return None
    low, high = np.minimum(starts, ends), np.maximum(starts, ends)
    order = np.argsort(low[:, 0], kind="stable")
    last = len(starts) - 1
    # Sweep along x: only pieces whose ranges overlap are compared.
    sorted_low = low[order, 0]
    for rank, one in enumerate(order):
        until = np.searchsorted(sorted_low, high[one, 0], side="right")
        others = order[rank + 1 : until]
        near = (low[others, 1] <= high[one, 1]) & (high[others, 1] >= low[one, 1])
        near &= np.abs(others - one) > 1
        if closed:
            near &= np.abs(others - one) < last
        for other in others[near]:
            place = _meet(starts[one], ends[one], starts[other], ends[other])
            if place is not None:
                return place
    return None


def without_loops(nodes: np.ndarray) -> np.ndarray:
    """A chain from which the loops are cut where it crosses itself: what a front that has moved
    along its normals leaves behind it at a sharp bend.

    Parameters
    ----------
    nodes
        In order, shape (nodes, 2) [um].
    """
    while (pair := _first_crossing(nodes)) is not None:
        one, other = pair
        share, _ = _shares(nodes[one], nodes[one + 1], nodes[other], nodes[other + 1])
        # at an end of the piece round-off may put it beyond
        place = nodes[one] + min(max(share, 0.0), 1.0) * (nodes[one + 1] - nodes[one])
        nodes = np.concatenate([nodes[: one + 1], [place], nodes[other + 1 :]])
    return nodes


def _first_crossing(nodes: np.ndarray) -> tuple[int, int] | None:
    """The first piece of a chain that crosses a later one, and the last that it crosses."""
    starts, along = nodes[:-1], np.diff(nodes, axis=0)

    def side(place: np.ndarray) -> np.ndarray:
        """Of each piece (rows) on which places lie (columns)."""
        apart = place[None, :, :] - starts[:, None, :]
        return along[:, None, 0] * apart[..., 1] - along[:, None, 1] * apart[..., 0]

    of_starts, of_ends = side(nodes[:-1]), side(nodes[1:])
    parts = of_starts * of_ends < 0
    crossing = np.triu(parts & parts.T, 2)
    if not crossing.any():
        return None
    one = int(np.argmax(crossing.any(axis=1)))
    return one, int(np.flatnonzero(crossing[one])[-1])


def _meet(a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray) -> np.ndarray | None:
    """Where the pieces from a to b and from c to d cross, or None."""
    first, second = _shares(a, b, c, d)
    return a + first * (b - a) if 0 <= first <= 1 and 0 <= second <= 1 else None


def _shares(a: np.ndarray, b: np.ndarray, c: np.ndarray, d: np.ndarray) -> tuple[float, float]:
    """How far from a to b, and from c to d, their lines cross; not a number where they never do."""
    along, other, between = b - a, d - c, c - a
    cross = along[0] * other[1] - along[1] * other[0]
    if cross == 0:
        return float("nan"), float("nan")
    return (
        float(between[0] * other[1] - between[1] * other[0]) / cross,
        float(between[0] * along[1] - between[1] * along[0]) / cross,
    )
