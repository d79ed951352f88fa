"""`anodex sweep`: many cases side by side."""

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer
from mpi4py import MPI

from anodex.models.errors import InputError
from anodex.scripts.console import say
from anodex.scripts.interrupt import raise_from_now_on
from anodex.scripts.run import SetOption, state_of

BUG, FAILED = 1, 3
# -P: no module is taken from the current folder, which may be a stranger's
ANODEX = (sys.executable, "-P", "-m", "anodex.scripts.sweep_worker")


def sweep(
    file: Annotated[Path, typer.Argument(metavar="SWEEP", help="Sweep file.")],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="DIR", help="Folder for all; default: results/SWEEP."
        ),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option(
            "-j",
            "--jobs",
            metavar="N",
            min=1,
            help="Members at a time; default: one for each core.",
        ),
    ] = None,
    overrides: SetOption = [],  # noqa: B006 (typer reads the default, nobody changes it)
    slurm: Annotated[
        bool,
        typer.Option("--slurm", help="Write Slurm scripts that do the same instead of running."),
    ] = False,
    table_only: Annotated[
        bool, typer.Option("--table", help="Run nothing: table and figure of what is there.")
    ] = False,
) -> None:
    """Run a grid or a list of cases side by side; give the same command again to resume."""
    from anodex.scripts.sweep_file import read_sweep
    from anodex.scripts.sweep_table import (
        check_observables,
        read_columns,
        shown_columns,
        write_table,
    )

    if MPI.COMM_WORLD.size > 1:
        raise InputError(
            "a sweep starts its own processes: call it without mpirun, and say with -j how many "
            "run at a time"
        )
    plan = read_sweep(file, overrides)
    directory = output or Path("results") / file.stem
    states = {
        member.name: state_of(directory / member.name, member.text) for member in plan.members
    }

    (directory / "cases").mkdir(parents=True, exist_ok=True)
    for member in plan.members:
        case_file(directory, member.name).write_text(member.text, encoding="utf-8")
    if slurm:
        from anodex.scripts.slurm import write_scripts

        table_command = [
            str(file.resolve()),
            *(word for item in overrides for word in ("--set", item)),
        ]
        say(f"submit all with: bash {write_scripts(directory, list(states), table_command)}")
        return

    codes = {name: 0 for name, state in states.items() if state == "finished"}
    if codes:
        say(f"{len(codes)} of {len(states)} members are finished already")
    if not table_only:
        waiting = [name for name in states if name not in codes]
        check_observables(plan, directory)
        codes |= run_members(
            directory,
            waiting,
            jobs or os.cpu_count() or 1,
            lambda: check_observables(plan, directory),
        )
    columns = read_columns(plan, directory)
    say(str(write_table(columns, directory / "sweep.csv")))
    if plan.panels and "done" in columns["state"].entries:
        from anodex.scripts.sweep_figure import draw

        panels = [(panel, shown_columns(plan, panel, columns)) for panel in plan.panels]
        say(str(draw(plan.title, panels, directory / "figures" / "sweep.png")))
    failed = {name: code for name, code in codes.items() if code}
    for name, code in failed.items():
        say(f"failed with exit code {code}: {name}; see {log_file(directory, name)}", style="red")
    if failed:
        raise typer.Exit(FAILED)


def run_members(
    directory: Path, names: list[str], jobs: int, check: Callable[[], None]
) -> dict[str, int]:
    """Run members, `jobs` at a time, and return their exit codes; an interrupt, or what `check`
    raises after one, ends those that run.
    """
    raise_from_now_on()
    waiting, codes = list(names), {}
    workers = [Worker(directory) for _ in range(min(jobs, len(names)))]
    try:
        for worker in workers:
            worker.begin(waiting.pop(0))
        while busy := [worker for worker in workers if worker.member]:
            for worker in select.select(busy, [], [])[0]:
                name, code, seconds = worker.end()
                codes[name] = code
                say(
                    f"[{len(codes)}/{len(names)}] {name}: {'FAILED' if code else 'done'} after "
                    f"{seconds:.1f} s"
                )
                check()
                if waiting:
                    worker.begin(waiting.pop(0))
    finally:
        for worker in workers:
            worker.stop()
        for worker in workers:
            worker.wait()
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
            # The environment that Python saw at its start: a child must not inherit what MPI has
            # set in this process since.
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
        order = {
            "case": str(case_file(self.directory, name)),
            "folder": str(self.directory / name),
            "log": str(log),
        }
        with suppress(BrokenPipeError):  # it has just died, as `end` will find out
            self.process.stdin.write(json.dumps(order).encode() + b"\n")

    def fileno(self) -> int:
        """What `select` waits for: something to read when the member has ended, or the process
        has died.
        """
        return self.process.stdout.fileno()

    def end(self) -> tuple[str, int, float]:
        """Name, exit code and seconds of the member that has ended."""
        name, self.member = self.member, ""
        answer = self.process.stdout.readline()
        code = int(answer) if answer else self.wait() or BUG
        return name, code, time.perf_counter() - self._began

    def stop(self) -> None:
        """Tell the process to end: at once if a member runs."""
        if self.process is not None:
            self.process.stdin.close()
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
