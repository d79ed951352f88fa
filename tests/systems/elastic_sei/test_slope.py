"""How a film's pressure changes with its place, what it bears, and that its forces balance."""

import numpy as np
import pytest

from anodex.models.moving.front import even_front
from anodex.models.systems.elastic_sei.case import Case
from anodex.models.systems.elastic_sei.film import film_on

K = 2 * np.pi / 1.5  # wavenumber [1/um]


def wave(amplitude):
    """Half a wave from crest to valley."""
    return even_front(lambda t: np.stack([0.75 * t, amplitude * np.cos(np.pi * t)], axis=1), 48)


@pytest.mark.parametrize("attachment", ["sliding", "bonded"])
@pytest.mark.parametrize(
    ("own", "waves"),
    [
        ({}, [1e-9, 5e-3, 6e-3]),
        ({"membrane": False}, [0.01, 0.012]),
        ({"elastic_limit": 0.001, "cracks": False}, [1e-9, 0.02, 0.025]),
        ({"reference": "as-formed"}, [0.02, 0.01]),
    ],
    ids=["membrane and plate", "plate", "beyond the limit", "wrinkled"],
)
@pytest.mark.parametrize("cap", ["none", "0.8 MPa"])
def test_the_slope_is_how_the_pressure_changes(attachment, own, waves, cap):
    case = Case.model_validate(
        {"film": own | {"attachment": attachment}, "metal": {"pressure_cap": cap}}
    )
    front = wave(waves[0])
    film = film_on(case, front)
    for amplitude in waves[1:-1]:
        film.update(wave(amplitude), 1.0, dict(film.state), front)
        front = wave(amplitude)
    start, old, end = dict(film.state), front, wave(waves[-1])

    def pressure(displacement):
        moved = end.moved(displacement[:, None] * end.normals)
        return film.update(moved, 1.0, start, old).pressure

    way = 1e-6 * (np.cos(K * end.arc) + np.cos(3 * K * end.arc) / 9)
    change = (pressure(way) - pressure(-way)) / 2
    response = film.update(end, 1.0, start, old)
    expected = film.slope(end, response)(way)
    assert np.abs(change - expected).max() < 0.03 * np.abs(change).max()


def test_a_film_in_compression_wrinkles_where_surface_energy_holds_no_more():
    case = Case.model_validate({"film": {"reference": "as-formed", "bending": False}})
    film, front = film_on(case, wave(0.05)), wave(0.02)
    response = film.update(front, 1.0, dict(film.state), wave(0.05))
    assert np.all(response.tension == -0.2) and np.all(response.pressure == 0)
    assert np.all(film.slope(front, response)(np.cos(K * front.arc)) == 0)
    # not for good: back on the first wave it is as it was
    back = film.update(wave(0.05), 1.0, dict(film.state), front)
    assert back.tension == pytest.approx(np.zeros(97), abs=1e-9)


def test_forces_of_a_film_on_creeping_metal_balance():
    """A cap takes off some of the pull at sharp valleys, and what is left would roughen by flow."""

    def left(metal):
        sharp = even_front(
            lambda t: np.stack([t, 0.1 * np.sqrt(0.02 + np.cos(2 * np.pi * t) ** 2)], axis=1), 96
        )
        film = film_on(Case.model_validate({"film": {"bending": False}, "metal": metal}), sharp)
        pressure = film.update(sharp, 0.0, dict(film.state), sharp).pressure
        forces = sharp.weights * sharp.normals[:, 1] * pressure
        return abs(forces.sum()) / np.abs(forces).sum()

    assert left({"creep": "power-law"}) < 1e-3 < 0.05 < left({"creep": "none"})
