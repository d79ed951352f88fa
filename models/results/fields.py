"""Fields against time for ParaView: fields.xdmf (XML), fields.h5 (mesh), fields.frames (numbers).

Written here and not by `dolfinx.io.XDMFFile` because that one splits names at the slash of a unit
(`mol/m^3`), numbers nodes by the partition and cannot take steps back when a run resumes from an
earlier checkpoint. The order of nodes and cells in the file is that of the mesh generator on any
number of ranks.
"""

import re
from collections.abc import Mapping
from pathlib import Path

import basix.ufl
import numpy as np
import ufl
from dolfinx.fem import Function, functionspace
from dolfinx.mesh import CellType, Mesh
from dolfinx.plot import vtk_mesh
from mpi4py import MPI

from anodex.models.discrete.compat import geometry_dofmap, node_element
from anodex.models.discrete.subcells import subcells
from anodex.models.results.frames import Frames
from anodex.models.results.slabs import Slabs, cell_positions, node_positions
from anodex.models.results.xdmf import Array, Layout

XDMF_CELLS = {
    (CellType.interval, 2): "Polyline",
    (CellType.interval, 3): "Edge_3",
    (CellType.triangle, 3): "Triangle",
    (CellType.triangle, 6): "Triangle_6",
    (CellType.quadrilateral, 4): "Quadrilateral",
    (CellType.quadrilateral, 9): "Quadrilateral_9",
    (CellType.tetrahedron, 4): "Tetrahedron",
    (CellType.tetrahedron, 10): "Tetrahedron_10",
    (CellType.hexahedron, 8): "Hexahedron",
    (CellType.hexahedron, 27): "Hexahedron_27",
}


class FieldWriter:
    """Writes fields on one mesh, step by step; the files are whole at every moment, also for a
    reader beside a running run; collective.

    Parameters
    ----------
    path
        The XML file; the mesh goes beside it with the suffix `.h5`, the numbers into a folder with
        the suffix `.frames`.
    mesh
        Mesh or submesh. Quadrilaterals and hexahedra of third or higher order, which no reader
        knows, are written as straight sub-cells on the same nodes.
    resume_time
        Go on with the files: steps after this time [s] are removed. A damaged file is moved aside
        with a warning.

    Raises
    ------
    SetupError
        If a file cannot be written.
    ValueError
        If the mesh has triangles or tetrahedra of third or higher order.
    """

    def __init__(self, path: Path, comm: MPI.Comm, mesh: Mesh, resume_time: float | None = None):
        self.mesh = mesh
        self._owned_nodes = mesh.geometry.index_map().size_local
        self._owned_cells = mesh.topology.index_map(mesh.topology.dim).size_local
        place, points = node_positions(mesh)
        self._nodes = Slabs(comm, place[: self._owned_nodes], points)
        cell_place, cells = cell_positions(mesh)
        self._cells = Slabs(comm, cell_place[: self._owned_cells], cells)
        drawn = _drawn_cells(mesh)
        self._drawn_per_cell, nodes = drawn.shape[1:]
        layout = Layout(
            XDMF_CELLS[mesh.topology.cell_type, nodes], points, cells * self._drawn_per_cell, nodes
        )
        self._at_nodes: dict[tuple[int, ...], tuple[Function, np.ndarray]] = {}
        self._in_cells: dict[tuple[int, ...], Function] = {}
        rows = {
            "mesh/points": self._nodes.collect(mesh.geometry.x[: self._owned_nodes]),
            "mesh/cells": self._cells.collect(place[drawn].astype(np.int64)).reshape(-1, nodes),
        }
        self._frames = Frames(Path(path), comm, layout, rows, resume_time)

    @property
    def count(self) -> int:
        """Number of steps in the files."""
        return len(self._frames.steps)

    def write(self, time: float, fields: Mapping[str, Function]) -> None:
        """Add the fields at `time` [s].

        Parameters
        ----------
        fields
            Array name `name [unit]` -> function: scalar, vector or 2 by 2 or 3 by 3 tensor, also a
            part of a mixed function. Continuous ones are interpolated to the nodes of the mesh
            (exact up to the degree of the mesh). Discontinuous ones become a value per cell, at the
            midpoint, and those on quadrature points the mean of the cell; sub-cells repeat it.
            Plane vectors and tensors are filled up with zeros.

        Raises
        ------
        SetupError
            If a file cannot be written.
        """
        arrays, slabs = [], {}
        for name, field in fields.items():
            center, rows, order = self._rows(field)
            # HDF5 takes a slash for a group; the full name stands in the XML
            plain = re.sub(r"\W+", "_", name).strip("_")
            dataset = f"fields/{plain}"
            slab = order.collect(_in_space(rows, field.ufl_shape))
            slabs[dataset] = (
                np.repeat(slab, self._drawn_per_cell, axis=0) if center == "Cell" else slab
            )
            arrays.append(Array(name, center, slabs[dataset].shape[1], dataset))
        self._frames.write(time, tuple(arrays), slabs)

    def _rows(self, field: Function) -> tuple[str, np.ndarray, Slabs]:
        """Where the field is written, its values for the owned nodes or cells, and their order
        in the file.
        """
        element = field.ufl_element()
        if element.has_custom_quadrature:
            return "Cell", self._cell_means(field), self._cells
        if element in ufl.H1:
            if field.ufl_shape not in self._at_nodes:
                self._at_nodes[field.ufl_shape] = self._node_function(field.ufl_shape)
            function, unknown_of_node = self._at_nodes[field.ufl_shape]
            function.interpolate(field)
            function.x.scatter_forward()
            return "Node", _by_block(function)[unknown_of_node], self._nodes
        if field.ufl_shape not in self._in_cells:
            self._in_cells[field.ufl_shape] = Function(
                functionspace(self.mesh, ("DG", 0, field.ufl_shape))
            )
        function = self._in_cells[field.ufl_shape]
        function.interpolate(field)
        return (
            "Cell",
            _by_block(function)[function.function_space.dofmap.list[: self._owned_cells, 0]],
            self._cells,
        )

    def _node_function(self, shape: tuple[int, ...]) -> tuple[Function, np.ndarray]:
        """Function whose unknowns are the nodes of the mesh, and the unknown of each owned node."""
        element = node_element(self.mesh)
        space = functionspace(
            self.mesh, basix.ufl.blocked_element(element, shape=shape) if shape else element
        )
        unknown_of_node = np.empty(len(self.mesh.geometry.x), np.int32)
        # Cell by cell, unknowns and nodes have the same order, because the element is the same.
        unknown_of_node[geometry_dofmap(self.mesh)] = space.dofmap.list
        return Function(space), unknown_of_node[: self._owned_nodes]

    def _cell_means(self, field: Function) -> np.ndarray:
        _, weights = field.ufl_element().custom_quadrature()
        values = _by_block(field)[field.function_space.dofmap.list[: self._owned_cells]]
        return np.einsum("q,cqb->cb", weights / weights.sum(), values)


def _drawn_cells(mesh: Mesh) -> np.ndarray:
    """Local nodes, in the order of VTK, of the cells written for each owned cell: itself, or its
    sub-cells above second order.

    The shape is (owned cells, cells written for each, nodes).
    """
    element, owned = node_element(mesh), mesh.topology.index_map(mesh.topology.dim).size_local
    if element.degree > 2:
        return geometry_dofmap(mesh)[:owned][
            :, subcells(mesh.topology.cell_type.name, element.degree)
        ]
    if owned == 0:  # DOLFINx divides by their number
        return np.empty((0, 1, element.dim), np.int32)
    return vtk_mesh(mesh, mesh.topology.dim, np.arange(owned, dtype=np.int32))[0].reshape(
        owned, 1, -1
    )[:, :, 1:]


def _by_block(function: Function) -> np.ndarray:
    return function.x.array.reshape(-1, function.function_space.dofmap.bs)


def _in_space(rows: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Values as ParaView takes them: vectors of 3 components, tensors of 9, zeros where the
    field has none.
    """
    padded = np.zeros((len(rows), *(3 for _ in shape)))
    padded[(slice(None), *(slice(extent) for extent in shape))] = rows.reshape(-1, *shape)
    return padded.reshape(len(rows), 3 ** len(shape))
