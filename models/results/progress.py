"""How far a run has come, told by one rank."""

import sys
import threading
import time
import warnings
from collections import deque
from contextlib import suppress
from typing import Any, Protocol

from mpi4py import MPI
from tqdm import TqdmWarning, tqdm

from anodex.models.results.terminal import columns, in_notebook
from anodex.models.solve import activity

SECONDS = 10.0  # from one plain line to the next
FRACTION = 0.1
QUIET = 60.0  # s after which a plain line says what takes so long
TICK = 1.0  # s
WINDOW = 60.0  # s of the speed that the remaining time comes from
BAR = "{percentage:3.0f}% |{bar}| {n:.4g}/{total:.4g}{unit} [{elapsed}{postfix}]"


class Pace:
    """The speed of the last minute: that of a whole run misleads, as first steps are short."""

    def __init__(self) -> None:
        self._marks: deque[tuple[float, float]] = deque()

    def mark(self, moment: float, value: float) -> None:
        """Note that a value is reached; the first one is where the run begins, or goes on."""
        self._marks.append((moment, value))
        while len(self._marks) > 2 and self._marks[1][0] <= moment - WINDOW:
            self._marks.popleft()

    def left(self, moment: float, total: float) -> float | None:
        """Seconds from a moment to the total; None where nothing has been gained yet."""
        if not self._marks:
            return None
        (then, before), (_, value) = self._marks[0], self._marks[-1]
        if value <= before:
            return None
        return (total - value) * (moment - then) / (value - before)


class View(Protocol):
    """What the user sees."""

    def show(self, value: float, left: float | None, text: str, doing: str) -> None:
        """Show a new value, the seconds left to the total, what was reached and what goes on."""

    def tick(self, left: float | None, text: str, doing: str) -> None:
        """Show that time goes by."""

    def close(self) -> None:
        """Show nothing more."""


class Bar:
    """A bar: a widget in a notebook that has widgets, else one of characters."""

    def __init__(self, total: float, unit: str):
        self._bar = make_bar(total=total, unit=f" {unit}", bar_format=BAR)

    def show(self, value: float, left: float | None, text: str, doing: str) -> None:
        self._write(left, text, doing)
        self._bar.update(value - self._bar.n)

    def tick(self, left: float | None, text: str, doing: str) -> None:
        self._write(left, text, doing)
        self._bar.refresh()

    def close(self) -> None:
        self._bar.close()

    def _write(self, left: float | None, text: str, doing: str) -> None:
        remaining = "" if left is None else f"{tqdm.format_interval(left)} left"
        words = ", ".join(part for part in (remaining, text, doing) if part)
        self._bar.set_postfix_str(words, refresh=False)
        self._bar.ncols = columns()  # it may have changed


class Lines:
    """Plain lines in a log: every 10 s or 10 %, whichever comes first, and in a minute without."""

    def __init__(self, total: float, unit: str):
        self.total, self.unit = total, unit
        self._start = self._last_time = time.monotonic()
        self._value = self._last_value = 0.0

    def show(self, value: float, left: float | None, text: str, doing: str) -> None:
        self._value = value
        if (
            time.monotonic() - self._last_time >= SECONDS
            or value - self._last_value >= FRACTION * self.total
            or self._last_value < value >= self.total
        ):
            self._print(left, text, doing)

    def tick(self, left: float | None, text: str, doing: str) -> None:
        if time.monotonic() - self._last_time >= QUIET:
            self._print(left, text, doing)

    def close(self) -> None:
        """Lines end by themselves."""

    def _print(self, left: float | None, text: str, doing: str) -> None:
        self._last_time, self._last_value = time.monotonic(), self._value
        share = 100 * self._value / self.total if self.total > 0 else 100.0
        reached = f"{share:3.0f}%  {self._value:.4g}/{self.total:.4g} {self.unit}"
        remaining = "" if left is None else f", {left:.0f} s left"
        elapsed = f"{self._last_time - self._start:.0f} s"
        said = ", ".join(part for part in (text, doing) if part)
        print(f"{reached}, {elapsed}{remaining}  {said}".rstrip(), file=sys.stderr, flush=True)


class Progress:
    """Bar with the remaining time on a terminal and in a notebook; elsewhere (a log of a batch job)
    plain lines.

    A clock ticks while nothing new is reached, and says what goes on. It stands still while a
    library keeps the interpreter's lock: within one factorisation, not within one solve. Words that
    cannot be written (a full disk, a terminal that is gone) are lost, and stop no run.

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
        self._view: View | None = None
        self._text, self._pace = "", Pace()
        self._lock, self._closed = threading.Lock(), threading.Event()
        if comm.rank > 0 or sys.stderr is None:
            return
        with suppress(OSError):
            shown = in_notebook() or columns() is not None
            self._view = Bar(total, unit) if shown else Lines(total, unit)
        threading.Thread(target=self._tick, name="anodex-progress", daemon=True).start()

    def update(self, value: float, text: str = "") -> None:
        """Tell that `value` of `total` is reached; `text` says what with."""
        if self._view is None:
            return
        moment = time.monotonic()
        with self._lock, suppress(OSError):
            self._text = text
            self._pace.mark(moment, value)
            left = self._pace.left(moment, self.total)
            self._view.show(value, left, text, activity.now())

    def close(self) -> None:
        """Leave the bar as it stands and begin a new line."""
        self._closed.set()
        if self._view is not None:
            with self._lock, suppress(OSError):
                self._view.close()

    def _tick(self) -> None:
        while not self._closed.wait(TICK):
            with self._lock, suppress(OSError):
                if self._view is not None and not self._closed.is_set():
                    left = self._pace.left(time.monotonic(), self.total)
                    self._view.tick(left, self._text, activity.now())


class SilentProgress(Progress):
    """A `Progress` that says nothing: for tests and inner runs."""

    def __init__(self, total: float = 1.0, comm: MPI.Comm | None = None, unit: str = ""):
        self.total = total
        self.unit = unit

    def update(self, value: float, text: str = "") -> None:
        """Say nothing."""

    def close(self) -> None:
        """Say nothing."""


def make_bar(**arguments: Any) -> tqdm:
    """A bar of tqdm: a widget in a notebook that has widgets, else one of characters."""
    if not in_notebook():
        return tqdm(ncols=columns(), **arguments)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TqdmWarning)  # a notebook without widgets is none to blame
        from tqdm.auto import tqdm as notebook_tqdm
    return notebook_tqdm(**arguments)
