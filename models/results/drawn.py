"""A mesh as the files of fields show it, and fields as rows of its nodes or cells.

The order of nodes and cells is that of the mesh generator on any number of ranks.
"""

import basix.ufl
import numpy as np
import ufl
from dolfinx.fem import Function, functionspace
from dolfinx.mesh import CellType, Mesh
from dolfinx.plot import vtk_mesh
from mpi4py import MPI

from anodex.meshes.tagged import TaggedMesh
from anodex.models.discrete.compat import geometry_dofmap, node_element
from anodex.models.discrete.subcells import subcells
from anodex.models.discrete.surface import unknowns_of_nodes
from anodex.models.results.slabs import Slabs, cell_positions, node_positions
from anodex.models.results.xdmf import CELLS, PARTS, POINTS, Layout

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


class DrawnMesh:
    """Rows of a mesh and of fields on it, a slab of them on each rank; collective.

    Parameters
    ----------
    mesh
        Mesh or submesh, with the names of its parts where it has some; its nodes may move.

    Attributes
    ----------
    layout
        What a reader must know of the rows.
    parts
        Whether its cells are told apart.

    Raises
    ------
    ValueError
        If the mesh has triangles or tetrahedra of third or higher order.
    """

    def __init__(self, comm: MPI.Comm, mesh: Mesh | TaggedMesh):
        tags, mesh = (mesh.cells, mesh.mesh) if isinstance(mesh, TaggedMesh) else (None, mesh)
        self._mesh, self._tags, self.parts = mesh, tags, tags is not None
        self._owned_nodes = mesh.geometry.index_map().size_local
        self._owned_cells = mesh.topology.index_map(mesh.topology.dim).size_local
        self._place, points = node_positions(mesh)
        self._nodes = Slabs(comm, self._place[: self._owned_nodes], points)
        cell_place, cells = cell_positions(mesh)
        self._cells = Slabs(comm, cell_place[: self._owned_cells], cells)
        self._drawn_per_cell, nodes = _drawn_cells(mesh).shape[1:]
        self.layout = Layout(
            XDMF_CELLS[mesh.topology.cell_type, nodes], points, cells * self._drawn_per_cell, nodes
        )
        self._at_nodes: dict[tuple[int, ...], tuple[Function, np.ndarray]] = {}
        self._in_cells: dict[tuple[int, ...], Function] = {}

    def mesh_slabs(self) -> dict[str, np.ndarray]:
        """The nodes where they are now, the cells, and the tag of each cell where it has one."""
        points = self._nodes.collect(self._mesh.geometry.x[: self._owned_nodes])
        cells = self._cells.collect(self._place[_drawn_cells(self._mesh)].astype(np.int64))
        slabs = {POINTS: points, CELLS: cells.reshape(-1, cells.shape[2])}
        if self._tags is not None:
            parts = np.zeros((self._owned_cells, 1))
            own = self._tags.indices < self._owned_cells
            parts[self._tags.indices[own], 0] = self._tags.values[own]
            slabs[PARTS] = self._in_drawn_cells(self._cells.collect(parts))
        return slabs

    def field_slab(self, field: Function) -> tuple[str, np.ndarray]:
        """Whether a field is shown per "Node" or per "Cell", and its values there: 1, 3 or 9
        columns.

        Raises
        ------
        ValueError
            If the field is on another mesh, which DOLFINx would not notice or not survive.
        """
        if field.function_space.mesh is not self._mesh:
            raise ValueError(f"field '{field.name}' is on another mesh than that of the files")
        center, rows, order = self._rows(field)
        slab = order.collect(_in_space(rows, field.ufl_shape))
        return center, self._in_drawn_cells(slab) if center == "Cell" else slab

    def _in_drawn_cells(self, slab: np.ndarray) -> np.ndarray:
        return np.repeat(slab, self._drawn_per_cell, axis=0)

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
                functionspace(self._mesh, ("DG", 0, field.ufl_shape))
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
        element = node_element(self._mesh)
        space = functionspace(
            self._mesh, basix.ufl.blocked_element(element, shape=shape) if shape else element
        )
        return Function(space), unknowns_of_nodes(space)[: self._owned_nodes]

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
