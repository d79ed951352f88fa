"""`anodex cite`: the works that a run rests on, as BibTeX."""

from pathlib import Path
from typing import Annotated

import typer
from mpi4py import MPI

from anodex.models.results.ranks import on_first_rank
from anodex.scripts.console import say


def cite(
    result: Annotated[
        Path, typer.Argument(metavar="RESULT", help="Result folder of a finished or running case.")
    ],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Write them there: .bib."),
    ] = None,
) -> None:
    """Show the works that models and values of a run come from, as BibTeX."""
    from anodex.models.results.result import Result
    from anodex.models.systems.citing import cited_by

    text = cited_by(Result(result).case).bibtex()
    if output is None:
        say(text)
        return
    on_first_rank(MPI.COMM_WORLD, lambda: output.write_text(text + "\n", encoding="utf-8"))
    say(f"works in {output}")
