"""A result folder, read back: for pictures, sweeps, and whoever works in Python."""

import gc
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from mpi4py import MPI

from anodex.models import registry
from anodex.models.errors import InputError, SetupError
from anodex.models.inputs.casefile import read_case
from anodex.models.inputs.quantities import Amount
from anodex.models.inputs.spelling import hint
from anodex.models.results.files import frames_of
from anodex.models.results.history import read_history
from anodex.models.results.observable import Observable
from anodex.models.results.ranks import TemporaryFolder
from anodex.models.results.summary import read_summary

if TYPE_CHECKING:
    import pyvista

    from anodex.models.results.series import FieldSeries

TIME = Amount("s")


class Result:
    """What a run has left in its folder, also while it still goes on; each file is read once.

    `result["peak_stress"]` is an observable, `dict(result)` all of them; `result.history` the
    numbers against time, `result.fields("70 min")` mesh and fields, `result.plot()` the pictures.
    Reading is no collective call.

    Parameters
    ----------
    folder
        The result folder.
    comm
        Of the ranks that hold this result, of which one draws.
    case, observables
        Where they are known already; else they are read.

    Attributes
    ----------
    folder
        The result folder.

    Raises
    ------
    SetupError
        If the folder holds no run.
    """

    def __init__(
        self,
        folder: str | Path,
        comm: MPI.Comm = MPI.COMM_SELF,
        case: Any = None,
        observables: Mapping[str, Observable] | None = None,
    ):
        self.folder = Path(folder)
        self._draws = comm.rank == 0
        self._kept: TemporaryFolder | None = None
        # The caches of the properties below. A file server may show a new file to other machines
        # late, so the ranks of a run do not read what they know.
        if case is not None:
            vars(self)["case"] = case
        elif not (self.folder / "case.toml").exists():
            raise SetupError(
                f"{self.folder} holds no run; give a folder that `anodex run CASE.toml -o FOLDER` "
                "has made"
            )
        if observables is not None:
            vars(self)["observables"] = dict(observables)

    def keeping(self, folder: TemporaryFolder) -> "Result":
        """The same result, which holds the temporary folder that it lies in."""
        self._kept = folder
        return self

    @cached_property
    def case(self) -> Any:
        """The case that was run, with all its defaults."""
        return read_case(self.folder / "case.toml")

    @property
    def system(self) -> str:
        """Name of the system."""
        return self.case.system.name

    @cached_property
    def summary(self) -> Mapping[str, Any]:
        """Content of summary.json: case title, system, versions, wall time [s], observables."""
        return read_summary(self.folder / "summary.json")

    @property
    def finished(self) -> bool:
        """Whether the run has come to its end."""
        return "observables" in vars(self) or (self.folder / "summary.json").exists()

    @cached_property
    def observables(self) -> dict[str, Observable]:
        """Name -> value and unit of the numbers of a finished run."""
        found = self.summary["observables"]
        return {name: Observable(entry["value"], entry["unit"]) for name, entry in found.items()}

    def __getitem__(self, name: str) -> float | str | None:
        """Value of an observable; None for "did not happen".

        Raises
        ------
        InputError
            If the system has no such observable.
        """
        if name not in self.observables:
            raise InputError(f"there is no observable '{name}'{hint(name, self.observables)}")
        return self.observables[name].value

    def __contains__(self, name: object) -> bool:
        return name in self.observables

    def __iter__(self) -> Iterator[str]:
        return iter(self.observables)

    def keys(self) -> list[str]:
        """Names of the observables."""
        return list(self.observables)

    @cached_property
    def columns(self) -> dict[str, np.ndarray]:
        """Columns of the history, `name [unit]` -> values of shape (rows,), the time first."""
        return read_history(self.folder / "history.csv")

    @property
    def history(self) -> Any:
        """Numbers against time: a pandas DataFrame where pandas is installed, else `columns`."""
        try:
            import pandas
        except ImportError:
            return self.columns
        return pandas.DataFrame(self.columns)

    def has(self, part: str) -> bool:
        """Whether there is a file of fields of this name."""
        return (self.folder / f"{part}.xdmf").exists()

    @property
    def parts(self) -> list[str]:
        """Names of the files of fields."""
        found = sorted(self.folder.glob("[!.]*.xdmf"))
        # beside a time series stands its mesh, or a file for each time
        return [
            path.stem
            for path in found
            if path.with_suffix(".h5").exists() or frames_of(path).is_dir()
        ]

    def series(self, part: str = "fields") -> "FieldSeries":
        """The fields of a file against time.

        Raises
        ------
        SetupError
            If the files are missing or damaged, or hold no step yet.
        """
        from anodex.models.results.series import read_fields

        return read_fields(self.folder / f"{part}.xdmf")

    def fields(self, time: float | str, part: str = "fields") -> "pyvista.UnstructuredGrid":
        """Mesh and fields at the stored time that is nearest.

        Parameters
        ----------
        time
            In seconds, or with a unit: "70 min".
        part
            Name of the file.
        """
        seconds = float(TIME.parse(time) if isinstance(time, str) else time)
        return self.series(part).grid(seconds)

    def plot(
        self, *names: str, kind: str = "png", style_file: str | Path | None = None
    ) -> "Pictures":
        """Draw the pictures, or those of some names, into the folder, as "png", "pdf" or "svg",
        with a style file of Matplotlib on top of the common look; a notebook shows them.

        Under mpirun the first rank draws, and the others go on with an empty list.

        Raises
        ------
        InputError
            When there is no picture of a name, no such kind, or the style file is wrong.
        SetupError
            When the folder holds no fields yet.
        """
        if not self._draws:
            return Pictures()
        style_file = Path(style_file) if style_file else None
        drawn = Pictures(registry.load(self.system).plot(self.folder, names, kind, style_file))
        # Matplotlib leaves frames of this call in cycles, which would hold the result.
        gc.collect()
        return drawn

    def __repr__(self) -> str:
        state = f"{len(self.observables)} observables" if self.finished else "not finished"
        return f"Result('{self.folder}': {self.case.title}, {state})"

    def _ipython_key_completions_(self) -> list[str]:
        return self.keys() if self.finished else []

    def _repr_html_(self) -> str:
        """Table of the observables, for a notebook."""
        if not self.finished:
            return f"<p>{escape(repr(self))}</p>"
        rows = ((name, shown(entry.value), entry.unit) for name, entry in self.observables.items())
        table = html_table(("observable", "value", "unit"), rows)
        return f"<p>{escape(self.case.title)}</p>{table}"


class Pictures(list[Path]):
    """Paths of pictures, which a notebook shows."""

    def _repr_html_(self) -> str:
        """The pictures themselves: a notebook cannot open files of other folders."""
        return "".join(_html_picture(path) for path in self)


def _html_picture(path: Path) -> str:
    kind = path.suffix.removeprefix(".")
    if kind == "pdf":  # which no picture of a page shows
        return f"<p>{escape(str(path))}</p>"
    kind = {"svg": "svg+xml"}.get(kind, kind)
    data = b64encode(path.read_bytes()).decode()
    return (
        f'<img alt="{escape(path.name)}" style="max-width: 100%" src="data:image/{kind};'
        f'base64,{data}">'
    )


def html_table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table for a notebook; the cells are plain text."""
    lines = [("th", header), *(("td", row) for row in rows)]
    cells = ("".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in line) for tag, line in lines)
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in cells)}</table>"


def shown(value: float | str | None) -> str:
    """A value of an observable for a reader."""
    return f"{value:.6g}" if isinstance(value, float) else "-" if value is None else str(value)
