"""A run killed without warning, or cut off, and resumed ends like one that was left alone."""

import os
import signal
import subprocess
import time

import numpy as np
import pytest

from anodex.models.results.series import read_fields

pytestmark = pytest.mark.serial

OFTEN, SELDOM = "output.checkpoint_interval=3", "output.checkpoint_interval=1000"
CREEP = "matrix.creep=power-law"


def start(words: list[str]) -> subprocess.Popen:
    return subprocess.Popen(
        words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )


def kill_when(process: subprocess.Popen, reached) -> None:
    """Kill a process and all its ranks, without a chance to clean up, as soon as `reached()`
    holds.
    """
    deadline = time.monotonic() + 120
    while not reached() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)
    assert process.poll() is None, "the run ended before it was killed"
    descendants = processes_below(process.pid)
    for pid in [process.pid, *descendants]:
        os.kill(pid, signal.SIGKILL)
    process.wait(timeout=60)
    while any(running(pid) for pid in descendants):
        time.sleep(0.01)


def processes_below(pid: int) -> list[int]:
    """Children of a process and theirs: mpirun gives each rank a process group of its own."""
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        children = [int(child) for child in file.read().split()]
    return [process for child in children for process in (child, *processes_below(child))]


def running(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def resume(words: list[str]) -> None:
    done = subprocess.run([*words, "--resume"], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr


def rows(folder) -> int:
    try:
        return max((folder / "history.csv").read_text().count("\n") - 1, 0)
    except FileNotFoundError:
        return 0


def assert_norms_hold(folder, expected) -> None:
    found, whole = (read_fields(path / "fields.xdmf") for path in (folder, expected))
    np.testing.assert_array_equal(found.times, whole.times)
    for moment in whole.times:
        new, old = (series.grid(moment).point_data for series in (found, whole))
        assert list(new) == list(old)
        for name in old:
            # The partition decides the order of the points.
            assert np.linalg.norm(new[name]) == pytest.approx(
                np.linalg.norm(old[name]), rel=1e-8, abs=1e-9
            ), name


@pytest.mark.parametrize(
    ("ranks", "ranks_after", "stop"),
    [
        pytest.param(1, 1, 12, id="one rank"),
        pytest.param(2, 2, 12, id="two ranks"),
        # that a state comes back on other ranks: results/test_checkpoint.py
        pytest.param(1, 2, 8, id="one rank, then two", marks=pytest.mark.slow),
        pytest.param(2, 1, 8, id="two ranks, then one", marks=pytest.mark.slow),
    ],
)
def test_killed_and_resumed(command, finished, assert_same, tmp_path, ranks, ranks_after, stop):
    folder = tmp_path / "result"
    kill_when(start(command(folder, ranks, OFTEN)), lambda: rows(folder) >= stop)
    assert not (folder / "summary.json").exists()
    assert (folder / "checkpoint.h5").exists()
    resume(command(folder, ranks_after, OFTEN))
    assert "resumed at" in (folder / "run.log").read_text()
    assert_same(folder, finished)
    assert_norms_hold(folder, finished)


def test_killed_before_the_first_checkpoint(command, finished, assert_same, tmp_path):
    folder = tmp_path / "result"
    kill_when(start(command(folder, 1, SELDOM)), lambda: rows(folder) >= 1)
    assert not (folder / "checkpoint.h5").exists()
    resume(command(folder, 1, SELDOM))
    assert "resumed at" not in (folder / "run.log").read_text()
    assert_same(folder, finished)
    assert_norms_hold(folder, finished)


@pytest.mark.slow  # creep is among the fields of any checkpoint
def test_a_run_that_creeps_goes_on(
    run_in_folder, run_shorter, shorter_case, cut_off, assert_alike, assert_fields_hold, tmp_path
):
    cut_off(tmp_path / "cut", shorter_case(CREEP, OFTEN), 40.0)
    found = run_in_folder(tmp_path / "cut", shorter_case(CREEP, OFTEN), resume=True)
    whole = run_shorter(CREEP)
    assert_alike(found.history, whole.history)
    assert_fields_hold(found.folder, whole.folder)
