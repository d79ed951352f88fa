"""Edges that a front folds into: seen where nodes cannot follow, and nowhere else."""

import numpy as np
import pytest

from anodex.models.moving.cusps import lag_of_edges
from anodex.models.moving.front import even_front


def wave(amplitude, facets=24):
    """A wave of length 1 from crest to crest."""
    return even_front(lambda t: np.stack([t, amplitude * np.cos(2 * np.pi * t)], axis=1), facets)


def test_a_front_that_nodes_follow_has_no_edges():
    share, change = lag_of_edges(wave(0.05), 1.0)
    assert not share.any() and not change.any()


def test_edges_are_in_valleys_on_plating_and_on_crests_on_stripping():
    front = wave(0.3, 12)
    plated, stripped = (lag_of_edges(front, sign)[0] for sign in (1.0, -1.0))
    assert np.argmax(plated) == 12 and plated[[0, -1]] == pytest.approx([0, 0])
    assert stripped[0] > 0 and stripped[12] == 0
    assert not lag_of_edges(front, 0.0)[0].any()


def test_more_nodes_make_an_edge_vanish():
    coarse, fine = (lag_of_edges(wave(0.3, facets), 1.0)[0].max() for facets in (12, 24))
    assert fine < coarse / 4


def test_the_change_is_that_with_the_curvature():
    front = wave(0.05, 4)
    share, change = lag_of_edges(front, 1.0)
    way = 1e-6 * np.cos(2 * np.pi * front.arc / front.length)
    high, low = (
        lag_of_edges(front.moved(sign * way[:, None] * front.normals), 1.0)[0] for sign in (1, -1)
    )
    deepest = np.argmax(share)
    bent = -front.second_derivative(way)
    # but for the square of the slope
    assert (change * bent)[deepest] == pytest.approx((high - low)[deepest] / 2, rel=0.3)


def test_an_edge_moves_as_one_without_width_does():
    """A valley between planes of slope 1 rises sqrt(2) times as much as is plated."""
    front = even_front(lambda t: np.stack([t, np.abs(t - 0.5)], axis=1), 24)
    for step in range(1000):
        if step == 500:  # it has found its width
            start = front.nodes[24, 1]
        if step % 10 == 0:  # nodes gather in the edge
            front = front.resampled(np.linspace(0.0, front.length, 49))
        share = lag_of_edges(front, 1.0)[0]
        front = front.moved((2e-4 * (1 + share))[:, None] * front.normals)
    assert front.meeting() is None
    assert front.nodes[24, 1] - start == pytest.approx(0.1 * np.sqrt(2), rel=0.03)
