"""Ions around lithium, and the metal that they become, in a few steps."""

import numpy as np
import pytest
from mpi4py import MPI

from anodex.models.laws.phase_field import interpolation
from anodex.models.systems.dendrite.ions import salt
from anodex.models.systems.dendrite.observer import DendriteObserver

pytestmark = pytest.mark.serial  # on several ranks test_parity holds such steps to one
COMM = MPI.COMM_WORLD
FLAT = ("geometry.protrusions=0", "geometry.porosity=0")
NO_STRESS = "mechanics.enabled=false"
IONS = ("transport.law=nernst-planck", "loading.overpotential=-0.2 V", NO_STRESS)


def test_salt_is_that_of_the_electrolyte_alone():
    logarithm = np.log(np.array([1.0, 2.0]))
    np.testing.assert_allclose(salt(np.zeros(2), logarithm, np.exp), [1.0, 2.0], rtol=5e-3)
    np.testing.assert_allclose(salt(np.full(2, 0.5), logarithm, np.exp), [0.5, 1.0], rtol=1e-2)
    np.testing.assert_allclose(salt(np.ones(2), logarithm, np.exp), 0.0, atol=1e-2)


@pytest.mark.parametrize(
    "changes", [FLAT, ("geometry.protrusions=0",), ()], ids=["flat", "pores", "protrusion"]
)
def test_lithium_and_ions_balance(make_problem, changes, march):
    """All that has become lithium, whatever has moved it, has come from the reservoir or from the
    electrolyte.
    """
    problem = make_problem(*IONS, *changes)
    front, observer = problem.front, DendriteObserver(problem)
    march(problem, steps=3)
    ratio = np.exp(front.concentration.x.array)
    assert np.all(ratio > 0) and np.all(np.isfinite(ratio))
    assert COMM.allreduce(np.ptp(ratio), op=MPI.MAX) > 0.1
    # Squares of 1 um, with halves and quarters at the sides.
    owned = problem.space.dofmap.index_map.size_local
    x, y = problem.space.tabulate_dof_coordinates()[:owned, :2].T
    weights = np.where(np.abs(x - 12) > 11.9, 0.5, 1.0) * np.where(np.abs(y - 6) > 5.9, 0.5, 1.0)
    metal, before = (
        interpolation(phase.x.array[:owned])
        for phase in (problem.phase, problem.composition.phase_at_start)
    )
    # 0.003 of storage is left inside lithium
    ions = (1.003 - metal) * ratio[:owned] - (1.003 - before)
    won, stored = (
        COMM.allreduce(float((part * weights).sum()))
        for part in (metal - before, ions / front.ions.metal_ratio)
    )
    entered = problem.ions_entered[0] / problem.charge_density
    assert abs(entered) > 1e-3 and won > 1e-3
    assert won + stored == pytest.approx(entered, rel=1e-6)
    assert problem.deposited == pytest.approx(np.full(2, won * problem.charge_density), rel=1e-6)
    numbers = observer.measure()
    assert max(numbers.ion_balance_error, numbers.lithium_balance_error) < 1e-6
    problem.ions_entered[0] -= 1e-3 * won * problem.charge_density
    assert observer.measure().ion_balance_error == pytest.approx(1e-3, rel=1e-2)


def test_lithium_that_stress_takes_gives_its_ions_back(make_problem, march, thickness):
    """Where the elastic drive undoes much of what the reaction deposits."""
    given = ("transport.law=nernst-planck", "loading.external_pressure=10 MPa", *FLAT)
    problem = make_problem(
        *given,
        "mechanics.plating_strain=2.2e-3",
        "kinetics.exchange_current_density=160 A/m^2",
        "loading.overpotential=-0.15 V",
    )
    observer = DendriteObserver(problem)
    march(problem, steps=8)
    free = make_problem(
        *given[:1],
        *FLAT,
        NO_STRESS,
        "kinetics.exchange_current_density=160 A/m^2",
        "loading.overpotential=-0.15 V",
    )
    march(free, steps=8)
    assert 0 < thickness(problem) < 0.75 * thickness(free)
    numbers = observer.measure()
    for error in ("ion", "lithium", "charge"):
        assert getattr(numbers, f"{error}_balance_error") < 1e-6


def test_dilute_salt_slows_the_growth(make_problem, march, thickness):
    """Ions that come slowly are few where they are taken."""
    quick, slow = (
        thickness(
            march(
                make_problem(
                    *IONS,
                    *FLAT,
                    f"transport.diffusivity={value} um^2/s",
                    "electrolyte.potential=constant",
                )
            )
        )
        for value in (1e4, 100)
    )
    assert 0 < slow < 0.95 * quick
