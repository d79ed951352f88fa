import numpy as np
import pytest
import ufl

from anodex.models.laws.constants import GAS
from anodex.models.laws.diffusion import bruggeman, stress_driven_flux

DIFFUSIVITY, OMEGA, TEMPERATURE = 2.0, 1e-5, 300.0


def zero(x):
    """A zero that UFL does not simplify away."""
    return x[0] - (x[0] + x[1]) + x[1]


@pytest.fixture(scope="module")
def flux(square, at_corners):
    """Function that gives the flux at corners, and their places, for a concentration and a
    hydrostatic stress as functions of x.
    """
    x = ufl.SpatialCoordinate(square)

    def evaluate(concentration, stress, molar_volume=OMEGA):
        law = stress_driven_flux(
            concentration(x), stress(x), DIFFUSIVITY, molar_volume, TEMPERATURE
        )
        return at_corners(law, square)

    return evaluate


def test_without_molar_volume_it_is_fick(flux):
    found, _ = flux(
        lambda x: 1000 + 3 * x[0] - 5 * x[1], lambda x: 70 * x[0] * x[1], molar_volume=0.0
    )
    np.testing.assert_allclose(found, np.tile([-6.0, 10.0], (len(found), 1)), rtol=1e-13)


def test_ions_drift_towards_tension(flux):
    found, _ = flux(lambda x: 1000.0 + zero(x), lambda x: 4 * x[0])
    drift = DIFFUSIVITY * OMEGA * 1000 / (GAS * TEMPERATURE) * 4
    assert drift > 0
    np.testing.assert_allclose(
        found, np.tile([drift, 0.0], (len(found), 1)), rtol=1e-13, atol=1e-13
    )


def test_boltzmann_distribution_is_at_rest(flux):
    def stress(x):
        return 80 * x[0] * x[1] - 30 * x[1] ** 2

    found, _ = flux(lambda x: 1000 * ufl.exp(OMEGA * stress(x) / (GAS * TEMPERATURE)), stress)
    uncoupled, _ = flux(
        lambda x: 1000 * ufl.exp(OMEGA * stress(x) / (GAS * TEMPERATURE)), stress, molar_volume=0.0
    )
    assert np.abs(found).max() < 1e-12 * np.abs(uncoupled).max()


def test_bruggeman_at_its_ends_and_between():
    assert bruggeman(3.0, 1.0) == 3.0
    assert bruggeman(3.0, 0.0) == 0.0
    assert bruggeman(1e6, 0.25) == pytest.approx(1.25e5)
