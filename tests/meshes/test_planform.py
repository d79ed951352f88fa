"""Blocks that join to one planform."""

import numpy as np

from anodex.meshes.planform import interval, quadrilaterals, refined


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
