"""The number of ranks does not change the numbers: all ranks together against each rank alone."""

import pytest
from mpi4py import MPI

COMM = MPI.COMM_WORLD
pytestmark = pytest.mark.skipif(COMM.size == 1, reason="compares several ranks with one")


@pytest.mark.parametrize("kind", ["ether", "cycle", "no film", "bonded", "steep"])
def test_ranks_agree(run_in, run_case, assert_same, tmp_path, kind):
    assert_same(run_case(kind), run_in(tmp_path / "alone", kind, comm=MPI.COMM_SELF))


def test_ranks_agree_across_new_meshes(new_meshes, run_in, assert_same, tmp_path, shared_tmp_path):
    together = run_in(shared_tmp_path / "together", "steep")
    assert len(new_meshes) >= 3
    assert_same(together, run_in(tmp_path / "alone", "steep", comm=MPI.COMM_SELF))
