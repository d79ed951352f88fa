"""Lithium as a phase field: Allen-Cahn equation driven by Butler-Volmer kinetics."""

from collections.abc import Callable, Sequence
from typing import Any

import basix.ufl
import numpy as np
import ufl
from dolfinx import fem
from mpi4py import MPI

from anodex.models.discrete.fields import (
    MixedFields,
    VertexAverage,
    assembled,
    constant,
    held_dofs,
    owned_cells,
)
from anodex.models.laws.kinetics import butler_volmer, linear_exp
from anodex.models.laws.phase_field import (
    STEEPEST,
    curvature,
    interpolation,
    interpolation_slope,
    relaxation,
)
from anodex.models.solve.linear import SCALAR, solver_options
from anodex.models.solve.nonlinear import NonlinearSolver, SolveReport
from anodex.models.solve.ties import Ties
from anodex.models.systems.dendrite.ions import Ions
from anodex.models.systems.dendrite.normal import Normal
from anodex.models.time.state import Snapshot, State

# 3 x 3 (x 3) Gauss points: a cell sees a quarter of the profile, on which the double well is smooth
QUADRATURE_DEGREE = 4
TOLERANCE = 1e-8
# Concentration of ions over that of the reservoir at which stress, which knows no ions, moves
# lithium at half its rate: what it would make of ions that are not there.
SCARCE = 0.01
# Slope over the steepest one down to which a front has a normal: where that fades, even a flat one
# looks curved.
FAINTEST_SLOPE = 1e-3
# Of a relaxation that follows the reaction: what it adds to its rate, over that of the reaction's
# two branches together. The profile is then as good as at rest at any overpotential.
FOLLOWING = 15.0


class PhaseField:
    """Stages of dxi/dt = -L_xi dF/dxi - h'(xi) r(x) {exp((1-a) f eta) - c exp(-a f eta)} (Eq. (3)
    of the paper on soft shorts).

    F holds the double well, the gradient energy and what `energy` gives. What follows from it
    takes ions too, and slows down where they get few: `Ions.scarcity`, `SCARCE`.

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
        Further density of free energy [MPa], UFL expression of the phase field without its
        gradient; None without.
    ions
        What c follows from; None where c = 1: a single-ion conductor.
    compensated
        Whether the curvature of the interface, that at the start of the stage, moves nothing by
        itself.
    following
        Whether double well and gradient energy relax the faster, the faster the reaction is.
    period
        Lengths of periodic cells, as `Ties` takes them.
    source
        Gets the test function and gives a form that is taken from the residual [um^2/s]: of a
        manufactured solution.

    Attributes
    ----------
    phase, old
        xi now and at the start of the stage.
    lithium, old_lithium
        h(xi) at the nodes, likewise: the lithium that counts in all balances.
    concentration
        Logarithm of c; zero without ions.
    content, old_content
        (1 - h) c/r + h now and at the start of the stage: ions and metal over the metal.
    entered
        Ions that have come from the reservoir in the stage, as the volume of metal that they make
        [um^3] (in two dimensions [um^2]).
    outrun
        Largest rate of the reaction at a place over that of the relaxation there, UFL.
    step
        Length of the stage [s], constant.
    state
        Phase field and contents, whose rates the equations give, and the concentration from which
        the next solution starts.
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
        compensated: bool = False,
        following: bool = False,
        period: tuple[float, ...] = (),
        source: Callable | None = None,
    ):
        space, mesh = phase.function_space, phase.function_space.mesh
        self._mesh, self.phase, self.old, self.ions = mesh, phase, fem.Function(space), ions
        self.lithium, self.old_lithium = fem.Function(space), fem.Function(space)
        self.concentration, self.entered = fem.Function(space), 0.0
        parts: Sequence[Any]
        tests: Sequence[Any]
        if ions is None:
            self.fields, self._unknown = MixedFields(space, ("phase",)), phase
            parts, tests, ratio, scarcity = (phase,), (ufl.TestFunction(space),), 1.0, 0.0
        else:
            element = basix.ufl.mixed_element([space.ufl_element()] * 2)
            self.fields = MixedFields(
                fem.functionspace(mesh, element), ("phase", "log_concentration")
            )
            self._unknown = fem.Function(self.fields.space, name="phase_and_ions")
            self.content, self.old_content = fem.Function(space), fem.Function(space)
            parts, tests = ufl.split(self._unknown), ufl.TestFunctions(self.fields.space)
            ratio = ufl.exp(parts[1])
            scarcity = linear_exp(-parts[1])  # 1/c, which overflows for no c
        self.step = constant(mesh, 1.0)
        self.dx = ufl.dx(mesh, metadata={"quadrature_degree": QUADRATURE_DEGREE})
        mobility, well, gradient, kelvin, cathodic = (
            constant(mesh, value)
            for value in (mobility, well_height, gradient_coefficient, temperature, cathodic)
        )
        xi, test = ufl.variable(parts[0]), tests[0]
        eta = ufl.replace(overpotential, {phase: xi})

        def haste(eta, ratio, scarcity):
            """Rate of the reaction's two branches together over that given for the relaxation, and
            that of the relaxation over it.
            """
            # With the sign of the ions turned, the two branches add up.
            both = butler_volmer(eta, rate, kelvin, -ratio, 1 - cathodic, cathodic)
            both /= mobility * well
            free = 1 + FOLLOWING * both if following else 1.0
            if ions is None:
                return both, free
            return both, 1 / (1 / free + constant(mesh, ions.scarcity) * scarcity)

        moving = interpolation_slope(xi) * butler_volmer(
            eta, rate, kelvin, ratio, 1 - cathodic, cathodic
        )
        if energy is not None:
            driving = mobility * ufl.diff(ufl.replace(energy, {phase: xi}), xi)
            moving += driving / (1 + SCARCE * scarcity)
        relaxing = relaxation(parts[0], test, well, gradient)
        self.normal = None
        if compensated:
            width = float(np.sqrt(8 * gradient_coefficient / well_height))
            self.normal = Normal(self.old, width, period, FAINTEST_SLOPE)
            relaxing -= curvature(parts[0], test, self.normal.direction, well, gradient)
        both, hastened = haste(
            overpotential, ufl.exp(self.concentration), linear_exp(-self.concentration)
        )
        self.outrun = STEEPEST * both / hastened
        self._haste = None
        if ions is not None or following:
            self._haste = VertexAverage(hastened, mesh, owned_cells(mesh))
        # Over the haste, so that what relaxation makes of a node's ions goes with those that the
        # node has: lumped, as they are.
        lumped = ufl.dx(mesh, metadata={"quadrature_rule": "vertex", "quadrature_degree": 1})
        left = (parts[0] - self.old + self.step * moving) / haste(eta, ratio, scarcity)[1]
        residual = left * test * (self.dx if ions is None else lumped)
        residual += self.step * mobility * relaxing * self.dx
        held = []
        if ions is not None:
            # Over the metal, which brings the residuals of phase and ions to one size.
            residual += ions.balance(parts, tests[1], self.old_content, self.step, kelvin, self.dx)
            held = [self.fields.hold("log_concentration", ions.reservoir, mesh.topology.dim - 1)]
            self._reservoir = held_dofs(held, self.fields)["log_concentration"]
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
        self._volumes = assembled(fem.form(ufl.TestFunction(space) * self.dx))
        self._set_contents()
        advanced = {"phase": phase, "lithium": self.lithium}
        if ions is not None:
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
        if self.normal is not None:
            self.normal.update()
        for name, function in self._own().items():
            self._unknown.x.array[self.fields.maps[name]] = function.x.array
        report = self.solver.solve()
        for name, function in self._own().items():
            self.fields.extract(self._unknown, name, function)
        self._set_contents()
        if self.ions is not None:
            # Now, as the flux is that of the potential at hand.
            entered = float(self.solver.reactions()[self._reservoir].sum())
            self.entered = self._mesh.comm.allreduce(entered)
        return report

    def left_change(self) -> float:
        """Change of the phase field that the stage still asks for, as other fields have changed
        since it was solved; collective.

        That of the ions counts as the lithium that they make.
        """
        defect = np.abs(self.solver.defect())
        changes = {
            name: defect[owned] / self._volumes[: len(owned)]
            for name, owned in self.fields.owned.items()
        }
        if self._haste is not None:  # the residual of the phase field is over it
            changes["phase"] *= self._haste().x.array[: len(changes["phase"])]
        worst = max(float(change.max(initial=0.0)) for change in changes.values())
        return self._mesh.comm.allreduce(worst, op=MPI.MAX)

    def set_old(self, state: Snapshot) -> None:
        """Start the next stage from a snapshot, which may be a sum of snapshots."""
        self.old.x.array[:] = state["phase"]
        self.old_lithium.x.array[:] = state["lithium"]
        if self.ions is not None:
            self.old_content.x.array[:] = state["content"]

    def destroy(self) -> None:
        """Free the PETSc objects; collective."""
        self.solver.destroy()
        if self.normal is not None:
            self.normal.destroy()

    def _own(self) -> dict[str, fem.Function]:
        """Fields that are parts of the unknown."""
        if self.ions is None:
            return {}
        return {"phase": self.phase, "log_concentration": self.concentration}

    def _set_contents(self) -> None:
        xi = np.clip(self.phase.x.array, 0, 1)
        self.lithium.x.array[:] = interpolation(xi)
        if self.ions is not None:
            self.content.x.array[:] = self.ions.content(xi, self.concentration.x.array)
