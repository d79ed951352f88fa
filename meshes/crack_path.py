"""Small cells where a crack may run ahead of the tip of a void."""

from dataclasses import dataclass
from math import hypot

ROW = 0.5  # size of the cells that a crack breaks, over that of their neighbours
ROW_GROWTH = 0.5  # of cells from that row on
GROWTH = 0.3  # of cells away from the small ones


@dataclass(frozen=True)
class CrackPath:
    """A straight way along x, on the plane of symmetry y = 0; all lengths in um.

    Attributes
    ----------
    start, end
        Of the small cells along x.
    beside
        Distance from the plane up to which cells are small.
    cell_size
        Of the small cells; that of the row beside the plane, which a crack breaks, is half of it.
    """

    start: float
    end: float
    beside: float
    cell_size: float

    def size(self, x: float, y: float) -> float:
        """Largest size of a cell at a place [um]."""
        away = hypot(max(self.start - x, x - self.end, 0.0), max(y - self.beside, 0.0))
        near = min(self.cell_size, ROW * self.cell_size + ROW_GROWTH * y)
        return near + GROWTH * away
