"""`anodex sweep`: many cases side by side."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from mpi4py import MPI

from anodex.models.errors import InputError
from anodex.scripts.console import say
from anodex.scripts.interrupt import raise_from_now_on
from anodex.scripts.run import SetOption, state_of

FAILED = 3
ANODEX = (sys.executable, "-m", "anodex.scripts.main")
POLL = 0.1  # s between two looks at the running members


def sweep(
    file: Annotated[Path, typer.Argument(metavar="SWEEP", help="Sweep file.")],
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="DIR", help="Folder for all; default: results/SWEEP.")] = None,
    jobs: Annotated[
        int | None, typer.Option("-j", "--jobs", metavar="N", min=1, help="Members at a time; default: one for each core.")
    ] = None,
    overrides: SetOption = [],  # noqa: B006 (typer reads the default, nobody changes it)
    slurm: Annotated[bool, typer.Option("--slurm", help="Write Slurm scripts that do the same instead of running.")] = False,
    table_only: Annotated[bool, typer.Option("--table", help="Run nothing: table and figure of what is there.")] = False,
) -> None:
    """Run a grid or a list of cases side by side; give the same command again to resume."""
    from anodex.scripts.sweep_file import read_sweep
    from anodex.scripts.sweep_table import write_table

    if MPI.COMM_WORLD.size > 1:
        raise InputError("a sweep starts its own processes: call it without mpirun, and say with -j how many run at a time")
    plan = read_sweep(file, overrides)
    directory = output or Path("results") / file.stem
    states = {member.name: state_of(directory / member.name, member.text) for member in plan.members}

    (directory / "cases").mkdir(parents=True, exist_ok=True)
    for member in plan.members:
        case_file(directory, member.name).write_text(member.text, encoding="utf-8")
    if slurm:
        from anodex.scripts.slurm import write_scripts

        table_command = [str(file.resolve()), *(word for item in overrides for word in ("--set", item))]
        say(f"submit all with: bash {write_scripts(directory, list(states), table_command)}")
        return

    codes = {name: 0 for name, state in states.items() if state == "finished"}
    if codes:
        say(f"{len(codes)} of {len(states)} members are finished already")
    if not table_only:
        codes |= run_members(directory, [name for name in states if name not in codes], jobs or os.cpu_count() or 1)
    for path in write_table(plan, directory):
        say(str(path))
    failed = {name: code for name, code in codes.items() if code}
    for name, code in failed.items():
        say(f"failed with exit code {code}: {name}; see {log_file(directory, name)}", style="red")
    if failed:
        raise typer.Exit(FAILED)


def run_members(directory: Path, names: list[str], jobs: int) -> dict[str, int]:
    """Run members, `jobs` at a time, and return their exit codes; an interrupt ends those that run."""
    raise_from_now_on()
    waiting, running, codes = list(names), {}, {}
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                name = waiting.pop(0)
                running[name] = start(directory, name), time.perf_counter()
            time.sleep(POLL)
            for name, (process, began) in list(running.items()):
                if process.poll() is not None:
                    del running[name]
                    codes[name] = process.returncode
                    verdict = "done" if process.returncode == 0 else "FAILED"
                    say(f"[{len(codes)}/{len(names)}] {name}: {verdict} after {time.perf_counter() - began:.1f} s")
    finally:
        for process, _ in running.values():
            process.terminate()
        for process, _ in running.values():
            process.wait()
    return codes


def start(directory: Path, name: str) -> subprocess.Popen:
    """Start one member; what it prints goes to its log."""
    command = [*ANODEX, "run", str(case_file(directory, name)), "-o", str(directory / name), "--resume"]
    # The environment that Python saw at its start: a child must not inherit what MPI has set in this process since.
    environment = {"OMP_NUM_THREADS": "1", **os.environ}
    with log_file(directory, name).open("w") as log:
        return subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, env=environment)


def case_file(directory: Path, name: str) -> Path:
    """Case file of a member."""
    return directory / "cases" / f"{name}.toml"


def log_file(directory: Path, name: str) -> Path:
    """What a member printed."""
    return directory / "cases" / f"{name}.log"
