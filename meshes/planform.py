"""Meshes of the plane below a contour: intervals or quadrilaterals of third or another order."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

ORDER = 3  # where no other is asked for


@dataclass(frozen=True)
class Planform:
    """Nodes and cells of a plane mesh.

    Attributes
    ----------
    points
        Shape (nodes, 1 or 2) [um].
    cells
        Nodes of each cell on its lattice, shape (cells, order + 1) or (cells, order + 1, order +
        1): first index along the first axis of the cell.
    """

    points: np.ndarray
    cells: np.ndarray

    @property
    def order(self) -> int:
        """That of the cells."""
        return self.cells.shape[-1] - 1


def interval(breaks: np.ndarray, order: int = ORDER) -> Planform:
    """A line cut at the places `breaks` [um]."""
    fine = refined(breaks, order)
    return Planform(
        fine[:, None], np.arange(len(breaks) - 1)[:, None] * order + np.arange(order + 1)
    )


def regular(size: Sequence[float], counts: Sequence[int], order: int = ORDER) -> Planform:
    """Equal cells over an interval or rectangle of a size [um], so many along each axis."""
    cuts = [np.linspace(0, 1, count + 1) for count in counts]
    if len(cuts) == 1:
        return interval(size[0] * cuts[0], order)
    x, y = size
    first, second = cuts
    return quadrilaterals([(np.array([[[0, 0], [0, y]], [[x, 0], [x, y]]]), first, second)], order)


def quadrilaterals(
    blocks: Sequence[tuple[np.ndarray, np.ndarray, np.ndarray]], order: int = ORDER
) -> Planform:
    """Blocks (corners, breaks, breaks) joined where their nodes coincide.

    `corners` has the shape (2, 2, 2): index along either axis of the block, then x and y [um];
    `breaks` between 0 and 1 cut the axes.
    """
    points, cells, count = [], [], 0
    for corners, first, second in blocks:
        u, v = refined(first, order)[:, None, None], refined(second, order)[None, :, None]
        weights = np.stack(
            [np.stack([(1 - u) * (1 - v), (1 - u) * v]), np.stack([u * (1 - v), u * v])]
        )
        points.append(np.einsum("abuvo,abx->uvx", weights, corners).reshape(-1, 2))
        number = count + np.arange(u.size * v.size).reshape(u.size, v.size)
        lattice = np.arange(order + 1)
        starts = [order * np.arange(len(breaks) - 1) for breaks in (first, second)]
        rows, columns = (
            starts[0][:, None, None, None] + lattice[:, None],
            starts[1][None, :, None, None] + lattice,
        )
        cells.append(number[rows, columns].reshape(-1, order + 1, order + 1))
        count += number.size
    merged, place = _merged(np.concatenate(points))
    return Planform(merged, place[np.concatenate(cells)])


def refined(breaks: np.ndarray, order: int = ORDER) -> np.ndarray:
    """The places and those that cut each piece between them into `order` equal parts."""
    parts = np.linspace(0, 1, order, endpoint=False)
    return np.append((breaks[:-1, None] + np.diff(breaks)[:, None] * parts).reshape(-1), breaks[-1])


def _merged(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Different points, and the place of each given point among them."""
    resolution = 1e-9 * np.ptp(points)
    _, first, place = np.unique(
        np.floor(points / resolution + 0.31).astype(np.int64),
        axis=0,
        return_index=True,
        return_inverse=True,
    )
    return points[first], place.reshape(-1)
