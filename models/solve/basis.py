"""The matrix M of `ties`, which makes all unknowns of the free ones."""

from typing import Any

import numpy as np
from petsc4py import PETSc


class Basis:
    """The matrix M, and J -> M^t J M.

    Parameters
    ----------
    matrix
        M, distributed like the unknowns.
    slaves
        Which rows of this rank are slaves.
    """

    def __init__(self, matrix: PETSc.Mat, slaves: np.ndarray):
        self.matrix, self.slaves = matrix, slaves
        self._rows = (slaves + matrix.owner_range[0]).astype(PETSc.IntType)
        self._reduced: Any = None  # matrix of `reduce`, from its first call on

    def part(self, rows: np.ndarray) -> "Basis":
        """The same for some rows of this rank, given in ascending order."""
        chosen = PETSc.IS().createGeneral(
            (rows + self.matrix.owner_range[0]).astype(PETSc.IntType), comm=self.matrix.comm
        )
        return Basis(
            self.matrix.createSubMatrix(chosen, chosen), np.flatnonzero(np.isin(rows, self.slaves))
        )

    def reduce(self, full: PETSc.Mat) -> PETSc.Mat:
        """M^t J M with the identity in the rows and columns of the slaves; each call fills the
        same matrix.
        """
        self._reduced = full.ptap(self.matrix, self._reduced)
        self._reduced.zeroRowsColumns(self._rows, 1.0)
        return self._reduced

    def destroy(self) -> None:
        """Free the PETSc objects; collective."""
        self.matrix.destroy()
        if self._reduced is not None:
            self._reduced.destroy()
