"""Where the words of a run are read: on a terminal, in a notebook, or in a file."""

import os
import stat
import sys
from contextlib import suppress
from pathlib import Path

UNDER_MPIRUN = "OMPI_COMM_WORLD_SIZE"  # set by Open MPI
ERROR = 2  # number of the standard error stream
USUAL = 80  # columns of a terminal that does not say


def in_notebook() -> bool:
    """Whether this Python is the kernel of a notebook."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return shell is not None and "IPKernelApp" in shell.config


def error_stream_of_mpirun() -> Path | None:
    """The file behind the standard error stream of the mpirun that this is a rank of, which passes
    on what its ranks say, but no more once it has been interrupted; None without one.
    """
    if UNDER_MPIRUN not in os.environ or not stat.S_ISFIFO(os.fstat(ERROR).st_mode):
        return None  # none, or sent elsewhere by this rank
    stream = Path(f"/proc/{os.getppid()}/fd/{ERROR}")
    return stream if os.access(stream, os.W_OK) else None


def columns() -> int | None:
    """Width of the terminal that shows the standard error stream; None where that is none."""
    if sys.stderr is None:  # closed
        return None
    stream = error_stream_of_mpirun()
    with suppress(OSError, ValueError):  # no terminal; a stream without a file
        if stream is not None:
            with stream.open("ab", buffering=0) as opened:
                return os.get_terminal_size(opened.fileno()).columns or USUAL
        return os.get_terminal_size(sys.stderr.fileno()).columns or USUAL
    return USUAL if stream is None and sys.stderr.isatty() else None
