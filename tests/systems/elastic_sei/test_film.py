"""The film on a front: pressure, tension, cracks, conductance and charge against closed forms."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from anodex.models.laws.constants import FARADAY
from anodex.models.laws.film import cracking_amplitude
from anodex.models.moving.front import even_front
from anodex.models.systems.elastic_sei.case import Case
from anodex.models.systems.elastic_sei.film import REACH, BareFilm, averaged, film_on

K = 2 * np.pi / 1.5  # wavenumber [1/um]
NO_FILM_FORCES = {"membrane": False, "bending": False, "scatter": 0, "cracks": False}


def case(film=None, **metal):
    """A case of one cosine of 1.5 um, without surface energy and cap but where they are given."""
    return Case.model_validate(
        {
            "film": film or {},
            "metal": {"surface_energy": "0 J/m^2", "pressure_cap": "none"} | metal,
        }
    )


def wave(amplitude, facets=48):
    """Half a wave from crest to valley."""
    return even_front(lambda t: np.stack([0.75 * t, amplitude * np.cos(np.pi * t)], axis=1), facets)


def arc(radius, facets=40):
    """A quarter of a circle, counterclockwise from x = 0, so that the outside is to its left."""
    return even_front(
        lambda t: radius * np.stack([np.sin(np.pi / 2 * t), np.cos(np.pi / 2 * t)], axis=1),
        facets,
        mirrors=(0, 1),
    )


def grown(case, amplitudes, step=1.0):
    """Film and its response after steps [s] through waves of these amplitudes."""
    fronts = [wave(amplitude) for amplitude in amplitudes]
    film = film_on(case, fronts[0])
    response = film.update(fronts[0], 0.0, dict(film.state), fronts[0])
    for before, front in pairwise(fronts):
        response = film.update(front, step, dict(film.state), before)
    return film, response, fronts[-1]


def projected(front, values):
    """Amplitude of cos(k x) in values at the nodes."""
    x = front.nodes[:, 0]
    weights = front.weights * front.normals[:, 1]
    return 2 * (weights @ (values * np.cos(K * x))) / weights.sum()


@pytest.mark.parametrize(
    ("film", "metal", "stiffness"),
    [
        (NO_FILM_FORCES, {"surface_energy": "0.2 J/m^2"}, 0.2 * K**2),
        (NO_FILM_FORCES | {"tension": "0.3 N/m"}, {}, 0.3 * K**2),
        ({"membrane": False}, {}, 2000 / 0.91 * 0.02**3 / 12 * K**4),
        ({"membrane": False, "attachment": "bonded"}, {}, 2000 / 0.91 * 0.02**3 / 3 * K**4),
    ],
    ids=["surface energy", "tension", "bending, sliding", "bending, bonded"],
)
def test_the_pressure_of_a_small_wave_is_its_stiffness_times_its_height(film, metal, stiffness):
    film, response, front = grown(case(film, **metal), [1e-3])
    expected = stiffness * front.nodes[:, 1]
    assert response.pressure == pytest.approx(expected, abs=1e-4 * np.abs(expected).max())
    slope = film.slope(front, response)(np.cos(K * front.nodes[:, 0]))
    assert projected(front, slope) == pytest.approx(stiffness, rel=1e-4)


def test_a_film_that_is_switched_off_leaves_surface_energy_and_resistance():
    film, response, front = grown(
        case({"enabled": False}, surface_energy="0.2 J/m^2"), [1e-3, 2e-3]
    )
    assert isinstance(film, BareFilm) and film.charge == 0
    assert response.pressure == pytest.approx(0.2 * front.curvature, rel=1e-14)
    assert response.conductance == pytest.approx(np.full(97, 1000.0))
    slope = film.slope(front, response)(np.cos(K * front.nodes[:, 0]))
    assert projected(front, slope) == pytest.approx(0.2 * K**2, rel=1e-3)
    assert film.resampled(front, front) == {}


def test_a_sliding_film_is_under_an_even_tension():
    a = 5e-3
    _, response, _ = grown(case({"elastic_limit": 1}), [a])
    assert response.tension == pytest.approx(2000 / 0.91 * 0.02 * (K * a) ** 2 / 4, rel=1e-3)
    assert np.ptp(response.tension) == 0


@pytest.mark.parametrize(("attachment", "share"), [("sliding", 1 / 4), ("bonded", 1 / 8)])
def test_a_membrane_presses_with_the_third_power_of_the_amplitude(attachment, share):
    a = 5e-3
    film = {"attachment": attachment, "bending": False, "elastic_limit": 1}
    _, response, front = grown(case(film), [a])
    expected = 2000 / 0.91 * 0.02 * K**4 * a**3 * share
    assert projected(front, response.pressure) == pytest.approx(expected, rel=2e-3)


def test_a_sliding_film_forgets_the_way_to_its_shape():
    own = {"elastic_limit": 1}
    at_once, in_steps = (grown(case(own), way)[1] for way in ([0.02], [1e-9, 0.04, 0.01, 0.02]))
    assert in_steps.pressure == pytest.approx(at_once.pressure, rel=1e-9)


def test_a_bonded_film_remembers_the_way_to_its_shape():
    """A piece that moves along the normal v_n is stretched at the rate K v_n: by (k a)^2 cos^2 / 2
    where a wave grows, not by the h_x^2 / 2 of pieces that move straight up.
    """
    a, steps = 5e-3, 50
    front = wave(1e-9)
    film = film_on(case({"attachment": "bonded", "elastic_limit": 1}), front)
    for _ in range(steps):
        growth = a / steps * np.cos(K * front.nodes[:, 0])
        half = front.moved(growth[:, None] / 2 * front.normals)
        moved = front.moved(growth[:, None] * half.normals)
        response = film.update(moved, 1.0, dict(film.state), front)
        front = moved
    expected = (K * a * np.cos(K * front.nodes[:, 0])) ** 2 / 2
    assert response.strain == pytest.approx(expected, abs=1e-3 * expected.max())


def test_a_film_as_formed_presses_on_nothing_at_first():
    for attachment in ("sliding", "bonded"):
        film = {"reference": "as-formed", "attachment": attachment}
        _, response, _ = grown(case(film), [0.05])
        assert np.abs(response.pressure).max() < 1e-12
        assert np.all(response.tension == 0) and np.all(response.bending == 0)
        # it resists levelling: in compression under a lower wave
        _, response, _ = grown(case(film, surface_energy="0.2 J/m^2"), [0.05, 0.04])
        assert np.all(response.tension <= 1e-9) and response.tension.min() < -0.1


def test_the_brake_is_lost_beyond_the_elastic_limit():
    limits = {"elastic_limit": 0.001, "cracks": False, "bending": False}
    stiffness, (low, high) = 2000 / 0.91 * 0.02, (0.005, 0.03)
    _, response, _ = grown(case(limits), [1e-9, high])
    assert response.tension == pytest.approx(stiffness * 0.001, rel=1e-9)
    # what has stretched does not come back: the film is in compression on a lower wave
    film, response, _ = grown(case(limits, surface_energy="9 J/m^2"), [1e-9, high, low])
    assert film.state["inelastic"] == pytest.approx((K * high) ** 2 / 4 - 0.001, rel=2e-2)
    assert response.tension == pytest.approx(
        stiffness * ((K * low) ** 2 / 4 - film.state["inelastic"]), rel=1e-3
    )
    _, response, _ = grown(case(limits), [1e-9, high, low, high])
    assert response.tension == pytest.approx(stiffness * 0.001, rel=1e-9)


def test_the_metal_caps_the_pressure():
    film = NO_FILM_FORCES | {"tension": "3 N/m"}
    free, capped = (
        grown(case(film, pressure_cap=cap), [0.05])[1].pressure for cap in ("none", "0.8 MPa")
    )
    assert capped == pytest.approx(0.8 * np.tanh(free / 0.8), rel=1e-12)
    assert free.max() > 2 and 0.79 < capped.max() <= 0.8


def test_cracks_open_where_bending_passes_the_limit():
    limit = {"membrane": False, "scatter": 0, "elastic_limit": 0.01, "heal_time": "1e9 s"}
    limit |= {"thickness": "75 nm"}
    a = cracking_amplitude(0.01, 0.075, K)
    assert a == pytest.approx(0.0152, abs=1e-4)  # the carbonate film at 1.5 um
    below = grown(case(limit), [1e-9, 0.88 * a])[1]  # the middle is stretched as well
    above = grown(case(limit), [1e-9, 1.5 * a])[1]
    assert np.all(below.cracks == 0) and below.formed == 0
    seen = np.exp(-((REACH * 0.075 * K) ** 2) / 2)  # of the bending, over what a crack unloads
    crest = seen * 0.075 * K**2 * 1.5 * a / 2 + (K * 1.5 * a) ** 2 / 4 - 0.01
    assert above.cracks[[0, -1]] == pytest.approx(crest, rel=1e-2)
    assert above.cracks[len(above.cracks) // 2] == 0
    # they stay open on the way back, and a film that has not healed opens no more on the way up
    film, back, _ = grown(case(limit), [1e-9, 1.5 * a, 0.5 * a])
    assert back.cracks == pytest.approx(above.cracks)
    again = film.update(wave(1.5 * a), 1.0, dict(film.state), wave(0.5 * a))
    assert again.cracks[0] == pytest.approx(above.cracks[0], rel=1e-6)
    # once healed it opens as much again
    film.update(wave(0.5 * a), 1e11, dict(film.state), wave(1.5 * a))
    again = film.update(wave(1.5 * a), 1.0, dict(film.state), wave(0.5 * a))
    assert again.cracks[0] == pytest.approx(above.cracks[0], rel=1e-6)


def test_the_conductance_is_that_of_film_and_cracks_side_by_side():
    own = {"scatter": 0.02, "elastic_limit": 0.01, "thickness": "75 nm", "heal_time": "1e9 s"}
    one = case(own | {"bare_resistance": "1 ohm*cm^2"})
    film, response, _ = grown(one, [1e-9, 0.03])
    scatter = film.state["scatter"]
    expected = (1 - response.cracks) / (1e-3 * (1 + scatter)) + response.cracks / 1e-4
    assert response.conductance == pytest.approx(expected, rel=1e-12)
    x = wave(1e-9).nodes[:, 0]
    # one cosine of 1.5 um is all that fits
    assert np.abs(scatter) == pytest.approx(0.02 * np.sqrt(2) * np.abs(np.cos(K * x)), abs=1e-5)


def test_newly_opened_area_takes_charge():
    own = {"elastic_limit": 0.01, "thickness": "75 nm", "scatter": 0, "area_factor": 2.0}
    one = case(own)
    film, response, front = grown(one, [1e-9, 0.03], step=7.0)
    of_area = 2 * FARADAY * 0.075 / 25e-6
    assert one.film.charge == pytest.approx(of_area)
    opened = film.state["memory"]
    assert response.formed == pytest.approx(of_area * (front.weights @ opened))
    assert film.charge == pytest.approx(of_area * (0.75 + front.weights @ opened), rel=1e-9)
    # a front that stays forms no more
    still = film.update(front, 0.0, dict(film.state), front)
    assert still.formed == 0


def test_a_bonded_film_on_a_growing_circle_stretches_evenly():
    one = case({"attachment": "bonded", "reference": "as-formed", "elastic_limit": 1})
    front = arc(2.0)
    film = film_on(one, front)
    for radius in (2.1, 2.3, 2.6):
        moved = replace(front, nodes=front.nodes * radius / np.hypot(*front.nodes[0]))
        response = film.update(moved, 1.0, dict(film.state), front)
        front = moved
    assert response.strain == pytest.approx(0.3, rel=1e-9)
    assert response.bending == pytest.approx(0.01 * (1 / 2 - 1 / 2.6), rel=1e-4)
    closed = replace(front, mirrors=None, nodes=np.stack(_circle(2.0), axis=1))
    film = film_on(one, closed)
    larger = replace(closed, nodes=closed.nodes * 1.1)
    assert film.update(larger, 1.0, dict(film.state), closed).strain == pytest.approx(0.1, rel=1e-9)


def _circle(radius, nodes=81):
    """Closed, clockwise: the outside is to its left."""
    angle = -np.linspace(0, 2 * np.pi, nodes)
    angle[-1] = 0.0
    return radius * np.cos(angle), radius * np.sin(angle)


def test_a_bonded_film_stretches_where_its_nodes_move_apart():
    one = case({"attachment": "bonded", "elastic_limit": 1, "scatter": 0})
    # nodes even on both, so that all are stretched alike
    _, response, front = grown(one, [1e-9, 0.03])
    assert response.strain == pytest.approx(front.length / 0.75 - 1, rel=1e-6)
    at_once = film_on(one, front)
    found = at_once.update(front, 0.0, dict(at_once.state), front)
    assert found.strain == pytest.approx(1 / front.normals[:, 1] - 1, abs=1e-12)
    assert front.weights @ (1 / (1 + found.strain)) == pytest.approx(0.75, rel=1e-6)


def test_an_update_depends_on_its_arguments_alone():
    one = case({"attachment": "bonded", "elastic_limit": 0.002})
    before, after = wave(0.01), wave(0.02)
    film = film_on(one, before)
    old = {name: values.copy() for name, values in film.state.items()}
    start = dict(film.state)
    first = film.update(after, 5.0, start, before)
    film.update(wave(0.08), 5.0, start, before)
    again = film.update(after, 5.0, start, before)
    for name in ("pressure", "conductance", "formed", "cracks"):
        assert np.array_equal(getattr(first, name), getattr(again, name))
    assert all(np.array_equal(old[name], start[name]) for name in old)


def test_the_state_is_carried_to_other_nodes():
    one = case({"attachment": "bonded", "elastic_limit": 0.002, "reference": "as-formed"})
    film, _, front = grown(one, [0.01, 0.02, 0.05])
    places = front.length * np.linspace(0, 1, 151) ** 1.2
    new = front.resampled(places)
    carried = film.resampled(front, new)
    assert carried["charge"] == film.state["charge"]
    x = new.nodes[:, 0]
    assert np.abs(carried["scatter"]) == pytest.approx(
        0.01 * np.sqrt(2) * np.abs(np.cos(K * x)), abs=1e-4
    )
    for name, values in film.state.items():
        assert carried[name].min() >= values.min() and carried[name].max() <= values.max()
        if name != "charge":
            amount, kept = front.weights @ values, new.weights @ carried[name]
            assert kept == pytest.approx(amount, rel=2e-3, abs=1e-6), name
    film.state["cracks"] = np.where(front.nodes[:, 0] < 0.3, 0.5, 0.0)
    cracks = film.resampled(front, new)["cracks"]
    assert cracks.min() == 0 and cracks.max() == 0.5, "no ripples beside a step"
    same = film.resampled(front, front)
    assert all(np.allclose(same[name], film.state[name], atol=1e-12) for name in same)


def test_scatter_stays_with_its_place_on_the_film():
    one = case({"scatter": 0.1})
    front = wave(1e-9)
    film = film_on(one, front)
    shifted = front.moved(np.stack([0.02 * np.sin(K * front.nodes[:, 0]), 0 * front.arc], axis=1))
    scatter = film.state["scatter"]
    response = film.update(shifted, 1.0, dict(film.state), front)
    assert np.array_equal(film.state["scatter"], scatter)
    assert response.conductance == pytest.approx(1e3 / (1 + scatter))


def test_an_average_damps_short_waves_only():
    front = wave(1e-9)
    values = np.cos(K * front.arc)
    for length in (1e-6, 0.04, 0.3):
        damped = np.exp(-((K * length) ** 2) / 2)
        assert averaged(front, values, length) == pytest.approx(damped * values, abs=1e-4)
