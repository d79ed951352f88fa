"""The log of a run."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mpi4py import MPI

from anodex.models.results.files import same_outcome


@contextmanager
def open_log(path: Path, comm: MPI.Comm) -> Iterator[logging.Logger]:
    """The logger `anodex` while a block runs: everything goes to the file `path` (appended),
    warnings to the terminal as well; collective.

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
            handlers = [_file_handler(path), _terminal_handler()]
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
            with suppress(OSError):  # a full disk
                handler.close()


class FileLog(logging.FileHandler):
    """Goes on without a word where it cannot write: the results themselves will say so."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Do not print a traceback for each record."""


class TerminalLog(logging.StreamHandler):
    """Goes on without a word where nobody listens any more."""

    def handleError(self, record: logging.LogRecord) -> None:
        """Do not print a traceback to where nothing can be printed."""


def _file_handler(path: Path) -> logging.Handler:
    handler = FileLog(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(message)s"))
    return handler


def _terminal_handler() -> logging.Handler:
    handler = TerminalLog(sys.stderr)
    handler.setLevel(logging.WARNING)
    handler.setFormatter(logging.Formatter("%(levelname)s: %(message)s"))
    return handler
