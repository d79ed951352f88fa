"""In what results differ from the first of them."""

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from anodex.models.results.observable import Observable
from anodex.models.results.result import Result, shown
from anodex.models.systems.folder_state import flat

ROUND_OFF = 1e-8  # of errors of balances, which are zero but for it


@dataclass(frozen=True)
class Comparison:
    """Results side by side.

    Attributes
    ----------
    names
        Of the results: of their folders, or the paths where folders share a name.
    unfinished
        Those of them that have no observables yet.
    observables
        Name -> value and unit in each result, None where it has none.
    settings
        Rows of key and value in each result, of the keys in which they differ.
    """

    names: list[str]
    unfinished: list[str]
    observables: Mapping[str, list[Observable | None]]
    settings: list[tuple[str, ...]]

    @classmethod
    def of(cls, results: Sequence[Result]) -> Self:
        """Compare results; serial.

        Raises
        ------
        SetupError
            If a result is damaged.
        """
        folders = [result.folder for result in results]
        names = names_of(folders)
        unfinished = [name for name, one in zip(names, results, strict=True) if not one.finished]
        found = [one.observables if one.finished else {} for one in results]
        every = dict.fromkeys(name for observables in found for name in observables)
        return cls(
            names,
            unfinished,
            {name: [observables.get(name) for observables in found] for name in every},
            _settings(folders),
        )

    def observable_rows(self) -> list[tuple[str, ...]]:
        """Name, unit, value in the first result, then value and difference of each other one; what
        differs most comes first.
        """
        order = sorted(self.observables, key=lambda name: -self._size(name))
        return [self._row(name) for name in order]

    def _row(self, name: str) -> tuple[str, ...]:
        first, *others = self.observables[name]
        units = [one.unit for one in self.observables[name] if one is not None]
        cells = [_cell(first)]
        for other in others:
            cells += [_cell(other), _words(name, first, other)]
        return (name, ", ".join(dict.fromkeys(units)), *cells)

    def _size(self, name: str) -> float:
        first, *others = self.observables[name]
        return max(abs(difference(name, first, other)) for other in others)


def names_of(folders: Sequence[Path]) -> list[str]:
    """Names of folders, or their paths where some share a name."""
    stems = [folder.resolve().name for folder in folders]
    return stems if len(set(stems)) == len(stems) else list(map(str, folders))


def difference(name: str, first: Observable | None, other: Observable | None) -> float:
    """Relative difference of a number to the first one; infinite where they are not of one kind, or
    the first is zero, and 0 for balances that close but for round-off.
    """
    if first == other:
        return 0.0
    if first is None or other is None or first.unit != other.unit:
        return math.inf
    one, two = first.value, other.value
    if not isinstance(one, float) or not isinstance(two, float):
        return 0.0 if one == two else math.inf
    if name.endswith("balance_error") and max(abs(one), abs(two)) < ROUND_OFF:
        return 0.0
    return (two - one) / abs(one) if one else math.inf


def settings(folder: Path) -> dict[str, Any]:
    """Dotted key -> value of the case of a result."""
    return flat(tomllib.loads((folder / "case.toml").read_text(encoding="utf-8")))


def _words(name: str, first: Observable | None, other: Observable | None) -> str:
    found = difference(name, first, other)
    if found == 0:
        return ""
    return f"{100 * found:+.3g} %" if math.isfinite(found) else "differs"


def _cell(one: Observable | None) -> str:
    return "" if one is None else shown(one.value)


def _settings(folders: Sequence[Path]) -> list[tuple[str, ...]]:
    """The keys in which case files differ."""
    tables = [settings(folder) for folder in folders]
    return [
        (key, *(str(table.get(key, "")) for table in tables))
        for key in dict.fromkeys(key for table in tables for key in table)
        if len({repr(table.get(key)) for table in tables}) > 1
    ]
