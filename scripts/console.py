"""How the command line speaks: one rank, no wrapped lines in a pipe, no markup read into units
such as `[MPa]`.
"""

import os
import sys
from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console
from rich.table import Table

# A pipe has no width: wide enough that nothing is ever cut or wrapped there.
PIPE_WIDTH = 10_000
SHORT = 16  # letters, of cells that are never broken


def console(error: bool = False) -> Console:
    """Console on the standard output, or on the standard error stream."""
    # Open MPI's mpirun shows each rank a terminal, wherever its own output goes.
    terminal = (
        sys.stderr if error else sys.stdout
    ).isatty() and "OMPI_COMM_WORLD_SIZE" not in os.environ
    width = None if terminal else PIPE_WIDTH
    return Console(
        stderr=error,
        force_terminal=terminal,
        width=width,
        markup=False,
        emoji=False,
        highlight=False,
    )


def say(text: str, style: str | None = None) -> None:
    """Print lines of text; a terminal wraps them itself, so that paths and commands can be
    copied.
    """
    console().print(text, style=style, soft_wrap=True)


def silent(text: str) -> None:
    """Say nothing."""


def say_table(
    columns: Sequence[str], rows: Iterable[Sequence[str]], title: str | None = None
) -> None:
    """Print a table of strings that is as wide as its contents.

    On a terminal that is narrower the words of long cells go on below, and short ones stay whole;
    nothing is cut.
    """
    rows = list(rows)
    table = Table(
        title=title,
        title_justify="left",
        box=box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
    )
    for place, column in enumerate(columns):
        longest = max((len(row[place]) for row in rows), default=0)
        table.add_column(column, no_wrap=longest <= SHORT, overflow="fold")
    for row in rows:
        table.add_row(*row)
    console().print(table)
