import numpy as np
import pytest
import ufl

from anodex.models.laws.constants import FARADAY, GAS
from anodex.models.laws.kinetics import (
    LARGEST_EXPONENT,
    ButlerVolmerTransfer,
    LinearTransfer,
    butler_volmer,
    butler_volmer_values,
    inverse_butler_volmer,
    linear_exp,
    stress_shift,
)

EXCHANGE, TEMPERATURE = 12.0, 310.0
THERMAL = GAS * TEMPERATURE / FARADAY  # V
COEFFICIENTS = [(0.5, 0.5), (0.7, 0.3), (0.99, 0.01), (0.01, 0.99)]
BOTH_SIGNS = np.concatenate([-np.logspace(-12, 25, 75)[::-1], [0.0], np.logspace(-12, 25, 75)])
ANODIC, CATHODIC = 0.3, 0.6


def current(
    overpotential: float, ratio: float = 1.0, anodic: float = ANODIC, cathodic: float = CATHODIC
) -> float:
    return butler_volmer(ufl.as_ufl(overpotential), EXCHANGE, TEMPERATURE, ratio, anodic, cathodic)(
        ()
    )


def guarded(exponent: float) -> float:
    return linear_exp(ufl.as_ufl(exponent))(())


def test_thermal_voltage():
    assert abs(GAS * 298.15 / FARADAY - 0.02569) < 1e-5


@pytest.mark.parametrize("overpotential", [-0.2, -0.01, 0.0, 0.03, 0.5])
def test_equals_the_closed_form(overpotential):
    scaled = overpotential / THERMAL
    exact = EXCHANGE * (np.exp(ANODIC * scaled) - 0.7 * np.exp(-CATHODIC * scaled))
    assert current(overpotential, 0.7) == pytest.approx(exact, rel=1e-13)


def test_small_overpotential_meets_the_charge_transfer_resistance():
    assert current(1e-7) / 1e-7 == pytest.approx(EXCHANGE * (ANODIC + CATHODIC) / THERMAL, rel=1e-5)


@pytest.mark.parametrize(
    ("overpotential", "coefficient", "sign"), [(0.8, ANODIC, 1), (-0.8, -CATHODIC, -1)]
)
def test_large_overpotential_meets_tafel(overpotential, coefficient, sign):
    assert sign * current(overpotential) > 0
    slope = np.log(current(overpotential + 0.01) / current(overpotential - 0.01)) / 0.02
    assert slope == pytest.approx(coefficient / THERMAL, rel=1e-9)


def test_concentration_shifts_the_equilibrium_as_nernst_says():
    assert current(THERMAL * np.log(3.0) / (ANODIC + CATHODIC), ratio=3.0) == pytest.approx(
        0.0, abs=1e-12
    )


def test_without_ions_nothing_is_deposited():
    assert current(-0.3, ratio=0.0) > 0


@pytest.mark.parametrize("overpotential", [-1e4, 1e4])
def test_no_overflow(overpotential):
    assert np.isfinite(current(overpotential))
    # a straight line by then
    assert current(2 * overpotential) / current(overpotential) == pytest.approx(2, rel=1e-3)


def test_guard_is_smooth_where_it_sets_in():
    step = 1e-6
    below, at, above = (guarded(LARGEST_EXPONENT + shift) for shift in (-step, 0.0, step))
    assert at == pytest.approx(np.exp(LARGEST_EXPONENT), rel=1e-14)
    assert (at - below) / step == pytest.approx(at, rel=1e-5)
    assert (above - at) / step == pytest.approx(at, rel=1e-5)


def test_compressed_metal_dissolves_more_easily():
    shift = stress_shift(-10.0, 2.37e-5)
    assert shift == pytest.approx(-2.456e-3, rel=1e-3)  # 23.7 cm^3/mol and 10 MPa
    assert current(0.0 - shift) > 0


@pytest.mark.parametrize("ratio", [0.0, 0.7, 1.0, 3.0])
def test_numbers_are_those_of_the_form(ratio):
    size = np.logspace(-3, 2, 30)  # V, to where the exponential is a straight line
    overpotential = np.concatenate([-size, [0.0], size])
    found = butler_volmer_values(overpotential, EXCHANGE, TEMPERATURE, ratio, ANODIC, CATHODIC)
    expected = [current(float(one), ratio) for one in overpotential]
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-13 * EXCHANGE)


@pytest.mark.parametrize(("anodic", "cathodic"), COEFFICIENTS)
def test_law_and_inverse_undo_each_other_over_many_decades(anodic, cathodic):
    law = ButlerVolmerTransfer(EXCHANGE, TEMPERATURE, anodic, cathodic)
    found, slope = law.overpotential(EXCHANGE * BOTH_SIGNS)
    again = butler_volmer_values(found, EXCHANGE, TEMPERATURE, 1.0, anodic, cathodic)
    np.testing.assert_allclose(again, EXCHANGE * BOTH_SIGNS, rtol=1e-12)
    np.testing.assert_array_equal(np.sign(found), np.sign(BOTH_SIGNS))
    step = 1e-6 * THERMAL
    rise = butler_volmer_values(
        found + np.array([[step], [-step]]), EXCHANGE, TEMPERATURE, 1.0, anodic, cathodic
    )
    np.testing.assert_allclose(slope, 2 * step / (rise[0] - rise[1]), rtol=1e-6)


def plain_law(overpotential, anodic: float, cathodic: float):
    return np.expm1(anodic * overpotential) - np.expm1(-cathodic * overpotential)


@pytest.mark.parametrize(("anodic", "cathodic"), COEFFICIENTS)
def test_inverse_finds_the_overpotential(anodic, cathodic):
    size = np.logspace(-8, np.log10(600), 60)
    overpotential = np.concatenate([-size[::-1], [0.0], size])
    found, slope = inverse_butler_volmer(
        plain_law(overpotential, anodic, cathodic), anodic, cathodic
    )
    np.testing.assert_allclose(found, overpotential, rtol=1e-12, atol=1e-15 / min(anodic, cathodic))
    exact = 1 / (
        anodic * np.exp(anodic * overpotential) + cathodic * np.exp(-cathodic * overpotential)
    )
    np.testing.assert_allclose(slope, exact, rtol=1e-9)


@pytest.mark.parametrize(("anodic", "cathodic"), COEFFICIENTS)
def test_inverse_stands_the_largest_and_the_smallest_currents(anodic, cathodic):
    currents = np.array([1e300, -1e300, 1e-300, -1e-300])
    found, slope = inverse_butler_volmer(currents, anodic, cathodic)
    np.testing.assert_allclose(
        found[:2], [np.log(1e300) / anodic, -np.log(1e300) / cathodic], rtol=1e-12
    )
    np.testing.assert_allclose(found[2:], 0.0, atol=1e-15)
    np.testing.assert_allclose(slope[2:], 1 / (anodic + cathodic), rtol=1e-12)
    assert np.all(np.isfinite(slope)) and np.all(slope > 0)


def test_inverse_changes_sign_with_current_and_branches():
    currents = np.logspace(-6, 6, 25)
    for dissolving, plating in zip(
        inverse_butler_volmer(currents, 0.3, 0.7),
        inverse_butler_volmer(-currents, 0.7, 0.3),
        strict=True,
    ):
        np.testing.assert_allclose(np.abs(plating), dissolving, rtol=1e-14)
    assert np.all(inverse_butler_volmer(-currents, 0.7, 0.3)[0] < 0)


def test_inverse_with_equal_branches_is_the_inverse_hyperbolic_sine():
    currents = np.concatenate([-np.logspace(-3, 8, 20), np.logspace(-3, 8, 20)])
    found, _ = inverse_butler_volmer(currents, 0.5, 0.5)
    np.testing.assert_allclose(found, 2 * np.arcsinh(currents / 2), rtol=1e-12)


@pytest.mark.parametrize(
    "law", [LinearTransfer(2e-3), ButlerVolmerTransfer(EXCHANGE, TEMPERATURE, ANODIC, CATHODIC)]
)
def test_resistance_of_a_law_is_its_slope_without_current(law):
    overpotential, slope = law.overpotential(np.array([0.0, 1e-9]))
    np.testing.assert_allclose(slope, law.resistance, rtol=1e-9)
    np.testing.assert_allclose(overpotential, [0.0, 1e-9 * law.resistance], rtol=1e-9)
    changed = law.overpotential(np.array([50 * EXCHANGE]))[1] != pytest.approx(law.resistance)
    assert changed == law.curved
