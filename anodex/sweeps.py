"""Sweeps, called from Python."""

import warnings
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from mpi4py import MPI

from anodex.models.errors import SetupError
from anodex.models.inputs.tables import Table
from anodex.models.results.progress import Progress
from anodex.models.results.ranks import TemporaryFolder
from anodex.models.results.result import Result, html_table, shown
from anodex.scripts.cases import as_overrides, open_case
from anodex.scripts.sweep_file import Sweep, checked_members, parse_sweep
from anodex.scripts.sweep_members import log_file, prepare, refuse_ranks, run_members
from anodex.scripts.sweep_table import Column, read_columns

if TYPE_CHECKING:
    import pandas

ORIGIN = "anodex.sweep"


class SweepResult:
    """The members of a sweep: `for values, result in swept`, in the order of the values.

    Attributes
    ----------
    folder
        Holds a result folder for each member.
    """

    def __init__(self, folder: Path, plan: Sweep, temporary: TemporaryFolder | None):
        self.folder = folder
        self._plan, self._temporary = plan, temporary

    @property
    def values(self) -> list[dict[str, Any]]:
        """Swept key -> value of each member."""
        return [dict(member.values) for member in self._plan.members]

    @property
    def results(self) -> list[Result | None]:
        """Result of each member; None where it failed."""
        return [self._result(member.name) for member in self._plan.members]

    def __iter__(self) -> Iterator[tuple[dict[str, Any], Result | None]]:
        return iter(zip(self.values, self.results, strict=True))

    def __len__(self) -> int:
        return len(self._plan.members)

    def to_pandas(self) -> "pandas.DataFrame":
        """A row for each member: its name and state, swept values, observables, with their units.

        Raises
        ------
        SetupError
            Where pandas is not installed.
        """
        try:
            import pandas
        except ImportError:
            raise SetupError("to_pandas needs the package pandas; install it") from None
        return pandas.DataFrame({column.label: column.entries for column in self._columns()})

    def __repr__(self) -> str:
        done = sum(result is not None for result in self.results)
        return f"SweepResult('{self.folder}': {done} of {len(self)} members done)"

    def _repr_html_(self) -> str:
        """The table, for a notebook."""
        columns = self._columns()
        rows = zip(*(map(shown, column.entries) for column in columns), strict=True)
        return html_table([column.label for column in columns], rows)

    def _columns(self) -> list[Column]:
        return list(read_columns(self._plan, self.folder).values())

    def _result(self, name: str) -> Result | None:
        folder = self.folder / name
        result = Result(folder) if (folder / "case.toml").exists() else None
        if result is None or not result.finished:
            return None
        return result.keeping(self._temporary) if self._temporary else result


def sweep(
    given: str | Path | Table,
    values: Mapping[str, Iterable[Any]],
    jobs: int | None = None,
    folder: str | Path | None = None,
    *,
    changes: Mapping[str, Any] | None = None,
    mode: Literal["grid", "list"] = "grid",
    progress: bool = True,
) -> SweepResult:
    """Run a case with several values, each in a process of its own, as `anodex sweep` does.

    A member that fails does not stop the others; a warning names it.

    Parameters
    ----------
    given, changes
        The case, as of `case`.
    values
        Dotted key -> the values that it takes in turn.
    jobs
        Members at a time; left out, one for each core.
    folder
        For all; members that it holds already are not run again. Left out, a temporary one that
        goes with the sweep and its results.
    mode
        "grid" runs every combination, "list" the first of each, the second of each ...
    progress
        Whether to tell how far it has come.

    Raises
    ------
    InputError
        Under mpirun; or with all the members whose case is wrong.
    """
    refuse_ranks(MPI.COMM_WORLD)
    lists = {key: [_plain(value) for value in entries] for key, entries in values.items()}
    variation = parse_sweep({"sweep": {"case": "", "mode": mode, "set": lists}}, ORIGIN).sweep
    base = open_case(given, as_overrides(changes or {}))
    members, quantities = checked_members(base, variation, (), ORIGIN)
    plan = Sweep("", members, (), (), quantities)

    temporary = TemporaryFolder(MPI.COMM_SELF) if folder is None else None
    place = temporary.path if temporary else Path(folder or "").absolute()
    waiting = [name for name, state in prepare(plan, place).items() if state != "finished"]
    told = Progress(len(waiting), MPI.COMM_SELF, "members") if progress and waiting else None

    def ended(name: str, code: int, seconds: float, count: int) -> None:
        if told is not None:
            told.update(count, f"{name} {'FAILED' if code else 'done'}")

    try:
        codes = run_members(place, waiting, jobs, ended)
    finally:
        if told is not None:
            told.close()
    failed = [f"{name} ({_last_line(log_file(place, name))})" for name in codes if codes[name]]
    if failed:
        listed = "; ".join(failed)
        warnings.warn(f"{len(failed)} of {len(plan.members)} failed: {listed}", stacklevel=2)
    return SweepResult(place, plan, temporary)


def _plain(value: Any) -> Any:
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8").splitlines()
    return lines[-1] if lines else "killed"
