"""The number of ranks does not change the numbers: all ranks together against one alone."""

from functools import partial

import pytest
from mpi4py import MPI

from anodex.models.results.history import read_history
from anodex.models.results.progress import SilentProgress
from anodex.models.systems import session

COMM = MPI.COMM_WORLD
KINDS = {
    "galvanostatic": (),
    "butler-volmer": ("kinetics.law=butler-volmer",),
    "creep": ("matrix.creep=power-law",),
    "axisymmetric": ("geometry.dimension=axisymmetric",),
}


@pytest.fixture(scope="session")
def run(shorter_case):
    """Function that runs a case as the command does: `run(folder, comm, *changes)`."""

    def make(folder, comm: MPI.Comm, *changes: str):
        session.run_case(shorter_case(*changes), folder, comm, progress=SilentProgress())
        return folder

    return make


@pytest.fixture(scope="module")
def alone(shared_out, run, tmp_path_factory):
    """Result folders of all kinds, each of one rank."""
    folder = tmp_path_factory.mktemp("alone")
    return shared_out(
        {kind: partial(run, folder / kind, MPI.COMM_SELF, *KINDS[kind]) for kind in KINDS}
    )


@pytest.mark.skipif(COMM.size == 1, reason="compares several ranks with one")
@pytest.mark.parametrize("kind", KINDS)
def test_ranks_agree(run, alone, assert_same, shared_tmp_path, kind):
    together = run(shared_tmp_path / "together", COMM, *KINDS[kind])
    COMM.barrier()  # rank 0 has written the summary
    assert_same(together, alone[kind])


@pytest.mark.serial
def test_a_small_difference_would_be_seen(run, assert_same, tmp_path):
    whole, other = run(tmp_path / "whole", COMM), tmp_path / "other"
    other.mkdir()
    for name in ("history.csv", "summary.json"):
        (other / name).write_text((whole / name).read_text())
    assert_same(other, whole)
    largest = float(read_history(whole / "history.csv")["tip_von_mises [MPa]"].max())
    text = (whole / "history.csv").read_text()
    assert repr(largest) in text
    (other / "history.csv").write_text(text.replace(repr(largest), repr(largest * (1 + 1e-7))))
    with pytest.raises(AssertionError, match="tip_von_mises"):
        assert_same(other, whole)
