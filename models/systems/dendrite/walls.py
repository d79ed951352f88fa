"""How much of the lithium that has come lies along walls of pores."""

import numpy as np
from mpi4py import MPI

from anodex.models.systems.dendrite.composition import Composition

# of the pore field, one width of the interface from a wall, on either side of it
AT_WALL = np.tanh(2.0)


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
        self._x = composition.space.tabulate_dof_coordinates()[:owned, 0]
        self._near = np.abs(composition.pores.x.array[:owned]) <= AT_WALL
        self.exist = bool(self._comm.allreduce(bool(self._near.any()), op=MPI.LOR))

    def share(self, least: float) -> float:
        """Of the lithium that has come; nan without walls, and for less than some volume [um^3]."""
        phase = np.clip(self._phase.x.array[: len(self._weights)], 0, 1)
        near, whole = self._near_and_all(phase - self._start)
        return near / whole if self.exist and whole > least else np.nan

    def share_of_room(self, tip: float) -> float:
        """Of the room between the first front and the tip [um]: the share that lithium would have
        along walls if it did not mind them; nan without walls or room.
        """
        near, whole = self._near_and_all((1 - self._start) * (self._x <= tip))
        return near / whole if self.exist and whole > 0 else np.nan

    def _near_and_all(self, density: np.ndarray) -> tuple[float, float]:
        """Integrals of what has this density at the nodes."""
        volumes = density * self._weights
        near, whole = self._comm.allreduce(np.array([volumes[self._near].sum(), volumes.sum()]))
        return float(near), float(whole)
