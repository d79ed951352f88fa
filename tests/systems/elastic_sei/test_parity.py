"""The number of ranks does not change the numbers: all ranks together against one alone."""

from functools import partial

import pytest
from mpi4py import MPI

COMM = MPI.COMM_WORLD
pytestmark = pytest.mark.skipif(COMM.size == 1, reason="compares several ranks with one")
KINDS = ("ether", "cycle", "no film", "bonded", "steep")


@pytest.fixture(scope="module")
def alone(shared_out, run_in, renewing, tmp_path_factory):
    """Runs of all kinds and that with new meshes, each on one rank."""
    folder = tmp_path_factory.mktemp("alone")
    runs = {kind: partial(run_in, folder / kind, kind, comm=MPI.COMM_SELF) for kind in KINDS}
    return shared_out(runs | {"renewed": partial(renewing, folder / "renewed", MPI.COMM_SELF)})


@pytest.mark.parametrize("kind", KINDS)
def test_ranks_agree(run_case, alone, assert_same, kind):
    assert_same(run_case(kind), alone[kind])


def test_ranks_agree_across_new_meshes(renewed, alone, assert_same):
    assert_same(renewed, alone["renewed"])
