"""Fields of a mixed function space: their dofs, constraints on them, and values at vertices."""

from typing import Any

import basix
import numpy as np
from dolfinx import default_scalar_type, fem
from dolfinx.la import InsertMode
from dolfinx.mesh import Mesh
from mpi4py import MPI


class MixedFields:
    """Names for the parts of a mixed function space; one name for a space that is not mixed.

    Parameters
    ----------
    space
        Function space on a mixed element, or on any element when there is one name.
    names
        One name for each sub-element.
    """

    def __init__(self, space: fem.FunctionSpace, names: tuple[str, ...]):
        self.space = space
        self.index = {name: i for i, name in enumerate(names)}
        self._parts = (
            {names[0]: space}
            if len(names) == 1
            else {name: space.sub(i) for name, i in self.index.items()}
        )
        collapsed = {name: _collapsed(part, len(names)) for name, part in self._parts.items()}
        self.spaces = {name: sub for name, (sub, _) in collapsed.items()}
        # Position in the field's own function -> position in the mixed function.
        self.maps = {
            name: np.asarray(parent, dtype=np.int32).reshape(-1)
            for name, (_, parent) in collapsed.items()
        }
        owned = space.dofmap.index_map.size_local * space.dofmap.index_map_bs
        self.owned = {name: parent[parent < owned] for name, parent in self.maps.items()}

    def extract(
        self, mixed: fem.Function, name: str, target: fem.Function | None = None
    ) -> fem.Function:
        """Copy of one field as a function of its own space, into `target` if given."""
        target = fem.Function(self.spaces[name], name=name) if target is None else target
        target.x.array[:] = mixed.x.array[self.maps[name]]
        return target

    def hold(
        self,
        name: str,
        entities: np.ndarray,
        dimension: int,
        value: float = 0.0,
        component: int | None = None,
    ) -> fem.DirichletBC:
        """Dirichlet condition on a field, or on one component of it, at mesh entities of a
        dimension.
        """
        part = self._parts[name]
        target = part if component is None else part.sub(component)
        self.space.mesh.topology.create_connectivity(dimension, self.space.mesh.topology.dim)
        if target is self.space:
            return fem.dirichletbc(
                default_scalar_type(value),
                fem.locate_dofs_topological(target, dimension, entities),
                target,
            )
        own, _ = target.collapse()
        everywhere = fem.Function(own)
        everywhere.x.array[:] = value
        return fem.dirichletbc(
            everywhere, fem.locate_dofs_topological((target, own), dimension, entities), target
        )

    def hold_at(
        self, name: str, function: fem.Function, entities: np.ndarray, dimension: int
    ) -> fem.DirichletBC:
        """Dirichlet condition that takes the values of `function`, of the field's own space,
        also those that it gets later.
        """
        part, own = self._parts[name], function.function_space
        self.space.mesh.topology.create_connectivity(dimension, self.space.mesh.topology.dim)
        return fem.dirichletbc(
            function, fem.locate_dofs_topological((part, own), dimension, entities), part
        )

    def hold_dofs(self, name: str, function: fem.Function, dofs: np.ndarray) -> fem.DirichletBC:
        """The same at some dofs of the field's own space."""
        own = dofs.astype(np.int32)
        pair: Any = [self.maps[name][own], own]  # DOLFINx says that it takes a single array
        return fem.dirichletbc(function, pair, self._parts[name])

    def hold_one(self, name: str) -> fem.DirichletBC:
        """Hold one dof of a scalar field at zero: the level of a pressure that is found up to a
        constant.
        """
        own = self.spaces[name]
        blocks = own.dofmap.index_map
        local = np.arange(blocks.size_local + blocks.num_ghosts, dtype=np.int32)
        first = local[blocks.local_to_global(local) == 0]
        return self.hold_dofs(name, fem.Function(own), first)

    def hold_outside(self, name: str, cells: np.ndarray) -> fem.DirichletBC:
        """Hold at zero the dofs of a field that none of `cells` touches: the field then lives on
        `cells` alone.
        """
        own, tdim = self.spaces[name], self.space.mesh.topology.dim
        self.space.mesh.topology.create_connectivity(tdim, tdim)
        touched = fem.Function(own)
        mark_blocks(touched, fem.locate_dofs_topological(own, tdim, cells))
        return self.hold_dofs(name, fem.Function(own), np.flatnonzero(touched.x.array == 0))


def _collapsed(part: fem.FunctionSpace, parts: int) -> tuple[fem.FunctionSpace, np.ndarray]:
    """The space of one field and, for each of its dofs, the dof of the whole space."""
    if parts > 1:
        return part.collapse()
    blocks = part.dofmap.index_map.size_local + part.dofmap.index_map.num_ghosts
    return part, np.arange(blocks * part.dofmap.index_map_bs)


def constant(mesh: Mesh, value: float) -> fem.Constant:
    """A number in forms, of which another value compiles nothing anew."""
    return fem.Constant(mesh, np.float64(value))


def held_dofs(constraints: list[fem.DirichletBC], fields: MixedFields) -> dict[str, np.ndarray]:
    """Dofs of each field that this rank owns and that some constraint holds."""
    held = np.zeros(fields.space.dofmap.index_map.size_local, dtype=bool)
    for constraint in constraints:
        dofs, owned = constraint.dof_indices()
        held[dofs[:owned]] = True
    return {name: owned[held[owned]] for name, owned in fields.owned.items()}


def mark_blocks(function: fem.Function, blocks: np.ndarray) -> None:
    """Set all components of a function to one at the given dof blocks, on every rank that knows
    them.
    """
    size = function.function_space.dofmap.index_map_bs
    function.x.array.reshape(-1, size)[blocks] = 1.0
    function.x.scatter_forward()


def owned_cells(mesh: Mesh, cells: np.ndarray | None = None) -> np.ndarray:
    """Those of `cells`, by default of all, that this rank owns."""
    owned = mesh.topology.index_map(mesh.topology.dim).size_local
    return np.arange(owned, dtype=np.int32) if cells is None else cells[cells < owned]


class VertexAverage:
    """Average at vertices of a quantity that jumps between cells, taken over a set of cells (zero
    elsewhere).

    Parameters
    ----------
    expression
        UFL scalar or tensor.
    mesh, cells
        Where it lives; ghosts may be among `cells`.
    """

    def __init__(self, expression, mesh: Mesh, cells: np.ndarray):
        size = int(np.prod(expression.ufl_shape, dtype=int))
        self.space = fem.functionspace(
            mesh, ("Lagrange", 1, (size,)) if size > 1 else ("Lagrange", 1)
        )
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
    """Corners of the reference cell in the order of a first-order Lagrange element, shape
    (corners, dimension).
    """
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


def assembled(form: fem.Form) -> np.ndarray:
    """Values of a linear form at all dofs that this rank knows, shape (dofs,); collective."""
    vector = fem.assemble_vector(form)
    vector.scatter_reverse(InsertMode.add)
    vector.scatter_forward()
    return vector.array.copy()


def total(comm: MPI.Comm, form: fem.Form) -> float:
    """Integral over all ranks."""
    return comm.allreduce(fem.assemble_scalar(form), op=MPI.SUM)
