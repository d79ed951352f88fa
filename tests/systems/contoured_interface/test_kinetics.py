"""Charge transfer: the inverted Butler-Volmer law, and its linearisation at the nodes."""

import numpy as np
import pytest
from dolfinx import fem, mesh
from mpi4py import MPI

from anodex.models.systems.contoured_interface.case import Kinetics
from anodex.models.systems.contoured_interface.kinetics import (
    SurfaceKinetics,
    inverse_butler_volmer,
)

COEFFICIENTS = [(0.5, 0.5), (0.3, 0.7), (0.01, 0.99), (0.99, 0.01)]
THERMAL = 8.314 * 298 / 96485  # V


def butler_volmer(overpotential, cathodic: float, anodic: float):
    return np.expm1(cathodic * overpotential) - np.expm1(-anodic * overpotential)


@pytest.mark.parametrize(("cathodic", "anodic"), COEFFICIENTS)
def test_inverse_finds_the_overpotential(cathodic, anodic):
    size = np.logspace(-8, np.log10(600), 60)
    overpotential = np.concatenate([-size[::-1], [0.0], size])
    found, slope = inverse_butler_volmer(
        butler_volmer(overpotential, cathodic, anodic), cathodic, anodic
    )
    np.testing.assert_allclose(found, overpotential, rtol=1e-12, atol=1e-15 / min(cathodic, anodic))
    exact = 1 / (
        cathodic * np.exp(cathodic * overpotential) + anodic * np.exp(-anodic * overpotential)
    )
    np.testing.assert_allclose(slope, exact, rtol=1e-9)


@pytest.mark.parametrize(("cathodic", "anodic"), COEFFICIENTS)
def test_inverse_stands_the_largest_and_the_smallest_currents(cathodic, anodic):
    currents = np.array([1e300, -1e300, 1e-300, -1e-300])
    found, slope = inverse_butler_volmer(currents, cathodic, anodic)
    np.testing.assert_allclose(
        found[:2], [np.log(1e300) / cathodic, -np.log(1e300) / anodic], rtol=1e-12
    )
    np.testing.assert_allclose(found[2:], 0.0, atol=1e-15)
    np.testing.assert_allclose(slope[2:], 1 / (cathodic + anodic), rtol=1e-12)
    assert np.all(np.isfinite(slope)) and np.all(slope > 0)


def test_inverse_changes_sign_with_current_and_branches():
    currents = np.logspace(-6, 6, 25)
    for plating, stripping in zip(
        inverse_butler_volmer(currents, 0.3, 0.7),
        inverse_butler_volmer(-currents, 0.7, 0.3),
        strict=True,
    ):
        np.testing.assert_allclose(np.abs(stripping), plating, rtol=1e-14)
    assert np.all(inverse_butler_volmer(-currents, 0.7, 0.3)[0] < 0)


def test_inverse_with_equal_branches_is_the_inverse_hyperbolic_sine():
    currents = np.concatenate([-np.logspace(-3, 8, 20), np.logspace(-3, 8, 20)])
    np.testing.assert_allclose(
        inverse_butler_volmer(currents, 0.5, 0.5)[0], 2 * np.arcsinh(currents / 2), rtol=1e-12
    )


@pytest.mark.parametrize(("cathodic", "anodic"), COEFFICIENTS)
def test_resistance_and_exchange_current_give_each_other(cathodic, anodic):
    coefficients = {"cathodic_coefficient": cathodic, "anodic_coefficient": anodic}
    given = Kinetics(law="butler-volmer", area_resistance="7 ohm*cm^2", **coefficients)
    same = Kinetics(
        law="butler-volmer",
        exchange_current_density=f"{given.exchange_current!r} A/m^2",
        **coefficients,
    )
    assert same.resistance == pytest.approx(7e-4, rel=1e-12)
    _, slope = inverse_butler_volmer(np.zeros(1), cathodic, anodic)
    # rounded constants
    assert THERMAL / given.exchange_current * slope[0] == pytest.approx(7e-4, rel=1e-4)


@pytest.fixture
def space():
    return fem.functionspace(mesh.create_unit_square(MPI.COMM_WORLD, 2, 2), ("Lagrange", 1))


def current_at(kinetics: SurfaceKinetics, potential: fem.Function) -> np.ndarray:
    """Values of its expression at the nodes, which are all linear in the nodal values."""
    kinetics.update(potential)
    found = kinetics.current.x.array.copy()
    kinetics.update(potential)
    return found


@pytest.mark.parametrize("film", [0.0, 4.0])
def test_linear_law_is_ohms_law_with_the_film_in_series(space, film):
    kinetics = SurfaceKinetics(
        Kinetics(law="linear", area_resistance="10 ohm*cm^2", film_resistance=f"{film} ohm*cm^2"),
        space,
    )
    kinetics.shift.x.array[:] = 0.002
    resistance = 1e-4 * (10 + film)
    np.testing.assert_allclose(
        kinetics.begin(7.0) + kinetics.reference, 7 * resistance + 0.002, rtol=1e-13
    )
    assert kinetics.reference == pytest.approx(7 * resistance)
    potential = fem.Function(space)
    potential.interpolate(lambda x: 0.01 * x[0] - 0.02 * x[1] - kinetics.reference)
    np.testing.assert_allclose(
        current_at(kinetics, potential),
        (potential.x.array + kinetics.reference - 0.002) / resistance,
        atol=1e-10,
    )


@pytest.mark.parametrize("film", [0.0, 4.0])
def test_butler_volmer_updates_settle_at_the_current_that_the_potential_drives(space, film):
    law = Kinetics(
        law="butler-volmer",
        exchange_current_density="2 A/m^2",
        cathodic_coefficient=0.4,
        anodic_coefficient=0.7,
        film_resistance=f"{film} ohm*cm^2",
    )
    kinetics = SurfaceKinetics(law, space)
    kinetics.shift.x.array[:] = 0.002
    potential = fem.Function(space)
    kinetics.begin(1.0)
    potential.interpolate(lambda x: 0.2 * x[0] - 0.1 * x[1] - kinetics.reference)
    for _ in range(30):
        kinetics.update(potential)
    current = kinetics.current.x.array
    driving = (potential.x.array + kinetics.reference - 0.002 - 1e-4 * film * current) / THERMAL
    # rounded constants
    np.testing.assert_allclose(current, 2 * butler_volmer(driving, 0.4, 0.7), rtol=1e-4, atol=1e-6)
    assert current.min() < 0 < current.max() or MPI.COMM_WORLD.size > 1


def test_butler_volmer_begins_with_the_potential_of_the_current(space):
    kinetics = SurfaceKinetics(
        Kinetics(
            law="butler-volmer", exchange_current_density="2 A/m^2", film_resistance="1 ohm*m^2"
        ),
        space,
    )
    np.testing.assert_allclose(
        kinetics.begin(30.0) + kinetics.reference,
        THERMAL * 2 * np.arcsinh(30 / 2 / 2) + 30.0,
        rtol=1e-6,
    )
