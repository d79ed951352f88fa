import numpy as np
import pytest
import ufl

from anodex.models.laws.creep import creep_strain_increment, linearised, relaxed_deviator
from anodex.models.laws.elasticity import von_mises

DEVIATOR = np.array([[3.0, 1.0, 0.0], [1.0, -1.0, 2.0], [0.0, 2.0, -2.0]])
EQUIVALENT = np.sqrt(1.5 * np.sum(DEVIATOR**2))
SHEAR, INCREMENT = 400.0, 1e-3


def values(expression) -> np.ndarray:
    return np.array([[expression[i, j](()) for j in range(3)] for i in range(3)])


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
