"""`anodex sample`: how far what is not known well moves the results of a case."""

from pathlib import Path
from typing import Annotated

import typer
from mpi4py import MPI

from anodex.scripts.console import say
from anodex.scripts.run import JobsOption, SetOption


def sample(
    file: Annotated[Path, typer.Argument(metavar="SAMPLE", help="File of a sample.")],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="DIR", help="Folder for all; default: results/SAMPLE."
        ),
    ] = None,
    jobs: JobsOption = None,
    overrides: SetOption = [],  # noqa: B006 (typer reads the default, nobody changes it)
    table_only: Annotated[
        bool, typer.Option("--table", help="Run nothing: tables and figure of what is there.")
    ] = False,
) -> None:
    """Draw values from the ranges of the material data base: bands, and what each key is to blame
    for; give the same command again to resume.
    """
    from anodex.scripts.sample_bands import (
        band_table,
        bands_along_key,
        bands_along_time,
        check_curves,
    )
    from anodex.scripts.sample_figure import draw
    from anodex.scripts.sample_file import read_sample
    from anodex.scripts.sample_indices import blames, index_table
    from anodex.scripts.side_by_side import end_with_failures, run_waiting
    from anodex.scripts.sweep_members import prepare, refuse_ranks
    from anodex.scripts.sweep_table import check_observables, read_columns, write_table

    refuse_ranks(MPI.COMM_WORLD)
    plan = read_sample(file, overrides)
    directory = output or Path("results") / file.stem
    states = prepare(plan.members, directory)

    def check() -> bool:
        observables = check_observables(plan.members, directory)
        return check_curves(plan, directory) and observables

    codes = {} if table_only else run_waiting(plan.members, directory, states, jobs, check)
    check()  # where nothing ran, too
    columns = read_columns(plan.members, directory)
    say(str(write_table(columns, directory / "samples.csv")))
    if "done" not in columns["state"].entries:
        end_with_failures(directory, codes)
        return
    along_key = bands_along_key(plan, columns)
    bands = [*along_key, *bands_along_time(plan, directory)]
    say(str(write_table(band_table(bands), directory / "bands.csv")))
    found = blames(plan, columns) if plan.given.indices else []
    if found:
        say(str(write_table(index_table(plan, found), directory / "sensitivity.csv")))
    for blame in found:
        if blame.found is None:
            say(f"no indices of {blame.title}: a draw has no number, or all have the same")
    drawn = bands if plan.given.along else bands[len(along_key) :]
    bars = [blame for blame in found if blame.found and blame.station == plan.given.stations[-1]]
    if drawn or bars:
        say(str(draw(plan, drawn, bars, directory / "figures" / "sample.png")))
    end_with_failures(directory, codes)
