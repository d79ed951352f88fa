"""Files that are whole or absent, and failures that all ranks share."""

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


def put_in_place(path: Path) -> None:
    """Let the finished `part_of(path)` take the place of `path`; on one rank."""
    with open(part_of(path), "rb") as file:
        os.fsync(file.fileno())  # the bytes must reach the disk before the name does
    os.replace(part_of(path), path)


def replace_text(path: Path, text: str) -> None:
    """Write `text` into `path` atomically; on one rank."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
