"""A result folder, read back: for pictures, sweeps, and whoever works in Python."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from anodex.models import registry
from anodex.models.errors import InputError, SetupError
from anodex.models.inputs.casefile import read_case
from anodex.models.inputs.quantities import Amount
from anodex.models.inputs.spelling import hint
from anodex.models.results.history import read_history
from anodex.models.results.observable import Observable
from anodex.models.results.summary import read_summary

if TYPE_CHECKING:
    import pyvista

    from anodex.models.results.series import FieldSeries

TIME = Amount("s")


class Result:
    """What a run has left in its folder, also while it still goes on; each file is read once.

    `result["peak_stress"]` is an observable; `result.history` the numbers against time.

    Parameters
    ----------
    folder
        The result folder.

    Raises
    ------
    SetupError
        If the folder holds no run.
    """

    def __init__(self, folder: str | Path):
        self.folder = Path(folder)
        if not (self.folder / "case.toml").exists():
            raise SetupError(
                f"{self.folder} holds no run; give a folder that `anodex run CASE.toml -o FOLDER` "
                "has made"
            )

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
        return (self.folder / "summary.json").exists()

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
        seconds = TIME.parse(time) if isinstance(time, str) else float(time)
        return self.series(part).grid(seconds)

    def plot(self, *names: str) -> list[Path]:
        """Draw the pictures, or those of some names, into the folder and return their paths."""
        return registry.load(self.system).plot(self.folder, names)

    def __repr__(self) -> str:
        state = f"{len(self.observables)} observables" if self.finished else "not finished"
        return f"Result('{self.folder}': {self.case.title}, {state})"

    def _repr_html_(self) -> str:
        """Table of the observables, for a notebook."""
        if not self.finished:
            return f"<p>{self!r}</p>"
        rows = "".join(
            f"<tr><td>{name}</td><td>{_shown(entry.value)}</td><td>{entry.unit}</td></tr>"
            for name, entry in self.observables.items()
        )
        head = "<tr><th>observable</th><th>value</th><th>unit</th></tr>"
        return f"<p>{self.case.title}</p><table>{head}{rows}</table>"


def _shown(value: float | str | None) -> str:
    return f"{value:.6g}" if isinstance(value, float) else "-" if value is None else str(value)
