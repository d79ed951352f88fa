"""What the file of an optimisation says."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field, model_validator

from anodex.models.errors import InputError
from anodex.models.inputs.tables import Table, amount_of, place_of
from anodex.scripts.cases import as_overrides, open_case
from anodex.scripts.key_ranges import Range, read_ranges
from anodex.scripts.study_file import case_of_study, parse_study, read_study
from anodex.scripts.sweep_table import converted

KEPT = 1e-6  # of a limit: violations below it are round-off of the optimiser


class Limits(Table):
    """What an observable must keep to, in its own unit."""

    least: float | None = None
    most: float | None = None

    @model_validator(mode="after")
    def _says_something(self):
        if self.least is None and self.most is None:
            raise ValueError("a constraint gives the least value, the most, or both")
        return self

    def slacks(self, value: float) -> list[float]:
        """How far inside each limit a value lies, over the larger limit; negative beyond."""
        given = [limit for limit in (self.least, self.most) if limit is not None]
        scale = max(map(abs, given)) or 1.0
        above = [] if self.least is None else [(value - self.least) / scale]
        return above if self.most is None else [*above, (self.most - value) / scale]

    def kept(self, value: float) -> bool:
        """Whether a value keeps to them, but for round-off."""
        return all(slack >= -KEPT for slack in self.slacks(value))


class Optimise(Table):
    """The table `[optimise]`: a case, the keys that may change, and what is wanted."""

    title: str = ""
    case: str
    observable: str
    sense: Literal["max", "min"]
    # "search" needs no gradients; "gradient" takes them by differences and wants a smooth number
    method: Literal["search", "gradient"] = "search"
    tolerance: Annotated[float, Field(gt=0, le=0.1)] = 1e-3  # of the ranges
    step: Annotated[float, Field(gt=0, le=0.1)] = 1e-3  # of differences, in ranges
    runs: Annotated[int, Field(ge=1, le=10_000)] = 200  # at most
    # what changes in the case before; the command line wins
    set: dict[str, Any] = Field(default={})
    keys: dict[str, Any] = Field(min_length=1)
    constraints: dict[str, Limits] = Field(default={})


class OptimiseFile(Table):
    """The file of an optimisation."""

    optimise: Optimise


@dataclass(frozen=True)
class OptimisePlan:
    """A file of an optimisation, checked.

    Attributes
    ----------
    case
        From whose values the search starts.
    start
        These as shares of the ranges, shape (keys,).
    """

    given: Optimise
    title: str
    origin: str
    case: Table
    ranges: dict[str, Range]
    start: np.ndarray

    @property
    def observables(self) -> tuple[str, ...]:
        """The number that is wanted, then those of the constraints."""
        return tuple(dict.fromkeys([self.given.observable, *self.given.constraints]))

    def values(self, shares: np.ndarray) -> dict[str, Any]:
        """Values of the keys as a case file gives them, with twelve digits."""
        numbers = (
            float(f"{own.low + share * (own.high - own.low):.12g}")
            for own, share in zip(self.ranges.values(), shares, strict=True)
        )
        return {
            key: own.written(number)
            for (key, own), number in zip(self.ranges.items(), numbers, strict=True)
        }


def read_optimise(path: Path, overrides: Sequence[str] = ()) -> OptimisePlan:
    """Read the file of an optimisation; `overrides` change the case first.

    Raises
    ------
    InputError
        For the file or the case, and where the case lies outside the ranges.
    """
    data = read_study(path, "optimise")
    given = parse_study(OptimiseFile, data, data, str(path)).optimise
    settings = [*as_overrides(given.set), *overrides]
    case = open_case(case_of_study(path, given.case), settings)
    ranges = read_ranges(case, given.keys, str(path))
    start = [_share(case, key, own, f"{path}: key '{key}'") for key, own in ranges.items()]
    return OptimisePlan(
        given, given.title or path.stem, str(path), case, ranges, np.array(start, dtype=float)
    )


def _share(case: Table, key: str, own: Range, origin: str) -> float:
    """Where the value of a case lies between the ends of a range."""
    table, name = place_of(case, key)
    assert table is not None  # the range was read
    amount, value = amount_of(type(table), name), getattr(table, name)
    if isinstance(value, tuple) and (last := key.rpartition(".")[2]).isdecimal():
        value = value[int(last)]
    if amount is None or not isinstance(value, float):
        raise InputError(
            f"{origin}: is {value!r} in the case, which is no number to start from; give one there"
        )
    if bool(amount.unit) != bool(own.unit):
        raise InputError(f"{origin}: its values need a unit, such as '{amount.unit or '1'}'")
    number = converted(value, amount.unit, own.unit) if own.unit else value
    if not own.low <= number <= own.high:
        raise InputError(
            f"{origin}: the search starts from the case, where it is {number:g} {own.unit}; that "
            f"lies outside {own.low:g} to {own.high:g} {own.unit}"
        )
    return (number - own.low) / (own.high - own.low)
