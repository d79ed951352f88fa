"""Fronts with a tip: what Huygens' construction gives, there and back."""

import numpy as np
import pytest

from anodex.models.errors import ConvergenceError
from anodex.models.moving.crossing import without_loops
from anodex.models.moving.tipped import Grading, TippedFront

RADIUS = 6.0


def dot(radius: float = RADIUS) -> TippedFront:
    turn = np.linspace(0.0, np.pi / 2, 101)
    return spread(TippedFront(radius * np.column_stack([np.sin(turn), np.cos(turn)]), sharp=False))


def wedge(half_length: float, half_width: float) -> TippedFront:
    return spread(TippedFront(np.linspace([0.0, half_width], [half_length, 0.0], 101)))


def spread(front: TippedFront) -> TippedFront:
    shares = Grading(front.tip / 60, 0.15, front.tip / 10).shares(front)
    return front.redistributed(shares).enclosing(front.enclosed)


def moved(front: TippedFront, flank: float, tip: float, steps: int) -> TippedFront:
    for _ in range(steps):
        ways = np.full(len(front.nodes), flank)
        front = spread(front.after(ways, tip, front.arc / front.length))
    return front


def test_a_dot_stays_round():
    front = moved(dot(), 0.2, 0.0, 10)
    np.testing.assert_allclose(np.hypot(*front.nodes.T), 8.0, rtol=1e-5)
    assert not front.sharp
    back = moved(front, -0.2, 0.0, 10)
    np.testing.assert_allclose(np.hypot(*back.nodes.T), RADIUS, rtol=1e-4)


def test_a_tip_that_runs_leaves_straight_flanks():
    front = moved(dot(), 0.1, 0.7, 40)
    assert front.sharp
    assert front.tip == pytest.approx(RADIUS + 40 * 0.7, rel=1e-6)
    assert front.nodes[0, 1] == pytest.approx(RADIUS + 40 * 0.1, rel=1e-3)
    assert front.slopes[-1] == pytest.approx(np.arcsin(0.1 / 0.7), rel=5e-3)


def test_an_edge_that_does_not_run_turns_round():
    front = moved(wedge(20.0, 4.0), 0.2, 0.0, 10)
    assert not front.sharp
    assert front.tip == pytest.approx(22.0, rel=1e-5)
    end = front.nodes[front.nodes[:, 0] > 21]
    # the first of the arcs are smaller than the facets there
    np.testing.assert_allclose(np.hypot(end[:, 0] - 20.0, end[:, 1]), 2.0, rtol=3e-2)


def test_an_edge_goes_back_by_more_than_its_flanks():
    front = moved(wedge(20.0, 4.0), -0.1, 0.0, 10)
    assert front.sharp
    assert front.tip == pytest.approx(20.0 - 1.0 / np.sin(np.arctan(4.0 / 20.0)), rel=1e-4)


def test_the_area_is_the_one_asked_for():
    front = dot()
    ways = np.full(len(front.nodes), 0.1)
    gained = 1.01 * (front.after(ways, 0.5, front.arc / front.length).enclosed - front.enclosed)
    after = front.after(ways, 0.5, front.arc / front.length, gained)
    assert after.enclosed - front.enclosed == pytest.approx(gained, rel=1e-10)


def test_at_rest_an_edge_stays_one():
    front = wedge(20.0, 4.0)
    shares = front.arc / front.length
    assert front.after(np.zeros(len(front.nodes)), 0.0, shares, 0.0).sharp


def test_a_void_that_closes_says_so():
    with pytest.raises(ConvergenceError, match="closed"):
        moved(dot(), -1.0, 0.0, 8)


def test_a_kink_keeps_a_node():
    front = moved(dot(), 0.05, 0.5, 8)
    assert front.kink is not None
    along = np.diff(front.nodes[front.kink - 1 : front.kink + 2], axis=0)
    steep, flat = np.arctan2(-along[:, 1], along[:, 0])
    assert np.degrees(steep) > 60
    assert flat == pytest.approx(np.arcsin(0.1), abs=0.03)


def test_facets_are_graded():
    front = wedge(20.0, 4.0)
    lengths = np.diff(front.arc[::2])
    assert lengths[-1] == pytest.approx(20.0 / 60, rel=0.2)
    assert lengths.max() > 4 * lengths[-1]
    assert Grading(front.tip / 60, 0.15, front.tip / 10).excess(front) < 1.3
    assert Grading(front.tip / 240, 0.15, front.tip / 10).excess(front) > 2.5


def test_loops_are_cut():
    chain = np.array([[0.0, 1.0], [2.0, 1.0], [1.0, 2.0], [1.0, 0.0], [3.0, 0.0]])
    np.testing.assert_allclose(
        without_loops(chain), [[0.0, 1.0], [1.0, 1.0], [1.0, 0.0], [3.0, 0.0]]
    )
    straight = chain[[0, 1, 4]]
    assert without_loops(straight) is straight


def test_a_loop_that_starts_in_a_node_is_cut_whatever_round_off_says():
    end = [0.31024187555895566, 0.4858353588317891]  # of the first piece: the last goes through it
    chain = np.array(
        [
            [-0.5792459587900446, -0.4482081571244606],
            end,
            [1.3218693910759423, 1.5943000301996968],
            [0.4723306500518224, 0.5942163583036278],
            [0.1659383968800678, 0.3893465347573661],
        ]
    )
    np.testing.assert_allclose(without_loops(chain), [chain[0], end, chain[4]], atol=1e-15)
