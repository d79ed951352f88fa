"""A front whose facets are the pieces of its spline, as cells of third order have them."""

from dataclasses import dataclass
from functools import cached_property

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
