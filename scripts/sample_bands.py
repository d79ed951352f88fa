"""Bands: how far the draws of a sample lie apart, along the time or along a key."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from anodex.models.errors import InputError
from anodex.models.inputs.spelling import hint
from anodex.models.results.history import TIME, read_history
from anodex.scripts.sample_file import SamplePlan, refuse_words
from anodex.scripts.sweep_table import Column, observables

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
TIMES = 101  # at which histories are compared
INDEPENDENT = 2  # first draws of each point, which do not share a key


@dataclass(frozen=True)
class Band:
    """Quantiles of a number along x.

    Attributes
    ----------
    name, unit
        Of the number.
    x
        Name, unit and entries of the axis.
    values
        Shape (quantiles, len(x)); nan where no draw has a number.
    counts
        Draws that have one, shape (len(x),).
    """

    name: str
    unit: str
    x: Column
    values: np.ndarray
    counts: np.ndarray


def band(name: str, unit: str, x: Column, draws: np.ndarray) -> Band:
    """The band of draws of shape (draws, len(x)), nan for none."""
    counts = np.isfinite(draws).sum(axis=0)
    values = np.full((len(QUANTILES), draws.shape[1]), np.nan)
    for place in np.flatnonzero(counts):
        kept = draws[:, place]
        values[:, place] = np.quantile(kept[np.isfinite(kept)], QUANTILES)
    return Band(name, unit, x, values, counts)


def bands_along_key(plan: SamplePlan, columns: dict[str, Column]) -> list[Band]:
    """A band of each observable along the key of `along`; without one, a band of one place."""
    key = next(iter(plan.given.along), None)
    step = plan.given.number * plan.given.draws
    x = Column("all draws", "", [""])
    if key:
        x = Column(key, columns[key].unit, columns[key].entries[::step])
    found = []
    for name in plan.given.observables:
        refuse_words(name, columns[name].entries)
        draws = plan.arranged(columns[name].entries)[:, :, :INDEPENDENT]
        found.append(band(name, columns[name].unit, x, draws.reshape(len(draws), -1).T))
    return found


def check_curves(plan: SamplePlan, directory: Path) -> bool:
    """Refuse curves that the history does not have as soon as a member has finished; gives whether
    one has.

    Raises
    ------
    InputError
        With the nearest column that there is.
    """
    if not plan.given.curves:
        return True
    found = _histories(plan, directory)
    first = next(found, None)
    if first is not None:
        known = {label.partition(" [")[0] for label in first if label != TIME}
        for name in plan.given.curves:
            if name not in known:
                raise InputError(
                    f"the file asks for the curve '{name}', which the history does not "
                    f"have{hint(name, sorted(known))}; correct it and give the same command again: "
                    "finished members are kept"
                )
    return first is not None


def bands_along_time(plan: SamplePlan, directory: Path) -> list[Band]:
    """A band of each column of the history that the file names; a run that has ended earlier has
    no number any more.
    """
    histories = list(_histories(plan, directory)) if plan.given.curves else []
    if not histories:
        return []
    times = np.linspace(0, max(history[TIME][-1] for history in histories), TIMES)
    x = Column("time", "s", list(times))
    labels = {label.partition(" [")[0]: label for label in histories[0]}
    found = []
    for name in plan.given.curves:
        label = labels[name]
        draws = [
            np.interp(times, history[TIME], history[label], left=np.nan, right=np.nan)
            for history in histories
        ]
        found.append(band(name, label.partition(" [")[2].rstrip("]"), x, np.array(draws)))
    return found


def _histories(plan: SamplePlan, directory: Path) -> Iterator[dict[str, np.ndarray]]:
    """Of the finished members that do not share a key with others."""
    names = np.array([member.name for member in plan.members.members])
    for name in dict.fromkeys(names.reshape(-1, plan.given.draws)[:, :INDEPENDENT].ravel()):
        if observables(directory / name):
            yield read_history(directory / name / "history.csv")


def band_table(bands: Sequence[Band]) -> dict[str, Column]:
    """All bands as columns: what, x, its quantiles and how many draws they are of."""
    rows: list[list[Any]] = [
        [found.name, found.unit, found.x.label, x, *values, int(count)]
        for found in bands
        for x, values, count in zip(found.x.entries, found.values.T, found.counts, strict=True)
    ]
    header = ["name", "unit", "along", "at", *(f"{100 * q:g} %" for q in QUANTILES), "draws"]
    return {
        name: Column(name, "", [_or_none(row[place]) for row in rows])
        for place, name in enumerate(header)
    }


def _or_none(entry: Any) -> Any:
    return None if isinstance(entry, float) and np.isnan(entry) else entry
