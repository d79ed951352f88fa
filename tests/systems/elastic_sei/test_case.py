"""What an elastic-interphase case may say, and the surface that it describes."""

import numpy as np
import pytest
from pydantic import ValidationError

from anodex.models.systems.elastic_sei.case import Case
from anodex.models.systems.elastic_sei.case_film import ElasticFilm, NoFilm
from anodex.models.systems.elastic_sei.profile import CosineSeries, random_series, terms_between

RANDOM = {"shape": "random", "width": "20 um", "shortest_wavelength": "0.5 um"}


def surface(**keys):
    """The surface of a case."""
    return Case.model_validate({"surface": keys}).surface


def places(width):
    """Middles of many equal parts of the width [um]."""
    return (np.arange(20000) + 0.5) * width / 20000


def test_a_cosine_goes_from_a_crest_to_a_valley():
    found = surface(shape="cosine", wavelength="3 um", amplitude="40 nm")
    x = places(found.width)
    assert found.width == 1.5
    assert found.profile(x) == pytest.approx(0.04 * np.cos(2 * np.pi * x / 3), abs=1e-15)
    assert found.profile.steepest == pytest.approx(0.04 * 2 * np.pi / 3, rel=1e-2)
    assert found.profile.highest == 0.04


@pytest.mark.parametrize("slope", [0.0, 2.0])
def test_a_random_surface_has_just_its_roughness(slope):
    profile = surface(**RANDOM, roughness="12.4 nm", spectrum_slope=slope).profile
    heights = profile(places(20.0))
    assert heights.mean() == pytest.approx(0.0, abs=1e-15)
    assert np.sqrt((heights**2).mean()) == pytest.approx(0.0124, rel=1e-12)
    assert profile.rms == pytest.approx(0.0124, rel=1e-12)


def test_a_seed_decides_the_random_surface():
    one, again, other = (surface(**RANDOM, seed=seed).profile.coefficients for seed in (1, 1, 2))
    assert np.array_equal(one, again)
    assert not np.allclose(one, other)


def test_a_seed_stays_that_of_its_surface():
    found = random_series(2.0, 1.0, 4.0, 1.0, seed=1).coefficients
    assert found == pytest.approx([0, 0.3029871524, 0.7203447015, 0.2897070846, -1.1425288188])


def test_a_random_surface_holds_only_its_wavelengths():
    series = random_series(10.0, 1.0, 5.0, 0.01, seed=3, slope=1.0)
    assert terms_between(10.0, 1.0, 5.0) == range(4, 21)
    assert np.all(series.coefficients[:4] == 0)
    assert np.all(series.coefficients[4:] != 0) and len(series.coefficients) == 21


def test_the_slope_of_a_spectrum_favours_long_waves():
    steep = np.mean(
        [random_series(50.0, 1.0, 100.0, 1.0, seed, 2.0).coefficients ** 2 for seed in range(400)],
        axis=0,
    )
    assert steep[2] / steep[8] == pytest.approx(16, rel=0.4)


def test_a_height_map_is_mirrored_and_scaled(tmp_path):
    pixels = (np.arange(64) + 0.5) / 64
    lines = np.stack([np.cos(np.pi * pixels), 0.5 * np.cos(3 * np.pi * pixels)])
    lines = np.concatenate([lines, lines])
    np.save(tmp_path / "map.npy", 7 + 3 * lines)
    keys = {
        "shape": "height-map",
        "height": "100 nm",
        "width": "4 um",
        "shortest_wavelength": "0.5 um",
        "height_map": str(tmp_path / "map.npy"),
    }
    scale = 0.1 / np.ptp(lines)
    first, second = (surface(**keys, row=row).profile for row in (1, 2))
    assert len(first.coefficients) == 17
    assert first.coefficients == pytest.approx([0, scale, *[0] * 15], abs=1e-15)
    assert second.coefficients == pytest.approx([0, 0, 0, scale / 2, *[0] * 13], abs=1e-15)
    with pytest.raises(ValidationError, match=r"surface\.row is 5, but .*map\.npy has 4 of them"):
        surface(**keys, row=5)
    np.savetxt(tmp_path / "line.txt", lines[0])
    assert surface(**keys | {"height_map": str(tmp_path / "line.txt")}).profile.rms > 0


def test_the_series_is_even_at_both_ends():
    series = CosineSeries(np.array([0.1, 0.2, -0.3, 0.4]), 2.0)
    x = np.linspace(0, 1, 7)
    assert series(-x) == pytest.approx(series(x), abs=1e-15)
    assert series(2 + x) == pytest.approx(series(2 - x), abs=1e-14)


def test_the_facets_follow_the_finest_wave_and_the_refinement():
    assert Case().facets == 8
    assert Case.model_validate({"surface": RANDOM, "numerics": {"refinement": 2.0}}).facets == 960
    assert Case.model_validate({"surface": RANDOM}).thickness == 40.0


def test_values_in_internal_units():
    case = Case()
    assert case.kinetics.area_resistance == 1e-3  # ohm m^2 = V um^2/pA
    assert case.electrolyte.conductivity == 7e5
    assert case.film.young_modulus == 2000.0
    assert case.metal.surface_energy == 0.2
    # a flat film of 20 nm takes 0.43 % of 0.5 mAh/cm^2
    assert case.film.charge / 18000 == pytest.approx(0.0043, rel=0.01)


def test_a_film_that_is_switched_off_has_no_keys():
    assert isinstance(Case().film, ElasticFilm)
    assert isinstance(Case.model_validate({"film": {"enabled": False}}).film, NoFilm)
    with pytest.raises(ValidationError, match="'thickness' does nothing while 'enabled' is false"):
        Case.model_validate({"film": {"enabled": False, "thickness": "30 nm"}})


def test_a_pressure_cap_may_be_none():
    assert Case().metal.largest_pressure == 0.8
    assert Case.model_validate({"metal": {"pressure_cap": "none"}}).metal.largest_pressure == np.inf
    assert Case.model_validate({"metal": {"creep": "power-law"}}).metal.largest_pressure == np.inf


@pytest.mark.parametrize(
    ("table", "keys", "words"),
    [
        (
            "surface",
            {"shape": "cosine", "seed": 2},
            "'seed' does nothing while 'shape' is 'cosine'",
        ),
        ("surface", {"shape": "sine"}, "none of"),
        ("surface", {"amplitude": "1.3 um"}, "slope of 5.4.*; allowed: up to 5"),
        ("surface", {"shape": "random", "longest_wavelength": "0.9 um"}, "no cosine over"),
        ("surface", {"shape": "random", "width": "501 um"}, "allowed: a width up to 500 um"),
        ("surface", {"shape": "random", "roughness": "3 um"}, r"lower surface\.roughness"),
        ("film", {"enabled": "no"}, "'enabled' is none of"),
        ("film", {"scatter_wavelength": "9 um"}, r"or set film\.scatter = 0"),
        ("film", {"thickness": "0.4 um"}, "allowed: up to a quarter, 0.375 um"),
        ("film", {"cracks": False, "heal_time": "90 s"}, r"heal_time does nothing"),
        ("film", {"attachment": "glued"}, "'sliding' or 'bonded'"),
        ("film", {"elastic_limit": 0}, "allowed: 0 < value"),
        ("metal", {"pressure_cap": "0 MPa"}, "allowed: 0 MPa < value"),
        ("metal", {"creep": "power-law", "pressure_cap": "1 MPa"}, "'pressure_cap' does nothing"),
        ("electrolyte", {"thickness": "30 nm"}, "allowed: 0.035 um or more"),
        ("output", {"times": ["2 hour"]}, r"lengthen protocol\.steps"),
    ],
)
def test_a_bad_key_is_refused_with_what_is_allowed(table, keys, words):
    with pytest.raises(ValidationError, match=words):
        Case.model_validate({table: keys})
