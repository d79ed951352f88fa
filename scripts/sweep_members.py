"""The members of a sweep, run in processes of their own."""

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from mpi4py import MPI

from anodex.models.errors import InputError
from anodex.models.systems.folder_state import state_of
from anodex.scripts.sweep_file import Sweep

BUG = 1
# -P: no module is taken from the current folder, which may be a stranger's
ANODEX = (sys.executable, "-P", "-m", "anodex.scripts.sweep_worker")


def refuse_ranks(comm: MPI.Comm) -> None:
    """Refuse a sweep under mpirun.

    Raises
    ------
    InputError
        With more than one rank.
    """
    if comm.size > 1:
        raise InputError(
            "a sweep starts its own processes: call it without mpirun, and say with -j (in Python "
            "`jobs`) how many run at a time"
        )


def prepare(plan: Sweep, directory: Path) -> dict[str, str]:
    """Write the case files of all members; gives their names and what each folder holds, as of
    `state_of`.

    Raises
    ------
    InputError
        When a folder holds another case; nothing is written then.
    """
    states = {
        member.name: state_of(directory / member.name, member.text) for member in plan.members
    }
    (directory / "cases").mkdir(parents=True, exist_ok=True)
    for member in plan.members:
        case_file(directory, member.name).write_text(member.text, encoding="utf-8")
    return states


def run_members(
    directory: Path,
    names: list[str],
    jobs: int | None,
    ended: Callable[[str, int, float, int], None],
    begun: Callable[[str], None] = lambda name: None,
) -> dict[str, int]:
    """Run members and return their exit codes; an interrupt, or what `ended` raises, ends those
    that run.

    Parameters
    ----------
    jobs
        Members at a time; None for one on each core.
    ended
        Told name, exit code, seconds and number of each member that has ended.
    begun
        Told the name of each member that begins.
    """
    with Crew(directory, min(at_a_time(jobs), len(names))) as crew:
        return crew.run(names, ended, begun)


def at_a_time(jobs: int | None) -> int:
    """How many members run side by side: as many as asked for, or one on each core."""
    return jobs or os.cpu_count() or 1


class Crew:
    """Processes that run members of a folder, list after list, so that one start serves them all;
    the end of the block ends them.
    """

    def __init__(self, directory: Path, jobs: int):
        self.workers = [Worker(directory) for _ in range(jobs)]

    def __enter__(self) -> "Crew":
        return self

    def __exit__(self, *error) -> None:
        for worker in self.workers:
            worker.stop()
        for worker in self.workers:
            worker.wait()

    def run(
        self,
        names: Sequence[str],
        ended: Callable[[str, int, float, int], None],
        begun: Callable[[str], None] = lambda name: None,
    ) -> dict[str, int]:
        """As `run_members`."""
        waiting, codes = list(names), {}

        def hand_out(worker: Worker) -> None:
            begun(waiting[0])
            worker.begin(waiting.pop(0))

        for worker in self.workers[: len(names)]:
            hand_out(worker)
        while busy := [worker for worker in self.workers if worker.member]:
            for worker in select.select(busy, [], [])[0]:
                name, code, seconds = worker.end()
                codes[name] = code
                ended(name, code, seconds, len(codes))
                if waiting:
                    hand_out(worker)
        return codes


class Worker:
    """A process that runs members one after the other; when one kills it, the next starts it
    anew.
    """

    def __init__(self, directory: Path):
        self.directory = directory
        self.process: subprocess.Popen | None = None
        self.member = ""  # the one that runs
        self._began = 0.0

    def begin(self, name: str) -> None:
        """Hand out a member; what it prints goes to its log."""
        self.member, self._began = name, time.perf_counter()
        log = log_file(self.directory, name)
        log.write_text("")
        if self.process is None:
            self._start(log)
        order = {
            "case": str(case_file(self.directory, name)),
            "folder": str(self.directory / name),
            "log": str(log),
        }
        with suppress(BrokenPipeError):  # it has just died, as `end` will find out
            self._orders.write(json.dumps(order).encode() + b"\n")

    def _start(self, log: Path) -> None:
        """Start the process, which writes into the log what it says before its first member."""
        # The environment that Python saw at its start: a child must not inherit what MPI has set in
        # this process since.
        environment = {"OMP_NUM_THREADS": "1", **os.environ}
        with log.open("a") as first_log:
            self.process = subprocess.Popen(
                ANODEX,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=first_log,
                bufsize=0,
                env=environment,
            )
        assert self.process.stdin is not None and self.process.stdout is not None
        self._orders, self._answers = self.process.stdin, self.process.stdout

    def fileno(self) -> int:
        """What `select` waits for: something to read when the member has ended, or the process
        has died.
        """
        return self._answers.fileno()

    def end(self) -> tuple[str, int, float]:
        """Name, exit code and seconds of the member that has ended."""
        name, self.member = self.member, ""
        answer = self._answers.readline()
        code = int(answer) if answer else self.wait() or BUG
        return name, code, time.perf_counter() - self._began

    def stop(self) -> None:
        """Tell the process to end: at once if a member runs."""
        if self.process is not None:
            self._orders.close()
            if self.member:
                self.process.terminate()

    def wait(self) -> int:
        """Exit code of the process, once it has ended; 0 where there is none."""
        process, self.process = self.process, None
        if process is None:
            return 0
        with process:  # closes the pipes
            return process.wait()


def case_file(directory: Path, name: str) -> Path:
    """Case file of a member."""
    return directory / "cases" / f"{name}.toml"


def log_file(directory: Path, name: str) -> Path:
    """What a member printed."""
    return directory / "cases" / f"{name}.log"
