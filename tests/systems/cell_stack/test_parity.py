"""The number of ranks does not change the numbers: all ranks together against one alone."""

from functools import partial

import pytest
from mpi4py import MPI

COMM = MPI.COMM_WORLD
pytestmark = pytest.mark.skipif(COMM.size == 1, reason="compares several ranks with one")
KINDS = {
    "gap": ("gap",),
    "slip": ("gap", "flow.wall=slip", "stacking.pressure=1 MPa"),
    "slip, lepage": ("gap", "flow.wall=slip", "flow.law=lepage", "stacking.pressure=1 MPa"),
    "compliant": ("compliant",),
    "hardening": ("gap", "flow.law=anand"),
    "pouch": ("pouch",),
    "pressed": ("pressed", "stages.last=stacking"),
}


@pytest.fixture(scope="module")
def alone(shared_out, run_in, tmp_path_factory):
    """Runs of all kinds, each on one rank."""
    folder = tmp_path_factory.mktemp("alone")
    return shared_out(
        {
            kind: partial(run_in, folder / kind, *words, comm=MPI.COMM_SELF)
            for kind, words in KINDS.items()
        }
    )


@pytest.mark.parametrize("kind", KINDS)
def test_ranks_agree(run_case, alone, assert_same, kind):
    assert_same(run_case(*KINDS[kind]), alone[kind], 1e-7)
