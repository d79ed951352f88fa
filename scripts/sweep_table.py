"""Table of a sweep, from the result folders alone."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import compress
from pathlib import Path
from typing import Any

from anodex.models.errors import InputError
from anodex.models.inputs.quantities import NUMBER_AND_UNIT
from anodex.models.inputs.spelling import hint
from anodex.models.inputs.units import known_unit, units
from anodex.models.results.observable import Observable
from anodex.models.results.result import Result
from anodex.scripts.cases import as_toml
from anodex.scripts.sweep_file import Sweep, is_shown
from anodex.scripts.sweep_panels import AnyPanel


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
    """What the folders of the members hold: name -> column, starting with `member`, `state` ("done"
    or "missing") and the swept keys.

    Raises
    ------
    InputError
        When the sweep file names an observable that the system does not have.
    """
    results = [observables(directory / member.name) for member in plan.members]
    known = {name: entry.unit for result in results for name, entry in result.items()}
    columns = {
        "member": Column("member", "", [member.name for member in plan.members]),
        "state": Column("state", "", ["done" if result else "missing" for result in results]),
    }
    columns |= {
        key: parameter(key, [member.values[key] for member in plan.members], key in plan.quantities)
        for key in plan.members[0].values
    }
    if known:
        refuse_unknown(plan, known)
    for name in dict.fromkeys([*(plan.observables or known), *drawn(plan)]):
        if name in columns:
            continue
        entries = [result[name].value if name in result else None for result in results]
        columns[name] = Column(name, known.get(name, ""), entries)
    return columns


def drawn(plan: Sweep) -> list[str]:
    """Swept keys and observables that the figure shows."""
    return [name for panel in plan.panels for name in panel.roles().values()]


def refuse_unknown(plan: Sweep, known: Iterable[str]) -> None:
    """Refuse a sweep file that asks for an observable which is not among the known ones.

    Raises
    ------
    InputError
        With the nearest known name.
    """
    for name in (*plan.observables, *drawn(plan)):
        if name not in known and name not in plan.members[0].values:
            raise InputError(
                f"the sweep file asks for the observable '{name}', which the system does not "
                f"have{hint(name, known)}; correct it and "
                "give the same command again: finished members are kept"
            )


def check_observables(plan: Sweep, directory: Path) -> bool:
    """Refuse unknown observables as soon as that is sure, so that a long sweep does not run for a
    misspelt name; gives whether it was.

    Words among the swept values may decide which observables there are: a member with each
    combination of them must have finished.

    Raises
    ------
    InputError
        As `refuse_unknown` does.
    """
    known: set[str] = set()
    finished: set[tuple[str, ...]] = set()
    kinds: set[tuple[str, ...]] = set()
    for member in plan.members:
        kind = tuple(
            as_toml(value)
            for key, value in member.values.items()
            if key not in plan.quantities and type(value) not in (int, float)
        )
        kinds.add(kind)
        if result := observables(directory / member.name):
            finished.add(kind)
            known.update(result)
    if finished == kinds:
        refuse_unknown(plan, sorted(known))
    return finished == kinds


def shown_columns(plan: Sweep, panel: AnyPanel, columns: dict[str, Column]) -> dict[str, Column]:
    """The columns of the members that a panel shows."""
    shown = [is_shown(panel, member.values) for member in plan.members]
    return {
        name: replace(column, entries=list(compress(column.entries, shown)))
        for name, column in columns.items()
    }


def write_table(columns: dict[str, Column], path: Path) -> Path:
    """Write the columns as a CSV file, units in its header, and return its path."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([column.label for column in columns.values()])
        writer.writerows(zip(*(column.entries for column in columns.values()), strict=True))
    return path


def observables(folder: Path) -> dict[str, Observable]:
    """Observables of a finished member; empty when it is not finished."""
    if not (folder / "case.toml").exists():
        return {}
    result = Result(folder)
    return result.observables if result.finished else {}


def parameter(key: str, values: list[Any], quantity: bool) -> Column:
    """A swept key: a quantity as numbers in the unit of its first value, unless a word stands
    for one; anything else as it is.
    """
    found = [
        NUMBER_AND_UNIT.fullmatch(value) if isinstance(value, str) else None for value in values
    ]
    matches = [match for match in found if match]
    if quantity and len(matches) == len(values):
        unit = matches[0][2]
        return Column(key, unit, [converted(float(match[1]), match[2], unit) for match in matches])
    return Column(
        key,
        "",
        [as_toml(value) if isinstance(value, bool | list | dict) else value for value in values],
    )


def converted(number: float, unit: str, target: str) -> float:
    """`number` in another unit of the same dimension."""
    return (
        number
        if unit == target
        else units.Quantity(number, known_unit(unit, "")).to(known_unit(target, "")).magnitude
    )
