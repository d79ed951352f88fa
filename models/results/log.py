"""The log of a run."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mpi4py import MPI
from tqdm import tqdm

from anodex.models.results.files import same_outcome


@contextmanager
def open_log(path: Path, comm: MPI.Comm, verbose: bool = False) -> Iterator[logging.Logger]:
    """The logger `anodex` while a block runs: everything goes to the file `path` (appended),
    warnings to the terminal as well, or everything if `verbose`; collective.

    Rank 0 writes; on other ranks the logger is there and silent. Afterwards the file is closed and
    the logger as it was.

    Raises
    ------
    SetupError
        If the file cannot be opened.
    """
    logger = logging.getLogger("anodex")
    before = logger.level, logger.propagate
    handlers: list[logging.Handler] = [logging.NullHandler()]
    with same_outcome(comm, f"open the log {path}"):
        if comm.rank == 0:
            handlers = [LogFile(path), Terminal(logging.INFO if verbose else logging.WARNING)]
    for handler in handlers:
        logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    try:
        yield logger
    finally:
        logger.setLevel(before[0])
        logger.propagate = before[1]
        for handler in handlers:
            logger.removeHandler(handler)
            handler.close()


class LogFile(logging.FileHandler):
    """The file of a log. What a full disk does not take is lost, which is said once: a log is no
    reason to end a run.
    """

    def __init__(self, path: Path):
        super().__init__(path, encoding="utf-8")
        self._failed = False
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(message)s"))

    def handleError(self, record: logging.LogRecord) -> None:
        """Say it in one line, the first time; an error of ours is shown as ever."""
        error = sys.exception()
        if not isinstance(error, OSError):
            super().handleError(record)
        elif not self._failed:
            self._failed = True
            _say(f"WARNING: {self.baseFilename} has gaps from here on: {error.strerror}")

    def close(self) -> None:
        """Close the file; what is still in memory may be lost too."""
        with suppress(OSError):
            super().close()


class Terminal(logging.Handler):
    """Words for the user, above a progress bar where there is one."""

    def emit(self, record: logging.LogRecord) -> None:
        """Say it, and how grave it is where it is."""
        grave = record.levelno >= logging.WARNING
        _say(f"{record.levelname}: {self.format(record)}" if grave else self.format(record))


def _say(text: str) -> None:
    if sys.stderr is not None:  # closed
        with suppress(OSError):
            tqdm.write(text, file=sys.stderr)
