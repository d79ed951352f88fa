"""Where the interface of lithium faces, and how it is curved."""

import numpy as np
import ufl
from dolfinx import fem
from mpi4py import MPI

from anodex.models.discrete.fields import MixedFields, assembled, constant
from anodex.models.solve.linear import MASS_AND_DIFFUSION
from anodex.models.solve.nonlinear import NonlinearSolver
from anodex.models.solve.ties import Ties

# Length over which the phase field is smoothed before it is asked where it faces, over the width of
# the interface. Waves of a few widths are followed; shorter ones, which the interface cannot show,
# have no normal of their own and are levelled.
SMOOTHING = 0.25
LEAST_SLOPE = 1e-2  # over that of the steepest place of the profile, by default
SEEN = 0.05  # phase field between which and 1 less it the interface has a curvature


class Normal:
    """n = grad s/|grad s|, into the lithium, of the smoothed phase field s - l^2 lap s = xi.

    Parameters
    ----------
    phase
        xi, first-order Lagrange, 1 in lithium.
    width
        Of the interface [um].
    period
        Lengths of periodic cells, as `Ties` takes them.
    least_slope
        Of s, over the steepest of the profile: below it no direction is known.

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

    def __init__(
        self,
        phase: fem.Function,
        width: float,
        period: tuple[float, ...] = (),
        least_slope: float = LEAST_SLOPE,
    ):
        space, mesh = phase.function_space, phase.function_space.mesh
        self._phase, self._smooth = phase, fem.Function(space)
        self._seen = np.full_like(phase.x.array, np.nan)  # phase field that was followed last
        self.curvature = fem.Function(space)
        test, slope = ufl.TestFunction(space), ufl.grad(self._smooth)
        length, least = (
            constant(mesh, value) for value in (SMOOTHING * width, least_slope / width)
        )
        self.direction = slope / ufl.sqrt(ufl.inner(slope, slope) + least**2)
        dx = ufl.dx(mesh, metadata={"quadrature_degree": 2})
        self.solver = NonlinearSolver(
            ((self._smooth - phase) * test + length**2 * ufl.inner(slope, ufl.grad(test))) * dx,
            self._smooth,
            [],
            name="dendrite_normal",
            fields=MixedFields(space, ("smooth",)),
            options=MASS_AND_DIFFUSION,
            ties=Ties(period),
        )
        self._bending = fem.form(ufl.dot(self.direction, ufl.grad(test)) * dx)
        self._volumes = assembled(fem.form(test * dx))

    def update(self) -> None:
        """Follow the phase field, where it is another than before; collective."""
        comm, xi = self._phase.function_space.mesh.comm, self._phase.x.array
        if comm.allreduce(np.array_equal(xi, self._seen), op=MPI.LAND):
            return
        self._seen[:] = xi
        self._smooth.x.array[:] = xi  # the guess: whoever resumes has no other
        self.solver.solve()
        bent = assembled(self._bending) / self._volumes
        self.curvature.x.array[:] = np.where((xi > SEEN) & (xi < 1 - SEEN), bent, 0.0)

    def destroy(self) -> None:
        """Free the PETSc objects; collective."""
        self.solver.destroy()
