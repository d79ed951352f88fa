import math

import numpy as np
import pytest
import ufl

from anodex.models.laws.fracture import (
    decayed_toughness,
    eigenstrain_release,
    energy_release,
    face_release,
    smallest_growing_crack,
    stress_intensity,
    subcritical_speed,
)

STRESS = np.array([[2.0, 0.5], [0.5, -1.0]])
DISPLACEMENT_GRADIENT = np.array([[1.0, 2.0], [-3.0, 4.0]])
VELOCITY_GRADIENT = np.array([[0.5, 1.0], [0.0, -2.0]])
DENSITY = 11.0


@pytest.fixture(scope="module")
def parts(square):
    """Position, displacement and velocity on the square, linear in the position."""
    x = ufl.SpatialCoordinate(square)
    displacement, velocity = (
        ufl.as_matrix(gradient.tolist()) * x
        for gradient in (DISPLACEMENT_GRADIENT, VELOCITY_GRADIENT)
    )
    return x, displacement, velocity


def test_energy_momentum_tensor(square, at_corners, parts):
    _, displacement, velocity = parts
    found, _ = at_corners(
        energy_release(ufl.as_matrix(STRESS.tolist()), displacement, DENSITY, velocity), square
    )
    expected = np.sum(STRESS * (DISPLACEMENT_GRADIENT @ VELOCITY_GRADIENT)) - DENSITY * np.trace(
        VELOCITY_GRADIENT
    )
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_a_region_moved_as_a_whole_releases_nothing(square, at_corners, parts):
    x, displacement, _ = parts
    # UFL would simplify a plain number away
    velocity = ufl.as_vector([1.0 + x[0] - (x[0] + x[1]) + x[1], 0.0])
    found, _ = at_corners(
        energy_release(ufl.as_matrix(STRESS.tolist()), displacement, DENSITY, velocity), square
    )
    np.testing.assert_allclose(found, 0, atol=1e-15)


def test_eigenstrain(square, at_corners, parts):
    x, _, velocity = parts
    found, places = at_corners(eigenstrain_release(-6.0, 3 * x[0] + x[1] ** 2, velocity), square)
    moved = places[:, :2] @ VELOCITY_GRADIENT.T
    np.testing.assert_allclose(
        found, -6.0 * (3 * moved[:, 0] + 2 * places[:, 1] * moved[:, 1]), atol=1e-13
    )


def test_pressed_face(square, at_corners, parts):
    _, displacement, velocity = parts
    normal = np.array([0.6, 0.8])
    found, places = at_corners(
        face_release(5.0, displacement, ufl.as_vector(normal.tolist()), ufl.grad(velocity)), square
    )
    # change of normal times area
    stretch = np.trace(VELOCITY_GRADIENT) * normal - VELOCITY_GRADIENT.T @ normal
    np.testing.assert_allclose(
        found, -5.0 * (places[:, :2] @ DISPLACEMENT_GRADIENT.T) @ stretch, atol=1e-12
    )


def test_intensity_of_a_centre_crack_under_remote_tension():
    """G = sigma^2 pi a (1 - nu^2) / E belongs to K = sigma sqrt(pi a)."""
    tension, half_length, young, poisson = 5.0, 10.0, 2e3, 0.3  # MPa, um, MPa, -
    rate = tension**2 * math.pi * half_length * (1 - poisson**2) / young
    expected = tension * math.sqrt(math.pi * half_length * 1e-6)  # MPa m^0.5
    assert stress_intensity(rate, young, poisson) == pytest.approx(expected, rel=1e-14)


def test_a_tip_that_takes_energy_has_no_intensity():
    assert stress_intensity(-1e-12, 2e3, 0.3) == 0.0
    assert math.isnan(stress_intensity(math.nan, 2e3, 0.3))


def test_a_crack_below_its_toughness_grows_by_a_power():
    assert subcritical_speed(2.0, 0.1, 1.0, 4) == pytest.approx(1.6)
    assert subcritical_speed(1.0, 0.1, 1.0, 17) == pytest.approx(0.1)


def test_toughness_decays_with_exposure():
    found = decayed_toughness(np.array([0.0, 10.0, 1e6]), 1.0, 0.25, 10.0)
    np.testing.assert_allclose(found, [1.0, 0.25 + 0.75 / math.e, 0.25])


@pytest.mark.parametrize(("overpotential", "size"), [(2.2e-3, 63.0), (5e-3, 12.0)])
def test_smallest_crack_that_lithium_grows_in_li6ps5cl(overpotential, size):
    found = smallest_growing_crack(0.23, overpotential, 1.3e-5)
    assert found == pytest.approx(size, rel=0.03)
