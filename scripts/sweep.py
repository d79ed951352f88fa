"""`anodex sweep`: many cases side by side."""

import os
from pathlib import Path
from typing import Annotated

import typer
from mpi4py import MPI

from anodex.scripts.console import say
from anodex.scripts.interrupt import raise_from_now_on
from anodex.scripts.run import SetOption

FAILED = 3


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
    from anodex.scripts.sweep_members import log_file, prepare, refuse_ranks, run_members
    from anodex.scripts.sweep_table import (
        check_observables,
        read_columns,
        shown_columns,
        write_table,
    )

    refuse_ranks(MPI.COMM_WORLD)
    plan = read_sweep(file, overrides)
    directory = output or Path("results") / file.stem
    states = prepare(plan, directory)
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

        def ended(name: str, code: int, seconds: float, count: int) -> None:
            verdict = "FAILED" if code else "done"
            say(f"[{count}/{len(waiting)}] {name}: {verdict} after {seconds:.1f} s")
            check_observables(plan, directory)

        raise_from_now_on()  # the members are processes of their own
        codes |= run_members(directory, waiting, jobs or os.cpu_count() or 1, ended)
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
