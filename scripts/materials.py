"""`anodex materials`: the parameter database."""

from typing import TYPE_CHECKING, Annotated

import typer

from anodex.scripts import completion
from anodex.scripts.console import console, say, say_table

if TYPE_CHECKING:  # what only some calls need is not loaded for all
    from anodex.models.materials.material import Material

COLUMNS = ("property", "value", "unit", "range", "origin", "source")
WIDE = 140  # columns of a terminal, from which on sources stand beside the values


def materials(
    name: Annotated[
        str | None,
        typer.Argument(
            help="A material, a material file or a shipped set; without it all are listed.",
            autocompletion=completion.materials,
        ),
    ] = None,
) -> None:
    """Show the parameter database: value, unit, valid range, origin and source."""
    from anodex.models.errors import InputError
    from anodex.models.inputs.spelling import hint
    from anodex.models.materials import MATERIALS
    from anodex.models.materials.material_file import read_material_file
    from anodex.models.materials.named_sets import ENDING, find_set, shipped_sets

    sets = shipped_sets()
    if name is None:
        say_table(
            ("material", "is", "properties"),
            [(key, entry.title, str(len(entry.properties))) for key, entry in MATERIALS.items()],
        )
        say("")
        say_table(
            ("set", "gives values of"),
            [(key, ", ".join(read_material_file(path))) for key, path in sets.items()],
        )
        say("`anodex materials NAME` shows the values of a material, of a set or of a file.")
    elif name in sets or name.endswith(ENDING):
        for key, material in read_material_file(find_set(name)).items():
            show(material, f"{key}: {material.title}")
    elif name not in MATERIALS:
        raise InputError(f"'{name}' is no material and no set{hint(name, [*MATERIALS, *sets])}")
    else:
        show(MATERIALS[name], MATERIALS[name].title)


def show(material: "Material", title: str) -> None:
    """Print the values of a material; sources stand beside them where there is room."""
    from anodex.models.materials import rows

    values = rows(material)
    if console().width >= WIDE:
        say_table(COLUMNS, values, title=title)
        return
    say_table(COLUMNS[:-2], [row[:-2] for row in values], title=title)
    say("")
    say_table((COLUMNS[0], *COLUMNS[-2:]), [(row[0], *row[-2:]) for row in values])
