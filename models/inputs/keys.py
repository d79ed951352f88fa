"""All keys of a case and what there is to say about each: for `anodex keys` and the docs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic.fields import FieldInfo

from anodex.models.inputs.choices import Choice
from anodex.models.inputs.quantities import Amount
from anodex.models.inputs.tables import Table, amounts_in, origin_in, tables_in


@dataclass(frozen=True)
class Key:
    """A key of a case.

    Attributes
    ----------
    name
        With the tables above it: `geometry.length`; in an array of tables
        `protocol.steps[].duration`.
    meaning
        Its description.
    default
        As a case file would give it; "-" for none, "required" where there must be one.
    unit
        Internal unit of a number, "" for a pure one and for what is no number.
    allowed
        Range in that unit, or words, or what else it may be.
    only_with
        The words of a choice with which there is this key; "" where it is always there.
    origin
        Material and property of the data base that the key has a value of where it is left out.
    """

    name: str
    meaning: str
    default: str
    unit: str
    allowed: str
    only_with: str = ""
    origin: tuple[str, str] | None = None


def keys_of(model: type[Table], prefix: str = "") -> list[Key]:
    """The keys of a case, or of a table whose keys begin with `prefix`, in the order of a file."""
    found = []
    for name, field in model.model_fields.items():
        kinds = tables_in(field.annotation)
        choice = next((part for part in field.metadata if isinstance(part, Choice)), None)
        is_table = field.annotation in kinds
        if not kinds or not (choice or is_table):  # an array of tables has a default of its own
            found.append(_plain(f"{prefix}{name}", field))
        if choice:
            found += _of_choice(choice, kinds, f"{prefix}{name}.")
        elif kinds:
            found += keys_of(kinds[0], f"{prefix}{name}{'' if is_table else '[]'}.")
    return found


def _of_choice(choice: Choice, kinds: Sequence[type[Table]], prefix: str) -> list[Key]:
    """The word that chooses, then the keys of all kinds with the words that they need."""
    words = [_written(word) for kind in kinds for word in choice.words(kind)]
    meanings: list[str] = []
    needed: dict[Key, list[str]] = {}
    for kind in kinds:
        for key in keys_of(kind, prefix):
            if key.name == prefix + choice.by:
                meanings.append(key.meaning)
            else:
                needed.setdefault(key, []).extend(map(_written, choice.words(kind)))
    chosen = Key(prefix + choice.by, " ".join(meanings), words[0], "", ", ".join(words))
    return [
        chosen,
        *(
            key
            if len(needed[key]) == len(words)
            else replace(key, only_with=f"{chosen.name} = {', '.join(needed[key])}")
            for key in needed
        ),
    ]


def _plain(name: str, field: FieldInfo) -> Key:
    default = field.get_default(call_default_factory=True)
    amount = _amount(field)
    return Key(
        name,
        " ".join((field.description or "").split()),
        "required" if field.is_required() else _written(default),
        amount.unit if amount else "",
        _allowed(field, amount),
        origin=origin_in(field),
    )


def _amount(field: FieldInfo) -> Amount | None:
    """Unit and bounds of a number; whole numbers have none of their own."""
    amounts = [
        amount for part in (field.annotation, *field.metadata) for amount in amounts_in(part)
    ]
    if amounts or field.annotation is not int:
        return amounts[0] if amounts else None
    bounds = {
        kind.__name__.lower(): getattr(part, kind.__name__.lower())
        for part in field.metadata
        for kind in (Gt, Ge, Lt, Le)
        if isinstance(part, kind)
    }
    return Amount("", **bounds)


def _allowed(field: FieldInfo, amount: Amount | None) -> str:
    if amount:
        return " or ".join([amount.allowed(), *amount.words])
    if field.annotation is bool:
        return "true, false"
    if get_origin(field.annotation) is Literal:
        return ", ".join(map(_written, get_args(field.annotation)))
    if tables_in(field.annotation):
        return "tables"
    if field.annotation == tuple[str, ...]:
        return "texts"
    return "text" if field.annotation is str else "path of a file or folder"


def _written(value: Any) -> str:
    """A default as a case file would give it, for the reader of a table."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ", ".join(map(_written, value)) or "-"
    if isinstance(value, Table):
        numbers = ((getattr(value, key.name), key.unit) for key in keys_of(type(value)))
        given = [(number, unit) for number, unit in numbers if isinstance(number, float)]
        return " for ".join(f"{number:g} {unit}" for number, unit in given)
    return f"{value:g}" if isinstance(value, float) else str(value)
