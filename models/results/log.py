"""The log of a run."""

import logging
import sys
from pathlib import Path

from mpi4py import MPI

from anodex.models.results.files import same_outcome


def open_log(path: Path, comm: MPI.Comm) -> logging.Logger:
    """The logger `anodex`: everything goes to the file `path` (appended), warnings to the terminal
    as well; collective.

    Rank 0 writes; on other ranks the logger is there and silent. A second call closes the file of
    the first.

    Raises
    ------
    SetupError
        If the file cannot be opened.
    """
    logger = logging.getLogger("anodex")
    for handler in logger.handlers[:]:
        logger.removeHandler(handler)
        handler.close()
    logger.setLevel(logging.INFO)
    logger.propagate = False
    with same_outcome(comm, f"open the log {path}"):
        if comm.rank == 0:
            file = logging.FileHandler(path, encoding="utf-8")
            file.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(message)s"))
            terminal = logging.StreamHandler(sys.stderr)
            terminal.setLevel(logging.WARNING)
            terminal.setFormatter(logging.Formatter("%(levelname)s: %(message)s"))
            logger.addHandler(file)
            logger.addHandler(terminal)
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    return logger
