"""Table of a sweep, from the result folders alone."""

import csv
import json
from dataclasses import dataclass, replace
from itertools import compress
from pathlib import Path
from typing import Any

from anodex.models.errors import InputError
from anodex.models.inputs.quantities import NUMBER_AND_UNIT, known_unit, units
from anodex.models.inputs.spelling import hint
from anodex.scripts.sweep_file import Sweep, as_toml, is_shown
from anodex.scripts.sweep_panels import Panel


@dataclass(frozen=True)
class Column:
    """A named column: one entry for each member, None where there is no result."""

    name: str
    unit: str
    entries: list[Any]

    @property
    def label(self) -> str:
        """Name with unit."""
        return f"{self.name} [{self.unit}]" if self.unit else self.name


def read_columns(plan: Sweep, directory: Path) -> dict[str, Column]:
    """What the folders of the members hold: name -> column, starting with `member`, `state` ("done" or "missing") and the swept keys.

    Raises
    ------
    InputError
        When the sweep file names an observable that the system does not have.
    """
    results = [observables(directory / member.name) for member in plan.members]
    known = {name: entry["unit"] for result in results for name, entry in result.items()}
    columns = {
        "member": Column("member", "", [member.name for member in plan.members]),
        "state": Column("state", "", ["done" if result else "missing" for result in results]),
    }
    columns |= {key: parameter(key, [member.values[key] for member in plan.members]) for key in plan.members[0].values}
    drawn = [name for panel in plan.panels for name in panel.roles().values()]
    for name in dict.fromkeys([*(plan.observables or known), *drawn]):
        if name in columns:
            continue
        if known and name not in known:
            raise InputError(f"the sweep file asks for the observable '{name}', which the system does not have{hint(name, known)}")
        columns[name] = Column(name, known.get(name, ""), [result.get(name, {}).get("value") for result in results])
    return columns


def shown_columns(plan: Sweep, panel: Panel, columns: dict[str, Column]) -> dict[str, Column]:
    """The columns of the members that a panel shows."""
    shown = [is_shown(panel, member.values) for member in plan.members]
    return {name: replace(column, entries=list(compress(column.entries, shown))) for name, column in columns.items()}


def write_table(columns: dict[str, Column], path: Path) -> Path:
    """Write the columns as a CSV file, units in its header, and return its path."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([column.label for column in columns.values()])
        writer.writerows(zip(*(column.entries for column in columns.values()), strict=True))
    return path


def observables(folder: Path) -> dict[str, dict[str, Any]]:
    """Observables of a finished member; empty when it is not finished."""
    summary = folder / "summary.json"
    return json.loads(summary.read_text(encoding="utf-8"))["observables"] if summary.exists() else {}


def parameter(key: str, values: list[Any]) -> Column:
    """A swept key as numbers in the unit of its first value, or as text where it is not a quantity."""
    found = [NUMBER_AND_UNIT.fullmatch(value) if isinstance(value, str) else None for value in values]
    if all(found):
        unit = found[0][2]
        return Column(key, unit, [converted(float(match[1]), match[2], unit) for match in found])
    return Column(key, "", [as_toml(value) if isinstance(value, bool | list | dict) else value for value in values])


def converted(number: float, unit: str, target: str) -> float:
    """`number` in another unit of the same dimension."""
    return number if unit == target else units.Quantity(number, known_unit(unit, "")).to(known_unit(target, "")).magnitude
