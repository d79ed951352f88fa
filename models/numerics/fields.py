"""Fields of a mixed function space: their dofs, constraints on them, and values at vertices."""

import basix
import numpy as np
from dolfinx import fem
from dolfinx.la import InsertMode
from dolfinx.mesh import Mesh
from mpi4py import MPI


class MixedFields:
    """Names for the parts of a mixed function space.

    Parameters
    ----------
    space
        Function space on a mixed element.
    names
        One name for each sub-element.
    """

    def __init__(self, space: fem.FunctionSpace, names: tuple[str, ...]):
        self.space = space
        self.index = {name: i for i, name in enumerate(names)}
        collapsed = {name: space.sub(i).collapse() for name, i in self.index.items()}
        self.spaces = {name: sub for name, (sub, _) in collapsed.items()}
        # Position in the field's own function -> position in the mixed function.
        self.maps = {name: np.asarray(parent, dtype=np.int32).reshape(-1) for name, (_, parent) in collapsed.items()}
        owned = space.dofmap.index_map.size_local * space.dofmap.index_map_bs
        self.owned = {name: parent[parent < owned] for name, parent in self.maps.items()}

    def extract(self, mixed: fem.Function, name: str, target: fem.Function | None = None) -> fem.Function:
        """Copy of one field as a function of its own space, into `target` if given."""
        target = fem.Function(self.spaces[name], name=name) if target is None else target
        target.x.array[:] = mixed.x.array[self.maps[name]]
        return target

    def hold(self, name: str, entities: np.ndarray, dimension: int, value: float = 0.0, component: int | None = None) -> fem.DirichletBC:
        """Dirichlet condition on a field, or on one component of it, at mesh entities of a dimension."""
        space = self.space.sub(self.index[name])
        target = space if component is None else space.sub(component)
        own, _ = target.collapse()
        self.space.mesh.topology.create_connectivity(dimension, self.space.mesh.topology.dim)
        constant = fem.Function(own)
        constant.x.array[:] = value
        return fem.dirichletbc(constant, fem.locate_dofs_topological((target, own), dimension, entities), target)

    def hold_outside(self, name: str, cells: np.ndarray) -> fem.DirichletBC:
        """Hold at zero the dofs of a field that none of `cells` touches: the field then lives on `cells` alone."""
        space, own = self.space.sub(self.index[name]), self.spaces[name]
        tdim = self.space.mesh.topology.dim
        self.space.mesh.topology.create_connectivity(tdim, tdim)
        touched = fem.Function(own)
        mark_blocks(touched, fem.locate_dofs_topological(own, tdim, cells))
        outside = np.flatnonzero(touched.x.array == 0)
        pair = [self.maps[name][outside].astype(np.int32), outside.astype(np.int32)]
        return fem.dirichletbc(fem.Function(own), pair, space)


def held_dofs(constraints: list[fem.DirichletBC], fields: MixedFields) -> dict[str, np.ndarray]:
    """Dofs of each field that this rank owns and that some constraint holds."""
    held = np.zeros(fields.space.dofmap.index_map.size_local, dtype=bool)
    for constraint in constraints:
        dofs, owned = constraint.dof_indices()
        held[dofs[:owned]] = True
    return {name: owned[held[owned]] for name, owned in fields.owned.items()}


def mark_blocks(function: fem.Function, blocks: np.ndarray) -> None:
    """Set all components of a function to one at the given dof blocks, on every rank that knows them."""
    size = function.function_space.dofmap.index_map_bs
    function.x.array.reshape(-1, size)[blocks] = 1.0
    function.x.scatter_forward()


def owned_cells(mesh: Mesh, cells: np.ndarray) -> np.ndarray:
    """Those of `cells` that this rank owns."""
    return cells[cells < mesh.topology.index_map(mesh.topology.dim).size_local]


class VertexAverage:
    """Average at vertices of a quantity that jumps between cells, taken over a set of cells (zero elsewhere).

    Parameters
    ----------
    expression
        UFL scalar or tensor.
    mesh, cells
        Where it lives; ghosts may be among `cells`.
    """

    def __init__(self, expression, mesh: Mesh, cells: np.ndarray):
        size = int(np.prod(expression.ufl_shape, dtype=int))
        self.space = fem.functionspace(mesh, ("Lagrange", 1, (size,)) if size > 1 else ("Lagrange", 1))
        self.mesh, self.size = mesh, size
        self.cells = owned_cells(mesh, cells)
        corners = reference_vertices(mesh)
        self.expression = fem.Expression(expression, corners)
        dofs = self.space.dofmap.list[self.cells]
        self.positions = (dofs[:, :, None] * size + np.arange(size)).reshape(-1)
        self.count = self._sum(np.ones(self.positions.size))
        self.count.x.array[self.count.x.array == 0] = 1.0

    def __call__(self) -> fem.Function:
        """Average now, a first-order Lagrange function."""
        values = self.expression.eval(self.mesh, self.cells) if self.cells.size else np.zeros(0)
        total = self._sum(np.asarray(values).reshape(-1))
        total.x.array[:] /= self.count.x.array
        return total

    def _sum(self, values: np.ndarray) -> fem.Function:
        total = fem.Function(self.space)
        np.add.at(total.x.array, self.positions, values)
        total.x.scatter_reverse(InsertMode.add)
        total.x.scatter_forward()
        return total


def reference_vertices(mesh: Mesh) -> np.ndarray:
    """Corners of the reference cell in the order of a first-order Lagrange element, shape (corners, dimension)."""
    return np.asarray(basix.geometry(mesh.basix_cell()))


def largest(function: fem.Function, points: np.ndarray) -> tuple[float, np.ndarray]:
    """Largest value of a scalar first-order function over all ranks and where it is.

    `points` are the coordinates of the function's dofs, shape (dofs, 3).
    """
    comm = function.function_space.mesh.comm
    owned = function.function_space.dofmap.index_map.size_local
    values = function.x.array[:owned]
    best = int(np.argmax(values)) if owned else -1
    here = (float(values[best]), tuple(points[best])) if owned else (-np.inf, (0.0, 0.0, 0.0))
    value, where = max(comm.allgather(here))
    return value, np.array(where)


def total(comm: MPI.Intracomm, form: fem.Form) -> float:
    """Integral over all ranks."""
    return comm.allreduce(fem.assemble_scalar(form), op=MPI.SUM)
