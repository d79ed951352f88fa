"""Functions on a part of the boundary: projected onto the unknowns there, and passed from one
body to its neighbour.
"""

from typing import TYPE_CHECKING

import numpy as np
import ufl
from dolfinx import fem
from dolfinx.fem import petsc as fem_petsc
from dolfinx.mesh import Mesh
from mpi4py import MPI
from petsc4py import PETSc

from anodex.models.discrete.compat import geometry_dofmap, node_element

if TYPE_CHECKING:
    from scipy.sparse import csc_array

ROUND_OFF = 1e-7  # of coordinates, over the largest: far below any distance between nodes


class SurfaceProjection:
    """L2 projection onto the trace of a Lagrange space on some facets of the boundary.

    The surface is small beside the volume, so its mass matrix is factorised whole on every rank.

    Parameters
    ----------
    space
        Scalar or vector Lagrange space.
    facets
        Boundary facets of this rank, ghosts included.
    measure
        `ufl` measure over the same facets.
    period
        Lengths along the first axes after which the surface goes on as it began: nodes that far
        apart are one.

    Attributes
    ----------
    dofs
        Owned dofs on the facets, node by node.
    """

    def __init__(
        self,
        space: fem.FunctionSpace,
        facets: np.ndarray,
        measure: ufl.Measure,
        period: tuple[float, ...] = (),
    ):
        self.space, self.measure, self.size = space, measure, space.dofmap.index_map_bs
        self.comm = space.mesh.comm
        self._test = ufl.TestFunction(space)
        dimension = space.mesh.topology.dim
        space.mesh.topology.create_connectivity(dimension - 1, dimension)
        nodes = fem.locate_dofs_topological(space, dimension - 1, facets)
        nodes = nodes[nodes < space.dofmap.index_map.size_local]
        self.dofs = (nodes[:, None] * self.size + np.arange(self.size)).reshape(-1)
        self._numbers, self._count = _numbered(
            space.tabulate_dof_coordinates()[nodes], period, self.comm
        )
        from scipy.sparse.linalg import splu

        self._factors = splu(self._mass())

    def load(self, value) -> fem.Form:
        """Compiled linear form of a UFL value, for `moments`."""
        return fem.form(ufl.inner(value, self._test) * self.measure)

    def moments(self, load: fem.Form) -> np.ndarray:
        """Integrals of the value behind `load` times each owned basis function on the facets, in
        the order of `dofs`.
        """
        vector = fem_petsc.assemble_vector(load)
        vector.ghostUpdate(PETSc.InsertMode.ADD, PETSc.ScatterMode.REVERSE)
        found = vector.array_r[self.dofs].copy()
        vector.destroy()
        return found

    def summed(self, moments: np.ndarray) -> np.ndarray:
        """Moments at the owned nodes, shape (nodes, components), with those of their periodic
        images added.
        """
        return self._collected(moments)[self._numbers]

    def solve(self, moments: np.ndarray, target: fem.Function) -> None:
        """Put the projection of the value that has these moments into `target` on the facets,
        zero elsewhere.
        """
        target.x.array[:] = 0.0
        target.x.array[self.dofs] = self._factors.solve(self._collected(moments))[
            self._numbers
        ].reshape(-1)
        target.x.scatter_forward()

    def _collected(self, moments: np.ndarray) -> np.ndarray:
        collected = np.zeros((self._count, self.size))
        np.add.at(collected, self._numbers, moments.reshape(-1, self.size))
        return self.comm.allreduce(collected, op=MPI.SUM)

    def _mass(self) -> "csc_array":
        """Mass matrix of one component, over all ranks, by the numbers of the nodes."""
        from scipy.sparse import coo_array

        mass = fem_petsc.assemble_matrix(
            fem.form(ufl.inner(ufl.TrialFunction(self.space), self._test) * self.measure)
        )
        mass.assemble()
        first = self.dofs[:: self.size] + self.space.dofmap.index_map.local_range[0] * self.size
        rows = PETSc.IS().createGeneral(first.astype(PETSc.IntType), comm=self.comm)
        part = mass.createSubMatrix(rows, rows)
        starts, columns, values = part.getValuesCSR()
        mass.destroy(), part.destroy()
        everyone = np.concatenate(self.comm.allgather(self._numbers))
        entries = self.comm.allgather(
            (np.repeat(self._numbers, np.diff(starts)), everyone[columns], values)
        )
        row, column, value = (np.concatenate(parts) for parts in zip(*entries, strict=True))
        return coo_array((value, (row, column)), shape=(self._count, self._count)).tocsc()


def _numbered(
    points: np.ndarray, period: tuple[float, ...], comm: MPI.Comm
) -> tuple[np.ndarray, int]:
    """Number of each point among the different ones of all ranks, periodic images being one, and
    how many there are.
    """
    size = comm.allreduce(float(np.abs(points).max(initial=0.0)), op=MPI.MAX)
    folded = points.copy()
    for axis, length in enumerate(period):
        folded[:, axis] -= length * np.floor(points[:, axis] / length + ROUND_OFF)
    keys = np.floor(folded / (size * ROUND_OFF) + 0.3).astype(np.int64)
    per_rank = comm.allgather(keys)
    first = sum(len(rows) for rows in per_rank[: comm.rank])
    different, numbers = np.unique(np.concatenate(per_rank), axis=0, return_inverse=True)
    return numbers.reshape(-1)[first : first + len(points)], len(different)


def unknowns_of_nodes(space: fem.FunctionSpace) -> np.ndarray:
    """Dof (of a vector space its block) of each node of this rank, of a space on `node_element`,
    shape (nodes,).
    """
    unknowns = np.empty(len(space.mesh.geometry.x), np.int32)
    # Cell by cell, dofs and nodes have the same order, because the element is the same.
    unknowns[geometry_dofmap(space.mesh)] = space.dofmap.list
    return unknowns


def node_numbers(space: fem.FunctionSpace) -> np.ndarray:
    """Number that the mesh generator gave to the node at each dof of a space on `node_element`,
    shape (dofs,).
    """
    numbers = space.mesh.geometry.input_global_indices
    of_dofs = np.empty(len(numbers), np.int64)
    of_dofs[unknowns_of_nodes(space)] = numbers
    return of_dofs


class SurfaceNodes:
    """The nodes that a body shares with its neighbour, numbered alike on both.

    Both meshes come from one surface mesh whose nodes have the numbers 0 to `count` - 1 in the mesh
    generator's input.

    Parameters
    ----------
    mesh
        Mesh of the body.
    facets
        Its facets on the shared surface, ghosts included.

    Attributes
    ----------
    space
        Scalar Lagrange space whose unknowns are the nodes of the mesh.
    """

    def __init__(self, mesh: Mesh, facets: np.ndarray):
        self.comm = mesh.comm
        self.space = fem.functionspace(mesh, node_element(mesh))
        mesh.topology.create_connectivity(mesh.topology.dim - 1, mesh.topology.dim)
        self._dofs = fem.locate_dofs_topological(self.space, mesh.topology.dim - 1, facets)
        self._numbers = node_numbers(self.space)[self._dofs]
        self.count = self.comm.allreduce(int(self._numbers.max(initial=-1)) + 1, op=MPI.MAX)
        self._owned = self._dofs < self.space.dofmap.index_map.size_local
        self.points = np.stack(
            [self._gather(axis[self._dofs]) for axis in self.space.tabulate_dof_coordinates().T],
            axis=1,
        )

    def gather(self, function: fem.Function) -> np.ndarray:
        """Values at all shared nodes by number, shape (count,), on every rank; collective."""
        return self._gather(function.x.array[self._dofs])

    def spread(self, values: np.ndarray, function: fem.Function) -> None:
        """Set a function at the shared nodes from values by number, shape (count,)."""
        function.x.array[self._dofs] = values[self._numbers]

    def _gather(self, values: np.ndarray) -> np.ndarray:
        collected = np.zeros(self.count)
        collected[self._numbers[self._owned]] = values[self._owned]
        return self.comm.allreduce(collected, op=MPI.SUM)
