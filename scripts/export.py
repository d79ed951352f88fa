"""`anodex export`: the fields of a result in files that need no XDMF."""

from pathlib import Path
from typing import Annotated

import typer
from mpi4py import MPI

from anodex.scripts.console import say
from anodex.scripts.interrupt import raise_from_now_on


def export(
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="Result folder of a finished or running case.")
    ],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="DIR", help="Where to; default: DIR/export."),
    ] = None,
    part: Annotated[
        str | None,
        typer.Option("--part", metavar="NAME", help="One file of fields; without it all of them."),
    ] = None,
) -> None:
    """Write the fields as .pvd with a .vtu for each time, for ParaView, meshio and others."""
    from anodex.models.results.export import export_fields
    from anodex.models.results.ranks import on_first_rank
    from anodex.models.results.result import Result

    raise_from_now_on()
    folder = output or directory / "export"
    written = on_first_rank(MPI.COMM_WORLD, lambda: export_fields(Result(directory), folder, part))
    for path in written:
        say(str(path))
