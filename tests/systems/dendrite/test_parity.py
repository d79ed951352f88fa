"""The number of ranks does not change the numbers: all ranks together against each rank alone."""

import pytest
from mpi4py import MPI

COMM = MPI.COMM_WORLD
pytestmark = pytest.mark.skipif(COMM.size == 1, reason="compares several ranks with one")


@pytest.mark.parametrize("kind", ["default", "simple", "ions", "current", "periodic", "space"])
def test_ranks_agree(run_in, run_case, assert_same_growth, tmp_path, kind):
    assert_same_growth(run_case(kind), run_in(tmp_path / "alone", kind, comm=MPI.COMM_SELF))


@pytest.mark.parametrize(
    "kind",
    ["potentials", "touching", "flat", "limited", "periodic potentials", "potentials in space"],
)
def test_ranks_agree_between_potentials(run_in, run_case, assert_same, tmp_path, kind):
    assert_same(run_case(kind), run_in(tmp_path / "alone", kind, comm=MPI.COMM_SELF))
