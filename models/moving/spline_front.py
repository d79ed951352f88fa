"""A front whose facets are the pieces of its spline, as cells of third order have them."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from anodex.models.moving.front import Front


@dataclass(frozen=True)
class SplineFront(Front):
    """A front in the plane of which each node is the end of a facet; any number of nodes."""

    @property
    def facets(self) -> int:
        """How many."""
        return len(self.nodes) - 1

    @cached_property
    def enclosed(self) -> float:
        """Area to the right of the spline, up to the line y = 0 [um^2]."""
        heights, widths = self._strips
        return float((heights * widths).sum())


def beginning_at(front: Front, x: float) -> Front:
    """A front that goes on from its last node as from its first, on nodes of which the first lies
    at a place x [um] within a period of its own.
    """
    from scipy.optimize import brentq

    nodes = front.nodes
    period = nodes[-1] - nodes[0]
    thrice = replace(front, nodes=np.concatenate([nodes[:-1] - period, nodes[:-1], nodes + period]))
    numbers = np.arange(len(thrice.nodes))
    first = brentq(
        lambda number: float(thrice.between(np.array([number]))[0, 0]) - x, 0, numbers[-1]
    )
    begun = thrice.between(first + numbers[: len(nodes)])
    begun[-1] = begun[0] + period
    return replace(front, nodes=begun)
