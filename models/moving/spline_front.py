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

    def beginning_at(self, x: float) -> "SplineFront":
        """The same front, of those that go on from their last node as from their first, on nodes of
        which the first lies at a place x [um] within a period of its own.
        """
        from scipy.optimize import brentq

        period = self.nodes[-1] - self.nodes[0]
        thrice = replace(
            self,
            nodes=np.concatenate([self.nodes[:-1] - period, self.nodes[:-1], self.nodes + period]),
        )
        numbers = np.arange(len(thrice.nodes))
        first = brentq(
            lambda number: float(thrice.between(np.array([number]))[0, 0]) - x, 0, numbers[-1]
        )
        nodes = thrice.between(first + numbers[: len(self.nodes)])
        nodes[-1] = nodes[0] + period
        return replace(self, nodes=nodes)
