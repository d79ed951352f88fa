"""`anodex bench`: unknowns, iterations, seconds by phase and peak memory of a case at several
refinements.
"""

import csv
from pathlib import Path
from typing import Annotated

import typer
from mpi4py import MPI

from anodex.models import registry
from anodex.models.errors import InputError
from anodex.models.inputs.casefile import read_case
from anodex.scripts.console import on_first_rank, say, say_table
from anodex.scripts.run import find_case


def bench(
    case: Annotated[
        str, typer.Argument(help="A case file or the name of a shipped case.")
    ] = "spindle_void",
    refinements: Annotated[
        list[float] | None,
        typer.Option("--refinement", help="Refinement of the mesh; may be repeated."),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change a value of the case."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Also write the table: .csv."),
    ] = None,
) -> None:
    """Measure the work of a case; under mpirun too. Forms are compiled on the first call: call
    twice.
    """
    if output is not None and output.suffix != ".csv":
        raise InputError(f"cannot write '{output}': the ending says the format; allowed: .csv")
    rows = []
    for refinement in refinements or [1.0, 2.0]:
        chosen = read_case(
            find_case(case), [*(settings or []), f"geometry.refinement={refinement}"]
        )
        rows.append(registry.load(chosen.system.name).benchmark(chosen, MPI.COMM_WORLD))
        say(
            f"refinement {refinement:g}: {rows[-1]['unknowns']} unknowns, "
            f"{rows[-1]['linear per Newton']} linear iterations a Newton step"
        )
    say_table(
        list(rows[0]),
        [
            [f"{value:g}" if abs(value) < 1e5 else f"{value:.0f}" for value in row.values()]
            for row in rows
        ],
    )
    if output is not None:
        on_first_rank(MPI.COMM_WORLD, lambda: write(output, rows))


def write(path: Path, rows: list[dict[str, float]]) -> None:
    """The table as CSV."""
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
