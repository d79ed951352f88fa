"""Material files: values of one's own, or of a paper, in place of those of the data base."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from anodex.models.errors import InputError
from anodex.models.inputs.mistakes import all_of, explained
from anodex.models.inputs.quantities import Amount, shown
from anodex.models.inputs.spelling import hint
from anodex.models.inputs.tables import Table
from anodex.models.inputs.tomlfile import read_toml
from anodex.models.materials import MATERIALS
from anodex.models.materials.material import Material
from anodex.models.materials.property import Origin, Property
from anodex.models.materials.takers import takers

WORDS = tuple(origin.name.lower() for origin in Origin)


class Entry(Table):
    """A value as a file gives it; numbers are read in the unit of the data base."""

    value: Any
    range: Any
    source: str
    origin: Literal[WORDS]  # type: ignore  # words that the data base has
    note: str = ""


def read_material_file(path: Path) -> dict[str, Material]:
    """Name -> material of a file, with the properties that it gives.

    Raises
    ------
    InputError
        If the file cannot be read, or with all the mistakes in it.
    """
    data = read_toml(path)
    found: dict[str, Material] = {}
    wrong: list[str] = [] if data else ["holds no values; write [nril.young_modulus] and its keys"]
    for name, given in data.items():
        if name not in MATERIALS:
            wrong.append(f"material '{name}': unknown{hint(name, MATERIALS)}")
        elif not isinstance(given, dict):
            wrong.append(f"material '{name}': {shown(given)} is no table; write [{name}.PROPERTY]")
        else:
            found[name] = _material(name, given, wrong)
    if wrong:
        raise InputError(all_of(wrong, str(path)))
    return found


def _material(name: str, given: Mapping[str, Any], wrong: list[str]) -> Material:
    """A material of a file; what is wrong with it joins the mistakes."""
    allowed = [other for material, other in takers() if material == name]
    found = dict(_likened(name, given, allowed, wrong))
    title = given.get("title", MATERIALS[name].title)
    if not isinstance(title, str):
        wrong.append(f"key '{name}.title': {shown(title)} is no text")
    for key, entry in given.items():
        if key in ("title", "like"):
            continue
        place = f"{name}.{key}"
        if key not in MATERIALS[name]:
            wrong.append(f"key '{place}': unknown{hint(key, [*allowed, 'title', 'like'])}")
        elif key not in allowed:
            others = f"; others of {name} are: {', '.join(allowed)}" if allowed else ""
            wrong.append(
                f"key '{place}': no key of a case takes this value, which is a constant of the "
                f"models or for information; leave it out{others}"
            )
        elif not isinstance(entry, dict):
            wrong.append(
                f"key '{place}': {shown(entry)} is no table; write [{place}] and value, range, "
                "source and origin below"
            )
        else:
            mistakes, value = _property(entry, MATERIALS[name][key])
            wrong += [mistake.replace("key '", f"key '{place}.", 1) for mistake in mistakes]
            if value is not None:
                found[key] = value
    return Material(name, str(title), found)


def _likened(
    name: str, given: Mapping[str, Any], allowed: list[str], wrong: list[str]
) -> Iterator[tuple[str, Property]]:
    """The values of another material of the data base that are to stand in for those of this."""
    other = given.get("like", name)
    if other not in MATERIALS:
        wrong.append(
            f"key '{name}.like': {shown(other)} is no material{hint(str(other), MATERIALS)}"
        )
    elif other != name:
        yield from ((key, MATERIALS[other][key]) for key in allowed if key in MATERIALS[other])


def _property(entry: dict[str, Any], known: Property) -> tuple[list[str], Property | None]:
    """What is wrong with an entry, and the property where nothing is."""
    wrong = []
    try:
        Entry.model_validate(entry, strict=True)
    except ValidationError as error:
        wrong += sorted(explained(Entry, entry, mistake) for mistake in error.errors())
    ends = entry.get("range", [])
    if "range" in entry and not (isinstance(ends, list) and len(ends) == 2):
        wrong.append(
            f"key 'range': {shown(ends)} is no range; give the lowest and the highest value"
        )
        ends = []
    numbers = []
    for key, written in [("value", entry.get("value")), *(("range", end) for end in ends)]:
        try:
            if key in entry:
                numbers.append(float(Amount(known.unit).parse(written)))
        except ValueError as error:
            wrong.append(f"key '{key}': {error}")
    if wrong:
        return wrong, None
    value, low, high = numbers
    try:
        return [], Property(
            value=value,
            unit=known.unit,
            low=low,
            high=high,
            source=entry["source"],
            origin=Origin[entry["origin"].upper()],
            note=entry.get("note", ""),
        )
    except ValueError as error:
        return [f"key '{'value' if entry['source'].strip() else 'source'}': {error}"], None
