"""The folder that holds what one run leaves behind."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from mpi4py import MPI

from anodex.models.errors import SetupError
from anodex.models.results.files import (
    frames_of,
    previous_of,
    replace_text,
    same_outcome,
    sync_folder,
)

# What every run leaves behind beside its fields; a system names the files of those itself.
CASE = "case.toml"  # its presence tells a result folder
CHECKPOINT = Path("checkpoint.h5")
PREVIOUS = previous_of(CHECKPOINT)
FIGURES = "figures"
EVENTS = "events.csv"
PROTOCOL = "protocol.csv"
TEXTS = (CASE, "summary.json", "SHA256SUMS", "history.csv", EVENTS, PROTOCOL, "run.log")
PLAIN = (*TEXTS, CHECKPOINT, PREVIOUS, FIGURES)


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
            Remove the results of an earlier run instead of refusing: its plain files and all
            `.xdmf` with the `.h5` and the `.frames` beside them. Other files in the folder stay.

        Raises
        ------
        SetupError
            If the folder holds a run already, or cannot be made. Nothing is written then.
        """
        path = speakable(path)
        with same_outcome(comm, f"make the result folder {path}"):
            if comm.rank == 0:
                if not force:
                    refuse_run(path)
                path.mkdir(parents=True, exist_ok=True)
                for old in left_by_run(path):
                    _remove(old)
                (path / FIGURES).mkdir(exist_ok=True)
                sync_folder(path.parent)
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
        return self.path / FIGURES

    @property
    def checkpoint(self) -> Path:
        return self.path / CHECKPOINT

    @property
    def previous_checkpoint(self) -> Path:
        return self.path / PREVIOUS

    def write_text(self, name: str, text: str) -> None:
        """Write the file `name` of the folder atomically, on rank 0; collective."""
        with same_outcome(self.comm, f"write {self.path / name}"):
            if self.comm.rank == 0:
                replace_text(self.path / name, text)


def refuse_run(path: Path) -> None:
    """Refuse a folder that holds a run; serial.

    Raises
    ------
    SetupError
        Says what to do instead.
    """
    if left_by_run(path):
        raise SetupError(
            f"{path} already holds a run; go on with it by --resume, or choose another folder "
            "with -o"
        )


def left_by_run(path: Path) -> list[Path]:
    """Files of an earlier run. Fields are taken for such only in a result folder: elsewhere a mesh
    or other data may look like them. An empty folder for figures, or a lock that nobody holds, may
    be all that an early kill has left.
    """
    found = [path / name for name in PLAIN if (path / name).exists()]
    left = [entry for entry in found if entry.name != FIGURES or any(entry.iterdir())]
    if (path / CASE).exists():
        for fields in path.glob("*.xdmf"):
            parts = (fields, fields.with_suffix(".h5"), frames_of(fields))
            left += [part for part in parts if part.exists()]
    return left


def speakable(path: str | Path) -> Path:
    """A path whose name can be written down, in logs and in the XML of fields.

    Raises
    ------
    SetupError
        If it is in another encoding than UTF-8.
    """
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        shown = os.fsencode(path).decode("utf-8", "replace")
        raise SetupError(
            f"the name of the folder {shown} is not in UTF-8, the encoding of this system; choose "
            "another name"
        ) from None
    return Path(path)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
