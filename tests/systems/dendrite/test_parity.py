"""The number of ranks does not change the numbers: all ranks together against one alone."""

from functools import partial

import pytest
from mpi4py import MPI

COMM = MPI.COMM_WORLD
pytestmark = pytest.mark.skipif(COMM.size == 1, reason="compares several ranks with one")
PAPER = ("default", "simple", "ions", "current", "periodic", "space")
POTENTIALS = (
    *("potentials", "touching", "flat", "limited"),
    *("periodic potentials", "potentials in space"),
)


@pytest.fixture(scope="module")
def alone(shared_out, run_in, tmp_path_factory):
    """Runs of all kinds, each on one rank."""
    folder = tmp_path_factory.mktemp("alone")
    kinds = (*PAPER, *POTENTIALS, "followed")
    return shared_out(
        {kind: partial(run_in, folder / kind, kind, comm=MPI.COMM_SELF) for kind in kinds}
    )


@pytest.mark.parametrize("kind", PAPER)
def test_ranks_agree(run_case, alone, assert_same_growth, kind):
    assert_same_growth(run_case(kind), alone[kind])


@pytest.mark.parametrize("kind", POTENTIALS)
def test_ranks_agree_between_potentials(run_case, alone, assert_same, kind):
    assert_same(run_case(kind), alone[kind])


def test_ranks_agree_on_meshes_that_follow(followed, alone, assert_same):
    assert_same(followed[0], alone["followed"], 1e-6)
