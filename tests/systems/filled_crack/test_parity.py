"""The number of ranks does not change the numbers: all ranks together against each rank alone."""

import pytest
from mpi4py import MPI

COMM = MPI.COMM_WORLD
pytestmark = pytest.mark.skipif(COMM.size == 1, reason="compares several ranks with one")


@pytest.mark.parametrize("kind", ["centre", "penny", "extrusion"])
def test_ranks_agree(run_in, run_case, assert_same, tmp_path, kind):
    assert_same(run_case(kind), run_in(tmp_path / "alone", kind, comm=MPI.COMM_SELF))
