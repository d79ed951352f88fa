"""Bounds on an unknown, and what is left of a residual where they let it move."""

import numpy as np
from dolfinx import fem
from petsc4py import PETSc

# PETSc's own (`-snes_vi_zero_tolerance`): so near, an unknown counts as one that rests on its bound
NEAR = 1e-8
REDUCED_SPACE = {"snes_type": "vinewtonrsls", "snes_linesearch_type": "basic"}


class Bounds:
    """lower <= unknown <= upper at every dof; both may change between solves.

    The residual is the derivative of an energy: where it pushes an unknown against its bound,
    the bound carries it.

    Parameters
    ----------
    lower, upper
        Of the space of the unknown.
    """

    def __init__(self, lower: fem.Function, upper: fem.Function):
        self.lower, self.upper = lower, upper

    def attach(self, snes: PETSc.SNES) -> None:
        """Tell PETSc, which reads the present values at each solve."""
        snes.setVariableBounds(self.lower.x.petsc_vec, self.upper.x.petsc_vec)

    def free(self, x: np.ndarray, residual: np.ndarray) -> np.ndarray:
        """The residual of this rank's owned dofs without what bounds carry.

        Parameters
        ----------
        x, residual
            Shape (owned dofs,).
        """
        lower, upper = (bound.x.array[: len(x)] for bound in (self.lower, self.upper))
        held = (x <= lower + NEAR) & (residual > 0) | (x >= upper - NEAR) & (residual < 0)
        return np.where(held, 0.0, residual)
