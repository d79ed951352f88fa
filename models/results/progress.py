"""How far a run has come, told by one rank."""

import sys
import time

from mpi4py import MPI
from tqdm import tqdm

SECONDS = 10.0
FRACTION = 0.1


class Progress:
    """Bar with the remaining time on a terminal; elsewhere (a log of a batch job) a plain line
    every 10 s or 10 %, whichever comes first.

    Parameters
    ----------
    total
        Value of `update` at which the work is done.
    unit
        Of `total` and of the values.
    """

    def __init__(self, total: float, comm: MPI.Comm, unit: str):
        self.total = total
        self.unit = unit
        self._speaks = comm.rank == 0
        self._terminal = sys.stderr.isatty()
        self._bar = tqdm(
            total=total,
            unit=f" {unit}",
            disable=not (self._speaks and self._terminal),
            bar_format="{percentage:3.0f}% |{bar}| {n:.4g}/{total:.4g}{unit} [{elapsed}, "
            "{remaining} left]{postfix}",
        )
        self._start = self._last_time = time.monotonic()
        self._last_value = 0.0

    def update(self, value: float, text: str = "") -> None:
        """Tell that `value` of `total` is reached; `text` says what goes on."""
        if not self._speaks:
            return
        if self._terminal:
            self._bar.set_postfix_str(text, refresh=False)
            self._bar.update(value - self._bar.n)
            return
        now = time.monotonic()
        if (
            now - self._last_time >= SECONDS
            or value - self._last_value >= FRACTION * self.total
            or self._last_value < value >= self.total
        ):
            self._last_time, self._last_value = now, value
            print(self._line(value, now - self._start, text), file=sys.stderr, flush=True)

    def close(self) -> None:
        """Leave the bar as it stands and begin a new line."""
        self._bar.close()

    def _line(self, value: float, elapsed: float, text: str) -> str:
        left = f", {elapsed * (self.total - value) / value:.0f} s left" if value > 0 else ""
        reached = f"{100 * value / self.total:3.0f}%  {value:.4g}/{self.total:.4g} {self.unit}"
        return f"{reached}, {elapsed:.0f} s{left}  {text}".rstrip()


class SilentProgress:
    """A `Progress` that says nothing: for tests and inner runs."""

    def __init__(self, total: float = 1.0, comm: MPI.Comm | None = None, unit: str = ""):
        self.total = total
        self.unit = unit

    def update(self, value: float, text: str = "") -> None:
        """Say nothing."""

    def close(self) -> None:
        """Say nothing."""
