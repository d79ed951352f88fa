"""Reading and writing case files."""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from anodex.models import registry
from anodex.models.errors import InputError
from anodex.models.inputs.mistakes import all_of, explained, located
from anodex.models.inputs.overrides import override
from anodex.models.inputs.quantities import shown
from anodex.models.inputs.spelling import hint
from anodex.models.inputs.tables import IdleError, Table, remember_given, tables_in, unit_of
from anodex.models.inputs.taken import completed, forget_taken, from_folder
from anodex.models.inputs.tomlfile import read_toml
from anodex.models.materials.named_sets import FileValue

# Commands that run many cases, and the tables of their files.
STUDIES = ("sweep", "sample", "optimise")


def read_case(path: str | Path, overrides: Sequence[str] = ()) -> Table:
    """The validated case of a file; relative paths in it start from its folder, those of
    `overrides` from where the command runs.

    Parameters
    ----------
    path
        A TOML file.
    overrides
        Changes as the command line gives them, see `override`.

    Returns
    -------
    The `Case` of the system that the file names.

    Raises
    ------
    InputError
        If the file cannot be read, or with all the mistakes in it.
    """
    data = read_toml(path)
    model = registry.load(system_name(override(data, overrides), str(path))).part("case")
    folder = Path(path).absolute().parent
    data = with_paths_from(folder, data, [model])
    if "materials" in data:
        data["materials"] = from_folder(folder, data["materials"])
    return parse_case(override(data, overrides), str(path))


def with_paths_from(folder: Path, data: dict, models: Sequence[type[Table]]) -> dict:
    """Copy of a table of a case file in which the relative paths start from `folder`; `models`
    are the kinds that the table may be of.
    """

    def complete(value, kinds: list[type[Table]], is_path: bool):
        if isinstance(value, dict):
            return with_paths_from(folder, value, kinds)
        if isinstance(value, list):
            return [complete(entry, kinds, is_path) for entry in value]
        return str(folder / value) if is_path and isinstance(value, str) else value

    annotations = {
        key: [model.model_fields[key].annotation for model in models if key in model.model_fields]
        for key in data
    }  # none for an unknown key, which is reported later
    return {
        key: complete(
            value,
            [table for annotation in annotations[key] for table in tables_in(annotation)],
            any(
                annotation is Path or Path in get_args(annotation)
                for annotation in annotations[key]
            ),
        )
        for key, value in data.items()
    }


def parse_case(data: dict, origin: str) -> Table:
    """The validated case of tables already read; `origin` says in errors where they come from.

    Raises
    ------
    InputError
        With all mistakes in `data`, a line each.
    """
    model = registry.load(system_name(data, origin)).part("case")
    idle: set[str] = set()
    while True:
        try:
            complete, taken = completed(model, data, idle)
        except InputError as error:
            raise InputError(f"{origin}: key 'materials': {error}") from None
        try:
            # As JSON, an array of the file may become a tuple while text, whole numbers and
            # true/false never stand in for each other.
            case = model.model_validate_json(json.dumps(complete, default=str), strict=True)
        except ValidationError as error:
            found = error.errors()
        else:
            remember_given(case, complete)
            forget_taken(case, taken)
            return case
        # What does nothing in this case keeps its default, rather than take a value of a file.
        refused = idle_keys(found) & taken.keys()
        if not refused:
            break
        idle |= refused
    # Sorted, as the order of the findings changes between versions of pydantic.
    mistakes = sorted(
        explained(model, complete, mistake) + told_by(complete, mistake, taken) for mistake in found
    )
    raise InputError(all_of(mistakes, origin))


def idle_keys(mistakes: Iterable[ErrorDetails]) -> set[str]:
    """Keys that pydantic's findings say do nothing."""
    errors = (mistake.get("ctx", {}).get("error") for mistake in mistakes)
    return {key for error in errors if isinstance(error, IdleError) for key in error.keys}


def told_by(data: dict, mistake: ErrorDetails, taken: Mapping[str, FileValue]) -> str:
    """End of a message about a value that a case takes from a material file: which one."""
    path, _ = located(data, mistake["loc"])
    value = taken.get(".".join(map(str, path)))
    return f" (a value of {value.given_by})" if value else ""


def system_name(data: dict, origin: str) -> str:
    """The known system that a case names."""
    table = data.get("system", {})
    name = table.get("name") if isinstance(table, dict) else None
    study = next((kind for kind in STUDIES if isinstance(data.get(kind), dict)), None)
    if name is None and study:
        raise InputError(
            f"{origin}: asks for many runs of a case; run it with `anodex {study} {origin}`"
        )
    if name is None:
        raise InputError(
            f"{origin}: key 'system.name': missing; write [system] and name = \"...\"; known: "
            f"{', '.join(registry.names())}"
        )
    if not isinstance(name, str) or name not in registry.names():
        raise InputError(
            f"{origin}: key 'system.name': {shown(name)} is no "
            f"system{hint(str(name), registry.names())}"
        )
    return name


def write_case(case: Table, as_given: bool = True) -> str:
    """TOML text of a case with its defaults written out; reading it gives an equal case.

    Parameters
    ----------
    as_given
        Write quantities in the units in which they were given; else all in the internal ones, so
        that equal cases give one text.
    """
    return "\n".join(lines(case, "", as_given)).lstrip("\n") + "\n"


def lines(table: Table, name: str, as_given: bool) -> list[str]:
    """Lines of the table called `name`: plain values first, as TOML demands, then the tables in
    it, each after an empty line.
    """
    plain, nested = [], []
    for key in type(table).model_fields:
        value = getattr(table, key)
        full_name = f"{name}.{key}" if name else key
        if isinstance(value, Table):
            nested += ["", f"[{full_name}]", *lines(value, full_name, as_given)]
        elif (
            isinstance(value, tuple | list)
            and value
            and all(isinstance(entry, Table) for entry in value)
        ):
            for entry in value:
                nested += ["", f"[[{full_name}]]", *lines(entry, full_name, as_given)]
        elif as_given and (written := table.as_given(key)) is not None:
            plain.append(f"{key} = {toml_text(written, unit='')}")
        elif value is not None:
            plain.append(f"{key} = {toml_text(value, unit_of(type(table), key))}")
    return plain + nested


def toml_text(value, unit: str) -> str:
    """A value in TOML, with its unit where it has one; floats with all the digits that bring
    back the same float.
    """
    if isinstance(value, tuple | list):
        return f"[{', '.join(toml_text(entry, unit) for entry in value)}]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f'"{value!r} {unit}"' if unit else repr(value)
    # JSON escapes are TOML escapes, except that TOML forbids a plain DEL character.
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
