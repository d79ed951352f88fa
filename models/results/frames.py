"""The numbers of a time series of fields: an HDF5 file for each time, and one for their mesh unless
each time has its own.

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
from anodex.models.results.sealed import Attributes, read_head, write_sealed
from anodex.models.results.xdmf import PARTS, POINTS, Array, Layout, Step, write_xdmf

log = logging.getLogger("anodex")

# What HDF5 tells of the datasets of a mesh.
OF_MESH: dict[str, Attributes] = {
    POINTS: {"name": "nodes", "unit": "um"},
    PARTS: {"name": "part", "unit": "1"},
}


class Frames:
    """Files of a time series, of which the XML names those that are whole; collective.

    Parameters
    ----------
    path
        The XML file.
    fixed
        Mesh of all times: its layout, and this rank's rows of `mesh/points` and `mesh/cells` as of
        `write_slabs`; None if each file holds its own.
    resume_time
        Keep what is there up to this time [s]. Files that are damaged or not of the fixed mesh are
        moved aside with a warning.

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
        fixed: tuple[Layout, dict[str, np.ndarray]] | None,
        resume_time: float | None,
    ):
        self.path, self.comm = path, comm
        self.fixed = None if fixed is None else fixed[0]
        self.folder, self._fixed_file = frames_of(path), path.with_suffix(".h5")
        self.steps: list[Step] = []
        kept: list[Step] = []
        with same_outcome(comm, f"write {path}"):
            if comm.rank == 0:
                if resume_time is not None:
                    kept = self._kept(resume_time)
                # No file may go while the XML names it.
                write_xdmf(path, kept)
                self._clear({path.parent / step.heavy for step in kept})
        self.steps = comm.bcast(kept)
        if fixed is not None:
            write_sealed(self._fixed_file, comm, {}, fixed[1], attributes=OF_MESH)

    def write(
        self,
        time: float,
        layout: Layout,
        arrays: tuple[Array, ...],
        slabs: dict[str, np.ndarray],
    ) -> None:
        """Add the arrays at a time [s], with this rank's rows of each dataset; those of the mesh
        are among them unless it is fixed.
        """
        number = int(Path(self.steps[-1].heavy).stem) + 1 if self.steps else 0
        file = self.folder / f"{number:06d}.h5"
        heavy = f"{self.folder.name}/{file.name}"
        step = Step(float(time), heavy, arrays, layout, self._mesh_of(heavy))
        said = asdict(step)
        head = {"layout": said.pop("layout"), "step": said}
        if self.fixed is not None:
            del said["mesh"]  # stands only where a file holds its own
        attributes = dict(OF_MESH)
        for array in arrays:
            attributes[array.dataset] = {**array.words, "time": step.time}
        write_sealed(file, self.comm, head, slabs, attributes=attributes)
        self.steps.append(step)
        with same_outcome(self.comm, f"write {self.path}"):
            if self.comm.rank == 0:
                write_xdmf(self.path, self.steps)

    def _kept(self, resume_time: float) -> list[Step]:
        """Steps of the whole files up to a time [s]."""
        steps: list[Step] = []
        for file in sorted(self.folder.glob("[0-9]*.h5")):
            try:
                step = self._read(file)
                wanted = (self.fixed or step.layout, self._mesh_of(step.heavy))
                if (step.layout, step.mesh) != wanted:
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

    def _read(self, file: Path) -> Step:
        """What a file says of itself."""
        head = read_head(file)
        said, heavy = head["step"], f"{self.folder.name}/{file.name}"
        arrays = tuple(Array(**entry) for entry in said["arrays"])
        mesh = heavy if "mesh" in said else self._fixed_file.name
        return Step(said["time"], heavy, arrays, Layout(**head["layout"]), mesh)

    def _mesh_of(self, heavy: str) -> str:
        """Where the mesh of a step's file is."""
        return self._fixed_file.name if self.fixed else heavy
