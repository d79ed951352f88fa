"""A call of the command line as a user makes it, and a case of the fake system."""

from dataclasses import dataclass

import pytest
from mpi4py import MPI

from anodex.scripts.main import call


@dataclass(frozen=True)
class Answer:
    """What a call of the command line gave."""

    code: int
    out: str
    err: str


@pytest.fixture
def anodex(capsys, monkeypatch):
    """Function that calls the command line in this process, on all ranks: `anodex("run",
    "case.toml")`.
    """
    monkeypatch.delenv("ANODEX_DEBUG", raising=False)

    def answer(*words) -> Answer:
        capsys.readouterr()
        code = call([str(word) for word in words], MPI.COMM_WORLD)
        MPI.COMM_WORLD.barrier()  # what rank 0 wrote last is there for all
        return Answer(code, *capsys.readouterr())

    return answer


@pytest.fixture
def case_file(shared_tmp_path):
    """A case file of the fake system, in a folder that all ranks share."""
    path = shared_tmp_path / "small.toml"
    if MPI.COMM_WORLD.rank == 0:
        path.write_text('[system]\nname = "fake"\n[geometry]\nlength = "28 um"\n')
    MPI.COMM_WORLD.barrier()
    return path
