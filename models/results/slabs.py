"""Rows of a distributed array in an order that does not depend on the number of ranks.

A mesh is numbered anew for every partition. Files keep the order in which the mesh generator made
nodes and cells, so that any number of ranks writes the same file and reads it back.
"""

import numpy as np
from dolfinx.mesh import Mesh
from mpi4py import MPI

from anodex.models.discrete.compat import geometry_dofmap


class Slabs:
    """Moves rows between the ranks' own order and equal contiguous slabs of a global order.

    Parameters
    ----------
    positions
        Global row of each of this rank's rows, shape (rows,), between 0 and `total`.
    total
        Number of global rows; each belongs to a row of at least one rank.
    """

    def __init__(self, comm: MPI.Comm, positions: np.ndarray, total: int):
        bounds = total * np.arange(comm.size + 1) // comm.size
        self.comm = comm
        self.start, self.stop = bounds[comm.rank : comm.rank + 2]
        keeper = np.searchsorted(bounds, positions, side="right") - 1
        self._order = np.argsort(keeper, kind="stable")
        self._outgoing = np.bincount(keeper, minlength=comm.size)
        self._incoming = np.empty_like(self._outgoing)
        comm.Alltoall(self._outgoing, self._incoming)
        self._slots = (
            self._exchange(positions[self._order], self._outgoing, self._incoming) - self.start
        )

    def collect(self, rows: np.ndarray) -> np.ndarray:
        """This rank's slab, shape (stop - start, ...), of the rows that all ranks hold in their
        own order, shape (rows, ...).
        """
        slab = np.empty((self.stop - self.start, *rows.shape[1:]), rows.dtype)
        slab[self._slots] = self._exchange(rows[self._order], self._outgoing, self._incoming)
        return slab

    def spread(self, slab: np.ndarray) -> np.ndarray:
        """The reverse of `collect`."""
        rows = np.empty((len(self._order), *slab.shape[1:]), slab.dtype)
        rows[self._order] = self._exchange(slab[self._slots], self._incoming, self._outgoing)
        return rows

    def _exchange(self, rows: np.ndarray, outgoing: np.ndarray, incoming: np.ndarray) -> np.ndarray:
        received = np.empty((incoming.sum(), *rows.shape[1:]), rows.dtype)
        width = int(np.prod(rows.shape[1:]))
        self.comm.Alltoallv(
            [np.ascontiguousarray(rows), outgoing * width], [received, incoming * width]
        )
        return received


def node_positions(mesh: Mesh) -> tuple[np.ndarray, int]:
    """Place of each local node, ghosts included, in the order of the mesh generator, and the
    number of nodes; collective.
    """
    return _places(mesh.comm, mesh.geometry.input_global_indices[:, None])


def cell_positions(mesh: Mesh) -> tuple[np.ndarray, int]:
    """Place of each local cell, ghosts included, in the order of the mesh generator, and the number
    of cells; collective.

    The cells of a submesh have no place of their own: they are put in the order of their nodes.
    """
    cells = mesh.topology.index_map(mesh.topology.dim)
    try:
        positions = np.asarray(mesh.topology.original_cell_index)
    except RuntimeError:  # what DOLFINx 0.9 raises for a submesh
        positions = np.empty(0, np.int64)
    if mesh.comm.allreduce(len(positions) != cells.size_local + cells.num_ghosts, MPI.LOR):
        return _places(
            mesh.comm, np.sort(mesh.geometry.input_global_indices[geometry_dofmap(mesh)], axis=1)
        )
    return positions, cells.size_global


def _places(comm: MPI.Comm, keys: np.ndarray) -> tuple[np.ndarray, int]:
    """Rank of each row of `keys`, shape (rows, n), among the different rows of all ranks."""
    per_rank = comm.allgather(keys)
    first = sum(len(rows) for rows in per_rank[: comm.rank])
    different, places = np.unique(np.concatenate(per_rank), axis=0, return_inverse=True)
    return places.reshape(-1)[first : first + len(keys)], len(different)
