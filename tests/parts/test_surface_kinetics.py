"""Charge transfer linearised at the nodes of a surface."""

import numpy as np
import pytest
from dolfinx import fem, mesh
from mpi4py import MPI

from anodex.models.laws.constants import FARADAY, GAS
from anodex.models.laws.kinetics import ButlerVolmerTransfer, LinearTransfer, butler_volmer_values
from anodex.models.parts.surface_kinetics import SurfaceKinetics

TEMPERATURE = 298.0
THERMAL = GAS * TEMPERATURE / FARADAY  # V


@pytest.fixture(scope="module")
def space():
    return fem.functionspace(mesh.create_unit_square(MPI.COMM_WORLD, 2, 2), ("Lagrange", 1))


def current_at(kinetics: SurfaceKinetics, potential: fem.Function) -> np.ndarray:
    """Values of its expression at the nodes, which are all linear in the nodal values."""
    kinetics.update(potential)
    found = kinetics.current.x.array.copy()
    kinetics.update(potential)
    return found


@pytest.mark.parametrize("film", [0.0, 4e-4])
def test_linear_law_is_ohms_law_with_the_film_in_series(space, film):
    kinetics = SurfaceKinetics(LinearTransfer(1e-3), film, space)
    kinetics.shift.x.array[:] = 0.002
    resistance = 1e-3 + film
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


@pytest.mark.parametrize("film", [0.0, 4e-4])
def test_butler_volmer_updates_settle_at_the_current_that_the_potential_drives(space, film):
    """The surface counts what plates, the law what dissolves: the cathodic branch plates."""
    law = ButlerVolmerTransfer(2.0, TEMPERATURE, anodic=0.7, cathodic=0.4)
    kinetics = SurfaceKinetics(law, film, space)
    kinetics.shift.x.array[:] = 0.002
    potential = fem.Function(space)
    kinetics.begin(1.0)
    potential.interpolate(lambda x: 0.2 * x[0] - 0.1 * x[1] - kinetics.reference)
    for _ in range(30):
        kinetics.update(potential)
    current = kinetics.current.x.array
    driving = potential.x.array + kinetics.reference - 0.002 - film * current
    expected = -butler_volmer_values(-driving, 2.0, TEMPERATURE, anodic=0.7, cathodic=0.4)
    np.testing.assert_allclose(current, expected, rtol=1e-9, atol=1e-9)
    scaled = driving / THERMAL
    np.testing.assert_allclose(
        current, 2 * (np.exp(0.4 * scaled) - np.exp(-0.7 * scaled)), rtol=1e-9, atol=1e-9
    )
    assert current.min() < 0 < current.max() or MPI.COMM_WORLD.size > 1


def test_butler_volmer_begins_with_the_potential_of_the_current(space):
    kinetics = SurfaceKinetics(ButlerVolmerTransfer(2.0, TEMPERATURE), 1.0, space)
    np.testing.assert_allclose(
        kinetics.begin(30.0) + kinetics.reference,
        THERMAL * 2 * np.arcsinh(30 / 2 / 2) + 30.0,
        rtol=1e-12,
    )


def test_a_state_taken_back_is_the_one_that_was_taken(space):
    kinetics = SurfaceKinetics(ButlerVolmerTransfer(2.0, TEMPERATURE), 1e-4, space)
    kinetics.begin(5.0)
    potential = fem.Function(space)
    potential.interpolate(lambda x: 0.01 * x[0])
    state, expected = kinetics.get_state(), current_at(kinetics, potential)
    kinetics.begin(-3.0)
    kinetics.shift.x.array[:] = 0.1
    kinetics.reference = 0.0
    kinetics.begin(5.0)
    kinetics.set_state(state)
    np.testing.assert_array_equal(current_at(kinetics, potential), expected)
