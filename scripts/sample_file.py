"""What the file of a sample says, and the cases that follow from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import Field, model_validator

from anodex.models.errors import InputError
from anodex.models.inputs.tables import Table
from anodex.scripts.cases import as_overrides, open_case
from anodex.scripts.draws import shares
from anodex.scripts.key_ranges import Range, read_ranges, refuse_unknown_key
from anodex.scripts.study_file import case_of_study, parse_study, read_study
from anodex.scripts.sweep_file import MOST_MEMBERS, Sweep, Variation, checked_members


class Sample(Table):
    """The table `[sample]`: a case, the keys that are in doubt, and what is asked."""

    title: str = ""
    case: str
    number: Annotated[int, Field(ge=2, le=4096)] = 64  # points
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0
    # each point then has as many draws more as there are keys, and one
    indices: bool = True
    observables: tuple[str, ...] = Field(min_length=1)
    curves: tuple[str, ...] = ()  # columns of the history
    # what changes in the case before; the command line wins
    set: dict[str, Any] = Field(default={})
    # key -> two values, or "database"
    keys: dict[str, Any] = Field(min_length=1)
    # one key -> values for each of which all is drawn
    along: dict[str, list[Any]] = Field(default={}, max_length=1)

    @model_validator(mode="after")
    def _fits(self):
        if self.number & (self.number - 1):
            raise ValueError(
                f"number is {self.number}; points of Sobol's sequence are even in powers of two "
                f"only: give {2 ** (self.number.bit_length() - 1)} or "
                f"{2 ** self.number.bit_length()}"
            )
        if self.indices and len(self.keys) == 1:
            raise ValueError(
                "one key alone has all the variance; give more keys, or indices = false"
            )
        for key, values in self.along.items():
            if key in self.keys:
                raise ValueError(f"'{key}' stands in keys and in along; leave one out")
            if len(values) < 2:
                raise ValueError(f"along.'{key}' needs two values or more")
        if self.along and self.curves:
            raise ValueError(
                "bands are drawn along a key or along the time; leave out along or curves"
            )
        if self.runs > MOST_MEMBERS:
            raise ValueError(
                f"this takes {self.runs} runs; allowed are {MOST_MEMBERS}; give fewer points, "
                "fewer keys or fewer values of along"
            )
        return self

    @property
    def draws(self) -> int:
        """Draws of each point."""
        return len(self.keys) + 2 if self.indices else 1

    @property
    def stations(self) -> list[dict[str, Any]]:
        """What is set besides the draws: each value of along in turn, or nothing once."""
        return [{key: value} for key, values in self.along.items() for value in values] or [{}]

    @property
    def runs(self) -> int:
        """How many runs it takes."""
        return self.number * self.draws * len(self.stations)


class SampleFile(Table):
    """The file of a sample."""

    sample: Sample


@dataclass(frozen=True)
class SamplePlan:
    """A file of a sample with all its members checked.

    Attributes
    ----------
    members
        Station by station, in each point by point, in each the draws of `shares`.
    """

    given: Sample
    ranges: dict[str, Range]
    members: Sweep

    def arranged(self, entries: Sequence[Any]) -> np.ndarray:
        """An entry for each member as floats of shape (stations, points, draws), nan for None."""
        given = self.given
        shape = (len(given.stations), given.number, given.draws)
        return np.array(entries, dtype=float).reshape(shape)


def read_sample(path: Path, overrides: Sequence[str] = ()) -> SamplePlan:
    """Read the file of a sample and check every member; `overrides` change the case first.

    Raises
    ------
    InputError
        For the file, for keys without a range, or for all members whose case is wrong.
    """
    data = read_study(path, "sample")
    given = parse_study(SampleFile, data, data, str(path)).sample
    settings = [*as_overrides(given.set), *overrides]
    case = open_case(case_of_study(path, given.case), settings)
    ranges = read_ranges(case, given.keys, str(path))
    for key in given.along:
        refuse_unknown_key(case, key, f"{path}: key 'sample.along'")
    drawn = shares(given.number, len(ranges), given.seed, given.indices).reshape(-1, len(ranges))
    rows = [
        station
        | {
            key: own.written(own.at(share))
            for (key, own), share in zip(ranges.items(), row, strict=True)
        }
        for station in given.stations
        for row in drawn
    ]
    lists = {key: [row[key] for row in rows] for key in rows[0]}
    variation = Variation.model_construct(case=given.case, mode="list", set=lists)
    members, quantities = checked_members(case, variation, (), str(path))
    title = given.title or path.stem
    return SamplePlan(given, ranges, Sweep(title, members, given.observables, (), quantities))


def refuse_words(name: str, entries: Sequence[Any]) -> None:
    """Refuse an observable that is a word.

    Raises
    ------
    InputError
        With its name.
    """
    words = [entry for entry in entries if isinstance(entry, str)]
    if words:
        raise InputError(
            f"the observable '{name}' is '{words[0]}', no number, so it has no spread; leave it "
            "out of sample.observables"
        )
