"""A run under mpirun of which a rank is killed at a change of its files, or mpirun itself: the lock
ends with the run, nothing that was whole is lost, and it goes on to the end of a run of one rank
that nothing befell.
"""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from anodex.models.errors import SetupError
from anodex.models.results.lock import refuse_running

pytestmark = [pytest.mark.serial, pytest.mark.slow]

RANK = str(Path(__file__).parent / "rank.py")
SHARES = (0.1, 0.4, 0.7, 0.95)  # of the changes of a rank, after which it is killed
LONGEST_END = 60.0  # s; 3 s measured on a busy machine
NOBODY = -1


@pytest.fixture
def start(library):
    """Function that starts the run of a trial on two ranks, of which one may be a victim."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PMIX_", "OMPI_COMM_"))
    } | {"OMP_NUM_THREADS": "1"}
    preload = ("-x", f"LD_PRELOAD={library}")

    def begin(run, *more: str, victim: int = NOBODY, nth: int = -1) -> subprocess.Popen:
        told = [str(library), str(victim), str(nth), str(run.folder)]
        return subprocess.Popen(
            ["mpirun", "-n", "2", *preload, sys.executable, RANK, *told, *run.words(*more)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
        )

    return begin


def wait_until_free(folder: Path) -> None:
    """Until the ranks have noticed that their mpirun is gone, and the lock has gone with them."""
    deadline = time.monotonic() + LONGEST_END
    while True:
        try:
            return refuse_running(folder)
        except SetupError:
            assert time.monotonic() < deadline


def judged(run, start) -> list[str]:
    """What is wrong with what is left, and with the result once the run has gone on."""
    lost = run.lost() if run.folder.exists() else []
    resumed = start(run, "--resume")
    said = resumed.communicate()[0]
    if resumed.returncode != 0 or "WARNING" in said:
        return [*lost, said]
    return [*lost, *run.differing()]


def test_a_rank_is_killed_at_a_change_and_the_run_resumed(trial, start, tally):
    run, problems = trial("spindle_void"), []
    said = start(run).communicate()[0]
    assert not run.differing(), said
    for victim, changes in re.findall(r"rank (\d): (\d+) changes", said):
        for nth in (int(share * int(changes)) for share in SHARES):
            run.begin_anew()
            killed = start(run, victim=int(victim), nth=nth)
            said = killed.communicate()[0]
            tally["kills of a rank"] += 1
            assert killed.returncode != 0, said
            where = f"rank {victim} killed at change {nth}"
            problems += [f"{where}: {problem}" for problem in judged(run, start)]
    assert tally["kills of a rank"] == 2 * len(SHARES)
    assert not problems


@pytest.mark.parametrize("file", [".lock", "checkpoint.h5"])
def test_mpirun_is_killed_once_a_file_is_there_and_the_run_resumed(trial, start, file):
    run = trial("spindle_void")
    killed = start(run)
    while not (run.folder / file).exists():
        assert killed.poll() is None
        time.sleep(0.01)
    killed.kill()
    killed.communicate()
    wait_until_free(run.folder)
    assert not judged(run, start)
