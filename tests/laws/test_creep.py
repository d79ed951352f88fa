"""Power-law creep: the law of a metal that flows and its inverse, radial return, and the equations
that are solved at points.
"""

import numpy as np
import pytest
import ufl
from hypothesis import assume, example, given
from hypothesis import strategies as st
from scipy.optimize import brentq

from anodex.models.laws.creep import (
    PowerLaw,
    creep_increment,
    creep_strain_increment,
    equivalent_stress,
    linearised,
    relaxed_deviator,
    strain_rate,
    stress_change,
    viscosity,
)
from anodex.models.laws.elasticity import von_mises

DEVIATOR = np.array([[3.0, 1.0, 0.0], [1.0, -1.0, 2.0], [0.0, 2.0, -2.0]])
EQUIVALENT = np.sqrt(1.5 * np.sum(DEVIATOR**2))
SHEAR, INCREMENT = 400.0, 1e-3
PREFACTOR, FLOOR = 0.01, 0.7


def values(expression) -> np.ndarray:
    return np.array([[expression[i, j](()) for j in range(3)] for i in range(3)])


# A metal that flows


def rate_of(
    stress: np.ndarray, exponent: float, floor: float = FLOOR, yield_stress: float = 0.0
) -> np.ndarray:
    law = (PREFACTOR, exponent, floor, yield_stress)
    return values(strain_rate(ufl.as_tensor(stress.tolist()), *law))


def change_of(
    stress: np.ndarray, rate_change: np.ndarray, exponent: float, yield_stress: float = 0.0
) -> np.ndarray:
    law = (PREFACTOR, exponent, FLOOR, yield_stress)
    tensors = (ufl.as_tensor(part.tolist()) for part in (stress, rate_change))
    return values(stress_change(*tensors, *law))


@pytest.mark.parametrize("exponent", [1.0, 5.0, 6.6])
def test_equivalent_rate_is_the_power_of_the_equivalent_stress(exponent):
    rate = rate_of(DEVIATOR, exponent, floor=0.0)
    assert np.sqrt(2 / 3 * np.sum(rate**2)) == pytest.approx(
        PREFACTOR * EQUIVALENT**exponent, rel=1e-13
    )
    # along the stress
    np.testing.assert_allclose(rate / rate[0, 0], DEVIATOR / DEVIATOR[0, 0], rtol=1e-13)


def test_far_below_the_floor_creep_is_newtonian():
    small = 1e-6 * DEVIATOR
    np.testing.assert_allclose(rate_of(small, 5.0), 1.5 * PREFACTOR * FLOOR**4 * small, rtol=1e-9)


@pytest.mark.parametrize("exponent", [1.0, 2.0, 6.6])
@pytest.mark.parametrize("size", [1e-3, 1.0, 1e3])
@pytest.mark.parametrize("yield_stress", [0.0, 0.3 * EQUIVALENT, 3 * EQUIVALENT])
def test_stress_change_inverts_the_derivative_of_the_rate(exponent, size, yield_stress):
    stress = size * DEVIATOR
    direction = np.array([[1.0, -2.0, 0.5], [-2.0, 1.0, 0.0], [0.5, 0.0, -2.0]])
    step = 1e-5 * size * direction
    after, before = (
        rate_of(stress + sign * step, exponent, FLOOR, yield_stress) for sign in (1, -1)
    )
    np.testing.assert_allclose(
        change_of(stress, after - before, exponent, yield_stress),
        2 * step,
        atol=1e-7 * np.abs(step).max(),
    )


def test_without_stress_a_rate_makes_the_newtonian_stress():
    rate = 1e-4 * DEVIATOR
    np.testing.assert_allclose(
        change_of(0 * DEVIATOR, rate, 5.0), rate / (1.5 * PREFACTOR * FLOOR**4), rtol=1e-13
    )


@pytest.mark.parametrize("exponent", [1.0, 6.6])
def test_viscosity_is_half_the_stress_over_the_rate(exponent):
    found = viscosity(ufl.as_tensor(DEVIATOR.tolist()), PREFACTOR, exponent, FLOOR)(())
    np.testing.assert_allclose(2 * found * rate_of(DEVIATOR, exponent), DEVIATOR, rtol=1e-13)


@pytest.mark.parametrize("exponent", [1.0, 2.0, 5.0, 6.6])
@pytest.mark.parametrize("floor", [1e-6, 1e-2, 1.0, 1e3])
def test_equivalent_stress_solves_its_equation(exponent, floor):
    stress = np.logspace(-12, 6, 73)
    rate = PREFACTOR * (stress**2 + floor**2) ** ((exponent - 1) / 2) * stress
    np.testing.assert_allclose(
        equivalent_stress(rate, PREFACTOR, exponent, floor), stress, rtol=1e-12
    )


def test_above_the_yield_stress_the_law_takes_what_is_above():
    rate = rate_of(DEVIATOR, 5.0, floor=1e-6, yield_stress=0.4 * EQUIVALENT)
    assert np.sqrt(2 / 3 * np.sum(rate**2)) == pytest.approx(
        PREFACTOR * (0.6 * EQUIVALENT) ** 5, rel=1e-9
    )
    np.testing.assert_allclose(rate / rate[0, 0], DEVIATOR / DEVIATOR[0, 0], rtol=1e-13)


def test_below_the_yield_stress_it_is_the_liquid_of_the_floor():
    rate = rate_of(DEVIATOR, 5.0, yield_stress=1.01 * EQUIVALENT)
    np.testing.assert_allclose(rate, 1.5 * PREFACTOR * FLOOR**4 * DEVIATOR, rtol=1e-13)


@pytest.mark.parametrize("exponent", [2.0, 5.0, 6.6])
def test_rate_and_slope_are_continuous_at_the_yield_stress(exponent):
    """And the slope grows: the law is convex."""
    factors = 1 + np.array([-2e-4, -1e-4, 0.0, 1e-4, 2e-4])
    rates = [rate_of(f * DEVIATOR, exponent, yield_stress=EQUIVALENT)[0, 0] for f in factors]
    slopes = np.diff(rates)
    np.testing.assert_allclose(slopes, slopes[0], rtol=1e-2)
    assert np.all(np.diff(slopes) > -1e-9 * slopes[0])


@pytest.mark.parametrize("yield_stress", [1e-3, 0.7, 50.0])
def test_equivalent_stress_inverts_the_law_with_a_yield_stress(yield_stress):
    stress = np.logspace(-6, 3, 37)
    unit = DEVIATOR / EQUIVALENT
    rates = [rate_of(q * unit, 5.0, 0.02, yield_stress) for q in stress]
    equivalent = np.array([np.sqrt(2 / 3 * np.sum(rate**2)) for rate in rates])
    found = equivalent_stress(equivalent, PREFACTOR, 5.0, 0.02, yield_stress)
    np.testing.assert_allclose(found, stress, rtol=1e-9)


def test_a_yield_stress_is_on_top_of_the_stress_of_the_law():
    law = PowerLaw(PREFACTOR, 5.0, 0.7)
    assert law.flow_stress(1e-4) == pytest.approx(0.7 + PowerLaw(PREFACTOR, 5.0).flow_stress(1e-4))
    assert law.rate(law.flow_stress(1e-4)) == pytest.approx(1e-4, rel=1e-12)
    assert law.rate(0.69) == 0


def test_no_rate_means_no_stress():
    assert 0 <= equivalent_stress(np.zeros(2), PREFACTOR, 5.0, 0.1).max() < 1e-200


# An elastic body that creeps


def test_stress_returns_along_its_own_direction():
    relaxed = relaxed_deviator(ufl.as_tensor(DEVIATOR.tolist()), EQUIVALENT, INCREMENT, SHEAR)
    assert von_mises(relaxed)(()) == pytest.approx(EQUIVALENT - 3 * SHEAR * INCREMENT, rel=1e-12)
    np.testing.assert_allclose(
        values(relaxed) / values(relaxed)[0, 0], DEVIATOR / DEVIATOR[0, 0], rtol=1e-12
    )


def test_creep_strain_is_what_the_stress_lost():
    relaxed = relaxed_deviator(ufl.as_tensor(DEVIATOR.tolist()), EQUIVALENT, INCREMENT, SHEAR)
    strain = values(creep_strain_increment(ufl.as_tensor(DEVIATOR.tolist()), EQUIVALENT, INCREMENT))
    np.testing.assert_allclose(
        values(relaxed), DEVIATOR - 2 * SHEAR * strain, rtol=1e-12, atol=1e-12
    )
    # equivalent strain
    assert np.sqrt(2 / 3 * np.sum(strain**2)) == pytest.approx(INCREMENT, rel=1e-12)
    assert np.trace(strain) == pytest.approx(0, abs=1e-18)


def test_linearised_has_the_given_value_and_slope():
    assert linearised(7.0, 3.0, 2.0, 2.0) == 7.0
    assert linearised(7.0, 3.0, 2.5, 2.0) == 8.5


def decades(low: float, high: float):
    return st.floats(low, high).map(lambda exponent: 10.0**exponent)


def increment_and_slope(trial, shear, factor, exponent):
    values = creep_increment(np.array([trial]), shear, factor, exponent)
    return tuple(float(value[0]) for value in values)


MATERIAL = {
    "trial": decades(-12, 6),
    "shear": decades(-3, 5),
    "factor": decades(-30, 8),
    "exponent": st.floats(1, 12),
}


@given(**MATERIAL)
@example(trial=1.0, shear=376.0, factor=0.53, exponent=5.0)
@example(trial=1e6, shear=1e5, factor=1e8, exponent=12.0)
@example(trial=1e-12, shear=1e-3, factor=1e-30, exponent=12.0)
def test_increment_is_the_root_that_bisection_finds(trial, shear, factor, exponent):
    found, _ = increment_and_slope(trial, shear, factor, exponent)
    stiffness = 3 * shear * factor
    # An upper bound that keeps the bracket narrow where the root lies many decades below the trial
    # stress.
    bound = min(trial, (trial / stiffness) ** (1 / exponent)) * (1 + 1e-12)
    stress = brentq(
        lambda q: q / trial + stiffness / trial * q**exponent - 1,
        0,
        bound,
        xtol=1e-300,
        rtol=1e-14,
        maxiter=2000,
    )
    assume(factor * stress**exponent > 1e-290)
    assert found == pytest.approx(factor * stress**exponent, rel=1e-10)


@given(**MATERIAL)
def test_stress_left_lies_between_zero_and_trial(trial, shear, factor, exponent):
    found, slope = increment_and_slope(trial, shear, factor, exponent)
    assert -1e-12 <= 1 - 3 * shear * found / trial <= 1
    assert 0 <= slope <= 1 / (3 * shear)


@given(**MATERIAL)
def test_slope_is_consistent(trial, shear, factor, exponent):
    change = 1e-4 * trial
    (low, _), (high, _) = (
        increment_and_slope(trial + sign * change, shear, factor, exponent) for sign in (-1, 1)
    )
    _, slope = increment_and_slope(trial, shear, factor, exponent)
    assert 3 * shear * slope == pytest.approx(3 * shear * (high - low) / (2 * change), abs=1e-6)


def test_linear_creep_in_closed_form():
    found, slope = increment_and_slope(10.0, 400.0, 1e-3, 1.0)
    assert found == pytest.approx(1e-3 * 10 / (1 + 3 * 400 * 1e-3), rel=1e-14)
    assert slope == pytest.approx(1e-3 / (1 + 3 * 400 * 1e-3), rel=1e-12)


def test_no_time_and_no_stress_mean_no_creep():
    trial = np.array([0.0, 1.0, 1e6])
    for values in creep_increment(trial, 400.0, 0.0, 5.0):
        np.testing.assert_array_equal(values, 0)
    increment, slope = creep_increment(np.zeros(2), 400.0, 0.5, 5.0)
    np.testing.assert_array_equal(increment, 0)
    np.testing.assert_array_equal(slope, 0)
