"""Files that are whole or absent, and failures that all ranks share."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mpi4py import MPI

from anodex.models.errors import SetupError


@contextmanager
def same_outcome(comm: MPI.Comm, doing: str) -> Iterator[None]:
    """Run a block on every rank; when it fails on one, raise on all. Collective, and a barrier.

    The block itself must hold no collective call that a failing rank would skip.

    Raises
    ------
    SetupError
        On every rank, with the first message, if the block raised an OSError, a RuntimeError (HDF5)
        or a SetupError on any.
    """
    problem = ""
    try:
        yield
    except SetupError as error:
        problem = str(error)
    except (OSError, RuntimeError) as error:
        cause = " ".join(str(error).split())
        problem = f"cannot {doing}: {cause}; check the path, its permissions and the free space"
    problems = [text for text in comm.allgather(problem) if text]
    if problems:
        raise SetupError(problems[0])


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Temporary path that takes the place of `path` once the block has succeeded, so that a kill
    leaves the old file or the new one.
    """
    temporary = part_of(path)
    try:
        yield temporary
        put_in_place(path)
    finally:
        temporary.unlink(missing_ok=True)


def part_of(path: Path) -> Path:
    """Where the next content of `path` is written."""
    return path.with_name(f".part-{path.name}")


def previous_of(path: Path) -> Path:
    """Where the checkpoint before that in `path` is kept."""
    return path.with_name(f"previous-{path.name}")


def frames_of(path: Path) -> Path:
    """Folder of the numbers of a time series whose XML file is `path`."""
    return path.with_suffix(".frames")


def put_in_place(path: Path) -> None:
    """Let the finished `part_of(path)` take the place of `path`; on one rank."""
    with open(part_of(path), "rb") as file:
        os.fsync(file.fileno())  # the bytes must reach the disk before the name does
    os.replace(part_of(path), path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Let the names in a folder reach the disk; on one rank."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF):
            raise  # those are file systems that sync no folders
    finally:
        os.close(descriptor)


def replace_text(path: Path, text: str) -> None:
    """Write `text` into `path` atomically; on one rank."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
