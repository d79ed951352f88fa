"""Breaks that grow from where small cells are needed."""

import numpy as np
import pytest

from anodex.meshes.grading import graded, graded_by_ends, graded_to_both


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


def test_grading_by_the_sizes_at_the_ends():
    breaks = graded_by_ends(1000.0, 30, 2.0)
    sizes = np.diff(breaks)
    assert breaks[0] == 0 and breaks[-1] == 1000 and len(sizes) == 30
    np.testing.assert_allclose(sizes, sizes[::-1])
    assert 1.5 < sizes[0] < 3 and sizes.max() < 120
    np.testing.assert_allclose(np.diff(graded_by_ends(10.0, 30, 2.0)), 1 / 3)
