"""Lithium as a phase field: Allen-Cahn equation driven by Butler-Volmer kinetics, and the ions
that it takes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import basix.ufl
import numpy as np
import ufl
from dolfinx import fem
from dolfinx.la import InsertMode
from mpi4py import MPI

from anodex.models.discrete.fields import MixedFields, constant
from anodex.models.laws.constants import FARADAY, GAS
from anodex.models.laws.kinetics import butler_volmer
from anodex.models.laws.phase_field import clipped, double_well, interpolation, interpolation_slope
from anodex.models.solve.linear import SCALAR, solver_options
from anodex.models.solve.nonlinear import NonlinearSolver, SolveReport
from anodex.models.solve.ties import Ties
from anodex.models.time.state import Snapshot, State

# 3 x 3 (x 3) Gauss points: a cell sees a quarter of the profile, on which the double well is smooth
QUADRATURE_DEGREE = 4
TOLERANCE = 1e-8
# Of storage and diffusivity of ions inside lithium, where there are none: their concentration stays
# a number. A third of it changes a front by 0.2 %.
LEFT_OVER = 3e-3


@dataclass(frozen=True)
class Ions:
    """A dilute salt in a field: d((1 - h) c)/dt = div(D (1 - h) c (grad ln c + f grad phi)) - r s.

    c is the concentration of ions over that of the reservoir, and its logarithm the unknown: it
    stays positive. s is the rate at which the reaction deposits lithium. The relaxation of a
    diffuse interface, which knows no ions, takes none: it would ask for them where there are none.

    Parameters
    ----------
    diffusivity
        D outside lithium [um^2/s], UFL.
    potential
        phi [V].
    metal_ratio
        r: lithium per volume of metal over ions per volume of the reservoir.
    reservoir
        Facets where c = 1.
    """

    diffusivity: Any
    potential: fem.Function
    metal_ratio: float
    reservoir: np.ndarray


class PhaseField:
    """Stages of dxi/dt = -L_xi dF/dxi - h'(xi) r(x) {exp((1-a) f eta) - c exp(-a f eta)} (Eq. (3)
    of the paper on soft shorts).

    F holds the double well, the gradient energy and what `energy` gives.

    Parameters
    ----------
    phase
        xi, first-order Lagrange: 1 in lithium.
    mobility, well_height, gradient_coefficient
        L_xi [1/(MPa s)], W [MPa] and kappa [uN].
    rate
        r [1/s], UFL.
    overpotential
        eta [V], UFL.
    temperature, cathodic
        T [K] and a.
    energy
        Further density of free energy [MPa], UFL expression of the phase field; None without.
    ions
        What c follows from; None where c = 1: a single-ion conductor.
    period
        Lengths of periodic cells, as `Ties` takes them.
    source
        Gets the test function and gives a form that is taken from the residual [um^2/s]: of a
        manufactured solution.

    Attributes
    ----------
    phase, old
        xi now and at the start of the stage.
    concentration
        Logarithm of c; zero without ions.
    content, old_content
        (1 - h) c now and at the start of the stage.
    step
        Length of the stage [s], constant.
    state
        Phase field and content of ions, whose rates the equations give, and the concentration from
        which the next solution starts.
    dx
        The measure of its forms.
    """

    def __init__(
        self,
        phase: fem.Function,
        mobility: float,
        well_height: float,
        gradient_coefficient: float,
        rate,
        overpotential,
        temperature: float = 298.0,
        cathodic: float = 0.5,
        energy=None,
        ions: Ions | None = None,
        period: tuple[float, ...] = (),
        source: Callable | None = None,
    ):
        space, mesh = phase.function_space, phase.function_space.mesh
        self._mesh, self.phase, self.old, self.ions = mesh, phase, fem.Function(space), ions
        self.concentration = fem.Function(space)
        parts: Sequence[Any]
        tests: Sequence[Any]
        if ions is None:
            self.fields, self._unknown = MixedFields(space, ("phase",)), phase
            parts, tests, ratio = (phase,), (ufl.TestFunction(space),), 1.0
        else:
            element = basix.ufl.mixed_element([space.ufl_element()] * 2)
            self.fields = MixedFields(
                fem.functionspace(mesh, element), ("phase", "log_concentration")
            )
            self._unknown = fem.Function(self.fields.space, name="phase_and_ions")
            self.content, self.old_content = fem.Function(space), fem.Function(space)
            parts, tests = ufl.split(self._unknown), ufl.TestFunctions(self.fields.space)
            ratio = ufl.exp(parts[1])
        self.step = constant(mesh, 1.0)
        self.dx = ufl.dx(mesh, metadata={"quadrature_degree": QUADRATURE_DEGREE})
        mobility, well, gradient, kelvin, cathodic = (
            constant(mesh, value)
            for value in (mobility, well_height, gradient_coefficient, temperature, cathodic)
        )
        xi, test = parts[0], tests[0]
        density = well * double_well(xi) + gradient / 2 * ufl.inner(ufl.grad(xi), ufl.grad(xi))
        if energy is not None:
            density += ufl.replace(energy, {phase: xi})
        overpotential = ufl.replace(overpotential, {phase: xi})
        direction = test if ions is None else ufl.as_vector([test, 0])
        relaxation = ufl.derivative(mobility * density * self.dx, self._unknown, direction)
        dissolving = interpolation_slope(xi) * butler_volmer(
            overpotential, rate, kelvin, ratio, 1 - cathodic, cathodic
        )
        # In units of the fields, so that the residual of a stage is the change that is left.
        residual = (
            xi - self.old + self.step * dissolving
        ) * test * self.dx + self.step * relaxation
        held = []
        if ions is not None:
            # In units that bring the residuals of phase and ions to one size.
            metal_ratio = constant(mesh, ions.metal_ratio)
            residual += self._ion_balance(
                ions, xi, parts[1], tests[1] / metal_ratio, kelvin, -metal_ratio * dissolving
            )
            held = [self.fields.hold("log_concentration", ions.reservoir, mesh.topology.dim - 1)]
        if source is not None:
            residual -= self.step * source(test)
        self.solver = NonlinearSolver(
            residual,
            self._unknown,
            held,
            name="dendrite_phase",
            fields=self.fields,
            options=solver_options(
                "iterative" if ions is None else "auto",
                self.fields,
                dict.fromkeys(self.fields.index, SCALAR),
            ),
            tolerance=TOLERANCE,
            ties=Ties(period),
        )
        self._volumes = fem.assemble_vector(fem.form(ufl.TestFunction(space) * self.dx))
        self._volumes.scatter_reverse(InsertMode.add)
        advanced = {"phase": phase}
        if ions is not None:
            self._set_content()
            advanced |= {"content": self.content, "log_concentration": self.concentration}
        self.state = State(fields=advanced)

    def solve(self, step: float) -> SolveReport:
        """Solve a stage of length `step` [s] from `old`; the guess is the present state.

        Raises
        ------
        ConvergenceError
            If the stage has no solution near the guess.
        """
        self.step.value = step
        if self.ions is None:
            return self.solver.solve()
        for name, function in self._own().items():
            self._unknown.x.array[self.fields.maps[name]] = function.x.array
        report = self.solver.solve()
        for name, function in self._own().items():
            self.fields.extract(self._unknown, name, function)
        self._set_content()
        return report

    def left_change(self) -> float:
        """Change of the phase field that the stage still asks for, as other fields have changed
        since it was solved; collective.

        That of the ions counts as the lithium that they make.
        """
        defect = np.abs(self.solver.defect())
        changes = [
            defect[owned] / self._volumes.array[: len(owned)]
            for owned in self.fields.owned.values()
        ]
        return self._mesh.comm.allreduce(float(np.max(changes, initial=0.0)), op=MPI.MAX)

    def set_old(self, state: Snapshot) -> None:
        """Start the next stage from a snapshot, which may be a sum of snapshots."""
        self.old.x.array[:] = state["phase"]
        if self.ions is not None:
            self.old_content.x.array[:] = state["content"]

    def destroy(self) -> None:
        """Free the PETSc objects; collective."""
        self.solver.destroy()

    def _own(self) -> dict[str, fem.Function]:
        return {"phase": self.phase, "log_concentration": self.concentration}

    def _ion_balance(self, ions: Ions, xi, logarithm, test, temperature, taken):
        """Form of the ions' balance in a stage, with their content lumped at the vertices."""
        lumped = ufl.dx(self._mesh, metadata={"quadrature_rule": "vertex", "quadrature_degree": 1})
        outside = 1 - interpolation(clipped(xi)) + LEFT_OVER
        force = ufl.grad(logarithm) + FARADAY / (GAS * temperature) * ufl.grad(ions.potential)
        flux = -ions.diffusivity * outside * ufl.exp(logarithm) * force
        stored = (content(clipped(xi), logarithm, ufl.exp) - self.old_content) * test * lumped
        return stored + self.step * (taken * test - ufl.dot(flux, ufl.grad(test))) * self.dx

    def _set_content(self) -> None:
        self.content.x.array[:] = content(
            np.clip(self.phase.x.array, 0, 1), self.concentration.x.array, np.exp
        )


def content(phase, logarithm, exp: Callable):
    """Ions per volume over the concentration in the reservoir: (1 - h) c; UFL or numbers, with
    their `exp`.
    """
    return (1 - interpolation(phase) + LEFT_OVER) * exp(logarithm)
