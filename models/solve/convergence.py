"""When Newton's method has converged: field by field, because the units of the residuals differ."""

from collections.abc import Mapping

import numpy as np
from mpi4py import MPI

# A Jacobian is kept, from step to step too, as long as one Newton iteration shrinks every residual
# to this fraction: a factorisation costs as much as tens of solves with it.
WORTHWHILE_REDUCTION = 0.1


class FieldNorms:
    """Residual norms of the fields, and how small they must become.

    Parameters
    ----------
    fields
        Name of a field -> its dofs that this rank owns.
    tolerance
        Each norm must fall to this fraction of the largest that the field has had.
    comm
        Where the dofs are spread.

    Attributes
    ----------
    norms
        The present ones.
    scales
        The largest that each field has had.
    """

    def __init__(self, fields: Mapping[str, np.ndarray], tolerance: float, comm: MPI.Comm):
        self._fields, self._tolerance, self._comm = fields, tolerance, comm
        self.norms, self.scales = dict.fromkeys(fields, 0.0), dict.fromkeys(fields, 0.0)
        self._previous, self._round_off = self.norms, dict.fromkeys(fields, 0.0)

    def update(self, residual: np.ndarray) -> None:
        """Take the norms of a residual, of this rank's owned dofs; collective."""
        self._previous, self.norms = self.norms, self._measure(residual)
        if self.are_finite:
            for field, norm in self.norms.items():
                self.scales[field] = max(self.scales[field], norm)

    def allow(self, round_off: np.ndarray) -> None:
        """Let the goals be off by the norms of such a residual from now on; collective."""
        self._round_off = self._measure(round_off)

    @property
    def are_finite(self) -> bool:
        """Whether all are numbers."""
        return all(np.isfinite(norm) for norm in self.norms.values())

    @property
    def are_small(self) -> bool:
        """Whether each has reached its goal."""
        return all(norm <= self._goal(field) for field, norm in self.norms.items())

    @property
    def have_shrunk(self) -> bool:
        """Whether each has reached its goal or become much smaller since the last update."""
        return all(
            norm <= max(self._goal(field), WORTHWHILE_REDUCTION * self._previous[field])
            for field, norm in self.norms.items()
        )

    @property
    def worst(self) -> str:
        """The field that is farthest from its goal."""
        return max(self.norms, key=lambda field: self.norms[field] / (self.scales[field] or 1.0))

    def _goal(self, field: str) -> float:
        return self._tolerance * self.scales[field] + self._round_off[field]

    def _measure(self, values: np.ndarray) -> dict[str, float]:
        squares = np.array([np.sum(values[dofs] ** 2) for dofs in self._fields.values()])
        norms = np.sqrt(self._comm.allreduce(squares, op=MPI.SUM))
        return dict(zip(self._fields, norms.tolist(), strict=True))
