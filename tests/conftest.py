"""Fixtures that all tests share."""

import shutil
import signal
import tempfile
from contextlib import contextmanager
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


@pytest.fixture
def stopped_after():
    """Context that raises TimeoutError if its block takes longer than some seconds: `with stopped_after(60):`."""

    @contextmanager
    def guard(seconds: int):
        def stop(*_):
            raise TimeoutError(f"not done after {seconds} s")

        before = signal.signal(signal.SIGALRM, stop)
        signal.alarm(seconds)
        try:
            yield
        finally:
            signal.alarm(0)
            signal.signal(signal.SIGALRM, before)

    return guard
