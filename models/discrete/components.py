"""Connected components of a part of the mesh that is given by its unknowns, such as the pieces
of a broken dendrite.
"""

import numpy as np
from dolfinx import fem
from mpi4py import MPI
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

# of the largest coordinate: nodes closer than this are at the same coordinate, whatever the
# round-off of a rank
GRAIN = 2.0**-30


def label_components(space: fem.FunctionSpace, selected: np.ndarray) -> np.ndarray:
    """Number the connected components of the selected dofs, where the dofs of one cell are
    neighbours; collective.

    Parameters
    ----------
    space
        Scalar first-order Lagrange space.
    selected
        Whether each dof that this rank knows is selected, ghosts included and as on their owners,
        shape (dofs,).

    Returns
    -------
    numpy.ndarray
        Number of each dof's component, -1 where not selected. Component 0 has the selected dof of
        the smallest coordinates (x before y before z), and so on: the numbers do not depend on the
        number of ranks.
    """
    comm, indices = space.mesh.comm, space.dofmap.index_map
    pieces, piece = _pieces_on_rank(space, selected)
    first = comm.exscan(pieces) or 0  # None on rank 0
    # What this rank calls a piece at a ghost, the owner calls otherwise.
    name = fem.Function(space)
    name.x.array[selected] = first + piece[selected]
    name.x.scatter_forward()
    ghosts = indices.size_local + np.flatnonzero(selected[indices.size_local :])
    same = np.column_stack([first + piece[ghosts], name.x.array[ghosts].astype(np.int64)])
    same = np.concatenate(comm.allgather(np.unique(same, axis=0)))
    whole = _connected(same[:, 0], same[:, 1], comm.allreduce(pieces))

    mine = np.flatnonzero(selected[: indices.size_local])
    labels = np.full(len(selected), -1, dtype=np.int64)
    labels[selected] = whole[first + piece[selected]]
    places = _order_by_coordinates(comm, labels[mine], space.tabulate_dof_coordinates()[mine])
    labels[selected] = places[labels[selected]]
    return labels


def _pieces_on_rank(space: fem.FunctionSpace, selected: np.ndarray) -> tuple[int, np.ndarray]:
    """How many pieces the cells of this rank show, and the piece of each dof, -1 where not
    selected.
    """
    cells = space.dofmap.list
    linked = selected[cells]
    cell = np.broadcast_to(np.arange(len(cells))[:, None], cells.shape)[linked]
    # Dofs and cells are the nodes of one graph: cheaper than linking all pairs of dofs in a cell.
    found = _connected(cells[linked], len(selected) + cell, len(selected) + len(cells))[
        : len(selected)
    ]
    names, piece = np.unique(found[selected], return_inverse=True)
    pieces = np.full(len(selected), -1, dtype=np.int64)
    pieces[selected] = piece
    return len(names), pieces


def _connected(one: np.ndarray, other: np.ndarray, size: int) -> np.ndarray:
    """Component of each of `size` nodes of the graph that links `one` to `other`."""
    if size == 0:
        return np.zeros(0, dtype=np.int64)
    links = coo_array((np.ones(len(one), dtype=np.int8), (one, other)), shape=(size, size))
    return connected_components(links, directed=False)[1]


def _order_by_coordinates(comm: MPI.Comm, labels: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Place of each label in the order of the smallest coordinates of its dofs; `labels` of the
    owned dofs at `x`, shape (dofs, 3).
    """
    grain = GRAIN * comm.allreduce(np.abs(x).max(initial=0.0), op=MPI.MAX) or 1.0
    here = _smallest(labels, np.round(x / grain))
    labels, _ = _smallest(
        *(np.concatenate(parts) for parts in zip(*comm.allgather(here), strict=True))
    )
    places = np.empty(len(labels), dtype=np.int64)
    places[labels] = np.arange(len(labels))
    return places


def _smallest(labels: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each label once with its smallest coordinates, in their order."""
    order = np.lexsort(x.T[::-1])
    labels, x = labels[order], x[order]
    _, first = np.unique(labels, return_index=True)
    first.sort()
    return labels[first], x[first]
