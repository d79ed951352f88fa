"""Values that the keys of a case take from material files, where the case leaves them out."""

import copy
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, ValidationError, WithJsonSchema
from pydantic.fields import FieldInfo

from anodex.models.inputs.choices import Choice
from anodex.models.inputs.quantities import Given, shown
from anodex.models.inputs.tables import OrElse, Table, held, origin_in, place_of, tables_in
from anodex.models.materials import Property
from anodex.models.materials.named_sets import ENDING, FileValue, of_data_base, values_of

Place = tuple[str | int, ...]  # keys, and numbers of entries
ValueOf = tuple[str, str]  # material and property
NAMES_SCHEMA = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}


def listed(given: Any) -> tuple[str, ...]:
    """The entries of `materials`, also of a single text; files by their full path.

    Raises
    ------
    ValueError
        If it is neither a text nor an array of them.
    """
    entries = [given] if isinstance(given, str) else given
    if not isinstance(entries, list | tuple) or not all(isinstance(one, str) for one in entries):
        raise ValueError(
            f"{shown(given)} names no materials; give a file that ends in {ENDING}, the name of a "
            "shipped set, or an array of them"
        )
    return tuple(str(Path(one).absolute()) if one.endswith(ENDING) else one for one in entries)


class SystemCase(Table):
    """What the cases of all systems have."""

    title: str = ""
    """What the case shows, for lists and pictures."""
    materials: Annotated[
        tuple[str, ...], BeforeValidator(listed), WithJsonSchema(NAMES_SCHEMA)
    ] = ()
    """Material files, or names of shipped sets, whose values stand in for those of the material
    data base; later ones win, and a key of the case wins over all of them."""


def from_folder(folder: Path, given: Any) -> Any:
    """The entries of `materials` with the paths of files starting from a folder."""
    if isinstance(given, list):
        return [from_folder(folder, entry) for entry in given]
    is_file = isinstance(given, str) and given.endswith(ENDING)
    return str(folder / given) if is_file else given


def material_values(case: Table) -> dict[ValueOf, FileValue]:
    """Values of the files that a case names.

    Raises
    ------
    InputError
        If a file cannot be read, or with all the mistakes in them.
    """
    return values_of(getattr(case, "materials", ()))


def completed(
    model: type[Table], data: dict, idle: Iterable[str]
) -> tuple[dict, dict[str, FileValue]]:
    """Tables of a case with the values that it leaves to the files that it names, and dotted key
    -> value of those. Files are read only where a case leaves something out: one that is written
    out needs them no more.

    Parameters
    ----------
    idle
        Keys that do nothing, and so take none.

    Raises
    ------
    InputError
        As `material_values`.
    """
    try:
        names = listed(data.get("materials", []))
    except ValueError:  # which is reported later
        names = ()
    left = dict(left_out(model, data)) if names and "materials" in model.model_fields else {}
    if not left:
        return data, {}
    values = values_of(names)
    complete, taken = copy.deepcopy(data), {}
    for path, field in left.items():
        origin, key = origin_in(field), ".".join(map(str, path))
        assert origin is not None  # as it was left out
        value = values.get(origin)
        if value is None and not isinstance(field.default, Given):
            # written out, too, so that the case no longer asks for the file
            value = of_data_base(origin)
        if value is not None and key not in idle:
            table: Any = complete
            for part in path[:-1]:
                table = table[part] if isinstance(part, int) else table.setdefault(part, {})
            table[path[-1]] = str(value.entry)
            taken[key] = value
    return complete, taken


def left_out(
    model: type[Table], data: dict, above: Place = ()
) -> Iterator[tuple[Place, FieldInfo]]:
    """Keys that a case leaves to the material data base, as the ways to them."""
    for name, field in model.model_fields.items():
        place = (*above, name)
        if name not in data and origin_in(field) and not says_otherwise(field, data):
            yield place, field
        inner = data.get(name, {} if isinstance(field.default, Table) else None)
        several = isinstance(inner, list)
        for number, entry in enumerate(inner if several else [inner]):
            kind = kind_of(field, entry)
            if kind is not None:
                yield from left_out(kind, entry, (*place, number) if several else place)


def says_otherwise(field: FieldInfo, data: dict) -> bool:
    """Whether a table has a key that takes the place of one that it leaves out."""
    return any(isinstance(mark, OrElse) and mark.unless in data for mark in field.metadata)


def kind_of(field: FieldInfo, given: Any) -> type[Table] | None:
    """Which table a file gives for a field; None for what is none, or of a kind that is not known,
    which is reported later.
    """
    kinds = tables_in(field.annotation)
    if not isinstance(given, dict):
        return None
    choice = next((mark for mark in field.metadata if isinstance(mark, Choice)), None)
    if choice is not None:
        return choice.chosen(kinds, given)
    return kinds[0] if len(kinds) == 1 else None


def forget_taken(case: Table, taken: Iterable[str]) -> None:
    """Let keys count as left out that have taken their value from a file."""
    for key in taken:
        table, name = place_of(case, key)
        if table is not None:
            table.model_fields_set.discard(name)


def without_left_out(case: Table, data: dict) -> dict:
    """Tables of a case written out without what it leaves to the material data base, so that they
    may name other files.
    """
    shorter = copy.deepcopy(data)
    for key in keys_with_origin(case):
        if key.left_out:
            *above, last = key.name.split(".")
            inner: Any = shorter
            for part in above:
                inner = inner[int(part)] if isinstance(inner, list) else inner[part]
            inner.pop(last, None)
    return shorter


@dataclass(frozen=True)
class HeldKey:
    """A key of a case that has a value of the data base where it is left out.

    Attributes
    ----------
    name
        Dotted, from the top of the case.
    origin
        Material and property.
    table, field
        Where it stands.
    """

    name: str
    origin: ValueOf
    table: Table
    field: str

    @property
    def left_out(self) -> bool:
        """Whether the case leaves it out."""
        return self.field not in self.table.model_fields_set

    def holds(self, entry: Property) -> bool:
        """Whether the case has that value of the data base, or of a file, here."""
        value = getattr(self.table, self.field)
        try:
            return value == held(type(self.table), self.field, str(entry))
        except ValidationError:  # one that this key does not allow
            return False


def keys_with_origin(table: Table, prefix: str = "") -> Iterator[HeldKey]:
    """All keys of a case that have a value of the data base where they are left out."""
    for name, field in type(table).model_fields.items():
        if origin := origin_in(field):
            yield HeldKey(f"{prefix}{name}", origin, table, name)
        value = getattr(table, name)
        if isinstance(value, Table):
            yield from keys_with_origin(value, f"{prefix}{name}.")
        elif isinstance(value, tuple):
            for number, entry in enumerate(value):
                if isinstance(entry, Table):
                    yield from keys_with_origin(entry, f"{prefix}{name}.{number}.")


def status(key: HeldKey, value: FileValue) -> str:
    """What a key does with a value of a file, in words: its name where it takes it."""
    if not key.left_out:
        return f"not {key.name}: written in the case"
    return key.name if key.holds(value.entry) else f"not {key.name}: does nothing in this case"
