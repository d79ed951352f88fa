"""Pores at random places and their walls."""

import numpy as np
import pytest

from anodex.meshes.packing import RoundPores
from anodex.meshes.pores import indicator, random_pores, within_walls

START, LENGTHS = (20.0, 0.0), (200.0, 100.0)
BOX = (60.0, 40.0, 40.0)


def gaps(pores):
    """Distances between the surfaces of all pairs of pores [um], shape (pores, pores); infinite
    on the diagonal.
    """
    offset = pores.centres[:, None] - pores.centres
    if pores.periodic:
        offset[..., 1:] -= pores.lengths[1:] * np.rint(offset[..., 1:] / pores.lengths[1:])
    return (
        np.linalg.norm(offset, axis=-1)
        - pores.radii[:, None]
        - pores.radii
        + np.diag(np.full(len(pores.radii), np.inf))
    )


# Random pores


def test_the_same_seed_gives_the_same_pores_and_another_seed_others():
    first, same, other = (random_pores(START, LENGTHS, 10.0, 0.2, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.centres, same.centres)
    np.testing.assert_array_equal(first.radii, same.radii)
    assert not np.array_equal(first.centres[:5], other.centres[:5])


@pytest.mark.parametrize("periodic", [False, True])
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    ("start", "lengths", "porosity"),
    [(START, LENGTHS, 0.1625), (START, LENGTHS, 0.4), ((0, 0, 0), BOX, 0.15)],
)
def test_pores_reach_the_porosity_apart_and_clear_of_the_electrodes(
    start, lengths, porosity, seed, periodic
):
    pores = random_pores(start, lengths, 10.0, porosity, seed, gap=0.8, periodic=periodic)
    assert pores.porosity == pytest.approx(porosity, abs=1e-9)
    assert gaps(pores).min() >= 0.8 - 1e-9
    places = pores.centres - np.array(start)
    assert (places >= 0).all() and (places <= lengths).all()
    assert (np.minimum(places[:, 0], lengths[0] - places[:, 0]) - pores.radii).min() >= 0.8 - 1e-9


@pytest.mark.parametrize("periodic", [False, True])
@pytest.mark.parametrize(("start", "lengths"), [(START, LENGTHS), ((0, 0, 0), BOX)])
def test_the_porosity_is_the_share_of_points_inside(random_points, start, lengths, periodic):
    pores = random_pores(start, lengths, 12.0, 0.2, 3, periodic=periodic)
    points = random_points(lengths, 200_000, start)
    assert (pores.distance(points) > 0).mean() == pytest.approx(
        0.2, abs=4 * np.sqrt(0.16 / 200_000)
    )


def test_diameters_have_the_given_mean_and_spread():
    pores = random_pores((0, 0), (800.0, 500.0), 10.0, 0.1625, 0, spread=0.25, periodic=True)
    assert 2 * pores.radii.mean() == pytest.approx(10.0, rel=0.03)
    assert pores.radii.std() / pores.radii.mean() == pytest.approx(0.25, rel=0.1)
    equal = random_pores((0, 0), (800.0, 500.0), 10.0, 0.1625, 0, spread=0.0, periodic=True)
    assert np.ptp(equal.radii) < 0.01


def test_a_narrow_box_of_cut_pores_reaches_the_porosity_too():
    assert random_pores((0, 0), (300.0, 6.0), 10.0, 0.2, 0).porosity == pytest.approx(0.2, abs=1e-3)


@pytest.mark.parametrize("periodic", [False, True])
@pytest.mark.parametrize(("start", "lengths"), [(START, LENGTHS), ((0, 0, 0), BOX)])
def test_the_distance_is_that_of_the_nearest_surface_of_all(
    random_points, start, lengths, periodic
):
    pores = random_pores(start, lengths, 10.0, 0.25, 4, spread=0.5, periodic=periodic)
    points = random_points(lengths, 2000, start) - np.array(start) * 0.5  # some before the start
    offset = points[:, None] - pores.centres
    if periodic:
        offset[..., 1:] -= np.array(lengths)[1:] * np.rint(offset[..., 1:] / np.array(lengths)[1:])
    np.testing.assert_allclose(
        pores.distance(points),
        (pores.radii - np.linalg.norm(offset, axis=-1)).max(axis=1),
        atol=1e-9,
    )


def test_periodic_pores_go_on_at_the_opposite_side():
    pores = random_pores(START, LENGTHS, 10.0, 0.3, 5, periodic=True)
    bottom = np.column_stack([np.linspace(20, 220, 500), np.zeros(500)])
    np.testing.assert_allclose(
        pores.distance(bottom), pores.distance(bottom + np.array([0.0, 100.0])), atol=1e-9
    )
    assert (pores.distance(bottom) > 0).any()


def test_points_of_a_plane_may_have_three_columns(random_points):
    pores = random_pores(START, LENGTHS, 10.0, 0.1, 6)
    points = random_points(LENGTHS, 50)
    np.testing.assert_array_equal(
        pores.distance(np.column_stack([points, np.ones(50)])), pores.distance(points)
    )


def test_no_porosity_is_no_pores():
    pores = random_pores(START, LENGTHS, 10.0, 0.0, 0)
    assert len(pores.radii) == 0 and pores.porosity == 0.0
    np.testing.assert_array_equal(indicator(pores.distance(np.zeros((3, 2))), 1.0), 1.0)


@pytest.mark.parametrize(
    ("lengths", "wrong", "message"),
    [
        (
            LENGTHS,
            {"porosity": 0.7},
            r"porosity 0.7 with pores of 10 um, 1 um apart, in a box of 200 x 100 um: no room left "
            r"at 0\.[345]",
        ),
        ((8.0, 100.0), {}, r"in a box of 8 x 100 um: no room left at 0;"),
        (LENGTHS, {"porosity": 1.0}, r"porosity is 1; give 0 or more and less than 1"),
        (LENGTHS, {"diameter": 0.0}, r"diameter is 0 um, .* give a positive diameter"),
        (LENGTHS, {"gap": -1.0}, r"gap -1 um"),
        ((200.0,), {}, r"give 2 or 3 numbers each"),
    ],
)
def test_pores_that_cannot_be_are_refused(lengths, wrong, message):
    with pytest.raises(ValueError, match=message):
        random_pores(
            START[: len(lengths)],
            lengths,
            **{"diameter": 10.0, "porosity": 0.2, "seed": 0, **wrong},
        )


def test_the_indicator_is_minus_one_inside_and_plus_one_outside():
    pores = RoundPores(
        np.zeros(2), np.array([100.0, 100.0]), np.array([[50.0, 50.0]]), np.array([10.0])
    )
    values = indicator(
        pores.distance(np.array([[50.0, 50.0], [60.0, 50.0], [90.0, 50.0], [61.0, 50.0]])), 2.0
    )
    np.testing.assert_allclose(values, [-1, 0, 1, np.tanh(1.0)], atol=1e-6)


@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("radius", [1.0, 2.0, 8.0])
def test_a_wall_leaves_a_pore_its_area_or_volume(dimension, radius):
    """Integral over the distance from the centre, of a wall as wide as the radius and of thinner
    and wider ones.
    """
    box = np.full(dimension, 100.0)
    pore = RoundPores(np.zeros(dimension), box, box[None] / 2, np.array([radius]))
    for width in (0.1 * radius, radius, 2.0 * radius):
        found = within_walls(pore, width)
        away = np.linspace(0, radius + 10 * width, 100_001)
        points = np.tile(box / 2, (len(away), 1))
        points[:, 0] += away
        air = (1 - indicator(found.distance(points), width)) / 2
        assert dimension * np.trapezoid(air * away ** (dimension - 1), away) == pytest.approx(
            radius**dimension, rel=1e-4
        )
        assert found.radii[0] < radius


def test_pores_that_vanish_behind_their_walls_are_refused():
    pores = RoundPores(np.zeros(2), np.full(2, 100.0), np.full((1, 2), 50.0), np.array([1.0]))
    with pytest.raises(
        ValueError,
        match=r"100% of the air is in pores below 2.24 um, which vanish in walls 3.5 um wide; give "
        r"larger",
    ):
        within_walls(pores, 3.5)


def test_no_pores_are_none_behind_walls():
    assert len(within_walls(random_pores(START, LENGTHS, 10.0, 0.0, 0), 3.0).radii) == 0


# Images
