"""A lock on a result folder, which ends with the process that holds it."""

import errno
import fcntl
import logging
import os
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path

from mpi4py import MPI

from anodex.models.errors import SetupError
from anodex.models.results.files import same_outcome

LOCK = ".lock"  # who holds it; what stays of it after a run locks nothing
NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP)
PATIENCE = 1.0  # s, for a process that is just ending
PAUSE = 0.1  # s

log = logging.getLogger("anodex")


@contextmanager
def locked(folder: Path, comm: MPI.Comm) -> Iterator[None]:
    """Let no other process run in a folder, which is made if need be, while the block runs;
    collective.

    The system takes the lock of rank 0 away when its process ends, in whichever way.

    Raises
    ------
    SetupError
        On every rank, if a run goes on in the folder: says where it runs and since when.
    """
    file: TextIOWrapper | None = None
    with same_outcome(comm, f"use the result folder {folder}"):
        if comm.rank == 0:
            folder.mkdir(parents=True, exist_ok=True)
            file = _take(folder)
            _sign(file)
    try:
        yield
    finally:
        if file is not None:
            file.close()


def refuse_running(folder: Path) -> None:
    """Refuse a folder in which a run goes on; writes nothing; serial.

    Raises
    ------
    SetupError
        Says where it runs and since when.
    """
    if (folder / LOCK).exists():
        with suppress(OSError):  # who cannot lock it runs nothing here, but may read what is there
            _take(folder).close()


def is_running(folder: Path) -> bool:
    """Whether a run goes on in a folder, as far as its file system tells; serial."""
    try:
        with open(folder / LOCK, encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # no such file, or no locks
        return False
    return False


def _take(folder: Path) -> TextIOWrapper:
    """The lock file, locked for as long as it is open."""
    file = open(folder / LOCK, "a+", encoding="utf-8")  # noqa: SIM115 (open while the run lives)
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return file
        except BlockingIOError:
            if time.monotonic() < deadline:
                time.sleep(PAUSE)
                continue
            file.seek(0)
            holder = file.read().strip() or "another process"
            file.close()
            raise SetupError(
                f"a run goes on in {folder}, by {holder}; wait for its end, stop it, or choose "
                "another folder with -o"
            ) from None
        except OSError as error:
            if error.errno in NO_LOCKS:
                log.warning(
                    "the file system of %s has no locks: see to it yourself that no second run "
                    "uses this folder",
                    folder,
                )
                return file
            file.close()
            raise


def _sign(file: TextIOWrapper) -> None:
    """Write down who holds the lock."""
    since = time.strftime("%Y-%m-%d %H:%M:%S")
    file.truncate(0)
    file.write(f"process {os.getpid()} on {platform.node()} since {since}\n")
    file.flush()
