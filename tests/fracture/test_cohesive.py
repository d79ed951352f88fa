"""A film that buckles off: energies and slopes, limits, irreversibility, and order."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from anodex.models.errors import ConvergenceError, InputError
from anodex.models.fracture import cohesive
from anodex.models.fracture.cohesive import CohesiveFilm
from anodex.models.fracture.cohesive_law import CohesiveLaw
from anodex.models.fracture.held_plate import HeldPlate, solved
from anodex.verification import film_delamination as strips

LAW = CohesiveLaw(toughness=0.1, strength=5.0, stiffness=1250.0, shear=1.0)
ARC = np.linspace(0, 1.5, 151)
FILM = CohesiveFilm(ARC, 0.02, 2e3, 0.3, LAW)
CREST = 0.03 * (2 * np.pi / 1.5) ** 2 * np.cos(2 * np.pi * ARC / 1.5)  # curvature [1/um]


def pulled(curvature=CREST, misfits=(0.04, 0.07, 0.1), film=FILM):
    state = film.attached()
    for misfit in misfits:
        state = film.update(state, misfit, curvature)
    return state


def test_law_takes_its_toughness_to_part():
    openings = np.linspace(0, LAW.critical_opening, 100001)
    damage = LAW.damage(openings, np.zeros_like(openings))
    traction = LAW.remaining(damage) * openings
    assert traction.max() == pytest.approx(LAW.strength, rel=1e-3)
    assert np.trapezoid(traction, openings) == pytest.approx(LAW.toughness, rel=1e-6)
    # what is not stored any more has been spent
    stored = (
        np.trapezoid(traction[:60001], openings[:60001]) - traction[60000] * openings[60000] / 2
    )
    assert stored == pytest.approx(LAW.toughness * damage[60000], rel=1e-5)


def test_law_that_stores_more_than_its_toughness_is_refused():
    with pytest.raises(InputError, match="take more than 125"):
        CohesiveLaw(0.1, 5.0, 120.0)


@pytest.mark.parametrize("shear", [0.0, 0.7, 1.0])
def test_slopes_of_the_energy(shear):
    random = np.random.default_rng(1)
    arc = np.sort(np.concatenate([[0, 1], random.random(8)]))
    law = replace(LAW, shear=shear)
    damage = random.random(10) * (random.random(10) > 0.5)
    loads = (0.05 * random.random(10), random.random(10), random.random(10))
    energy = HeldPlate(arc, 44.0, 1.5e-3, law, damage, *loads)
    free = np.ones((10, 3))
    free[[0, 0, -1, -1], [0, 2, 0, 2]] = 0
    place = random.normal(size=(10, 3)) * [0.01, 0.03, 0.1] * free
    way = random.normal(size=(10, 3)) * [0.01, 0.03, 0.1] * free
    gradient = energy.linearised(place)[0]
    slope = (energy(place + 1e-5 * way) - energy(place - 1e-5 * way)) / 2e-5
    assert np.sum(gradient * way) == pytest.approx(slope, rel=1e-6)


def test_stiffness_is_the_slope_of_the_gradient():
    """Where the rest of the plate is held well enough for one end to soften."""
    random = np.random.default_rng(1)
    arc, zero = np.linspace(0, 1, 10), np.zeros(10)
    energy = HeldPlate(arc, 1e3, 1.0, LAW, zero, zero + 0.01, zero + 0.1, zero)
    place = np.stack([1e-3 * np.sin(np.pi * arc), 1e-3 + 4e-3 * (arc > 0.8), zero], axis=1)
    way = random.normal(size=(10, 3)) * [1, 1, 5]
    way[[0, 0, -1, -1], [0, 2, 0, 2]] = 0
    assert (energy.held(place)[1] > 0).sum() > 1  # it softens
    _, factor, viscous = energy.linearised(place)
    change = energy.linearised(place + 1e-6 * way)[0] - energy.linearised(place - 1e-6 * way)[0]
    assert not viscous
    np.testing.assert_allclose(solved(factor, change / 2e-6), way, rtol=1e-4, atol=1e-4)


def test_pressure_of_gas_lifts_a_parted_strip_as_a_clamped_plate():
    """w = p b^4 / (24 D), b up to the end of the process zone."""
    film, state, width = strips.strip(200, replace(strips.UNBREAKABLE, stiffness=1e6))
    pressure = 1e-7 * (film.arc < 1)
    found = film.update(state, 0.0, pull=pressure).opening[0]
    assert found == pytest.approx(1e-7 * width**4 / (24 * film.bending), rel=0.01)


def test_flat_film_below_the_strength_of_its_hold_stays():
    state = FILM.update(FILM.attached(), 0.05)
    np.testing.assert_array_equal(state.opening, 0)
    np.testing.assert_allclose(state.force, -0.05 * FILM.stretching)
    assert FILM.fraction(state) == 0


def test_compression_lifts_a_crest_and_tension_a_valley():
    for misfit, place in ((0.02, 0), (-0.02, 75)):
        state = FILM.update(FILM.attached(), misfit, CREST)
        assert state.opening.argmax() in (place, 150 - place)


def test_the_metal_is_not_penetrated():
    assert -pulled().opening.min() < 5e-3 * FILM.thickness


def test_one_force_in_a_film_that_slides():
    film = replace(FILM, law=replace(LAW, shear=0.0))
    state = pulled(film=film)
    assert film.fraction(state) > 0.1
    np.testing.assert_allclose(state.force, state.force.mean(), rtol=1e-6)
    # only the mean of its misfit counts
    uneven = film.update(film.attached(), 0.02 * (1 + np.cos(np.pi * ARC / 1.5)), CREST)
    even = film.update(film.attached(), 0.02, CREST)
    np.testing.assert_allclose(uneven.opening, even.opening, atol=1e-9)


def test_bonded_film_keeps_its_force_where_it_is_held():
    film, state, _ = strips.strip(100, strips.breakable(100.0, 1.0))
    state = film.update(state, 2 * strips.CRITICAL)
    assert -state.force[-1] == pytest.approx(2 * strips.CRITICAL * film.stretching, rel=0.01)
    assert -state.force[0] < 1.1 * strips.CRITICAL * film.stretching


def test_damage_stays_and_the_film_falls_back():
    before = pulled()
    after = FILM.update(before, 0.0, CREST)
    np.testing.assert_array_equal(after.damage, before.damage)
    assert FILM.fraction(before) > 0.3
    assert after.opening.max() < 1e-2 * before.opening.max()
    again = FILM.update(after, 0.1, CREST)  # no further than before
    assert FILM.fraction(again) == pytest.approx(FILM.fraction(before), abs=0.01)


def test_tougher_film_parts_less():
    shares = [
        FILM.fraction(pulled(film=replace(FILM, law=replace(LAW, toughness=toughness))))
        for toughness in (0.1, 0.15, 1.0)
    ]
    assert shares[0] > shares[1] > shares[2]


@pytest.mark.parametrize(
    ("thickness", "young", "strain"), [(0.02, 2e3, 0.067), (0.075, 5e2, 0.070)]
)
def test_strain_that_parts_the_films_of_both_electrolytes(thickness, young, strain):
    film = CohesiveFilm(ARC, thickness, young, 0.3, LAW)
    assert film.parting_strain == pytest.approx(strain, abs=5e-4)


@pytest.mark.parametrize(("share", "grows"), [(0.9, False), (1.2, True)])
def test_a_wide_bonded_buckle_grows_beyond_the_parting_strain(share, grows):
    arc = np.linspace(0, 3, 601)
    film = replace(FILM, arc=arc, law=CohesiveLaw(0.1, 20.0, 2e4, 1.0))
    before = film.attached(arc < 1.5)
    after = film.update(before, share * film.parting_strain)
    assert (film.fraction(after) > film.fraction(before) + 0.05) == grows


def test_old_state_stays_and_an_update_of_rest_changes_nothing():
    old = pulled()
    kept = {name: values.copy() for name, values in vars(old).items()}
    same = FILM.update(old, 0.1, CREST)
    for name, values in kept.items():
        np.testing.assert_array_equal(getattr(old, name), values)
    np.testing.assert_allclose(same.opening, old.opening, atol=1e-5 * FILM.thickness)


def test_mirror_image_of_the_loads():
    state = pulled(misfits=(0.05, 0.1), curvature=CREST + 0.1 * ARC)
    mirrored = pulled(misfits=(0.05, 0.1), curvature=(CREST + 0.1 * ARC)[::-1])
    np.testing.assert_allclose(mirrored.opening[::-1], state.opening, atol=1e-4 * FILM.thickness)
    np.testing.assert_allclose(mirrored.damage[::-1], state.damage, atol=1e-4)


def test_state_on_other_nodes():
    state, places = pulled(), np.linspace(0, 1.5, 211)
    film, moved = replace(FILM, arc=places), state.resampled(ARC, places)
    assert film.fraction(moved) == pytest.approx(FILM.fraction(state), rel=0.01)
    assert film.update(moved, 0.1, 0.0).damage.min() >= 0
    here = film.update(moved, 0.1, np.interp(places, ARC, CREST))
    assert film.fraction(here) == pytest.approx(FILM.fraction(state), rel=0.05)


def test_film_that_nothing_holds_stops_with_a_reason():
    film = replace(FILM, law=replace(LAW, shear=0.0))
    with pytest.raises(ConvergenceError, match=r"100% has parted.*less pull"):
        film.update(film.attached(np.ones(151)), 0.0, pull=0.01)


def test_passes_are_bounded(monkeypatch):
    monkeypatch.setattr(cohesive, "MOST_PASSES", 3)
    with pytest.raises(ConvergenceError, match=r"no rest after 3 passes.*smaller steps"):
        pulled()


def test_energy_balance_closes_with_the_mesh():
    errors = [taken / spent - 1 for taken, spent in map(strips.balance, (100, 200, 400), 3 * [60])]
    assert errors[-1] < 0.01
    assert all(fine < coarse / 3 for coarse, fine in pairwise(errors))
