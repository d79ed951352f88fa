"""Table and figure of a sweep, from the result folders alone."""

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anodex.models.errors import InputError
from anodex.models.inputs.quantities import NUMBER_AND_UNIT, known_unit, units
from anodex.models.inputs.spelling import hint
from anodex.scripts.sweep_file import Axes, Sweep, as_toml


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


def write_table(plan: Sweep, directory: Path) -> list[Path]:
    """Write `sweep.csv` and, when the sweep file asks for it, `figures/sweep.png`; returns the files.

    Raises
    ------
    InputError
        When the sweep file names an observable that the system does not have.
    """
    results = [observables(directory / member.name) for member in plan.members]
    known = {name: entry["unit"] for result in results for name, entry in result.items()}
    columns = {key: parameter(key, [member.values[key] for member in plan.members]) for key in plan.members[0].values}
    axes = [plan.axes.x, plan.axes.y] if plan.axes else []
    for name in dict.fromkeys([*(plan.observables or known), *axes]):
        if name in columns:
            continue
        if known and name not in known:
            raise InputError(f"the sweep file asks for the observable '{name}', which the system does not have{hint(name, known)}")
        columns[name] = Column(name, known.get(name, ""), [result.get(name, {}).get("value") for result in results])

    table = directory / "sweep.csv"
    states = ["done" if result else "missing" for result in results]
    with table.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["member", "state", *(column.label for column in columns.values())])
        writer.writerows(
            zip([member.name for member in plan.members], states, *(column.entries for column in columns.values()), strict=True)
        )
    if plan.axes is None or not known:
        return [table]
    figure = directory / "figures" / "sweep.png"
    figure.parent.mkdir(exist_ok=True)
    draw(plan.title, plan.axes, columns, figure)
    return [table, figure]


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
    return Column(key, "", [value if isinstance(value, int | float | str) else as_toml(value) for value in values])


def converted(number: float, unit: str, target: str) -> float:
    """`number` in another unit of the same dimension."""
    return number if unit == target else units.Quantity(number, known_unit(unit, "")).to(known_unit(target, "")).magnitude


def draw(title: str, axes: Axes, columns: dict[str, Column], path: Path) -> None:
    """Draw y against x, one curve for each value of the group, or of all other swept keys when no group is named."""
    from matplotlib.figure import Figure

    x, y = columns[axes.x], columns[axes.y]
    figure = Figure(figsize=(6, 4), layout="constrained")
    plot = figure.add_subplot(title=title, xlabel=x.label, ylabel=y.label, xscale=axes.x_scale, yscale=axes.y_scale)
    group = columns[axes.group] if axes.group else None
    labels = group.entries if group else [""] * len(x.entries)
    for label in dict.fromkeys(labels):
        points = [
            (a, b) for a, b, own in zip(x.entries, y.entries, labels, strict=True) if own == label and a is not None and b is not None
        ]
        if all(isinstance(a, int | float) for a, _ in points):
            points.sort()
        plot.plot(*zip(*points, strict=True), "o-", label=f"{label:g} {group.unit}" if isinstance(label, float) else str(label))
    if group:
        plot.legend(title=group.name)
    plot.grid(alpha=0.3)
    figure.savefig(path, dpi=200)
