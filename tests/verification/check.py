"""One comparison of a computed number with an exact one."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """A named comparison; `compute` returns the pair (computed, exact) and runs on every rank.

    `relative` tells whether `tolerance` bounds |computed - exact| / |exact| or |computed - exact|.
    `source` cites the exact solution.
    """

    name: str
    source: str
    compute: Callable[[], tuple[float, float]]
    tolerance: float
    relative: bool = True
    slow: bool = False

    def error(self, computed: float, exact: float) -> float:
        """Relative or absolute distance of the pair."""
        distance = abs(computed - exact)
        return distance / abs(exact) if self.relative else distance
