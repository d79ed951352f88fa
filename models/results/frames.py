"""The numbers of a time series of fields: an HDF5 file for the mesh, and one for each time.

A file is never touched again once it is whole, so nothing that happens later can harm it. Each
says itself what it holds; the XML is written anew from that.
"""

import logging
import shutil
from dataclasses import asdict
from pathlib import Path

import numpy as np
from mpi4py import MPI

from anodex.models.errors import SetupError
from anodex.models.results.files import frames_of, same_outcome
from anodex.models.results.sealed import read_head, write_sealed
from anodex.models.results.xdmf import Array, Layout, Step, write_xdmf

log = logging.getLogger("anodex")


class Frames:
    """Files of a time series, of which the XML names those that are whole; collective.

    Parameters
    ----------
    path
        The XML file.
    mesh
        This rank's rows of `mesh/points` and `mesh/cells`, as of `write_slabs`.
    resume_time
        Keep what is there up to this time [s]. Files that are damaged or of another mesh are moved
        aside with a warning.

    Attributes
    ----------
    steps
        What is there.

    Raises
    ------
    SetupError
        If a file cannot be written.
    """

    def __init__(
        self,
        path: Path,
        comm: MPI.Comm,
        layout: Layout,
        mesh: dict[str, np.ndarray],
        resume_time: float | None,
    ):
        self.path, self.comm, self.layout = path, comm, layout
        self.folder = frames_of(path)
        self.steps: list[Step] = []
        kept: list[Step] = []
        with same_outcome(comm, f"write {path}"):
            if comm.rank == 0:
                if resume_time is not None:
                    kept = self._kept(resume_time)
                # No file may go while the XML names it.
                write_xdmf(path, layout, kept)
                self._clear({path.parent / step.heavy for step in kept})
        self.steps = comm.bcast(kept)
        write_sealed(path.with_suffix(".h5"), comm, {}, mesh)

    def write(self, time: float, arrays: tuple[Array, ...], slabs: dict[str, np.ndarray]) -> None:
        """Add the arrays at a time [s], with this rank's rows of each dataset."""
        number = int(Path(self.steps[-1].heavy).stem) + 1 if self.steps else 0
        file = self.folder / f"{number:06d}.h5"
        step = Step(float(time), f"{self.folder.name}/{file.name}", arrays)
        head = {"layout": asdict(self.layout), "step": asdict(step)}
        write_sealed(file, self.comm, head, slabs)
        self.steps.append(step)
        with same_outcome(self.comm, f"write {self.path}"):
            if self.comm.rank == 0:
                write_xdmf(self.path, self.layout, self.steps)

    def _kept(self, resume_time: float) -> list[Step]:
        """Steps of the whole files up to a time [s]."""
        steps: list[Step] = []
        for file in sorted(self.folder.glob("[0-9]*.h5")):
            try:
                layout, step = _read(file, self.folder.name)
                if layout != self.layout:
                    raise SetupError(f"{file} is of another mesh")
            except SetupError as error:
                aside = file.with_name(f"damaged-{file.name}")
                file.replace(aside)
                log.warning("%s; moved to %s, the fields go on without it", error, aside.name)
            else:
                if step.time <= resume_time:
                    steps.append(step)
        return steps

    def _clear(self, kept: set[Path]) -> None:
        """Remove all files but those of the steps that are kept, and those moved aside."""
        if not kept:
            shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(exist_ok=True)
        for file in set(self.folder.glob("[0-9]*.h5")) - kept:
            file.unlink()


def _read(file: Path, folder: str) -> tuple[Layout, Step]:
    """What a file says of its mesh and of itself."""
    head = read_head(file)
    arrays = tuple(Array(**entry) for entry in head["step"]["arrays"])
    step = Step(head["step"]["time"], f"{folder}/{file.name}", arrays)
    return Layout(**head["layout"]), step
