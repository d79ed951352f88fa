"""`anodex materials`: the parameter database."""

from typing import Annotated

import typer

from anodex.scripts import completion
from anodex.scripts.console import console, say, say_table

COLUMNS = ("property", "value", "unit", "range", "origin", "source")
WIDE = 140  # columns of a terminal, from which on sources stand beside the values


def materials(
    name: Annotated[
        str | None,
        typer.Argument(
            help="A material; without it all of them are listed.",
            autocompletion=completion.materials,
        ),
    ] = None,
) -> None:
    """Show the parameter database: value, unit, valid range, origin and source."""
    from anodex.models.materials import MATERIALS, find, rows

    if name is None:
        say_table(
            ("material", "is", "properties"),
            [(key, entry.title, str(len(entry.properties))) for key, entry in MATERIALS.items()],
        )
        say("`anodex materials NAME` shows the values of one material.")
        return
    material = find(name)
    values = rows(material)
    if console().width >= WIDE:
        say_table(COLUMNS, values, title=material.title)
        return
    say_table(COLUMNS[:-2], [row[:-2] for row in values], title=material.title)
    say("")
    say_table((COLUMNS[0], *COLUMNS[-2:]), [(row[0], *row[-2:]) for row in values])
