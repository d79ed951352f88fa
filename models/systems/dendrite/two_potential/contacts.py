"""Contacts between lithium and the counter electrode, from the history of a run."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

SAMPLES = 10_001  # at even times, as rows are close together where the run is difficult


@dataclass(frozen=True)
class Contacts:
    """When lithium touched the counter electrode.

    Attributes
    ----------
    times
        Ascending [s], shape (rows,).
    touching
        1 in contact, 0 without, shape (rows,).
    voltages
        Of the cell [V], shape (rows,).
    """

    times: np.ndarray
    touching: np.ndarray
    voltages: np.ndarray

    @cached_property
    def changes(self) -> np.ndarray:
        """Times at which a contact was made or lost, in turn [s], the first one made."""
        closed = np.concatenate([[0.0], self.touching])
        return self.times[np.flatnonzero(np.diff(closed))]

    @property
    def events(self) -> int:
        """How often a contact was made or lost."""
        return len(self.changes)

    @property
    def first(self) -> float | None:
        """Time of the first contact [s]; None without."""
        return float(self.changes[0]) if self.events else None

    @property
    def duration(self) -> float | None:
        """Median duration of the contacts that ended [s]; None without."""
        return _median(np.diff(self.changes)[::2])

    @property
    def gap(self) -> float | None:
        """Median time from the end of a contact to the next [s]; None without."""
        return _median(np.diff(self.changes)[1::2])

    @property
    def duty(self) -> float:
        """Share of the time after the first contact that there is one."""
        if self.first is None or self.first == self.times[-1]:
            return 0.0
        bounds = np.append(self.changes, self.times[-1])
        return float(np.diff(bounds)[::2].sum() / (self.times[-1] - self.first))

    def voltage(self, before: bool) -> tuple[float, float] | tuple[None, None]:
        """Mean and standard deviation in time of the cell voltage [V] before or after the first
        contact; None where there is no such time.
        """
        start, end = float(self.times[0]), float(self.times[-1])
        first = end if self.first is None else self.first
        start, end = (start, first) if before else (first, end)
        if end <= start or np.isnan(self.voltages).any():
            return None, None
        even = np.interp(np.linspace(start, end, SAMPLES), self.times, self.voltages)
        return float(even.mean()), float(even.std())


def _median(spans: np.ndarray) -> float | None:
    return float(np.median(spans)) if len(spans) else None
