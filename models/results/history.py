"""Numbers against time: history.csv, a row per step."""

import hashlib
import io
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from mpi4py import MPI

from anodex.models.errors import SetupError
from anodex.models.results.files import replace_text, same_outcome

TIME = "time [s]"


class History:
    """Table that grows by a row per step, on disk and in memory of every rank; collective.

    Parameters
    ----------
    columns
        Names with their units, `name [unit]`, without the time.
    mark
        Go on with the file at `path` from where its `mark` was taken: what came later is dropped.

    Raises
    ------
    SetupError
        If the file cannot be written or, on resume, has other columns or not the rows of the mark.
    """

    def __init__(
        self,
        path: Path,
        comm: MPI.Comm,
        columns: Sequence[str],
        mark: Mapping[str, Any] | None = None,
    ):
        unfit = [name for name in columns if not set(name).isdisjoint(',"\n')]
        if unfit:
            raise ValueError(f"column {unfit[0]!r} holds a comma, a quote or a line break")
        self.path = path
        self.comm = comm
        self.columns = (TIME, *columns)
        self._rows: list[tuple[float, ...]] = []
        with same_outcome(comm, f"write {path}"):
            if comm.rank == 0:
                if mark is not None:
                    self._rows = self._earlier(mark)
                replace_text(path, "".join(self._lines()))
        self._rows = comm.bcast(self._rows)
        self._digest = _digest("".join(self._lines()).encode())

    @property
    def times(self) -> np.ndarray:
        """Times [s], shape (rows,)."""
        return self.column(TIME)

    def column(self, name: str) -> np.ndarray:
        """Values of the column `name`, shape (rows,)."""
        index = self.columns.index(name)
        return np.array([row[index] for row in self._rows])

    def mark(self) -> dict[str, Any]:
        """What tells the present rows from any others, for a checkpoint."""
        return {"rows": len(self._rows), "digest": self._digest.hexdigest()}

    def append(self, time: float, values: Mapping[str, float]) -> None:
        """Add a row; `values` holds exactly the columns, nan where a number does not exist;
        collective.

        Raises
        ------
        ValueError
            If names are missing or unknown.
        SetupError
            If the row cannot be written.
        """
        if set(values) != set(self.columns[1:]):
            raise ValueError(
                f"history row with {sorted(values)}, expected {sorted(self.columns[1:])}"
            )
        row = (float(time), *(float(values[name]) for name in self.columns[1:]))
        with same_outcome(self.comm, f"write {self.path}"):
            if self.comm.rank == 0:
                with open(self.path, "a", encoding="utf-8") as file:
                    file.write(_line(row))
                    file.flush()
                    os.fsync(file.fileno())
        self._rows.append(row)
        self._digest.update(_line(row).encode())

    def _lines(self) -> list[str]:
        return [",".join(self.columns) + "\n", *map(_line, self._rows)]

    def _earlier(self, mark: Mapping[str, Any]) -> list[tuple[float, ...]]:
        table = _table(self.path, marked_text(self.path, mark))
        if tuple(table) != self.columns:
            raise SetupError(
                f"{self.path} has the columns {', '.join(table)}; this run has "
                f"{', '.join(self.columns)}; start anew with -o"
            )
        return list(zip(*map(np.ndarray.tolist, table.values()), strict=True))


def marked_text(path: Path, mark: Mapping[str, Any]) -> str:
    """Text of a history file up to where its mark was taken; serial.

    Raises
    ------
    SetupError
        If rows are missing, doubled, in another order or changed.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise SetupError(f"cannot read the history {path}: {error.strerror}") from error
    kept = b"\n".join([*lines[: mark["rows"] + 1], b""])
    if _digest(kept).hexdigest() != mark["digest"]:
        raise SetupError(
            f"{path} is damaged: its first {mark['rows']} rows are not those that the checkpoint "
            "goes on from"
        )
    return kept.decode()


def read_history(path: Path) -> dict[str, np.ndarray]:
    """Columns of a history file, also of a running run: a line that is not yet complete is left
    out; serial.

    Returns
    -------
    Name with unit -> values of shape (rows,), the time first.

    Raises
    ------
    SetupError
        If there is no such file or it is no history.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise SetupError(f"cannot read the history {path}: {error}") from error
    return _table(path, text[: text.rfind("\n") + 1])


def _table(path: Path, text: str) -> dict[str, np.ndarray]:
    header, _, body = text.partition("\n")
    names = header.split(",")
    try:
        rows = (
            np.loadtxt(io.StringIO(body), delimiter=",", ndmin=2)
            if body
            else np.empty((0, len(names)))
        )
        if names[0] != TIME or rows.shape[1] != len(names):
            raise ValueError(f"its first line is {header!r} and a row has {rows.shape[1]} numbers")
    except ValueError as error:
        raise SetupError(f"cannot read the history {path}: {error}") from error
    return dict(zip(names, rows.T, strict=True))


def _digest(text: bytes):
    return hashlib.blake2b(text, digest_size=16)


def _line(row: tuple[float, ...]) -> str:
    return ",".join(map(repr, row)) + "\n"
