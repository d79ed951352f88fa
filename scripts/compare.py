"""`anodex compare`: results side by side."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from mpi4py import MPI

from anodex.models.errors import InputError
from anodex.scripts.console import say, say_table


def compare(
    directories: Annotated[
        list[Path], typer.Argument(metavar="DIR...", help="Result folders, two or more.")
    ],
    columns: Annotated[
        list[str] | None,
        typer.Option(
            "--plot",
            metavar="COLUMN",
            help="Draw this column of the histories against time, all results in one picture; may "
            "be repeated.",
        ),
    ] = None,
    output: Annotated[
        Path,
        typer.Option("-o", "--output", metavar="FILE", help="Where the picture goes: .png."),
    ] = Path("comparison.png"),
) -> None:
    """Show the observables and settings in which results differ from the first one."""
    from anodex.models.results.ranks import on_first_rank
    from anodex.models.results.result import Result
    from anodex.scripts.comparison import Comparison

    if len(directories) < 2:
        raise InputError("one result alone cannot be compared; give two folders or more")
    comm = MPI.COMM_WORLD
    found = on_first_rank(comm, lambda: Comparison.of([Result(each) for each in directories]))
    for name in found.unfinished:
        say(f"{name} is not finished: it has no observables yet", style="yellow")
    others = [heading for name in found.names[1:] for heading in (name, "difference")]
    if found.observables:
        say_table(("observable", "unit", found.names[0], *others), found.observable_rows())
    if found.settings:
        say("")
        say_table(("setting that differs", *found.names), found.settings)
    else:
        say("all settings are alike")
    if columns:
        say(str(on_first_rank(comm, lambda: _draw(directories, found.names, columns, output))))


def _draw(
    directories: Sequence[Path], names: Sequence[str], columns: Sequence[str], output: Path
) -> Path:
    from anodex.models.drawing.overlay import draw_overlay
    from anodex.models.results.result import Result

    histories = {
        name: Result(folder).columns for name, folder in zip(names, directories, strict=True)
    }
    return draw_overlay(histories, columns, output)
