"""Numbers that a system reports, each declared once: history, summary and tables follow."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from anodex.models.results.history import History
from anodex.models.results.observable import Observable


@dataclass(frozen=True)
class Column:
    """A column of the history of a finished run, for a `Reduction`.

    Attributes
    ----------
    case
        The case that was run.
    times, values
        Rows of the history, shape (rows,): times [s], and the quantity in its unit.
    """

    case: Any
    times: np.ndarray
    values: np.ndarray


@dataclass(frozen=True)
class Reduction:
    """How a run makes one observable of a column.

    Attributes
    ----------
    words
        What it takes, to be followed by the words of the quantity.
    compute
        Gets the column, gives the number; None for "did not happen", nan for "has no meaning".
    unit
        Of the observable, where that is not the one of the quantity.
    """

    words: str
    compute: Callable[[Column], float | None]
    unit: str | None = None


def _largest(column: Column) -> float | None:
    return None if np.all(np.isnan(column.values)) else float(np.nanmax(column.values))


def _time_of_largest(column: Column) -> float | None:
    if np.all(np.isnan(column.values)):
        return None
    return float(column.times[np.nanargmax(column.values)])


LAST = Reduction("at the end", lambda column: float(column.values[-1]))
FIRST = Reduction("at the start", lambda column: float(column.values[0]))
LARGEST = Reduction("largest", _largest)
TIME_OF_LARGEST = Reduction("time of the largest", _time_of_largest, "s")


def time_above(words: str, limit: Callable[[Any], float]) -> Reduction:
    """First time at which a column reaches what `limit` says of the case; `words` name it."""
    return Reduction(
        f"first time above {words}",
        lambda column: first_time_above(column.times, column.values, limit(column.case)),
        "s",
    )


def first_time_above(times: np.ndarray, values: np.ndarray, limit: float) -> float | None:
    """First time at which `values` reach `limit`, by linear interpolation; None if never."""
    above = np.flatnonzero(values >= limit)
    if not above.size:
        return None
    first = int(above[0])
    if first == 0:
        return float(times[0])
    part = (limit - values[first - 1]) / (values[first] - values[first - 1])
    return float(times[first - 1] + part * (times[first] - times[first - 1]))


@dataclass(frozen=True)
class Quantity:
    """A number of the present state: a column of the history, and observables made of it.

    Attributes
    ----------
    name, unit, words
        As in files and tables; the words go on from "the".
    reduced
        Name of an observable -> how the run reduces the column to it.
    measure
        Gets what `Observer.measure` of the system gives; left out, its attribute of the same name.
        nan stands for a number that has no meaning at present.
    """

    name: str
    unit: str
    words: str
    reduced: Mapping[str, Reduction] = field(default_factory=dict)
    measure: Callable[[Any], float] | None = None

    @property
    def column(self) -> str:
        """Header of the column, `name [unit]`."""
        return f"{self.name} [{self.unit}]"

    def of(self, measured: Any) -> float:
        """The number that was measured."""
        return getattr(measured, self.name) if self.measure is None else self.measure(measured)


@dataclass(frozen=True)
class Run:
    """A run that has ended, for an `Outcome`: `run["tip_stress"]` is a column by its quantity.

    Attributes
    ----------
    case, problem
        The case, and its problem in the last state, whose solvers may be gone.
    """

    case: Any
    problem: Any
    quantities: Sequence[Quantity]
    history: History

    @cached_property
    def times(self) -> np.ndarray:
        """Of the rows [s], shape (rows,)."""
        return self.history.times

    def __getitem__(self, name: str) -> np.ndarray:
        column = next(entry.column for entry in self.quantities if entry.name == name)
        return self.history.column(column)


@dataclass(frozen=True)
class Outcome:
    """A number of a whole run that is no reduction of a single column.

    Attributes
    ----------
    compute
        Gets the `Run`; None for "did not happen", nan for "has no meaning".
    applies
        Whether a case has it; the summary of another leaves it out.
    """

    name: str
    unit: str
    words: str
    compute: Callable[[Run], float | str | None]
    applies: Callable[[Any], bool] = lambda case: True


def row_of(quantities: Iterable[Quantity], measured: Any) -> dict[str, float]:
    """Row of the history: column -> number."""
    return {quantity.column: float(quantity.of(measured)) for quantity in quantities}


def summarised(run: Run, outcomes: Iterable[Outcome]) -> dict[str, Observable]:
    """The numbers of the summary: of each quantity its reductions, then the outcomes."""
    found: dict[str, Observable] = {}
    for quantity in run.quantities:
        column = Column(run.case, run.times, run[quantity.name])
        for name, reduction in quantity.reduced.items():
            value = reduction.compute(column)
            found[name] = Observable(_meant(value), reduction.unit or quantity.unit)
    for outcome in outcomes:
        if outcome.applies(run.case):
            found[outcome.name] = Observable(_meant(outcome.compute(run)), outcome.unit)
    return found


def _meant(value: float | str | None) -> float | str | None:
    if value is None or isinstance(value, str):
        return value
    return None if np.isnan(value) else float(value)
