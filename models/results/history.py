"""Numbers against time: history.csv, a row per step."""

import io
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

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
    resume_time
        Go on with the file at `path`: rows after this time [s], and a last line cut short by a
        kill, are dropped from it.

    Raises
    ------
    SetupError
        If the file cannot be written or, on resume, has other columns.
    """

    def __init__(
        self, path: Path, comm: MPI.Comm, columns: Sequence[str], resume_time: float | None = None
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
                if resume_time is not None and path.exists():
                    self._rows = self._earlier(resume_time)
                replace_text(
                    path, "".join([",".join(self.columns) + "\n", *map(_line, self._rows)])
                )
        self._rows = comm.bcast(self._rows)

    @property
    def times(self) -> np.ndarray:
        """Times [s], shape (rows,)."""
        return self.column(TIME)

    def column(self, name: str) -> np.ndarray:
        """Values of the column `name`, shape (rows,)."""
        index = self.columns.index(name)
        return np.array([row[index] for row in self._rows])

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

    def _earlier(self, resume_time: float) -> list[tuple[float, ...]]:
        table = read_history(self.path)
        if tuple(table) != self.columns:
            raise SetupError(
                f"{self.path} has the columns {', '.join(table)}; this run has "
                f"{', '.join(self.columns)}; start anew with -o"
            )
        return [
            row
            for row in zip(*map(np.ndarray.tolist, table.values()), strict=True)
            if row[0] <= resume_time
        ]


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
        whole = text[: text.rfind("\n") + 1]
        header, _, body = whole.partition("\n")
        names = header.split(",")
        rows = (
            np.loadtxt(io.StringIO(body), delimiter=",", ndmin=2)
            if body
            else np.empty((0, len(names)))
        )
        if names[0] != TIME or rows.shape[1] != len(names):
            raise ValueError(f"its first line is {header!r} and a row has {rows.shape[1]} numbers")
    except (OSError, ValueError) as error:
        raise SetupError(f"cannot read the history {path}: {error}") from error
    return dict(zip(names, rows.T, strict=True))


def _line(row: tuple[float, ...]) -> str:
    return ",".join(map(repr, row)) + "\n"
