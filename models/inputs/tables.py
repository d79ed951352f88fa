"""The base of all tables of a case file."""

from collections.abc import Sequence
from typing import get_args

from pydantic import BaseModel, ConfigDict

from anodex.models.inputs.quantities import Amount


class Table(BaseModel):
    """A table of a case file: frozen, no unknown keys; defaults are written and checked as if
    they stood in the file.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


def refuse_unused(case: Table, unused: Sequence[tuple[str, str, object, Sequence[str]]]) -> None:
    """Refuse values that would do nothing.

    Parameters
    ----------
    unused
        (table, choice in it, value of the choice, keys of that table that do nothing while the
        choice has that value).

    Raises
    ------
    ValueError
        When such a key has another value than by default. Not when it was given: a case written out
        gives every key.
    """
    for name, choice, value, keys in unused:
        if getattr(getattr(case, name), choice) == value:
            refuse_idle(
                case,
                name,
                keys,
                f"{name}.{choice} is '{value}'; leave it out or change {name}.{choice}",
            )


def refuse_idle(case: Table, name: str, keys: Sequence[str], reason: str) -> None:
    """Refuse values of keys of the table `name` that do nothing for a `reason`, which follows
    "while" and says what to do.

    Raises
    ------
    ValueError
        As `refuse_unused` does.
    """
    table = getattr(case, name)
    default = type(table)()
    changed = [key for key in keys if getattr(table, key) != getattr(default, key)]
    if changed:
        raise ValueError(f"{name}.{changed[0]} does nothing while {reason}")


def tables_in(annotation) -> list[type[Table]]:
    """All tables that a field type names: of `tuple[Step, ...]` or `Step | None` it is `[Step]`."""
    if isinstance(annotation, type) and issubclass(annotation, Table):
        return [annotation]
    return [table for part in get_args(annotation) for table in tables_in(part)]


def known_keys(model: type[Table], location: Sequence[str | int]) -> list[str]:
    """Keys that a table may have.

    Parameters
    ----------
    model
        The table at the top.
    location
        The way from there, as pydantic gives it: keys, places in arrays, and the word that chose
        between the kinds of a table.
    """
    found = [model]
    for part in location:
        if isinstance(part, str):
            inner = [
                table
                for outer in found
                if part in outer.model_fields
                for table in tables_in(outer.model_fields[part].annotation)
            ]
            found = inner or [table for table in found if has_choice(table, part)]
    return list(dict.fromkeys(name for table in found for name in table.model_fields))


def has_choice(table: type[Table], word: str) -> bool:
    """Whether a field of the table is a choice that allows `word`."""
    return any(word in get_args(field.annotation) for field in table.model_fields.values())


def unit_of(table: type[Table], name: str) -> str:
    """Unit in which field `name` is held; empty where it is a pure number or no number."""
    field = table.model_fields[name]
    return next(
        (
            amount.unit
            for part in (field.annotation, *field.metadata)
            for amount in amounts_in(part)
        ),
        "",
    )


def is_quantity(case: Table, key: str) -> bool:
    """Whether the dotted key of a case is a number that may have a unit."""
    *path, name = key.split(".")
    table = case
    for part in path:
        table = table[int(part)] if isinstance(table, tuple) else getattr(table, part)
    if not isinstance(table, Table):
        return False
    field = type(table).model_fields[name]
    return any(amounts_in(part) for part in (field.annotation, *field.metadata))


def amounts_in(annotation) -> list[Amount]:
    """All amounts that a field type carries, at any depth."""
    if isinstance(annotation, Amount):
        return [annotation]
    return [amount for part in get_args(annotation) for amount in amounts_in(part)]
