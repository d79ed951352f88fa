"""The growth criterion of a crack: closed forms and limits."""

from dataclasses import replace
from math import asin, inf, pi, sqrt

import numpy as np
import pytest

from anodex.models.fracture.filled_crack import (
    FilledCrack,
    GrowthCriterion,
    extrusion_pressure,
    extrusion_weight,
)
from anodex.models.materials.lithium_creep import newtonian, roy

OMEGA = 13e-6  # um^3/amol
CRACK = FilledCrack(
    depth=50.0,
    filled_length=50.0,
    width=5.0,
    toughness=0.23,
    surface_energy=0.5,
    geometry_factor=1.1215,
)
CRITERION = GrowthCriterion(
    strength=20.0, mouth_weight=0.8, extrusion=3.0, base_pressure=7.0, exponent=5.0
)


def test_flat_interface_in_closed_form():
    assert CRITERION.budget == pytest.approx(20 - 0.8 * 7)
    assert CRITERION.flat_critical_current == pytest.approx((14.4 / 3) ** 5, rel=1e-12)


def test_contour_in_closed_form():
    ratio, pressure = np.array([1.5, 0.7, 1.0]), np.array([0.4, 0.0, 2.0])
    expected = (ratio ** (1 / 5) + 0.8 * pressure / 3) ** -5
    np.testing.assert_allclose(
        CRITERION.critical_current(ratio, pressure) / CRITERION.flat_critical_current,
        expected,
        rtol=1e-12,
    )


def test_where_nothing_plates_only_pressure_counts():
    found = CRITERION.critical_current(np.array([0.0, -0.5, -0.5]), np.array([0.4, 0.4, 0.0]))
    np.testing.assert_allclose(found, [(14.4 / (0.8 * 0.4)) ** 5] * 2 + [inf])


def test_suction_that_outweighs_extrusion_stops_the_crack():
    found = CRITERION.critical_current(np.array([1.0, 1.0]), np.array([-1.0, -10.0]))
    np.testing.assert_allclose(found, [(14.4 / (3 - 0.8)) ** 5, inf])


@pytest.mark.parametrize("base_pressure", [25.0, 26.0])
def test_a_stack_that_opens_the_crack_leaves_no_current(base_pressure):
    spent = GrowthCriterion(20.0, 0.8, 3.0, base_pressure, 5.0)
    assert spent.budget <= 0
    assert spent.flat_critical_current == 0
    np.testing.assert_array_equal(
        spent.critical_current(np.array([1.0, 2.0]), np.array([0.0, 0.5])), 0
    )


# K_Ic = 0.23 MPa m^0.5 and Y = 1.1215, from the data sheet of the suite.
@pytest.mark.parametrize(
    ("depth", "strength"), [(1, 116), (5, 51.8), (10, 36.6), (20, 25.9), (50, 16.4), (100, 11.6)]
)
def test_strength_of_a_crack(depth, strength):
    found = replace(CRACK, depth=depth, filled_length=depth).criterion(roy(), 7.0, OMEGA)
    assert found.strength == pytest.approx(strength, rel=5e-3)
    assert found.mouth_weight == pytest.approx(1.0)  # filled all along


def test_criterion_takes_its_parts_from_the_crack():
    crack = replace(CRACK, depth=40.0, filled_length=10.0, width=4.0, surface_energy=0.3)
    found = crack.criterion(roy(), 7.0, OMEGA)
    assert found.mouth_weight == pytest.approx(2 / pi * asin(1 / 4))
    assert found.base_pressure == pytest.approx(7 + 0.3 / 2)
    drop = extrusion_pressure(roy(), OMEGA / 0.096485, 10.0, 2.0)
    assert found.extrusion == pytest.approx(extrusion_weight(1 / 4, 5.0) * drop, rel=1e-5)
    assert found.exponent == 5.0


def test_newtonian_extrusion_is_the_flow_through_a_slot():
    """Q = 2 v x through a slot of width 2b: G = 3 mu Q / (2 b^3)."""
    viscosity, velocity, length, half_width = 1e4, 1e-3, 50.0, 2.0
    assert extrusion_pressure(newtonian(viscosity), velocity, length, half_width) == pytest.approx(
        3 * viscosity * velocity * length**2 / (2 * half_width**3), rel=1e-12
    )


def test_extrusion_scales_with_speed_width_and_length():
    reference = extrusion_pressure(roy(), 1e-3, 50.0, 2.0)
    assert extrusion_pressure(roy(), 32e-3, 50.0, 2.0) == pytest.approx(2 * reference)
    assert extrusion_pressure(roy(), 1e-3, 50.0, 4.0) == pytest.approx(2 ** (-7 / 5) * reference)
    assert extrusion_pressure(roy(), 1e-3, 100.0, 2.0) == pytest.approx(2 ** (6 / 5) * reference)


@pytest.mark.parametrize("filled", [0.1, 0.6, 1.0])
def test_extrusion_weight_of_a_linear_and_of_a_parabolic_pressure(filled):
    angle, cosine = asin(filled), sqrt(1 - filled**2)
    linear = (1 - cosine) / filled
    parabolic = 2 * linear - (angle - filled * cosine) / (2 * filled**2)
    assert extrusion_weight(filled, 1e9) == pytest.approx(2 / pi * linear, rel=1e-7)
    assert extrusion_weight(filled, 1.0) == pytest.approx(2 / pi * parabolic, rel=1e-9)


def test_extrusion_weight_is_less_than_that_of_an_even_pressure():
    weights = [
        extrusion_weight(filled, 5.0) / (2 / pi * asin(filled)) for filled in (1e-3, 0.3, 0.9, 1.0)
    ]
    # a short filament feels the mean pressure, (1+1/n) / (2+1/n)
    assert weights[0] == pytest.approx(6 / 11, rel=1e-3)
    assert all(0 < weight < 1 for weight in weights)
