import numpy as np
import pytest
import ufl
from dolfinx import fem
from mpi4py import MPI

from anodex.models.laws.phase_field import (
    clipped,
    double_well,
    front_speed,
    gradient_coefficient,
    interpolation,
    interpolation_slope,
    mixture,
    well_height,
)

ENERGY, WIDTH = 0.3, 3.0  # pJ/um^2, um
PHASES = np.linspace(-0.2, 1.2, 57)


def profile(x, width=WIDTH):
    return (1 - np.tanh(2 * x / width)) / 2


def test_interface_at_rest_costs_its_energy():
    x = np.linspace(-8 * WIDTH, 8 * WIDTH, 20_001)
    phase = profile(x)
    slope = np.gradient(phase, x, edge_order=2)
    density = (
        well_height(ENERGY, WIDTH) * double_well(phase)
        + gradient_coefficient(ENERGY, WIDTH) / 2 * slope**2
    )
    assert np.trapezoid(density, x) == pytest.approx(ENERGY, rel=1e-5)


def test_both_energies_of_the_profile_are_alike_at_each_place():
    """First integral of the equilibrium: W g = kappa/2 xi'^2, with xi' = -4/width xi (1 - xi)."""
    slope = 4 / WIDTH * PHASES * (1 - PHASES)
    well = well_height(ENERGY, WIDTH) * double_well(PHASES)
    np.testing.assert_allclose(gradient_coefficient(ENERGY, WIDTH) / 2 * slope**2, well, rtol=1e-12)


def test_slope_is_the_derivative():
    step = 1e-6
    differences = (interpolation(PHASES + step) - interpolation(PHASES - step)) / (2 * step)
    np.testing.assert_allclose(interpolation_slope(PHASES), differences, rtol=1e-6, atol=1e-9)


def test_interpolation_is_flat_in_the_phases_and_symmetric():
    assert interpolation(0.0) == 0 and interpolation(1.0) == 1 and interpolation(0.5) == 0.5
    assert interpolation_slope(0.0) == interpolation_slope(1.0) == 0
    assert np.all(np.diff(interpolation(PHASES)) >= 0)
    np.testing.assert_allclose(interpolation(PHASES) + interpolation(1 - PHASES), 1, atol=1e-13)


def test_mixture_is_each_property_in_its_phase():
    assert (
        mixture(0.0, 7.0, 3.0) == 3.0
        and mixture(1.0, 7.0, 3.0) == 7.0
        and mixture(0.5, 7.0, 3.0) == 5.0
    )


def test_a_front_moves_by_its_rate_over_the_profile():
    """The rate h' r times xi', over the profile, is the speed times xi'^2 (what relaxes drops
    out).
    """
    x = np.linspace(-8 * WIDTH, 8 * WIDTH, 20_001)
    slope = np.gradient(profile(x), x, edge_order=2)
    driven = np.trapezoid(-interpolation_slope(profile(x)) * slope, x)
    assert driven / np.trapezoid(slope**2, x) == pytest.approx(front_speed(WIDTH, 1.0), rel=1e-5)


def test_expressions_are_as_numbers(square, at_corners):
    place = ufl.SpatialCoordinate(square)[0] * 1.4 - 0.2  # from -0.2 to 1.2
    for law in (double_well, interpolation, interpolation_slope):
        found, corners = at_corners(law(place), square)
        np.testing.assert_allclose(found, law(corners[:, 0] * 1.4 - 0.2), atol=1e-13)
    found, corners = at_corners(clipped(place), square)
    np.testing.assert_allclose(found, np.clip(corners[:, 0] * 1.4 - 0.2, 0, 1), atol=1e-14)


def test_slope_is_what_ufl_derives(square):
    level = ufl.variable(ufl.SpatialCoordinate(square)[0])
    difference = ufl.diff(interpolation(level), level) - interpolation_slope(level)
    square_of_it = fem.assemble_scalar(fem.form(difference**2 * ufl.dx))
    assert MPI.COMM_WORLD.allreduce(square_of_it) < 1e-26
