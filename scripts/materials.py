"""`anodex materials`: the parameter database."""

from typing import Annotated

import typer

from anodex.scripts.console import say, say_table

COLUMNS = ("property", "value", "unit", "range", "origin", "source")


def materials(
    name: Annotated[
        str | None, typer.Argument(help="A material; without it all of them are listed.")
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
    say_table(COLUMNS, rows(material), title=material.title)
