"""`anodex bench`: unknowns, iterations, seconds by phase and peak memory of a case."""

import csv
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer
from mpi4py import MPI

from anodex.models import registry
from anodex.models.errors import InputError
from anodex.models.results.ranks import TemporaryFolder, on_first_rank
from anodex.scripts.console import say, say_table


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
    steps: Annotated[int, typer.Option("--steps", min=1, help="Time steps to take.")] = 3,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Also write the table: .csv."),
    ] = None,
) -> None:
    """Run the first time steps of a case with a stopwatch; under mpirun too.

    Forms are compiled on the first call: call twice.
    """
    from anodex.scripts.cases import open_case

    if output is not None and output.suffix != ".csv":
        raise InputError(f"cannot write '{output}': the ending says the format; allowed: .csv")
    rows = []
    for refinement in refinements or [1.0, 2.0]:
        chosen = open_case(case, [*(settings or []), f"geometry.refinement={refinement}"])
        rows.append(measure(chosen, MPI.COMM_WORLD, steps))
        say(
            f"refinement {refinement:g}: {rows[-1]['unknowns']} unknowns, "
            f"{rows[-1]['linear per Newton']} linear iterations a Newton step"
        )
    columns = list(dict.fromkeys(name for row in rows for name in row))
    say_table(columns, [[shown(row.get(name)) for name in columns] for row in rows])
    if output is not None:
        on_first_rank(MPI.COMM_WORLD, lambda: write(output, columns, rows))


def measure(case, comm: MPI.Comm, steps: int) -> dict[str, float]:
    """What the run of a case takes up to so many time steps: name with unit -> number."""
    from anodex.models.results.folder import ResultFolder
    from anodex.models.results.progress import SilentProgress
    from anodex.models.time.stopwatch import Enough, Stopwatch

    system = registry.load(case.system.name)
    system.check(case)
    watch = Stopwatch(comm, steps)
    # The files of a run are part of its work; nobody looks at these.
    temporary = TemporaryFolder(comm)
    with suppress(Enough):
        folder = ResultFolder.create(temporary.path / "run", comm)
        system.run(case, folder, comm, SilentProgress(), watch=watch)
    temporary.remove()
    iterations = sum(report.iterations for report in watch.reports)
    linear = sum(report.linear_iterations for report in watch.reports)
    return {
        "ranks": comm.size,
        **watch.sizes,
        "steps": len(watch.reports),
        "Newton per solve": round(iterations / max(len(watch.reports), 1), 1),
        "linear per Newton": round(linear / max(iterations, 1), 1),
        **{f"{name} [s]": round(seconds, 3) for name, seconds in watch.seconds.items()},
        "peak memory [MiB]": round(watch.peak_memory()),
    }


def shown(value: float | None) -> str:
    """A number of the table."""
    if value is None:
        return "-"
    return f"{value:g}" if abs(value) < 1e5 else f"{value:.0f}"


def write(path: Path, columns: list[str], rows: list[dict[str, float]]) -> None:
    """The table as CSV."""
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
