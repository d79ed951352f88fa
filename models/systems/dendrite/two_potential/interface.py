"""The interface of lithium, moved by the reaction alone, and what keeps its profile."""

import numpy as np
import ufl
from dolfinx import fem
from mpi4py import MPI

from anodex.models.discrete.fields import (
    MixedFields,
    assembled,
    constant,
    owned_cells,
    reference_vertices,
)
from anodex.models.laws.phase_field import profile_slope
from anodex.models.solve.linear import MASS_AND_DIFFUSION
from anodex.models.solve.nonlinear import NonlinearSolver, SolveReport
from anodex.models.solve.ties import Ties
from anodex.models.systems.dendrite.composition import Composition
from anodex.models.time.multistep import Weights

QUADRATURE_DEGREE = 4


class Interface:
    """dxi/dt = r + div(M (grad xi - w(xi) n)), w = 4 xi (1 - xi)/delta, n across the interface.

    The second term vanishes for a tanh profile of the width delta, however it is curved, and moves
    no lithium from place to place beyond the interface: its integral is zero. In each step M lap xi
    is implicit and the rest explicit.

    Parameters
    ----------
    composition
        With the phase field xi.
    normal
        n, UFL; where it is shorter than 1 the second term is smaller.
    rate
        r, rate of the reaction [1/s], UFL.
    width
        delta [um].
    relaxation
        M over delta times the speed of the fastest place.
    least_speed
        That M is at least made for [um/s].
    period
        Lengths of periodic cells, as `Ties` takes them.

    Attributes
    ----------
    explicit
        What was explicit [1/s], at the start of the last step.
    change
        Rate of the phase field in the last step [1/s].
    """

    def __init__(
        self,
        composition: Composition,
        normal,
        rate,
        width: float,
        relaxation: float,
        least_speed: float,
        period: tuple[float, ...] = (),
    ):
        mesh, space, phase = composition.mesh, composition.space, composition.phase
        self._comm, self._phase, self._old = mesh.comm, phase, fem.Function(space)
        self.explicit, self.change = (
            fem.Function(space, name=name) for name in ("explicit", "change")
        )
        self._wanted = fem.Function(space)
        self._diffusivity, self._step, self._lead, self._carried = (
            constant(mesh, value) for value in (0.0, 1.0, 1.0, 0.0)
        )
        self._relaxation, self._least = relaxation * width, least_speed
        test = ufl.TestFunction(space)
        dx = ufl.dx(mesh, metadata={"quadrature_degree": QUADRATURE_DEGREE})
        lumped = ufl.dx(mesh, metadata={"quadrature_rule": "vertex", "quadrature_degree": 1})
        thickness = constant(mesh, width)
        slope, across = ufl.grad(phase), ufl.inner(normal, normal)
        held = ufl.inner(profile_slope(phase, thickness) * normal, ufl.grad(test))
        self._explicit = fem.form((rate * test + self._diffusivity * held) * dx)
        self._volumes = assembled(fem.form(test * lumped))
        step, diffusivity = self._step, self._diffusivity
        self.solver = NonlinearSolver(
            (self._lead * (phase - self._old) - step * self._carried * self.change) * test * dx
            + step * diffusivity * across * ufl.inner(slope, ufl.grad(test)) * dx
            - step * self._wanted * test * lumped,
            phase,
            [],
            name="dendrite_interface",
            fields=MixedFields(space, ("phase",)),
            options=MASS_AND_DIFFUSION,
            keep_jacobian=False,
            ties=Ties(period),
        )
        # A cell sees the speed at its middle: of the whole interface, that of the fastest place.
        middle = reference_vertices(mesh).mean(axis=0, keepdims=True)
        self._speed = fem.Expression(rate * thickness, middle)
        self._cells = owned_cells(mesh)

    def advance(self, step: float, weights: Weights) -> SolveReport:
        """Take a step [s] from the present phase field; collective."""
        self._renew_diffusivity()
        explicit = assembled(self._explicit) / self._volumes
        self._wanted.x.array[:] = weights.now * explicit - weights.before * self.explicit.x.array
        self.explicit.x.array[:] = explicit
        self._step.value, self._lead.value = step, weights.lead
        self._carried.value = weights.carried
        self._old.x.array[:] = self._phase.x.array
        report = self.solver.solve()
        self.change.x.array[:] = (self._phase.x.array - self._old.x.array) / step
        return report

    def destroy(self) -> None:
        """Free the PETSc objects; collective."""
        self.solver.destroy()

    def _renew_diffusivity(self) -> None:
        mesh = self._phase.function_space.mesh
        speeds = self._speed.eval(mesh, self._cells)
        fastest = self._comm.allreduce(float(np.abs(speeds).max(initial=0.0)), op=MPI.MAX)
        self._diffusivity.value = self._relaxation * max(fastest, self._least)
