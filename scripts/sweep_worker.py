"""A process of a sweep: runs the members that it is handed, one after the other, so that imports
and compiled forms serve them all.

Each line of its standard input is a JSON object with the keys `case`, `folder` and `log`; each line
of its standard output is the exit code of the member handed last.
"""

import ctypes
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mpi4py import MPI

from anodex.models.systems.session import tidy_up
from anodex.scripts.interrupt import leave_at_once
from anodex.scripts.main import call, how_to_go_on

OUT, ERROR = 1, 2  # file descriptors


def main() -> None:
    """Run members until the standard input ends."""
    answers = os.fdopen(os.dup(OUT), "w")
    os.dup2(ERROR, OUT)  # nothing but answers may reach the sweep
    leave_at_once(how_to_go_on(["run"]), MPI.COMM_WORLD)
    for line in sys.stdin:
        print(run_member(**json.loads(line)), file=answers, flush=True)


def run_member(case: str, folder: str, log: str) -> int:
    """Run one case file as `anodex run` does, with all that it prints in its log; returns the
    exit code.
    """
    arguments = ["run", case, "-o", folder, "--resume"]
    sys.argv = ["anodex", *arguments]  # what the log of the run says about its origin
    with printed_into(Path(log)):
        code = call(arguments, MPI.COMM_WORLD)
    tidy_up(MPI.COMM_WORLD)
    return code


@contextmanager
def printed_into(path: Path) -> Iterator[None]:
    """Append all that this process prints to a file: by descriptor, since PETSc and Gmsh print
    from C.
    """
    flush()
    kept = {number: os.dup(number) for number in (OUT, ERROR)}
    with path.open("ab") as file:
        for number in kept:
            os.dup2(file.fileno(), number)
    try:
        yield
    finally:
        flush()
        for number, own in kept.items():
            os.dup2(own, number)
            os.close(own)


def flush() -> None:
    """Empty the buffers of Python and of C."""
    sys.stdout.flush()
    sys.stderr.flush()
    ctypes.CDLL(None).fflush(None)


if __name__ == "__main__":
    main()
