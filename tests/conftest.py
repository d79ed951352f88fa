"""Fixtures that all tests share."""

import shutil
import tempfile
from pathlib import Path

import pytest
from mpi4py import MPI


@pytest.fixture
def shared_tmp_path():
    """A temporary folder with one path on all ranks, removed when all are done."""
    comm = MPI.COMM_WORLD
    path = comm.bcast(tempfile.mkdtemp(prefix="anodex-") if comm.rank == 0 else None)
    yield Path(path)
    comm.barrier()
    if comm.rank == 0:
        shutil.rmtree(path)
