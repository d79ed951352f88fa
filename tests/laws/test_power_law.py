import numpy as np
import pytest
import ufl

from anodex.models.laws.power_law import strain_rate, stress_change, viscosity

DEVIATOR = np.array([[3.0, 1.0, 0.0], [1.0, -1.0, 2.0], [0.0, 2.0, -2.0]])
EQUIVALENT = np.sqrt(1.5 * np.sum(DEVIATOR**2))
PREFACTOR, FLOOR = 0.01, 0.7


def values(expression) -> np.ndarray:
    return np.array([[expression[i, j](()) for j in range(3)] for i in range(3)])


def rate_of(stress: np.ndarray, exponent: float, floor: float = FLOOR) -> np.ndarray:
    return values(strain_rate(ufl.as_tensor(stress.tolist()), PREFACTOR, exponent, floor))


def change_of(stress: np.ndarray, rate_change: np.ndarray, exponent: float) -> np.ndarray:
    return values(
        stress_change(
            ufl.as_tensor(stress.tolist()),
            ufl.as_tensor(rate_change.tolist()),
            PREFACTOR,
            exponent,
            FLOOR,
        )
    )


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
def test_stress_change_inverts_the_derivative_of_the_rate(exponent, size):
    stress = size * DEVIATOR
    direction = np.array([[1.0, -2.0, 0.5], [-2.0, 1.0, 0.0], [0.5, 0.0, -2.0]])
    step = 1e-5 * size * direction
    rate_change = rate_of(stress + step, exponent) - rate_of(stress - step, exponent)
    np.testing.assert_allclose(
        change_of(stress, rate_change, exponent), 2 * step, atol=1e-7 * np.abs(step).max()
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
