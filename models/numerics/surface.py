"""Functions on a part of the boundary: projected onto the unknowns there, and passed from one body to its neighbour."""

import numpy as np
import ufl
from dolfinx import fem
from dolfinx.fem import petsc as fem_petsc
from dolfinx.mesh import Mesh
from mpi4py import MPI
from petsc4py import PETSc

from anodex.models.numerics.compat import node_element


class SurfaceProjection:
    """L2 projection onto the trace of a Lagrange space on some facets of the boundary.

    Parameters
    ----------
    space
        Scalar or vector Lagrange space.
    facets
        Boundary facets of this rank, ghosts included.
    measure
        `ufl` measure over the same facets.

    Attributes
    ----------
    dofs
        Owned dofs on the facets, node by node.
    """

    def __init__(self, space: fem.FunctionSpace, facets: np.ndarray, measure: ufl.Measure):
        self.space, self.measure = space, measure
        self._test = ufl.TestFunction(space)
        mesh = space.mesh
        mesh.topology.create_connectivity(mesh.topology.dim - 1, mesh.topology.dim)
        blocks, size = fem.locate_dofs_topological(space, mesh.topology.dim - 1, facets), space.dofmap.index_map_bs
        own = blocks[blocks < space.dofmap.index_map.size_local]
        self.dofs = (own[:, None] * size + np.arange(size)).reshape(-1)
        offset = space.dofmap.index_map.local_range[0] * size
        self._rows = PETSc.IS().createGeneral((self.dofs + offset).astype(PETSc.IntType), comm=mesh.comm)
        mass = fem_petsc.assemble_matrix(fem.form(ufl.inner(ufl.TrialFunction(space), self._test) * measure))
        mass.assemble()
        self._mass = mass.createSubMatrix(self._rows, self._rows)
        mass.destroy()
        self._solver = PETSc.KSP().create(mesh.comm)
        self._solver.setOperators(self._mass)
        self._solver.setType("cg")
        self._solver.pc.setType("jacobi")
        self._solver.setTolerances(rtol=1e-14, max_it=1000)

    def load(self, value) -> fem.Form:
        """Compiled linear form of a UFL value, for `moments`."""
        return fem.form(ufl.inner(value, self._test) * self.measure)

    def moments(self, load: fem.Form) -> np.ndarray:
        """Integrals of the value behind `load` times each owned basis function on the facets, in the order of `dofs`."""
        vector = fem_petsc.assemble_vector(load)
        vector.ghostUpdate(PETSc.InsertMode.ADD, PETSc.ScatterMode.REVERSE)
        found = vector.array_r[self.dofs].copy()
        vector.destroy()
        return found

    def solve(self, moments: np.ndarray, target: fem.Function) -> None:
        """Put the projection of the value that has these moments into `target` on the facets, zero elsewhere."""
        right, solution = self._mass.createVecs()
        right.array = moments
        self._solver.solve(right, solution)
        target.x.array[:] = 0.0
        target.x.array[self.dofs] = solution.array_r
        target.x.scatter_forward()
        right.destroy(), solution.destroy()


class SurfaceNodes:
    """The nodes that a body shares with its neighbour, numbered alike on both.

    Both meshes come from one surface mesh whose nodes have the numbers 0 to `count` - 1 in the mesh generator's input.

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
        number_of_dof = np.empty(len(mesh.geometry.x), np.int64)
        # Cell by cell, unknowns and nodes have the same order, because the element is the same.
        number_of_dof[self.space.dofmap.list] = mesh.geometry.input_global_indices[mesh.geometry.dofmap]
        self._numbers = number_of_dof[self._dofs]
        self.count = self.comm.allreduce(int(self._numbers.max(initial=-1)) + 1, op=MPI.MAX)
        self._owned = self._dofs < self.space.dofmap.index_map.size_local
        self.points = np.stack([self._gather(axis[self._dofs]) for axis in self.space.tabulate_dof_coordinates().T], axis=1)

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
