"""Near discs and spheres are found by their cells as they are among all."""

import time

import numpy as np
import pytest

from anodex.meshes.neighbours import Neighbours
from anodex.meshes.packing import RoundPores
from anodex.meshes.pores import MOST_PORES, random_pores

BOXES = [(200.0, 100.0), (300.0, 6.0), (60.0, 40.0, 30.0)]


def filled(lengths, periodic, count=60):
    """Discs of many sizes, that overlap, and as pores without cells."""
    random = np.random.default_rng(5)
    near = Neighbours(np.array(lengths), periodic)
    for radius in random.lognormal(0.5, 0.8, count):
        near.add(random.uniform(0, lengths), radius)
    start = np.zeros(len(lengths))
    return near, RoundPores(start, near.lengths, near.centres, near.radii, periodic)


@pytest.mark.parametrize("periodic", [False, True])
@pytest.mark.parametrize("lengths", BOXES)
@pytest.mark.parametrize("reach", [0.5, 5.0, 50.0])
def test_the_nearest_surface_is_that_of_all(lengths, periodic, reach):
    near, pores = filled(lengths, periodic)
    places = np.random.default_rng(6).uniform(0, lengths, (500, len(lengths)))
    found, right = near.distance(places, reach), pores.distance(places)
    within = right > -reach
    assert within.any()
    np.testing.assert_array_equal(found[within], right[within])
    assert (found[~within] <= -reach).all()


def test_one_may_be_left_out():
    near, pores = filled(BOXES[0], False)
    others = RoundPores(pores.start, pores.lengths, pores.centres[1:], pores.radii[1:])
    assert near.distance(pores.centres[:1], 500.0, without=0) == others.distance(pores.centres[:1])


@pytest.mark.parametrize("periodic", [False, True])
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("lengths", "diameter", "porosity", "spread"),
    [
        ((200.0, 100.0), 10.0, 0.4, 0.25),
        ((300.0, 200.0), 12.0, 0.3, 1.0),
        ((60.0, 40.0, 40.0), 10.0, 0.15, 0.25),
    ],
)
def test_pores_lie_where_they_would_without_cells(
    monkeypatch, lengths, diameter, porosity, spread, seed, periodic
):
    start = (0.0,) * len(lengths)
    given = start, lengths, diameter, porosity, seed, spread, 0.8, periodic
    found = random_pores(*given)

    def among_all(near, places, reach, without=-1):
        others = np.arange(near.count) != without
        start = np.zeros(len(near.lengths))
        return RoundPores(
            start, near.lengths, near.centres[others], near.radii[others], near.periodic
        ).distance(places)

    monkeypatch.setattr(Neighbours, "distance", among_all)
    right = random_pores(*given)
    np.testing.assert_array_equal(found.centres, right.centres)
    np.testing.assert_array_equal(found.radii, right.radii)


def test_ten_times_the_pores_take_ten_times_as_long():
    seconds = []
    for width in (2000.0, 20000.0):
        start = time.process_time()
        pores = random_pores((0.0, 0.0), (400.0, width), 10.0, 0.1625, 1)
        seconds.append((time.process_time() - start) / len(pores.radii))
    assert len(pores.radii) > 15_000
    assert seconds[1] < 3 * seconds[0]  # per pore; by comparison with all it is ten times


def test_more_pores_than_can_be_placed_are_refused_at_once():
    start = time.process_time()
    with pytest.raises(ValueError, match=r"about 1.53e\+09 pores of 10 um in a box of 1e\+06 x"):
        random_pores((0.0, 0.0), (1e6, 1e6), 10.0, 0.1275, 1)
    assert time.process_time() - start < 0.1
    assert MOST_PORES == 100_000
