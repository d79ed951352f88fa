"""`anodex schema`: the JSON schema of a system's case files."""

import json
from pathlib import Path
from typing import Annotated

import typer
from mpi4py import MPI

from anodex.models.results.ranks import on_first_rank
from anodex.scripts.console import say
from anodex.scripts.keys import SystemArgument, case_model


def schema(
    system: SystemArgument,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Write it there: .json."),
    ] = None,
) -> None:
    """Show the JSON schema of a system's case files, with units; editors check files by it."""
    text = schema_text(system)
    if output is None:
        say(text.rstrip("\n"))
        return
    on_first_rank(MPI.COMM_WORLD, lambda: output.write_text(text, encoding="utf-8"))
    say(f"schema in {output}")


def schema_text(system: str) -> str:
    """The schema of a system's cases, as the command writes it."""
    from anodex.models.inputs.schema import case_schema

    found = case_schema(case_model(system), f"anodex case of system {system}")
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"
