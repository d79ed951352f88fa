"""What a run says of itself: shares, remaining time, what goes on, and no harm where nobody can
hear it.
"""

import os
import threading
import time

import pytest
from mpi4py import MPI

from anodex.models.results import progress as told
from anodex.models.results.progress import Lines, Pace, Progress, SilentProgress
from anodex.models.solve import activity
from anodex.models.solve.activity import doing

COMM = MPI.COMM_WORLD


@pytest.fixture
def terminal(monkeypatch):
    """The standard error stream is a terminal of 100 columns."""
    monkeypatch.setattr(told, "columns", lambda: 100)


@pytest.fixture
def fast_clock(monkeypatch):
    """A clock that ticks often, and everything takes long."""
    monkeypatch.setattr(told, "TICK", 0.01)
    monkeypatch.setattr(activity, "LONG", 0.0)


def wait_for(found) -> None:
    """Wait until something is true."""
    deadline = time.monotonic() + 20
    while not found():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_says_little_without_a_terminal(capsys):
    progress = Progress(100.0, COMM, "s")
    for value in range(1, 101):
        progress.update(float(value), "step")
    progress.close()
    lines = capsys.readouterr().err.splitlines()
    if COMM.rank > 0:
        assert lines == []
    else:
        assert len(lines) == 10
        assert lines[0].startswith(" 10%  10/100 s")
        assert lines[-1].startswith("100%")


def test_on_a_terminal_it_is_a_bar(capsys, terminal):
    progress = Progress(100.0, COMM, "s")
    progress.update(50.0, "tip 3 MPa")
    progress.close()
    shown = capsys.readouterr().err
    assert ("50%" in shown and "50/100 s" in shown) == (COMM.rank == 0)
    assert COMM.rank > 0 or "tip 3 MPa]" in shown


def test_of_nothing_to_do_it_is_done(capsys):
    """A case without steps has nothing to tell a share of."""
    progress = Progress(0.0, COMM, "s")
    progress.update(0.0, "start")
    progress.close()
    lines = capsys.readouterr().err.splitlines()
    assert lines == (["100%  0/0 s, 0 s  start"] if COMM.rank == 0 else [])


def test_of_nothing_to_do_a_bar_stands(capsys, terminal):
    progress = Progress(0.0, COMM, "s")
    progress.update(0.0, "start")
    progress.close()
    assert ("0/0 s" in capsys.readouterr().err) == (COMM.rank == 0)


def test_silent_progress_is_silent(capsys):
    progress = SilentProgress()
    progress.update(1.0, "done")
    progress.close()
    assert capsys.readouterr().err == ""


def test_remaining_time_is_that_of_the_last_minute():
    """First steps are short: here 1 s for each of ten minutes, then 10 s a second."""
    pace = Pace()
    assert pace.left(0.0, 1000.0) is None
    pace.mark(0.0, 0.0)
    assert pace.left(5.0, 1000.0) is None
    for minute in range(1, 11):
        pace.mark(60.0 * minute, float(minute))
    assert pace.left(600.0, 1000.0) == pytest.approx(990 * 60)
    for second in range(1, 62):
        pace.mark(600.0 + second, 10 + 10.0 * second)
    assert pace.left(661.0, 1000.0) == pytest.approx(38.0)
    assert pace.left(721.0, 1000.0) == pytest.approx(38.0 * 2, rel=0.02)  # nothing for a minute


def test_remaining_time_of_a_resumed_run_counts_its_own_steps():
    pace = Pace()
    pace.mark(3.0, 500.0)
    pace.mark(13.0, 510.0)
    assert pace.left(13.0, 1000.0) == pytest.approx(490.0)


@pytest.mark.serial
def test_clock_ticks_in_a_long_solve_and_says_what_it_is(capsys, terminal, fast_clock):
    shown = []

    def seen(words: str) -> bool:
        shown.append(capsys.readouterr().err)
        return words in "".join(shown)

    progress = Progress(3.0, COMM, "stages")
    progress.update(1.0, "meshes made")
    with doing("critical current"), doing("flow") as flow:
        flow.detail = "Newton 7"
        wait_for(lambda: seen("1/3 stages [00:00, meshes made, critical current, flow: Newton 7"))
    progress.close()
    seen("")
    assert activity.now() == ""
    time.sleep(0.1)
    assert capsys.readouterr().err == ""
    wait_for(lambda: "anodex-progress" not in [thread.name for thread in threading.enumerate()])


@pytest.mark.serial
def test_log_says_what_takes_more_than_a_minute(capsys, fast_clock, monkeypatch):
    monkeypatch.setattr(told, "QUIET", 0.05)
    progress = Progress(100.0, COMM, "s")
    with doing("mesh"):
        time.sleep(0.3)
    progress.close()
    lines = capsys.readouterr().err.splitlines()
    assert 2 <= len(lines) <= 6 and all("0/100 s" in line and "mesh, 0 s" in line for line in lines)


def test_short_work_is_not_told():
    with doing("row"):
        assert activity.now() == ""


def test_work_that_fails_is_over(monkeypatch):
    monkeypatch.setattr(activity, "LONG", 0.0)
    with pytest.raises(ValueError), doing("mesh"):
        raise ValueError
    assert activity.now() == ""


@pytest.mark.serial
def test_words_that_cannot_be_written_stop_no_run(monkeypatch, fast_clock):
    monkeypatch.setattr(told, "QUIET", 0.01)
    with open("/dev/full", "w", buffering=1) as full:
        monkeypatch.setattr("sys.stderr", full)
        progress = Progress(100.0, COMM, "s")
        for value in (1.0, 50.0, 100.0):
            progress.update(value, "step")
            time.sleep(0.05)
        progress.close()
        monkeypatch.undo()
        os.dup2(os.open(os.devnull, os.O_WRONLY), full.fileno())  # so that it can be closed


@pytest.mark.serial
def test_closed_stream_stops_no_run(monkeypatch):
    monkeypatch.setattr("sys.stderr", None)
    progress = Progress(100.0, COMM, "s")
    progress.update(50.0, "step")
    progress.close()


def test_resumed_lines_begin_where_the_run_does(capsys):
    lines = Lines(100.0, "s")
    lines.show(60.0, None, "resumed", "")
    assert capsys.readouterr().err == " 60%  60/100 s, 0 s  resumed\n"
