"""The base of all tables of a case file."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, get_args

from pydantic import BaseModel, ConfigDict, PrivateAttr, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from anodex.models.inputs.quantities import Amount, Given, has_unit


class Table(BaseModel):
    """A table of a case file: frozen, no unknown keys; defaults are written and checked as if
    they stood in the file. The text below a key is its description.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_default=True, use_attribute_docstrings=True
    )

    # Key -> text of a quantity, or texts of an array of them, in the user's own units.
    _given: dict[str, Any] = PrivateAttr(default_factory=dict)

    def __eq__(self, other: object) -> bool:
        """Whether another table is of this kind and holds the same; in which units a file gave it
        does not count.
        """
        return type(self) is type(other) and all(
            getattr(self, key) == getattr(other, key) for key in type(self).model_fields
        )

    def as_given(self, key: str) -> Any:
        """Text or texts that a file gave for a quantity, with the user's own unit; None where
        there was none, or where it no longer stands for the very number that the table holds.
        """
        if key not in self._given:
            return None
        written, value = self._given[key], getattr(self, key)
        texts = written if isinstance(written, list) else [written]
        held = value if isinstance(value, tuple) else (value,)
        amount = amount_of(type(self), key)
        same = amount is not None and [amount.parse(text) for text in texts] == list(held)
        return written if same else None


def remember_given(table: Table, written: Any) -> None:
    """Keep the texts of quantities of which a table, and those in it, were made; `written` is
    what the file gives for the table.
    """
    if not isinstance(written, dict):
        return
    for key in set(type(table).model_fields) & set(written):
        value, text = getattr(table, key), written[key]
        entries = text if isinstance(text, list) else [text]
        if amount_of(type(table), key) and all(map(has_unit, entries)):
            table._given[key] = text
        for inner, given in zip(value if isinstance(value, tuple) else (value,), entries):  # noqa: B905
            if isinstance(inner, Table):
                remember_given(inner, given)


def held(table: type[Table], key: str, written: Any) -> Any:
    """What a table holds under a key for which a file says `written`.

    Raises
    ------
    ValidationError
        If the key allows no such value.
    """
    field = table.model_fields[key]
    return TypeAdapter(Annotated[field.annotation, *field.metadata, key]).validate_python(written)


@cache
def default_of(table: type[Table], key: str) -> Any:
    """What a table holds under a key that a file leaves out."""
    return held(table, key, table.model_fields[key].get_default(call_default_factory=True))


def is_default(table: type[Table], key: str, written: Any) -> bool:
    """Whether a file says for a key what holds without it."""
    try:
        return held(table, key, written) == default_of(table, key)
    except ValidationError:
        return False


class IdleError(ValueError):
    """Values that do nothing.

    Attributes
    ----------
    keys
        Dotted, from the top of the case.
    """

    def __init__(self, keys: Sequence[str], reason: str):
        super().__init__(f"{keys[0]} does nothing while {reason}")
        self.keys = tuple(keys)


def refuse_idle(case: Table, name: str, keys: Sequence[str], reason: str) -> None:
    """Refuse values of keys of the table `name` that do nothing for a `reason`, which follows
    "while" and says what to do.

    Raises
    ------
    IdleError
        When such a key has another value than by default. Not when it was given: a case written out
        gives every key.
    """
    changed = changed_keys(getattr(case, name), keys)
    if changed:
        raise IdleError([f"{name}.{key}" for key in changed], reason)


def changed_keys(table: Table, keys: Sequence[str]) -> list[str]:
    """Those of some keys of a table that have another value than by default."""
    return [key for key in keys if getattr(table, key) != default_of(type(table), key)]


def tables_in(annotation) -> list[type[Table]]:
    """All tables that a field type names: of `tuple[Step, ...]` or `Step | None` it is `[Step]`."""
    if isinstance(annotation, type) and issubclass(annotation, Table):
        return [annotation]
    return [table for part in get_args(annotation) for table in tables_in(part)]


def known_keys(model: type[Table], location: Sequence[str | int]) -> list[str]:
    """Keys that a table may have, whichever kind it is of.

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
        inner = [
            table
            for outer in found
            if part in outer.model_fields
            for table in tables_in(outer.model_fields[str(part)].annotation)
        ]
        found = inner or found
    return list(dict.fromkeys(name for table in found for name in table.model_fields))


@dataclass(frozen=True)
class OrElse:
    """Marks a key that may be left out for a value of the material data base, which the model then
    takes: `Annotated[float | None, OrElse(("li6ps5cl", "interface_resistance"))] = None`.

    Attributes
    ----------
    origin
        Material and property.
    unless
        Key of the same table that says the same where it is given; "" where none does.
    """

    origin: tuple[str, str]
    unless: str = ""


def origin_in(field: FieldInfo) -> tuple[str, str] | None:
    """Material and property of the data base whose value a key has where it is left out; None
    where it is none.
    """
    if isinstance(field.default, Given):
        return field.default.origin
    return next((mark.origin for mark in field.metadata if isinstance(mark, OrElse)), None)


def unit_of(table: type[Table], name: str) -> str:
    """Unit in which field `name` is held; empty where it is a pure number or no number."""
    amount = amount_of(table, name)
    return amount.unit if amount else ""


def amount_of(table: type[Table], name: str) -> Amount | None:
    """Unit and bounds of field `name`; None where it is no quantity."""
    field = table.model_fields[name]
    parts = (field.annotation, *field.metadata)
    return next((amount for part in parts for amount in amounts_in(part)), None)


def is_quantity(case: Table, key: str) -> bool:
    """Whether the dotted key of a case is a number that may have a unit, also one of an array."""
    table, name = place_of(case, key)
    return table is not None and amount_of(type(table), name) is not None


def origin_of(case: Table, key: str) -> tuple[str, str] | None:
    """Material and property of the data base that the default of a dotted key is a value of; None
    where it is none, or where the case has no such key.
    """
    table, name = place_of(case, key)
    return origin_in(type(table).model_fields[name]) if table is not None else None


def place_of(case: Table, key: str) -> tuple[Table | None, str]:
    """The table of a case in which a dotted key stands, and its field there; None for the table
    where there is no such key. A key of another kind of the table is none.
    """
    table, name = None, ""
    inner: Any = case
    for part in key.split("."):
        if isinstance(inner, Table) and part in type(inner).model_fields:
            table, name, inner = inner, part, getattr(inner, part)
        elif isinstance(inner, tuple) and part.isdecimal() and int(part) < len(inner):
            inner = inner[int(part)]
        else:
            return None, ""
    return table, name


def amounts_in(annotation) -> list[Amount]:
    """All amounts that a field type carries, at any depth."""
    if isinstance(annotation, Amount):
        return [annotation]
    return [amount for part in get_args(annotation) for amount in amounts_in(part)]
