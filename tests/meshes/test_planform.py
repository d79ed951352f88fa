"""Breaks that grow, and blocks that join to one planform."""

import numpy as np
import pytest

from anodex.meshes.grading import graded, graded_to_both
from anodex.meshes.planform import interval, quadrilaterals, refined


@pytest.mark.parametrize(
    ("length", "first", "largest", "growth"),
    [(225.0, 10.0, 112.0, 2.0), (1.0, 0.01, 0.2, 1.5), (3.0, 5.0, 2.0, 2.0)],
)
def test_graded_pieces_fill_the_length_and_grow_no_faster_than_asked(
    length, first, largest, growth
):
    breaks = graded(length, first, largest, growth)
    pieces = np.diff(breaks)
    assert breaks[0] == 0 and breaks[-1] == pytest.approx(length, rel=1e-14)
    assert pieces[0] <= min(first, largest) * (1 + 1e-12) and pieces.max() <= largest * (1 + 1e-12)
    assert (np.diff(pieces) > -1e-12).all() and (
        pieces[1:] <= growth * pieces[:-1] * (1 + 1e-12)
    ).all()


def test_grading_to_both_ends_is_symmetric():
    pieces = np.diff(graded_to_both(10.0, 0.3, 2.0, 1.7))
    np.testing.assert_allclose(pieces, pieces[::-1])
    assert pieces[0] <= 0.3


def test_refined_breaks_cut_each_piece_in_three():
    np.testing.assert_allclose(refined(np.array([0.0, 3.0, 9.0])), [0, 1, 2, 3, 5, 7, 9])


def test_cells_of_an_interval_share_their_ends():
    plan = interval(np.array([0.0, 3.0, 9.0]))
    np.testing.assert_array_equal(plan.cells, [[0, 1, 2, 3], [3, 4, 5, 6]])
    np.testing.assert_allclose(plan.points[:, 0], [0, 1, 2, 3, 5, 7, 9])


def test_blocks_are_joined_where_their_nodes_coincide():
    """Two unit squares side by side, the second turned: 7 x 4 nodes, and each cell's lattice
    follows its own axes.
    """
    left = np.array([[[0, 0], [0, 1]], [[1, 0], [1, 1]]], dtype=float)
    right = np.array([[[1, 1], [2, 1]], [[1, 0], [2, 0]]], dtype=float)
    whole = np.array([0.0, 1.0])
    plan = quadrilaterals([(left, whole, whole), (right, whole, whole)])
    assert len(plan.points) == 28
    np.testing.assert_array_equal(plan.cells[0][3, :], plan.cells[1][::-1, 0])
    np.testing.assert_allclose(plan.points[plan.cells[1][1, 2]], [1 + 2 / 3, 2 / 3])
