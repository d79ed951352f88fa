"""Two processes on one result folder, and a disk or a terminal that is not there any more."""

import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

pytestmark = pytest.mark.serial

LONG = 'protocol.steps=[{current_density="0.1 mA/cm^2", duration="100 hour"}]'
SHORT = 'protocol.steps=[{current_density="0.1 mA/cm^2", duration="1 s"}]'
COMMAND = [sys.executable, "-m", "anodex.scripts.main", "run", "spindle_void"]
LIMITED = """
import resource
from anodex.scripts.main import main  # MPI begins here, and has files of its own
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
main()
"""
QUICK = ("geometry.refinement=0.25", "numerics.largest_step=1 s", "output.times=[]")


def command(folder, *changes: str) -> list[str]:
    settings = (word for change in (*QUICK, *changes) for word in ("--set", change))
    return [*COMMAND, "-o", str(folder), *settings]


@pytest.fixture
def running(tmp_path):
    """A run that goes on in a folder."""
    folder = tmp_path / "run"
    first = subprocess.Popen(command(folder, LONG), stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not (folder / "checkpoint.h5").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    yield first, folder
    first.kill()
    first.wait()


@pytest.mark.parametrize("words", [(), ("--resume",)])
def test_a_second_run_is_refused_and_told_of_the_first(running, words):
    first, folder = running
    second = subprocess.run([*command(folder, LONG), *words], capture_output=True, text=True)
    assert second.returncode == 4
    assert f"a run goes on in {folder}, by process {first.pid} on " in second.stderr
    assert first.poll() is None


def test_a_reader_needs_no_lock_and_a_killed_run_holds_none(running):
    first, folder = running
    code = f"import anodex; r = anodex.open_result({str(folder)!r}); print(len(r.columns))"
    read = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert read.returncode == 0, read.stderr
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    refused = subprocess.run([*command(folder, SHORT), "--resume"], capture_output=True, text=True)
    assert refused.returncode == 2 and "protocol.steps.0.duration" in refused.stderr


@pytest.mark.parametrize("stream", ["2>/dev/full", "2>&-"])
def test_a_run_goes_on_where_nobody_listens(tmp_path, stream):
    folder = tmp_path / "run"
    done = subprocess.run(["bash", "-c", f'"$@" {stream}', "bash", *command(folder, SHORT)])
    assert done.returncode == 0
    assert (folder / "summary.json").exists()


def test_a_disk_that_takes_no_more_is_told_in_one_line_and_the_process_ends_well(tmp_path):
    """The system itself says no, by a limit on the size of files, which HDF5 would meet while it
    writes a checkpoint, and crash in the end.
    """
    run = command(tmp_path / "run", SHORT)
    limited = [sys.executable, "-c", LIMITED, *run[len(COMMAND) - 2 :]]
    done = subprocess.run(limited, capture_output=True, text=True)
    assert done.returncode == 4, done.stderr
    said = [line for line in done.stderr.splitlines() if line and "%" not in line]
    assert len(said) == 1 and said[0].startswith("Error: cannot write ") and "space" in said[0]
    again = subprocess.run([*run, "--resume"], capture_output=True, text=True)
    assert again.returncode == 0, again.stderr


def test_a_name_in_another_encoding_is_refused(tmp_path):
    done = subprocess.run(
        [*COMMAND, "-o", os.fsencode(tmp_path) + b"/r\xe9sultat"], capture_output=True, text=True
    )
    assert done.returncode == 4 and "is no text in UTF-8" in done.stderr, done.stderr
    assert not any(tmp_path.iterdir())


def test_what_an_early_kill_leaves_is_begun_anew(trial):
    run = trial("spindle_void")
    for more in ((), ("--resume",)):
        shutil.rmtree(run.folder, ignore_errors=True)
        (run.folder / "figures").mkdir(parents=True)
        assert run.run(*more).code == 0
        assert not run.differing()
