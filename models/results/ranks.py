"""What the ranks of a run decide together, and a folder that they share for a while."""

import shutil
import tempfile
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, cast

from mpi4py import MPI

from anodex.models.errors import AnodexError
from anodex.models.results.files import same_outcome

Value = TypeVar("Value")


def on_first_rank(comm: MPI.Comm, action: Callable[[], Value]) -> Value:
    """Run `action` on rank 0 alone and hand its result, or the error it raised, to every rank.

    What depends on the file system goes through here, so that all ranks take the same decision.

    Raises
    ------
    AnodexError, OSError, ValueError
        On every rank, when `action` raises it.
    """
    result: Value | None = None
    error: AnodexError | OSError | ValueError | None = None
    if comm.rank == 0:
        try:
            result = action()
        except (AnodexError, OSError, ValueError) as raised:
            error = raised
    result, error = comm.bcast((result, error))
    if error is not None:
        raise error
    return cast(Value, result)


class TemporaryFolder:
    """A new folder with one path on all ranks; collective to make.

    It goes with the last rank that has dropped this object, at the latest when Python ends: each
    rank leaves a mark in it, and whoever takes the last one away removes it. So no rank waits for
    another to forget a result.

    Attributes
    ----------
    path
        Of the folder.

    Raises
    ------
    SetupError
        If a rank cannot see it, because it runs on another machine.
    """

    def __init__(self, comm: MPI.Comm):
        self.path = Path(on_first_rank(comm, lambda: tempfile.mkdtemp(prefix="anodex-")))
        mark = self.path / f".rank-{comm.rank}"
        with same_outcome(comm, "share a temporary folder; give a folder that all ranks see"):
            mark.touch()
        self._finalizer = weakref.finalize(self, _leave, self.path, mark)

    def remove(self) -> None:
        """Leave the folder now."""
        self._finalizer()


def _leave(path: Path, mark: Path) -> None:
    mark.unlink(missing_ok=True)
    if not any(path.glob(".rank-*")):
        shutil.rmtree(path, ignore_errors=True)
