"""The number of ranks does not change the numbers: all ranks together against each rank alone."""

import pytest
from mpi4py import MPI

COMM = MPI.COMM_WORLD
pytestmark = pytest.mark.skipif(COMM.size == 1, reason="compares several ranks with one")


@pytest.mark.parametrize(
    "changes",
    [
        (),
        ("mechanics.enabled=false", "electrolyte.potential=constant"),
        ("transport.law=nernst-planck", "geometry.protrusions=0", "loading.overpotential=-0.2 V"),
        ("loading.current_density=8000 A/m^2",),
        ("geometry.sides=periodic", "loading.external_pressure=10 MPa"),
        ("geometry.depth=4 um", "geometry.width=6 um", "loading.duration=0.2 s"),
    ],
    ids=["default", "simple", "ions", "current", "periodic", "space"],
)
def test_ranks_agree(run_in, run_case, assert_same_growth, tmp_path, changes):
    assert_same_growth(run_case(*changes), run_in(tmp_path / "alone", *changes, comm=MPI.COMM_SELF))
