"""A call of the command line as a user makes it, and a case and sweeps of the fake system."""

import os
import pty
import select
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from mpi4py import MPI

from anodex.scripts.main import call

GRID = """
[sweep]
title = "Area of the fake"
case = "small.toml"
[sweep.set]
"geometry.length" = ["28 um", "0.06 mm"]
"geometry.shape" = ["spindle", "dot"]
[table]
observables = ["area", "never"]
[figure]
x = "geometry.length"
y = "area"
group = "geometry.shape"
"""


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


@pytest.fixture
def grid(case_file):
    """A sweep file of four members of the fake system, and a figure."""
    path = case_file.with_name("grid.toml")
    path.write_text(GRID)
    return path


@pytest.fixture
def pair(grid):
    """The same with two members only."""
    grid.write_text(GRID.replace('["spindle", "dot"]', '["dot"]'))
    return grid


@pytest.fixture(scope="session")
def on_a_terminal() -> Callable[[list[str]], tuple[int, str]]:
    """Function that runs a command on a terminal of its own: its exit code, and what is shown."""

    def run(words: list[str]) -> tuple[int, str]:
        terminal, inside = pty.openpty()
        process = subprocess.Popen(words, stdin=inside, stdout=inside, stderr=inside)
        os.close(inside)
        said = b""
        while select.select([terminal], [], [], 300)[0]:
            try:
                said += os.read(terminal, 65536)
            except OSError:  # the command has ended
                break
        os.close(terminal)
        return process.wait(), said.decode()

    return run
