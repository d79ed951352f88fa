"""Planforms of pyramids and frustums: cells between the edges of these and smaller towards them."""

from itertools import pairwise

import numpy as np

from anodex.meshes.grading import graded, graded_to_both
from anodex.meshes.planform import Planform, interval, quadrilaterals

GROWTH = 2.0  # from cell to cell


def framed_interval(
    half: float, rims: tuple[float, ...], smallest: float, largest: float, order: int
) -> Planform:
    """Half a period in one dimension.

    Parameters
    ----------
    half
        Half the period [um], with an edge at both of its ends.
    rims
        Places of the edges in between, ascending [um].
    smallest, largest
        Sizes of the cells at the edges and far from them [um].
    order
        That of the cells.
    """
    ends = (0.0, *rims, half)
    pieces = [
        start + graded_to_both(end - start, smallest, largest, GROWTH)
        for start, end in pairwise(ends)
    ]
    return interval(np.unique(np.concatenate(pieces).round(12)), order)


def framed_square(
    half: float, rims: tuple[float, ...], smallest: float, largest: float, order: int
) -> Planform:
    """Half a period along both axes; parameters as of `framed_interval`.

    Edges run along the diagonal and along lines of equal distance from the apex, which cut the
    quarter cell into frames.
    """
    core = rims[0] if rims else half / 3
    outwards = graded(1.0, 2 * smallest / core, 2 * largest / core, GROWTH)
    tangential = np.concatenate([outwards / 2, 1 - outwards[-2::-1] / 2])
    blocks = _core(core, outwards)
    for inner, outer in zip((core, *rims[1:]), (*rims[1:], half), strict=True):
        width = outer - inner
        radial = graded_to_both(width, smallest, largest, GROWTH) / width
        blocks.append(
            (
                np.array([[[inner, 0], [inner, inner]], [[outer, 0], [outer, outer]]]),
                radial,
                tangential,
            )
        )
    # The other side of the diagonal.
    return quadrilaterals(
        [
            *blocks,
            *(
                (corners[..., ::-1].transpose(1, 0, 2), second, first)
                for corners, first, second in blocks
            ),
        ],
        order,
    )


def _core(size: float, breaks: np.ndarray) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Blocks of the triangle (0, 0), (size, 0), (size, size): one at each corner, cut by
    `breaks` from the corner on.
    """
    corners = size * np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]])
    middle = corners.mean(axis=0)
    blocks = []
    for corner, following, last in zip(
        corners, np.roll(corners, -1, axis=0), np.roll(corners, 1, axis=0), strict=True
    ):
        blocks.append(
            (
                np.array([[corner, (corner + last) / 2], [(corner + following) / 2, middle]]),
                breaks,
                breaks,
            )
        )
    return blocks
