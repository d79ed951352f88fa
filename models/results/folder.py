"""The folder that holds what one run leaves behind."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from mpi4py import MPI

from anodex.models.errors import SetupError
from anodex.models.results.files import replace_text, same_outcome

# What every run leaves behind beside its fields; a system names the files of those itself.
CASE = "case.toml"  # its presence tells a result folder
PLAIN = (CASE, "summary.json", "history.csv", "run.log", "checkpoint.h5", "figures")


@dataclass(frozen=True)
class ResultFolder:
    """Paths of a result folder; make one with `create` or `open`."""

    path: Path
    comm: MPI.Comm

    @classmethod
    def create(cls, path: Path, comm: MPI.Comm, force: bool = False) -> Self:
        """Make the folder for a new run; collective.

        Parameters
        ----------
        force
            Remove the results of an earlier run instead of refusing: its plain files and every
            pair of `.xdmf` and `.h5`. Other files in the folder stay.

        Raises
        ------
        SetupError
            If the folder holds a run already, or cannot be made. Nothing is written then.
        """
        path = Path(path)
        with same_outcome(comm, f"make the result folder {path}"):
            if comm.rank == 0:
                left = _left_by_run(path)
                if left and not force:
                    raise SetupError(
                        f"{path} already holds a run; go on with it by --resume, or choose another "
                        "folder with -o"
                    )
                path.mkdir(parents=True, exist_ok=True)
                for old in left:
                    _remove(old)
                (path / "figures").mkdir()
        return cls(path, comm)

    @classmethod
    def open(cls, path: Path, comm: MPI.Comm) -> Self:
        """The folder of an earlier or a running run; collective.

        Raises
        ------
        SetupError
            If there is no run in it.
        """
        path = Path(path)
        with same_outcome(comm, f"open the result folder {path}"):
            if comm.rank == 0 and not (path / CASE).exists():
                raise SetupError(
                    f"{path} holds no run; give a folder that `anodex run CASE.toml -o FOLDER` has "
                    "made"
                )
        return cls(path, comm)

    @property
    def summary(self) -> Path:
        return self.path / "summary.json"

    @property
    def history(self) -> Path:
        return self.path / "history.csv"

    def part(self, name: str) -> Path:
        """File of the fields on one mesh; the system chooses the name."""
        return self.path / f"{name}.xdmf"

    @property
    def case(self) -> Path:
        return self.path / CASE

    @property
    def log(self) -> Path:
        return self.path / "run.log"

    @property
    def figures(self) -> Path:
        return self.path / "figures"

    @property
    def checkpoint(self) -> Path:
        return self.path / "checkpoint.h5"

    def write_text(self, name: str, text: str) -> None:
        """Write the file `name` of the folder atomically, on rank 0; collective."""
        with same_outcome(self.comm, f"write {self.path / name}"):
            if self.comm.rank == 0:
                replace_text(self.path / name, text)


def _left_by_run(path: Path) -> list[Path]:
    """Files of an earlier run. Fields are taken for such only in a result folder: elsewhere a mesh
    or other data may look like them.
    """
    left = [path / name for name in PLAIN if (path / name).exists()]
    if (path / CASE).exists():
        for fields in path.glob("*.xdmf"):
            left += [file for file in (fields, fields.with_suffix(".h5")) if file.exists()]
    return left


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
