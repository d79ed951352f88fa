"""Fields against time for ParaView: fields.xdmf (XML), fields.h5 (mesh), fields.frames (numbers),
and fields_last.xdmf, the last time alone.

Written here and not by `dolfinx.io.XDMFFile` because that one splits names at the slash of a unit
(`mol/m^3`), numbers nodes by the partition and cannot take steps back when a run resumes from an
earlier checkpoint. The order of nodes and cells in the file is that of the mesh generator on any
number of ranks.
"""

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from dolfinx.fem import Function
from dolfinx.mesh import Mesh
from mpi4py import MPI

from anodex.meshes.tagged import TaggedMesh
from anodex.models.discrete.tensors import is_component
from anodex.models.results.drawn import DrawnMesh
from anodex.models.results.frames import Frames
from anodex.models.results.xdmf import PARTS, Array

PART = "part [1]"


class FieldWriter:
    """Writes fields step by step; the files are whole at every moment, also for a reader beside a
    running run; collective.

    Parameters
    ----------
    path
        The XML file; the mesh goes beside it with the suffix `.h5`, the numbers into a folder with
        the suffix `.frames`.
    mesh
        Mesh or submesh; the tags of a tagged one become the array `part [1]`. Quadrilaterals and
        hexahedra of third or higher order, which no reader knows, are written as straight sub-cells
        on the same nodes.
    resume_time
        Go on with the files: steps after this time [s] are removed. A damaged file is moved aside
        with a warning.
    moving
        The nodes of the mesh move, or another mesh follows: each step is written with its own mesh,
        beside its numbers.

    Raises
    ------
    SetupError
        If a file cannot be written.
    ValueError
        If the mesh has triangles or tetrahedra of third or higher order.
    """

    def __init__(
        self,
        path: Path,
        comm: MPI.Comm,
        mesh: Mesh | TaggedMesh,
        resume_time: float | None = None,
        moving: bool = False,
    ):
        self.comm, self.moving = comm, moving
        self._drawn = DrawnMesh(comm, mesh)
        fixed = None if moving else (self._drawn.layout, self._drawn.mesh_slabs())
        self._frames = Frames(Path(path), comm, fixed, resume_time)

    @property
    def count(self) -> int:
        """Number of steps in the files."""
        return len(self._frames.steps)

    def follow(self, mesh: Mesh | TaggedMesh) -> None:
        """Go on with another mesh, of any kind and size, from the next step.

        Raises
        ------
        ValueError
            If the writer was not made for moving meshes, or as there.
        """
        if not self.moving:
            raise ValueError("only a FieldWriter with moving=True can follow another mesh")
        self._drawn = DrawnMesh(self.comm, mesh)

    def write(self, time: float, fields: Mapping[str, Function]) -> None:
        """Add the fields at `time` [s].

        Parameters
        ----------
        fields
            Array name `name [unit]` -> function on the mesh: scalar, vector or 2 by 2 or 3 by 3
            tensor, also a part of a mixed function. Continuous ones are interpolated to the nodes
            of the mesh (exact up to the degree of the mesh). Discontinuous ones become a value per
            cell, at the midpoint, and those on quadrature points the mean of the cell; sub-cells
            repeat it. Plane vectors and tensors are filled up with zeros. What
            `anodex.models.discrete.tensors.components` names is stored in single precision: there
            are many of them, and no run goes on from them.

        Raises
        ------
        SetupError
            If a file cannot be written.
        ValueError
            If a field is on another mesh: `follow` has been forgotten.
        """
        arrays, slabs = [], self._drawn.mesh_slabs() if self.moving else {}
        for name, field in fields.items():
            center, slab = self._drawn.field_slab(field)
            if is_component(name):
                slab = slab.astype(np.float32)
            # HDF5 takes a slash for a group; the full name stands in the XML
            plain = re.sub(r"\W+", "_", name).strip("_")
            dataset = f"fields/{plain}"
            slabs[dataset] = slab
            arrays.append(Array(name, center, slab.shape[1], dataset, slab.itemsize))
        if self._drawn.parts:
            arrays.append(Array(PART, "Cell", 1, PARTS))
        self._frames.write(time, self._drawn.layout, tuple(arrays), slabs)
