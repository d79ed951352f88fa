"""How far a run has come, told by one rank."""

import sys
import time
import warnings
from contextlib import suppress
from typing import Any

from mpi4py import MPI
from tqdm import TqdmWarning, tqdm

SECONDS = 10.0
FRACTION = 0.1
BAR = "{percentage:3.0f}% |{bar}| {n:.4g}/{total:.4g}{unit} [{elapsed}, {remaining} left]{postfix}"


def in_notebook() -> bool:
    """Whether this Python is the kernel of a notebook."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return shell is not None and "IPKernelApp" in shell.config


def make_bar(**arguments: Any) -> tqdm:
    """A bar of tqdm: a widget in a notebook that has widgets, else one of characters."""
    if not in_notebook():
        return tqdm(**arguments)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TqdmWarning)  # a notebook without widgets is none to blame
        from tqdm.auto import tqdm as notebook_tqdm
    return notebook_tqdm(**arguments)


class Progress:
    """Bar with the remaining time on a terminal and in a notebook; elsewhere (a log of a batch job)
    a plain line every 10 s or 10 %, whichever comes first.

    Parameters
    ----------
    total
        Value of `update` at which the work is done; of nothing to do, no share is told.
    unit
        Of `total` and of the values.
    """

    def __init__(self, total: float, comm: MPI.Comm, unit: str):
        self.total = total
        self.unit = unit
        self._speaks = comm.rank == 0
        shown = self._speaks and (in_notebook() or (sys.stderr is not None and sys.stderr.isatty()))
        self._bar: tqdm | None = None
        with suppress(OSError):  # a terminal that is gone
            self._bar = make_bar(total=total, unit=f" {unit}", bar_format=BAR) if shown else None
        self._start = self._last_time = time.monotonic()
        self._last_value = 0.0

    def update(self, value: float, text: str = "") -> None:
        """Tell that `value` of `total` is reached; `text` says what goes on."""
        if not self._speaks:
            return
        with suppress(OSError, ValueError):  # a run does not end because nobody listens any more
            self._tell(value, text)

    def _tell(self, value: float, text: str) -> None:
        if self._bar is not None:
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
        if self._bar is not None:
            with suppress(OSError, ValueError):
                self._bar.close()

    def _line(self, value: float, elapsed: float, text: str) -> str:
        left = f", {elapsed * (self.total - value) / value:.0f} s left" if value > 0 else ""
        share = 100 * value / self.total if self.total > 0 else 100.0
        reached = f"{share:3.0f}%  {value:.4g}/{self.total:.4g} {self.unit}"
        return f"{reached}, {elapsed:.0f} s{left}  {text}".rstrip()


class SilentProgress(Progress):
    """A `Progress` that says nothing: for tests and inner runs."""

    def __init__(self, total: float = 1.0, comm: MPI.Comm | None = None, unit: str = ""):
        self.total = total
        self.unit = unit

    def update(self, value: float, text: str = "") -> None:
        """Say nothing."""

    def close(self) -> None:
        """Say nothing."""
