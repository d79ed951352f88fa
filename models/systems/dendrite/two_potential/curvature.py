"""Curvature of the interface of lithium."""

import numpy as np
import ufl
from dolfinx import fem
from dolfinx.la import InsertMode

SEEN = 0.05  # phase field between which and 1 less it the interface has a curvature
LEAST_SLOPE = 1e-6  # 1/um


class Curvature:
    """K = -div n with n = grad xi/|grad xi| at the nodes of an interface, 0 elsewhere: positive
    where lithium bulges. The interface meets the sides at right angles.

    Parameters
    ----------
    phase
        xi, first-order Lagrange, 1 in lithium.

    Attributes
    ----------
    values
        K [1/um].
    """

    def __init__(self, phase: fem.Function):
        space = phase.function_space
        self._phase, self.values = phase, fem.Function(space, name="curvature")
        test, slope = ufl.TestFunction(space), ufl.grad(phase)
        steepness = ufl.sqrt(ufl.inner(slope, slope) + LEAST_SLOPE**2)
        self._bending = fem.form(ufl.dot(slope, ufl.grad(test)) / steepness * ufl.dx(degree=2))
        self._volumes = self._assembled(fem.form(test * ufl.dx))

    def update(self) -> None:
        """Follow the phase field; collective."""
        xi = self._phase.x.array
        bent = self._assembled(self._bending) / self._volumes
        self.values.x.array[:] = np.where((xi > SEEN) & (xi < 1 - SEEN), bent, 0.0)

    def _assembled(self, form: fem.Form) -> np.ndarray:
        vector = fem.assemble_vector(form)
        vector.scatter_reverse(InsertMode.add)
        vector.scatter_forward()
        return vector.array.copy()
