"""Discs or spheres sorted into cells, so that the near ones are found in a time that does not grow
with their number.
"""

from itertools import product

import numpy as np

MOST_CELLS = {2: 512, 3: 64}  # along an edge of the box
MARGIN = 1 + 1e-9  # of the edge of a cell, for round-off


class Neighbours:
    """Discs or spheres in a box whose corner is the origin.

    Parameters
    ----------
    lengths
        Edges of the box, shape (2 or 3,) [um].
    periodic
        Whether the lateral sides (those along x) are one and the same.
    """

    def __init__(self, lengths: np.ndarray, periodic: bool):
        self.lengths, self.periodic, self.count = lengths, periodic, 0
        dimension = len(lengths)
        self._centres: np.ndarray = np.zeros((64, dimension))
        self._radii: np.ndarray = np.zeros(64)
        self._around = np.array(list(product((-1, 0, 1), repeat=dimension)))
        self._edge = 0.0  # of the cells [um]; there are none yet

    @property
    def centres(self) -> np.ndarray:
        """Shape (count, 2 or 3) [um]."""
        return self._centres[: self.count]

    @property
    def radii(self) -> np.ndarray:
        """Shape (count,) [um]."""
        return self._radii[: self.count]

    def add(self, centre: np.ndarray, radius: float) -> None:
        """Take up one more."""
        if self.count == len(self._radii):
            self._centres = np.concatenate([self._centres, np.zeros_like(self._centres)])
            self._radii = np.concatenate([self._radii, np.zeros_like(self._radii)])
        self._centres[self.count], self._radii[self.count] = centre, radius
        self.count += 1
        if self._edge:
            self._sort_in(self.count - 1)

    def replace(self, centres: np.ndarray, radii: np.ndarray) -> None:
        """Hold others in place of all."""
        self._centres, self._radii, self.count = centres.copy(), radii.copy(), len(radii)
        self._edge = 0.0

    def distance(self, places: np.ndarray, reach: float, without: int = -1) -> np.ndarray:
        """Signed distance from the nearest surface, positive inside, shape (places,) [um]; at most
        `-reach` where none is as near.

        Parameters
        ----------
        places
            In the box, shape (places, 2 or 3) [um].
        reach
            How far to look [um].
        without
            Number of one that does not count.
        """
        needed = reach + self.radii.max(initial=0.0)
        if self._edge < needed:
            self._arrange(needed)
        near = self._cells(places)[:, None, :] + self._around
        if self.periodic:
            near[..., 1:] %= self._counts[1:]
        others = self._table[near @ self._strides].reshape(len(places), -1)
        offset = places[:, None, :] - self._centres[others]
        if self.periodic:
            lateral, lengths = offset[..., 1:], self.lengths[1:]
            lateral -= lengths * (lateral > lengths / 2)
            lateral += lengths * (lateral < -lengths / 2)
        squares = offset**2
        away = np.sqrt(sum(squares[..., axis] for axis in range(len(self.lengths))))
        counts = (others >= 0) & (others != without)
        return np.where(counts, self._radii[others] - away, -np.inf).max(axis=1)

    def _arrange(self, edge: float) -> None:
        """Make cells that are at least so wide, and sort all into them."""
        self._edge = edge * MARGIN
        most = MOST_CELLS[len(self.lengths)]
        self._counts = np.clip(self.lengths / self._edge, 1, most).astype(int)
        # where nothing goes on, a layer of empty cells stands around the box
        self._shift = np.where([False, *[self.periodic] * (len(self.lengths) - 1)], 0, 1)
        shape = self._counts + 2 * self._shift
        self._strides = np.append(np.cumprod(shape[:0:-1])[::-1], 1)
        self._held = np.zeros(np.prod(shape), int)
        self._table = np.full((np.prod(shape), 4), -1, np.int32)
        for number in range(self.count):
            self._sort_in(number)

    def _cells(self, places: np.ndarray) -> np.ndarray:
        found = (places / self.lengths * self._counts).astype(int)
        return np.minimum(found, self._counts - 1) + self._shift

    def _sort_in(self, number: int) -> None:
        cell = self._cells(self._centres[number]) @ self._strides
        if self._held[cell] == self._table.shape[1]:
            self._table = np.hstack([self._table, np.full_like(self._table, -1)])
        self._table[cell, self._held[cell]] = number
        self._held[cell] += 1
