"""The direction in which a front looks, of the phase field with what is short in it smoothed."""

from collections.abc import Sequence

import ufl
from dolfinx import fem

from anodex.models.discrete.fields import MixedFields, constant
from anodex.models.parts.conduction import CONJUGATE_GRADIENTS, LINEAR
from anodex.models.solve.nonlinear import NonlinearSolver
from anodex.models.solve.ties import Ties

# Length over the width of an interface. Curvature that is taken out of the relaxation wholly leaves
# nothing against ripples of the size of the cells, which then grow; so it stays for what is short:
# of a ripple of five widths 9 %, of ten widths 2 %.
SMOOTHED = 0.25
# Slope over the steepest one of an interface, from which on there is a normal.
LEAST_SLOPE = 1e-3


class FrontNormal:
    """n = grad psi/|grad psi|, psi - (SMOOTHED width)^2 lap psi = xi.

    Parameters
    ----------
    space
        First-order Lagrange, of the phase field.
    width
        Of the interface [um].
    period
        Lengths of periodic cells, as `Ties` takes them.

    Attributes
    ----------
    normal
        n, UFL; it fades where there is no interface.
    """

    def __init__(self, space: fem.FunctionSpace, width: float, period: Sequence[float]):
        mesh, test = space.mesh, ufl.TestFunction(space)
        self._given, self._smooth = fem.Function(space), fem.Function(space)
        slope = ufl.grad(self._smooth)
        least = constant(mesh, LEAST_SLOPE / width)
        self.normal = slope / ufl.sqrt(ufl.inner(slope, slope) + least**2)
        spread = constant(mesh, (SMOOTHED * width) ** 2) * ufl.inner(slope, ufl.grad(test))
        self._solver = NonlinearSolver(
            ((self._smooth - self._given) * test + spread) * ufl.dx,
            self._smooth,
            [],
            name="dendrite_normal",
            fields=MixedFields(space, ("smooth_phase",)),
            options={**LINEAR, **CONJUGATE_GRADIENTS},
            ties=Ties(tuple(period)),
        )

    def follow(self, phase: fem.Function) -> None:
        """Take the normal of a phase field; collective."""
        self._given.x.array[:] = phase.x.array
        self._smooth.x.array[:] = phase.x.array
        self._solver.solve()

    def destroy(self) -> None:
        """Free the PETSc objects; collective."""
        self._solver.destroy()
