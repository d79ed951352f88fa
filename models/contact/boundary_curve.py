"""A line of nodes on the boundary of a plane mesh, known whole on every rank, and terms of a
residual that live on such lines.
"""

import numpy as np
from dolfinx import fem
from mpi4py import MPI
from petsc4py import PETSc

# coefficients of 1, s, s^2 for the nodes at s = -1, 0, 1
QUADRATIC = np.array([[0.0, -0.5, 0.5], [1.0, 0.0, -1.0], [0.0, 0.5, 0.5]])


def quadratic(s: np.ndarray) -> np.ndarray:
    """The three quadratic Lagrange polynomials of [-1, 1] at s, shape (..., 3)."""
    return np.stack([s**0, s, s**2], axis=-1) @ QUADRATIC.T


def quadratic_slope(s: np.ndarray) -> np.ndarray:
    """Their derivatives, shape (..., 3)."""
    return np.stack([0 * s, s**0, 2 * s], axis=-1) @ QUADRATIC.T


class BoundaryCurve:
    """The nodes of a second-order displacement on boundary facets that form a straight line, in
    order; collective.

    Parameters
    ----------
    displacement
        On a vector Lagrange space of second order, two components.
    facets
        Boundary facets of this rank, ghosts included, on one line along an axis.

    Attributes
    ----------
    places
        Undeformed places of the nodes, shape (nodes, 2) [um]; ends and middles of the cells' sides
        take turns.
    numbers
        Global number of each node's first unknown.
    """

    def __init__(self, displacement: fem.Function, facets: np.ndarray):
        space = displacement.function_space
        self.comm, self._displacement = space.mesh.comm, displacement
        space.mesh.topology.create_connectivity(1, 2)
        nodes = fem.locate_dofs_topological(space, 1, facets)
        self._nodes = nodes[nodes < space.dofmap.index_map.size_local]
        places = self.comm.allgather(space.tabulate_dof_coordinates()[self._nodes, :2])
        first = sum(len(rows) for rows in places[: self.comm.rank])
        everyone = np.concatenate(places)
        order = np.argsort(everyone[:, np.argmax(np.ptp(everyone, axis=0))])
        self.places = everyone[order]
        self.numbers = (
            2
            * np.concatenate(
                self.comm.allgather(space.dofmap.index_map.local_to_global(self._nodes))
            )[order]
        )
        position = np.empty_like(order)
        position[order] = np.arange(len(order))
        self._mine = position[first : first + len(self._nodes)]

    def positions(self) -> np.ndarray:
        """Present places of all nodes, shape (nodes, 2) [um], on every rank; collective."""
        values = np.zeros_like(self.places)
        values[self._mine] = self._displacement.x.array.reshape(-1, 2)[self._nodes]
        return self.places + self.comm.allreduce(values, op=MPI.SUM)

    def sides(self) -> np.ndarray:
        """Nodes of each cell's side: end, middle, end; shape (sides, 3)."""
        return np.arange(0, len(self.places) - 1, 2)[:, None] + np.arange(3)


class CurveTerm:
    """Part of a residual that depends on, and acts on, the nodes of boundary curves alone (a
    `nonlinear.DiscreteTerm`).

    The curves are short beside the mesh: every rank computes everything and keeps the rows that it
    owns. Subclasses give `_forces` and `_stiffness` of the positions of all nodes, those of the
    first curve first.
    """

    def __init__(self, curves: list[BoundaryCurve], layout: PETSc.Vec):
        self.curves = curves
        start, end = layout.getOwnershipRange()
        unknowns = (
            np.concatenate([curve.numbers for curve in curves])[:, None] + np.arange(2)
        ).reshape(-1)
        self._owned = np.flatnonzero((start <= unknowns) & (unknowns < end))
        self._rows = (unknowns[self._owned] - start).astype(PETSc.IntType)
        self._columns = unknowns.astype(PETSc.IntType)
        sizes = layout.getSizes()
        entries = np.zeros(sizes[0], PETSc.IntType)
        entries[self._rows] = len(unknowns)
        self.matrix = PETSc.Mat().createAIJ(
            (sizes, sizes), bsize=2, nnz=(entries, entries), comm=layout.comm
        )
        self._fill(np.zeros((len(unknowns), len(unknowns))))

    def add_residual(self, vector: PETSc.Vec) -> None:
        """Add to the entries that this rank owns; collective."""
        vector.array[self._rows] += self._forces(self._positions()).reshape(-1)[self._owned]

    def update_matrix(self) -> None:
        """Fill `matrix` for the present displacement; collective."""
        self._fill(self._stiffness(self._positions()))

    def destroy(self) -> None:
        """Free the matrix; collective."""
        self.matrix.destroy()

    def _positions(self) -> np.ndarray:
        return np.concatenate([curve.positions() for curve in self.curves])

    def _fill(self, values: np.ndarray) -> None:
        rows = self._rows + self.matrix.getOwnershipRange()[0]
        self.matrix.setValues(rows.astype(PETSc.IntType), self._columns, values[self._owned])
        self.matrix.assemble()

    def _forces(self, positions: np.ndarray) -> np.ndarray:
        """Residual at all nodes, shape (nodes, 2) [uN]."""
        raise NotImplementedError

    def _stiffness(self, positions: np.ndarray) -> np.ndarray:
        """Its derivative by their positions, shape (2 nodes, 2 nodes) [uN/um]."""
        raise NotImplementedError
