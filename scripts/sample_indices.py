"""Indices of a sample: what each key is to blame for, as a table."""

from dataclasses import dataclass
from typing import Any

from anodex.scripts.cases import as_toml
from anodex.scripts.draws import Indices, indices
from anodex.scripts.sample_file import SamplePlan
from anodex.scripts.sweep_table import Column


@dataclass(frozen=True)
class Blame:
    """Indices of an observable where the key of `along` has one value.

    Attributes
    ----------
    station
        That key and its value; empty without one.
    found
        None where a draw has no number, or where it does not vary.
    """

    observable: str
    station: dict[str, Any]
    found: Indices | None

    @property
    def title(self) -> str:
        """Observable and station, for a picture."""
        at = [
            f"{key.rpartition('.')[2]} {value if isinstance(value, str) else as_toml(value)}"
            for key, value in self.station.items()
        ]
        return " at ".join([self.observable, *at])


def blames(plan: SamplePlan, columns: dict[str, Column]) -> list[Blame]:
    """Indices of each observable at each station."""
    given = plan.given
    return [
        Blame(name, station, indices(values, given.seed))
        for name in given.observables
        for station, values in zip(
            given.stations, plan.arranged(columns[name].entries), strict=True
        )
    ]


def index_table(plan: SamplePlan, found: list[Blame]) -> dict[str, Column]:
    """A row for each observable, station and key; empty where there are no indices."""
    along = next(iter(plan.given.along), "")
    header = ["observable", *([along] if along else []), "key", "first", "first_low", "first_high"]
    header += ["total", "total_low", "total_high"]
    rows = []
    for blame in found:
        station = [as_toml(value).strip('"') for value in blame.station.values()]
        for place, key in enumerate(plan.ranges):
            own = blame.found
            numbers = (
                [None] * 6
                if own is None
                else [
                    own.first[place],
                    *own.first_range[:, place],
                    own.total[place],
                    *own.total_range[:, place],
                ]
            )
            rows.append([blame.observable, *station, key, *numbers])
    return {
        name: Column(name, "", list(entries))
        for name, entries in zip(header, zip(*rows, strict=True), strict=True)
    }
