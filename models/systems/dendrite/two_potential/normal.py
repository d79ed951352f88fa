"""Where the interface of lithium faces, and how it is curved."""

import numpy as np
import ufl
from dolfinx import fem

from anodex.models.discrete.fields import MixedFields, assembled, constant
from anodex.models.solve.nonlinear import NonlinearSolver
from anodex.models.solve.ties import Ties
from anodex.models.systems.dendrite.composition import Composition

# Length over which the phase field is smoothed before it is asked where it faces, over the width of
# the interface. Waves of a few widths are followed; shorter ones, which the interface cannot show,
# have no normal of their own and are levelled.
SMOOTHING = 0.25
LEAST_SLOPE = 1e-2  # over that of the steepest place of the profile: below, no direction is known
SEEN = 0.05  # phase field between which and 1 less it the interface has a curvature
CONJUGATE_GRADIENTS = {
    "snes_type": "ksponly",
    "ksp_type": "cg",
    "ksp_rtol": 1e-12,
    "ksp_max_it": 400,
    "pc_type": "jacobi",
}


class Normal:
    """n = grad s/|grad s|, into the lithium, of the smoothed phase field s - l^2 lap s = xi.

    Parameters
    ----------
    composition
        With the phase field xi.
    width
        Of the interface [um].
    period
        Lengths of periodic cells, as `Ties` takes them.

    Attributes
    ----------
    direction
        n, UFL; shorter than 1 where the phase field is even.
    curvature
        K = -div n at the nodes of the interface [1/um], 0 elsewhere: positive where lithium bulges.
        The interface meets the sides at right angles.
    solver
        What finds s.
    """

    def __init__(self, composition: Composition, width: float, period: tuple[float, ...] = ()):
        mesh, space, phase = composition.mesh, composition.space, composition.phase
        self._phase, self._smooth = phase, fem.Function(space)
        self.curvature = fem.Function(space)
        test, slope = ufl.TestFunction(space), ufl.grad(self._smooth)
        length, least = (
            constant(mesh, value) for value in (SMOOTHING * width, LEAST_SLOPE / width)
        )
        self.direction = slope / ufl.sqrt(ufl.inner(slope, slope) + least**2)
        dx = ufl.dx(mesh, metadata={"quadrature_degree": 2})
        self.solver = NonlinearSolver(
            ((self._smooth - phase) * test + length**2 * ufl.inner(slope, ufl.grad(test))) * dx,
            self._smooth,
            [],
            name="dendrite_normal",
            fields=MixedFields(space, ("smooth",)),
            options=CONJUGATE_GRADIENTS,
            ties=Ties(period),
        )
        self._bending = fem.form(ufl.dot(self.direction, ufl.grad(test)) * dx)
        self._volumes = assembled(fem.form(test * dx))

    def update(self) -> None:
        """Follow the phase field; collective."""
        self._smooth.x.array[:] = self._phase.x.array  # the guess: whoever resumes has no other
        self.solver.solve()
        xi = self._phase.x.array
        bent = assembled(self._bending) / self._volumes
        self.curvature.x.array[:] = np.where((xi > SEEN) & (xi < 1 - SEEN), bent, 0.0)

    def destroy(self) -> None:
        """Free the PETSc objects; collective."""
        self.solver.destroy()
