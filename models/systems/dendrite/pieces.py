"""How far lithium reaches, how many branches it has, and which of its pieces have come off."""

import numpy as np
from dolfinx import fem
from mpi4py import MPI
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from anodex.models.discrete.components import label_components
from anodex.models.laws.phase_field import interpolation

LITHIUM_PHASE = 0.5  # least phase field of what counts as lithium
PLANES = 16  # in a box, ahead of which branches are counted
# of their spacing, by which they are shifted: on a node round-off would decide
OFF_NODES = 0.1371


class LithiumPieces:
    """Pieces of lithium in a slab whose left side is the electrode; all calls are collective.

    Parameters
    ----------
    phase
        Phase field, first-order Lagrange; may change between calls.
    weights
        Volume [um^3] of each node that this rank owns, shape (nodes,).
    spacing
        Of the closest nodes [um].
    period
        Lengths of periodic cells, as `anodex.models.solve.ties.Ties` takes them.
    """

    def __init__(
        self, phase: fem.Function, weights: np.ndarray, spacing: float, period: tuple[float, ...]
    ):
        self._phase, self._weights = phase, weights
        self._tick, self._period = 1e-3 * spacing, period
        space = phase.function_space
        self._space, self._comm = space, space.mesh.comm
        self._points, self._cells = space.tabulate_dof_coordinates(), space.dofmap.list
        ends = self._comm.allgather(float(self._points[:, 0].max(initial=0.0)))
        self._length = max(ends)

    def tip(self) -> float:
        """Farthest place along x [um] where the phase field falls through `LITHIUM_PHASE` between
        two corners of a cell.
        """
        phase, x = self._phase.x.array, self._points[:, 0]
        high = phase >= LITHIUM_PHASE
        best = float(x[high].max(initial=-np.inf))
        crossed = self._cells[high[self._cells].any(axis=1)]
        corners = range(crossed.shape[1])
        for inside, outside in ((crossed[:, a], crossed[:, b]) for a in corners for b in corners):
            use = high[inside] & ~high[outside] & (x[outside] > x[inside])
            inside, outside = inside[use], outside[use]
            share = (phase[inside] - LITHIUM_PHASE) / (phase[inside] - phase[outside])
            places = x[inside] + share * (x[outside] - x[inside])
            best = max(best, float(places.max(initial=-np.inf)))
        return self._comm.allreduce(best, op=MPI.MAX)

    def branches(self, mean: float, shortest: float) -> int:
        """Into how many pieces, each of some length at least, the lithium that hangs together with
        the electrode falls ahead of a plane x = const: the most of those of `PLANES` planes from
        the last one before the mean position on. They are evenly spaced and stay where they are,
        so that the number does not flicker as the front passes.

        A comb of n teeth has n, a tree as many as it has twigs side by side, a flat front none, and
        a pore that lithium has closed in makes no branch of what lies before it.

        Parameters
        ----------
        mean, shortest
            Mean position of the front, and the length [um].
        """
        tip = self.tip()
        if tip - mean < shortest:
            return 0
        labels, roots = self._labels()
        attached, x = np.isin(labels, roots), self._points[:, 0]
        most = 1
        spacing = self._length / PLANES
        planes = (np.arange(PLANES) + OFF_NODES) * spacing
        for plane in planes[(planes > mean - spacing) & (planes < tip - shortest)]:
            ahead = self._joined(label_components(self._space, attached & (x > plane)))
            most = max(most, len(self._distinct(ahead[x > plane + shortest])))
        return most

    def detached(self) -> tuple[float, int]:
        """Volume [um^3] of the lithium that does not hang together with the electrode, and the
        number of its pieces.
        """
        labels, roots = self._labels()
        loose = (labels >= 0) & ~np.isin(labels, roots)
        owned = len(self._weights)
        share = interpolation(self._phase.x.array[:owned])
        volume = float((share * self._weights)[loose[:owned]].sum())
        return self._comm.allreduce(volume), self._count(labels) - len(roots)

    def _labels(self) -> tuple[np.ndarray, np.ndarray]:
        """Piece of each node, -1 outside lithium, and the pieces that reach the electrode."""
        labels = self._joined(label_components(self._space, self._phase.x.array >= LITHIUM_PHASE))
        return labels, self._distinct(labels[self._points[:, 0] <= self._tick])

    def _distinct(self, labels: np.ndarray) -> np.ndarray:
        """Pieces among labels of all ranks, in order."""
        here = np.unique(labels[labels >= 0])
        return np.unique(np.concatenate(self._comm.allgather(here)))

    def _count(self, labels: np.ndarray) -> int:
        """Number of pieces: they are labelled from 0 on, other nodes by -1."""
        return self._comm.allreduce(int(labels.max(initial=-1)), op=MPI.MAX) + 1

    def _joined(self, labels: np.ndarray) -> np.ndarray:
        """The labels, with one for pieces that hang together across periodic sides."""
        count = self._count(labels)
        if not (self._period and count):
            return labels
        nodes = np.rint(self._points / self._tick).astype(np.int64)
        side = np.zeros(len(nodes), dtype=bool)
        for axis in range(1, len(self._period)):
            nodes[:, axis] %= round(self._period[axis] / self._tick)
            side |= nodes[:, axis] == 0
        # Nodes and their images are at one place now.
        chosen = side & (labels >= 0)
        found = np.concatenate(
            self._comm.allgather(np.column_stack([nodes[chosen], labels[chosen]]))
        )
        places = np.unique(found[:, :3], axis=0, return_inverse=True)[1].ravel()
        links = coo_array(
            (np.ones(len(found)), (found[:, 3], count + places)), shape=(count + len(found),) * 2
        )
        whole = connected_components(links, directed=False)[1]
        return np.where(labels >= 0, whole[labels], -1)
