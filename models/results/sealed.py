"""HDF5 files with a checksum, whole or absent.

HDF5 leaves the first bytes of a file to its user. They hold the checksum of all that follows, so
that a file is judged by itself, wherever it is copied; every reader of HDF5 opens it.
"""

import hashlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from mpi4py import MPI

from anodex.models.errors import SetupError
from anodex.models.results.files import part_of, put_in_place, same_outcome

BLOCK = 512  # bytes; the smallest that HDF5 can leave
SPARE = 1 << 16  # bytes; more than what HDF5 writes beside the numbers
SIGNATURE = b"\x89HDF"

Attributes = Mapping[str, str | float]


def write_sealed(
    path: Path,
    comm: MPI.Comm,
    head: Mapping[str, Any],
    slabs: Mapping[str, np.ndarray],
    previous: Path | None = None,
    attributes: Mapping[str, Attributes] | None = None,
) -> None:
    """Put a file into `path`, in place of an earlier one; a kill at any moment leaves one of the
    two; collective.

    Parameters
    ----------
    head
        What JSON takes; of rank 0.
    slabs
        Name of a dataset -> this rank's rows of it, as of `write_slabs`.
    previous
        Where the earlier file goes, where the file system knows a file by two names.
    attributes
        As of `write_slabs`.

    Raises
    ------
    SetupError
        On every rank, if the file cannot be written; the earlier one is still there.
    """
    temporary = part_of(path)
    size = comm.allreduce(sum(slab.nbytes for slab in slabs.values()))
    try:
        with _said_once():
            with same_outcome(comm, f"write {path}"):
                if comm.rank == 0:
                    _begin(temporary, head, size)
            write_slabs(temporary, comm, slabs, attributes)
        with same_outcome(comm, f"write {path}"):
            if comm.rank == 0:
                _seal(temporary)
                if previous is not None and path.exists():
                    _keep(path, previous)
                put_in_place(path)
    except SetupError:
        if comm.rank == 0:
            with suppress(OSError):  # on a full disk its room is needed
                temporary.unlink(missing_ok=True)
        raise


def write_slabs(
    path: Path,
    comm: MPI.Comm,
    slabs: Mapping[str, np.ndarray],
    attributes: Mapping[str, Attributes] | None = None,
) -> None:
    """Add datasets to the HDF5 file `path`, made if it is missing; their rows are the slabs of all
    ranks in rank order; collective.

    All ranks write at once where h5py is built with MPI; otherwise one after the other, so that no
    rank ever holds more than its part.

    Parameters
    ----------
    attributes
        Name of a dataset -> what HDF5 tells of it, alike on all ranks.

    Raises
    ------
    SetupError
        On every rank, if one cannot write.
    """
    counts = {name: comm.allgather(len(slab)) for name, slab in slabs.items()}
    at_once = comm.size > 1 and h5py.get_config().mpi
    driver = {"driver": "mpio", "comm": comm} if at_once else {"locking": False}
    one_by_one = [range(rank, rank + 1) for rank in range(comm.size)]
    for writers in [range(comm.size)] if at_once else one_by_one:
        with same_outcome(comm, f"write {path}"):
            if comm.rank in writers:
                _add(path, driver, comm.rank, counts, slabs, attributes or {})


def _begin(path: Path, head: Mapping[str, Any], size: int) -> None:
    """Make the file, with room for so many bytes of numbers: HDF5 crashes at the end of a process
    in which it has found the disk full, so it must not be the one to find it.
    """
    text = json.dumps(head)
    room = size + len(text) + SPARE
    _reserve(path, room)
    with h5py.File(path, "w", userblock_size=BLOCK, locking=False) as file:  # gives it back
        file["head"] = text
    if size:  # who writes them cuts off what is spare
        _reserve(path, room)


def _reserve(path: Path, size: int) -> None:
    with open(path, "ab") as file:
        os.posix_fallocate(file.fileno(), 0, size)


def _add(
    path: Path,
    driver: Mapping[str, Any],
    rank: int,
    counts: Mapping[str, list[int]],
    slabs: Mapping[str, np.ndarray],
    attributes: Mapping[str, Attributes],
) -> None:
    with h5py.File(path, "a", **driver) as file:
        for name, slab in slabs.items():
            first = sum(counts[name][:rank])
            dataset = file.require_dataset(name, (sum(counts[name]), *slab.shape[1:]), slab.dtype)
            dataset[first : first + len(slab)] = slab
            for key, value in attributes.get(name, {}).items():
                dataset.attrs.setdefault(key, value)  # the ranks before may have set it


@contextmanager
def _said_once() -> Iterator[None]:
    """On a full disk h5py prints a traceback for each object of a file that it cannot close, after
    it has raised the error. They end with the function that holds them.
    """
    before = sys.excepthook, sys.unraisablehook  # Cython goes through both
    sys.excepthook, sys.unraisablehook = (lambda *error: None), (lambda unraisable: None)
    try:
        yield
    finally:
        sys.excepthook, sys.unraisablehook = before


def read_head(path: Path) -> dict[str, Any]:
    """Head of a file whose checksum fits; serial.

    Raises
    ------
    SetupError
        If the file is missing, damaged, or older than checksums.
    """
    verify(path)
    try:
        with h5py.File(path, "r", locking=False) as file:
            return json.loads(file["head"][()])
    except (OSError, KeyError, ValueError) as error:
        raise SetupError(f"cannot read {path}: {error}") from error


def verify(path: Path) -> None:
    """Refuse a file whose checksum does not fit; serial.

    Raises
    ------
    SetupError
        If the file is missing, damaged, or older than checksums.
    """
    try:
        with open(path, "rb") as file:
            block = file.read(BLOCK)
            fits = block == _block(file)
    except OSError as error:
        raise SetupError(f"cannot read {path}: {error.strerror}") from error
    if block.startswith(SIGNATURE):
        raise SetupError(f"{path} was written by an earlier version of anodex, without a checksum")
    if not fits:
        raise SetupError(f"{path} is damaged: its checksum does not fit")


def is_sealed(path: Path) -> bool:
    """Whether a file is of a version that writes checksums, be it damaged or not."""
    with open(path, "rb") as file:
        return file.read(len(SIGNATURE)) != SIGNATURE


def _seal(path: Path) -> None:
    with open(path, "r+b") as file:
        file.seek(BLOCK)
        block = _block(file)
        file.seek(0)
        file.write(block)


def _block(file) -> bytes:
    """First bytes of a file, for what follows its present position."""
    digest = hashlib.blake2b()
    while piece := file.read(1 << 20):
        digest.update(piece)
    text = f"anodex: BLAKE2b of all after these {BLOCK} bytes\n{digest.hexdigest()}\n"
    return text.encode().ljust(BLOCK, b"\0")


def _keep(path: Path, previous: Path) -> None:
    """Give the file a second name, under which it stays when the first goes to another."""
    second = part_of(previous)
    second.unlink(missing_ok=True)
    with suppress(OSError):
        second.hardlink_to(path)
        second.replace(previous)
