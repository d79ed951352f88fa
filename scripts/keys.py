"""`anodex keys`: every key that the case files of a system may have."""

from typing import Annotated

import typer

from anodex.models import registry
from anodex.models.errors import InputError
from anodex.models.inputs.spelling import hint
from anodex.scripts import completion
from anodex.scripts.console import say_table

COLUMNS = ("key", "default", "unit", "allowed", "meaning", "origin of the default")

SystemArgument = Annotated[
    str,
    typer.Argument(
        metavar="SYSTEM",
        help="A system, as `anodex list` shows them.",
        autocompletion=completion.systems,
    ),
]


def keys(system: SystemArgument) -> None:
    """Show every key of a system: default, unit, range, meaning and origin."""
    say_table(COLUMNS, rows(system))


def case_model(system: str):
    """The `Case` of a system; an InputError names the nearest one that there is."""
    if system not in registry.names():
        raise InputError(f"'{system}' is no system{hint(system, registry.names())}")
    return registry.load(system).part("case")


def rows(system: str) -> list[tuple[str, ...]]:
    """A row of text for every key, by `COLUMNS`."""
    from anodex.models.inputs.keys import keys_of

    return [
        (
            key.name,
            key.default,
            key.unit,
            key.allowed,
            f"{key.meaning} (only with {key.only_with})" if key.only_with else key.meaning,
            origin(key.origin),
        )
        for key in keys_of(case_model(system))
    ]


def origin(value: tuple[str, str] | None) -> str:
    """Where a value of the material data base comes from: `sodium.creep_exponent: measured`."""
    if value is None:
        return ""
    from anodex.models.materials import MATERIALS

    material, name = value
    return f"{material}.{name}: {MATERIALS[material][name].origin.name.lower()}"
