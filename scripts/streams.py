"""Standard streams on which words may be lost without harm: nobody reads any more, the disk is
full, the terminal is gone.
"""

import io
import os
import sys
from typing import Any, TextIO

STANDARD = (0, 1, 2)  # numbers of the files of input, output and errors


def open_closed() -> None:
    """Let standard streams that are closed (`2>&-`) lead nowhere. The next file opened would take
    the number of one, and get into it all that libraries say.
    """
    for number in STANDARD:
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # the lowest free number


def make_lasting() -> None:
    """From now on no failing write on the standard error stream does harm. On the standard output
    a reader that has left (`anodex list | head -1`) does none; another failure is raised, once.
    """
    sys.stdout = _text(1, BrokenPipeError, sys.stdout)
    sys.stderr = _text(2, OSError, sys.stderr)


class _Lasting(io.FileIO):
    def __init__(self, number: int, harmless: type[OSError]):
        super().__init__(number, "w", closefd=False)
        self._harmless = harmless

    def write(self, data: Any) -> int | None:
        try:
            return super().write(data)
        except OSError as error:
            if not isinstance(error, self._harmless):
                self._harmless = OSError  # what is left in buffers would only fail again
                raise
            return len(data)


def _text(number: int, harmless: type[OSError], before: TextIO | None) -> TextIO:
    raw = _Lasting(number, harmless)
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=before.encoding if before else "utf-8",
        errors=before.errors if before else "backslashreplace",
        line_buffering=harmless is OSError or raw.isatty(),
    )
