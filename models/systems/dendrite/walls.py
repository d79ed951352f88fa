"""How much of the lithium that has come lies along walls of pores."""

import numpy as np
from mpi4py import MPI

from anodex.models.systems.dendrite.composition import Composition
from anodex.models.systems.dendrite.pieces import OFF_NODES

# of the pore field, one width of the interface from a wall, on either side of it
AT_WALL = np.tanh(2.0)
SLICES = 32  # along x, in which lithium is spread


class Walls:
    """What lies within one width of the interface of a wall; all calls are collective.

    Parameters
    ----------
    composition
        What is where; its phase field may change between calls.
    weights
        Volume [um^3] of each node that this rank owns, shape (nodes,).
    """

    def __init__(self, composition: Composition, weights: np.ndarray):
        self._comm, self._weights, owned = composition.mesh.comm, weights, len(weights)
        self._phase = composition.phase
        self._start = np.clip(composition.phase_at_start.x.array[:owned], 0, 1)
        x = composition.space.tabulate_dof_coordinates()[:owned, 0]
        within = x / composition.case.geometry.length * SLICES + OFF_NODES
        self._slice = np.clip(within.astype(int), 0, SLICES - 1)
        self._near = np.abs(composition.pores.x.array[:owned]) <= AT_WALL
        self.exist = bool(self._comm.allreduce(bool(self._near.any()), op=MPI.LOR))

    def share(self, least: float) -> float:
        """Of the lithium that has come; nan without walls, and for less than some volume [um^3]."""
        volumes = self._come() * self._weights
        near, whole = self._comm.allreduce(np.array([volumes[self._near].sum(), volumes.sum()]))
        return float(near / whole) if self.exist and whole > least else np.nan

    def share_if_spread(self, least: float) -> float:
        """The same, if the lithium that has come at some x minded no walls, and were spread evenly
        over y and z there.
        """
        room, come = (1 - self._start) * self._weights, self._come() * self._weights
        sums = (
            np.bincount(self._slice, volumes, SLICES) for volumes in (come, room * self._near, room)
        )
        come, near, room = self._comm.allreduce(np.array(list(sums)))
        known = self.exist and come.sum() > least
        spread = come * near / np.maximum(room, np.finfo(float).tiny)
        return float(spread.sum() / come.sum()) if known else np.nan

    def _come(self) -> np.ndarray:
        """Lithium that has come, as a share of the volume at the nodes of this rank."""
        return np.clip(self._phase.x.array[: len(self._weights)], 0, 1) - self._start
