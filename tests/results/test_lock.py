"""One run in a folder at a time."""

import errno
import fcntl
import logging
import os
import signal
import subprocess
import sys
import time

import pytest
from mpi4py import MPI

from anodex.models.errors import SetupError
from anodex.models.results.lock import LOCK, locked, refuse_running

COMM = MPI.COMM_WORLD
HOLD = """
import sys, time
from pathlib import Path
from mpi4py import MPI
from anodex.models.results.lock import locked

with locked(Path(sys.argv[1]), MPI.COMM_SELF):
    print("held", flush=True)
    time.sleep(600)
"""


def test_a_folder_is_free_before_and_after(shared_tmp_path):
    folder = shared_tmp_path / "deep" / "run"
    refuse_running(folder)
    assert not folder.exists()
    COMM.barrier()
    for _ in range(2):
        with locked(folder, COMM):
            assert (folder / LOCK).exists()
        COMM.barrier()
    refuse_running(folder)


def test_a_second_run_is_refused_on_every_rank_and_told_of_the_first(shared_tmp_path):
    with locked(shared_tmp_path, COMM):
        pid = COMM.bcast(os.getpid())
        said = rf"a run goes on in {shared_tmp_path}, by process {pid} on .+ since 20"
        with pytest.raises(SetupError, match=said), locked(shared_tmp_path, COMM):
            pass
        with pytest.raises(SetupError, match=said):
            refuse_running(shared_tmp_path)
        COMM.barrier()


def test_a_lock_is_given_back_after_an_error(shared_tmp_path):
    with pytest.raises(ValueError), locked(shared_tmp_path, COMM):
        raise ValueError
    COMM.barrier()
    with locked(shared_tmp_path, COMM):
        pass


@pytest.mark.serial
def test_a_lock_dies_with_its_process(tmp_path):
    holder = subprocess.Popen([sys.executable, "-c", HOLD, tmp_path], stdout=subprocess.PIPE)
    try:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(SetupError, match=f"by process {holder.pid} "):
            refuse_running(tmp_path)
    finally:
        os.kill(holder.pid, signal.SIGKILL)
        holder.communicate()
    with locked(tmp_path, COMM):
        pass


@pytest.mark.serial
def test_a_process_that_is_just_ending_is_waited_for(tmp_path, monkeypatch):
    tries = []

    def busy_twice(file, operation):
        tries.append(time.monotonic())
        if len(tries) < 3:
            raise BlockingIOError

    monkeypatch.setattr(fcntl, "flock", busy_twice)
    with locked(tmp_path, COMM):
        assert len(tries) == 3


@pytest.mark.serial
def test_a_file_system_without_locks_is_told_of(tmp_path, monkeypatch, caplog):
    def missing(file, operation):
        raise OSError(errno.ENOLCK, "no locks")

    monkeypatch.setattr(fcntl, "flock", missing)
    with caplog.at_level(logging.WARNING), locked(tmp_path, COMM):
        pass
    assert "has no locks" in caplog.text


@pytest.mark.serial
def test_a_folder_that_can_only_be_read_is_read(tmp_path):
    (tmp_path / LOCK).mkdir()  # no file that could be opened; root may write to all others
    refuse_running(tmp_path)
    with pytest.raises(SetupError, match="cannot use the result folder"), locked(tmp_path, COMM):
        pass
