"""Von Mises plasticity in principal strains."""

import numpy as np
import pytest

from anodex.models.constitutive.yield_laws import ON_THE_SURFACE, VonMisesPlasticity

pytestmark = pytest.mark.smoke

LAW = VonMisesPlasticity(
    young_modulus=500.0, poisson_ratio=0.46, yield_strength=10.0, hardening_modulus=15.0
)
SHEAR, BULK = 500 / 2.92, 500 / 0.24


def strains(size: float, points: int = 50) -> np.ndarray:
    return np.random.default_rng(seed=1).uniform(-size, size, (points, 3))


def equivalent(deviators: np.ndarray) -> np.ndarray:
    return np.sqrt(1.5 * np.sum(deviators**2, axis=1))


def mapped(trial: np.ndarray, hardened=0.0):
    return LAW.return_map(trial, np.full(len(trial), hardened), np.ones(len(trial)))


def test_elastic_below_the_yield_strength():
    trial = strains(1e-3)
    found = mapped(trial)
    mean = trial.mean(axis=1)[:, None]
    np.testing.assert_allclose(
        found.stress, 2 * SHEAR * (trial - mean) + 3 * BULK * mean, rtol=1e-12
    )
    np.testing.assert_allclose(found.elastic_strain, trial, atol=1e-16)
    assert np.all(found.internal == 0)
    expected = 2 * SHEAR * (np.eye(3) - 1 / 3) + BULK
    np.testing.assert_allclose(found.tangent, np.tile(expected, (len(trial), 1, 1)), rtol=1e-12)


def test_yielding_ends_on_the_hardened_surface():
    trial = strains(0.3)
    found = mapped(trial, 0.2)
    deviator = found.stress - found.stress.mean(axis=1)[:, None]
    assert found.internal.min() > 0.2
    np.testing.assert_allclose(equivalent(deviator), 10 + 15 * found.internal, rtol=1e-12)
    np.testing.assert_allclose(
        found.stress.mean(axis=1), BULK * trial.sum(axis=1), rtol=1e-12, atol=1e-12
    )
    plastic = trial - found.elastic_strain
    np.testing.assert_allclose(plastic.sum(axis=1), 0, atol=1e-15)
    # sqrt(2/3 e:e)
    np.testing.assert_allclose(equivalent(plastic) / 1.5, found.internal - 0.2, rtol=1e-12)
    # it flows along the stress deviator
    np.testing.assert_allclose(np.cross(plastic, deviator), 0, atol=1e-13)


@pytest.mark.parametrize("size", [1e-3, 0.03, 0.3])
def test_tangent(size):
    trial, step = strains(size), 1e-7
    found = mapped(trial, 0.01)
    for axis, change in enumerate(step * np.eye(3)):
        slope = (mapped(trial + change, 0.01).stress - mapped(trial - change, 0.01).stress) / (
            2 * step
        )
        np.testing.assert_allclose(found.tangent[:, :, axis], slope, atol=1e-5 * BULK)


def test_a_stress_on_the_surface_has_the_tangent_of_yielding():
    direction = np.array([[2.0, -1.0, -1.0]]) / 3
    on_surface = direction * 10 / (2 * SHEAR)
    inside, nearly, beyond = (
        mapped(on_surface * (1 + excess)).tangent
        for excess in (-10 * ON_THE_SURFACE, -0.1 * ON_THE_SURFACE, 0.1 * ON_THE_SURFACE)
    )
    np.testing.assert_allclose(nearly, beyond, atol=1e-5 * SHEAR)
    assert np.abs(inside - beyond).max() > SHEAR
