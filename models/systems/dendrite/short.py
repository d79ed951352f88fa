"""What kind of short circuit a history of the leakage current shows."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from anodex.models.errors import InputError

# at even times for the variation, as rows are close together where the run is difficult
SAMPLES = 10_001


@dataclass(frozen=True)
class Short:
    """Short circuit of a run.

    Attributes
    ----------
    kind
        "none": the current was never above the threshold. "hard": it was, and from its first
        crossing to the end it stayed above. "soft": it returned below at least once, whatever the
        end.
    time
        Of the first crossing [s]; that of the first row if the current is above from the start;
        None without a short.
    crossings
        How often the current crossed the threshold, up or down.
    duty
        Share of the time after the first crossing that the current is above the threshold, 0 to 1.
    variation
        Coefficient of variation of the current after the first crossing: its standard deviation in
        time over its mean.
    """

    kind: Literal["none", "soft", "hard"]
    time: float | None = None
    crossings: int = 0
    duty: float = 0.0
    variation: float = 0.0


def classify(
    times: np.ndarray, currents: np.ndarray, baseline: float, factor: float = 1e3
) -> Short:
    """Classify a history of the leakage current; between rows its logarithm is linear in time.

    Parameters
    ----------
    times
        Ascending [s], shape (rows,).
    currents
        Positive, at one voltage, shape (rows,).
    baseline
        Current without lithium in the electrolyte, in the unit of `currents`.
    factor
        The threshold is this many times the baseline.

    Raises
    ------
    InputError
        If the history is empty, not in order or not positive.
    """
    times, currents = np.asarray(times, dtype=float), np.asarray(currents, dtype=float)
    _check(times, currents, baseline * factor)
    excess = np.log(currents / (baseline * factor))  # positive above the threshold
    above = excess > 0
    if not above.any():
        return Short("none")
    crossed = np.flatnonzero(above[1:] != above[:-1])
    share = excess[crossed] / (excess[crossed] - excess[crossed + 1])
    moments = times[crossed] + share * np.diff(times)[crossed]
    start = float(times[0] if above[0] else moments[0])
    # From the first crossing on the history is above and below in turn.
    bounds = np.concatenate([[start], moments[0 if above[0] else 1 :], times[-1:]])
    spans = np.diff(bounds)
    # in whatever unit
    after = np.exp(np.interp(np.linspace(start, times[-1], SAMPLES), times, excess - excess.max()))
    return Short(
        kind="soft" if (above[:-1] & ~above[1:]).any() else "hard",
        time=start,
        crossings=len(crossed),
        duty=float(spans[::2].sum() / spans.sum()) if spans.sum() > 0 else 1.0,
        variation=float(after.std() / after.mean()),
    )


def _check(times: np.ndarray, currents: np.ndarray, threshold: float) -> None:
    if times.ndim != 1 or times.shape != currents.shape or not times.size:
        raise InputError(
            f"The leakage history has times of shape {times.shape}, currents of {currents.shape}; "
            "both need one row or more."
        )
    if not np.all(np.diff(times) > 0):
        row = int(np.argmin(np.diff(times)))
        raise InputError(
            f"The times of the leakage history must ascend; after {times[row]:.6g} s comes "
            f"{times[row + 1]:.6g} s."
        )
    if not (np.all(currents > 0) and np.all(np.isfinite(currents)) and 0 < threshold < np.inf):
        raise InputError(
            "Leakage currents, baseline and factor must be positive and finite; the smallest "
            f"current is {currents.min():.6g}, baseline "
            f"times factor {threshold:.6g}. Check the electronic conductivities."
        )
