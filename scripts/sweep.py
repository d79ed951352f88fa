"""`anodex sweep`: many cases side by side."""

from pathlib import Path
from typing import Annotated

import typer
from mpi4py import MPI

from anodex.scripts.console import say, silent
from anodex.scripts.run import JobsOption, QuietOption, SetOption, refuse_both


def sweep(
    file: Annotated[Path, typer.Argument(metavar="SWEEP", help="Sweep file.")],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="DIR", help="Folder for all; default: results/SWEEP."
        ),
    ] = None,
    jobs: JobsOption = None,
    overrides: SetOption = [],  # noqa: B006 (typer reads the default, nobody changes it)
    slurm: Annotated[
        bool,
        typer.Option("--slurm", help="Write Slurm scripts that do the same instead of running."),
    ] = False,
    table_only: Annotated[
        bool, typer.Option("--table", help="Run nothing: table and figure of what is there.")
    ] = False,
    quiet: QuietOption = False,
    verbose: Annotated[
        bool, typer.Option("-v", "--verbose", help="Name each member when it begins, too.")
    ] = False,
) -> None:
    """Run a grid or a list of cases side by side; give the same command again to resume."""
    from anodex.scripts.side_by_side import end_with_failures, run_waiting
    from anodex.scripts.sweep_file import read_sweep
    from anodex.scripts.sweep_members import prepare, refuse_ranks
    from anodex.scripts.sweep_table import read_columns, shown_columns, write_table

    refuse_both(quiet, verbose)
    refuse_ranks(MPI.COMM_WORLD)
    told = silent if quiet else say
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

    codes = (
        {}
        if table_only
        else run_waiting(plan, directory, states, jobs, told=told, begun=say if verbose else silent)
    )
    columns = read_columns(plan, directory)
    told(str(write_table(columns, directory / "sweep.csv")))
    if plan.panels and "done" in columns["state"].entries:
        from anodex.scripts.sweep_figure import draw

        panels = [(panel, shown_columns(plan, panel, columns)) for panel in plan.panels]
        told(str(draw(plan.title, panels, directory / "figures" / "sweep.png")))
    end_with_failures(directory, codes)
