"""A front: geometry of the order that is promised, areas exact, places where it meets itself."""

from itertools import pairwise

import numpy as np
import pytest

from anodex.models.moving.crossing import crossing
from anodex.models.moving.front import Front, even_front


def wave(facets: int, height: float = 0.3) -> Front:
    """Half a cosine over [0, pi]."""
    return even_front(lambda t: np.column_stack([np.pi * t, height * np.cos(np.pi * t)]), facets)


def circle(facets: int) -> Front:
    """Of radius one, run through clockwise: its outside is to the left."""
    return even_front(
        lambda t: np.column_stack([np.cos(2 * np.pi * t), -np.sin(2 * np.pi * t)]), facets, None
    )


def sphere(facets: int) -> Front:
    """Quarter turn from the pole to the equator, about the axis x = 0."""
    return even_front(
        lambda t: np.column_stack([np.sin(np.pi / 2 * t), np.cos(np.pi / 2 * t)]),
        facets,
        (0, 1),
        axisymmetric=True,
    )


def curvature_of_wave(front: Front, height: float = 0.3) -> np.ndarray:
    slope, bend = -height * np.sin(front.nodes[:, 0]), -height * np.cos(front.nodes[:, 0])
    return -bend / (1 + slope**2) ** 1.5


def test_curvature_converges_with_the_fourth_order():
    errors = [np.abs(wave(n).curvature - curvature_of_wave(wave(n))).max() for n in (8, 16, 32)]
    assert np.log2(errors[0] / errors[1]) > 3.8
    assert np.log2(errors[1] / errors[2]) > 3.8
    assert errors[2] < 1e-7


@pytest.mark.parametrize(("front", "expected"), [(circle, 1.0), (sphere, 2.0)])
def test_curvature_of_round_bodies_is_positive_outside(front, expected):
    np.testing.assert_allclose(front(32).curvature, expected, rtol=1e-5)


def test_second_derivative_along_the_front():
    front = wave(32)
    phase = np.pi * front.arc / front.length
    found = front.second_derivative(np.cos(phase))
    np.testing.assert_allclose(found, -((np.pi / front.length) ** 2) * np.cos(phase), atol=1e-7)


def test_second_derivatives_of_several_are_those_of_each():
    front = wave(8)
    values = np.random.default_rng(1).normal(size=(len(front.nodes), 3))
    for column in range(3):
        np.testing.assert_allclose(
            front.second_derivative(values)[:, column],
            front.second_derivative(values[:, column]),
            rtol=1e-12,
        )


@pytest.mark.parametrize(
    ("front", "volume"), [(circle, np.pi), (sphere, 2 * np.pi / 3)], ids=["circle", "sphere"]
)
def test_enclosed_converges_with_the_fourth_order(front, volume):
    errors = [abs(front(n).enclosed - volume) for n in (8, 16)]
    assert np.log2(errors[0] / errors[1]) > 3.8


def test_heights_of_a_cosine():
    mean, rms = wave(32).heights
    assert mean == pytest.approx(0, abs=1e-12)
    assert rms == pytest.approx(0.3 / np.sqrt(2), rel=2e-8)


@pytest.mark.parametrize("front", [wave, circle, sphere])
@pytest.mark.parametrize("gained", [0.2, -0.1, 1e-9])
def test_advanced_gains_just_what_it_is_told(front, gained):
    start = front(16)
    speeds = 0.1 * np.sign(gained) * (1.5 + start.curvature)[:, None] * start.normals
    end = start.advanced(speeds, gained)
    assert end.enclosed - start.enclosed == pytest.approx(gained, abs=1e-14)


@pytest.mark.parametrize("front", [wave, circle, sphere])
@pytest.mark.parametrize("gained", [0.1, -0.1, 1e-9, 0.0])
def test_enclosing_moves_every_node_as_far(front, gained):
    start = front(16)
    end = start.enclosing(start.enclosed + gained)
    assert end.enclosed - start.enclosed == pytest.approx(gained, abs=1e-14)
    far = np.sum((end.nodes - start.nodes) * start.normals, axis=1)
    np.testing.assert_allclose(far, far.mean(), rtol=1e-4, atol=1e-15)


def test_ends_stay_in_their_planes():
    moved = sphere(8).moved(np.full((17, 2), 0.1))
    assert moved.nodes[0, 0] == 0.0
    assert moved.nodes[-1, 1] == pytest.approx(0.0, abs=1e-15)


def test_resampled_lies_on_the_same_curve():
    front = wave(16)
    places = front.length * np.linspace(0, 1, 47) ** 1.3
    found = front.resampled(places)
    np.testing.assert_allclose(found.arc, places, atol=1e-6)
    # the spline is of fourth order
    np.testing.assert_allclose(found.nodes[:, 1], 0.3 * np.cos(found.nodes[:, 0]), atol=2e-7)
    np.testing.assert_array_equal(found.nodes[[0, -1]], front.nodes[[0, -1]])


def test_a_front_that_meets_itself_says_where():
    loop = np.array([[0, 0], [2, 1], [2, 2], [0, 2], [1, 0.0]])
    np.testing.assert_allclose(crossing(loop), [0.8, 0.4])


def test_neighbours_and_a_closed_chain_do_not_meet():
    assert wave(16).meeting() is None
    assert circle(16).meeting() is None
    assert crossing(np.array([[0, 0], [1, 0], [1, 1], [0, 0.0]]), closed=True) is None


def test_every_crossing_of_random_chains_is_found():
    random = np.random.default_rng(3)
    for _ in range(200):
        nodes = random.uniform(size=(7, 2))
        found = crossing(nodes)
        assert (found is not None) == _any_pair_meets(nodes)


def _any_pair_meets(nodes: np.ndarray) -> bool:
    def side(a, b, c):
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

    pieces = list(pairwise(nodes))
    return any(
        side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0
        for first, (a, b) in enumerate(pieces)
        for c, d in pieces[first + 2 :]
    )


def test_a_gain_that_moves_no_node_leaves_the_front():
    front = circle(8)
    moved = front.advanced(1e-18 * front.normals, 1e-14)
    np.testing.assert_allclose(moved.nodes, front.nodes, rtol=0, atol=1e-15)
