import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from scipy.optimize import brentq

from anodex.models.constitutive.creep import creep_increment


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
