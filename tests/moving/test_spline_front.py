"""Fronts of which each piece of the spline is a facet, and those that repeat along x."""

import numpy as np
import pytest

from anodex.models.moving.spline_front import SplineFront, beginning_at
from anodex.models.moving.travel import Travel

PERIOD = 3.0


def wave(pieces: int, mirrors=None, phase: float = 0.3, length: float = PERIOD) -> SplineFront:
    """A wave over a length [um]."""
    x = length * np.linspace(0.0, 1.0, pieces + 1)
    nodes = np.stack([x, 0.4 * np.cos(2 * np.pi * x / PERIOD - phase)], axis=1)
    nodes[-1, 1] = nodes[0, 1] if mirrors is None else nodes[-1, 1]
    return SplineFront(nodes, mirrors)


def test_area_is_that_below_the_spline():
    front = wave(12, (0, 0), 0.0, PERIOD / 2)
    fine = front.between(np.linspace(0.0, 12.0, 200_001))
    assert front.enclosed == pytest.approx(np.trapezoid(fine[:, 1], fine[:, 0]), abs=1e-10)
    assert front.facets == 12


def test_a_front_that_repeats_has_no_ends():
    front = wave(24)
    x = front.nodes[:, 0]
    slope = -0.4 * 2 * np.pi / PERIOD * np.sin(2 * np.pi * x / PERIOD - 0.3)
    assert -front.normals[:, 0] / front.normals[:, 1] == pytest.approx(slope, abs=1e-3)
    assert front.curvature[0] == pytest.approx(front.curvature[-1], rel=1e-12)
    assert front.between(np.array([24.0]))[0] == pytest.approx(front.nodes[-1], abs=1e-14)


def test_a_front_that_repeats_moves_as_a_whole():
    front = wave(24)
    moved = front.advanced(np.full((25, 2), [0.2, 0.1]), 0.1 * PERIOD)
    assert moved.nodes - front.nodes == pytest.approx(np.full((25, 2), [0.2, 0.1]), abs=1e-12)
    assert moved.curvature == pytest.approx(front.curvature, rel=1e-9)


@pytest.mark.parametrize("shift", [-0.7, 0.0, 0.4])
def test_it_begins_where_it_is_told_to(shift):
    front = wave(48).moved(np.full((49, 2), [shift, 0.0]))
    begun = beginning_at(front, 0.0)
    assert begun.nodes[0, 0] == pytest.approx(0, abs=1e-10)
    assert begun.nodes[-1] - begun.nodes[0] == pytest.approx([PERIOD, 0.0], abs=1e-12)
    height = 0.4 * np.cos(2 * np.pi * (begun.nodes[:, 0] - shift) / PERIOD - 0.3)
    assert begun.nodes[:, 1] == pytest.approx(height, abs=1e-4)


def test_nodes_of_a_front_on_its_way_slide_and_it_keeps_its_speed():
    travel = Travel(wave(24, (0, 0), 0.0, PERIOD / 2))
    step = travel.step(2.0)
    assert step.earlier == 0 and step.predicted is step.front
    travel.take(step, step.front.moved(np.full((25, 2), [0.0, 0.5])))
    assert travel.step(2.0).predicted.nodes[:, 1] - travel.front.nodes[:, 1] == pytest.approx(0.5)
    travel.numbers["front"][1:-1, 0] += 0.02  # nodes that have slid
    before, enclosed = travel.front, travel.front.enclosed
    assert travel.uneven
    travel.even_out()
    assert not travel.uneven and travel.front is not before
    assert travel.front.enclosed == pytest.approx(enclosed, rel=1e-14)
    speed = np.sum(travel.numbers["rate"] * travel.front.normals, axis=1)
    assert speed == pytest.approx(0.25 * travel.front.normals[:, 1], abs=1e-3)
    travel.halt()
    assert travel.step(1.0).predicted is travel.front
