"""Lithium that grows into porous electrolyte: phase field, charge and stress in time."""

from collections.abc import Sequence
from math import log

import numpy as np
from dolfinx import fem
from mpi4py import MPI

from anodex.meshes.tagged import TaggedMesh
from anodex.models.discrete.fields import total
from anodex.models.errors import ConvergenceError
from anodex.models.laws.constants import FARADAY, GAS
from anodex.models.laws.elasticity import bulk_modulus, shear_modulus
from anodex.models.laws.kinetics import stress_shift
from anodex.models.laws.phase_field import clipped, interpolation, mixture
from anodex.models.materials.lithium import LITHIUM
from anodex.models.solve.nonlinear import NonlinearSolver, SolveReport
from anodex.models.systems.dendrite.case import Case
from anodex.models.systems.dendrite.conduction import Conduction
from anodex.models.systems.dendrite.mechanics import Elasticity
from anodex.models.systems.dendrite.phase import Ions, PhaseField
from anodex.models.systems.dendrite.structure import first_phase, pore_indicator

MOST_PASSES = 30
# change of the phase field that a stage leaves as potential and stress have followed it, over the
# error a step may have
SETTLED = 0.02
CURRENT_TOLERANCE = 1e-3  # of a current that is held
LARGEST_CHANGE = 0.05  # V, of a potential that is sought in one pass


class Dendrite:
    """The system in the form that the time stepper asks for (`anodex.models.time.stepping.Model`).

    The state is the phase field, and the charge deposited. The potential follows from the phase
    field and its rate, the stress from the phase field: in a stage of a step they take turns until
    what they still ask of the phase field is little.

    Parameters
    ----------
    case
        The case.
    tagged
        Mesh from `meshes.slab.build_slab`.

    Attributes
    ----------
    phase, pores
        xi, 1 in lithium; rho, 1 outside and -1 inside pores.
    potential
        phi [V].
    front, charge, mechanics
        The parts; charge and mechanics are None where the case has none.
    deposited
        Charge [pC] (in two dimensions per um of depth) that has been deposited since the start, and
        that has entered from the sides.
    report, stress_report
        Iterations of the last stage, and of the last solution for the stress.
    porosity
        Share of air in what is not lithium at the start.
    """

    def __init__(self, case: Case, tagged: TaggedMesh):
        self.case, self.tagged, self.mesh = case, tagged, tagged.mesh
        self.comm = self.mesh.comm
        self.space = fem.functionspace(self.mesh, ("Lagrange", 1))
        points = self.space.tabulate_dof_coordinates()
        self.phase, self.pores, self.potential = (
            fem.Function(self.space, name=name) for name in ("phase", "pores", "potential")
        )
        self.phase.x.array[:] = first_phase(case, points)
        self.pores.x.array[:] = pore_indicator(case, points)
        self._first = self.phase.copy()
        self.solid = (1 + self.pores) / 2
        self.charge = self.mechanics = None
        overpotential = fem.Constant(self.mesh, case.loading.given_overpotential)
        geometry, interface, kinetics = case.geometry, case.interface, case.kinetics
        self.period = ()
        if geometry.sides == "periodic":
            self.period = (0.0, geometry.width) + ((geometry.depth,) if geometry.depth else ())

        if case.mechanics.enabled:
            self.mechanics = self._elasticity()
        if case.electrolyte.potential == "solved":
            overpotential = self.potential
        if kinetics.pressure_shift:
            overpotential -= stress_shift(
                -self.mechanics.hydrostatic_pressure, LITHIUM["molar_volume"].to("um^3/amol")
            )
        reacting = self._with_air(kinetics.pore_rate) + fem.Constant(
            self.mesh, kinetics.wall_rate
        ) * (1 - self.pores**2)
        ions = None
        if case.transport.law == "nernst-planck":
            ions = self._ions()
        driven = case.mechanics.enabled and case.mechanics.driving_force == "elastic"
        self._follows_stress = driven or kinetics.pressure_shift
        self.front = PhaseField(
            self.phase,
            interface.mobility,
            interface.well_height,
            interface.gradient_coefficient,
            fem.Constant(self.mesh, case.reaction_rate) * reacting,
            overpotential,
            temperature=kinetics.temperature,
            cathodic=kinetics.cathodic_coefficient,
            energy=self.mechanics.energy if driven else None,
            ions=ions,
            period=self.period,
        )
        self.charge_density = FARADAY * case.metal_concentration  # pC/um^3 of lithium
        self._lithium, self._old_lithium = (
            fem.form(phase * self.front.dx) for phase in (self.phase, self.front.old)
        )
        if case.electrolyte.potential == "solved":
            taken = self.charge_density * (self.phase - self.front.old) / self.front.step
            left = case.loading.given_overpotential
            self.charge = Conduction(
                tagged,
                self.conductivity(),
                self.potential,
                left,
                taken,
                self.period,
                linear_solver="iterative",
                name="dendrite_charge",
            )
            self.front.old.x.array[:] = self.phase.x.array  # at rest
            self.charge.solve()
        # 1/V
        self._exponent = kinetics.cathodic_coefficient * FARADAY / (GAS * kinetics.temperature)
        self.deposited = np.zeros(2)
        self.porosity = self._porosity()
        self.report, self.stress_report = SolveReport(0, 0, {}), None

    def conductivity(self):
        """Ionic in electrolyte and pores, electronic in lithium [pA/(V um)], UFL."""
        return self._conductivity(
            self.case.electrolyte.conductivity, self.case.electrolyte.lithium_ratio
        )

    def electronic_conductivity(self):
        """[pA/(V um)], UFL."""
        return self._conductivity(
            self.case.electrolyte.electronic_conductivity, self.case.electrolyte.electronic_ratio
        )

    def _conductivity(self, of_electrolyte: float, ratio: float):
        """From that of the electrolyte and the ratio of lithium's to it, UFL."""
        inside = fem.Constant(self.mesh, ratio)
        return fem.Constant(self.mesh, of_electrolyte) * mixture(
            clipped(self.phase), inside, self._with_air(self.case.electrolyte.pore_ratio)
        )

    def _with_air(self, ratio: float):
        """1 in solids and `ratio` in air, UFL; a constant, so that another ratio compiles
        nothing anew.
        """
        return self.solid + fem.Constant(self.mesh, ratio) * (1 - self.solid)

    def _elasticity(self) -> Elasticity:
        given = self.case.mechanics
        share = self._with_air(given.pore_ratio)

        def modulus(function):
            metal = function(given.lithium_young_modulus, given.lithium_poisson_ratio)
            electrolyte = function(given.electrolyte_young_modulus, given.electrolyte_poisson_ratio)
            return mixture(
                self.phase,
                fem.Constant(self.mesh, metal),
                fem.Constant(self.mesh, electrolyte) * share,
            )

        # What was lithium from the start has the volume that it wants.
        grown = interpolation(self.phase) - interpolation(self._first)
        eigenstrain = fem.Constant(self.mesh, given.plating_strain / 3) * grown
        mechanics = Elasticity(
            self.tagged,
            modulus(bulk_modulus),
            modulus(shear_modulus),
            eigenstrain,
            self.case.geometry.sides,
        )
        mechanics.pressure.value = self.case.loading.external_pressure
        return mechanics

    def _ions(self) -> Ions:
        given, dimension = self.case.transport, self.mesh.topology.dim - 1
        share = self._with_air(self.case.electrolyte.pore_ratio)
        ratio = self.case.metal_concentration / given.concentration
        self.mesh.topology.create_connectivity(dimension, dimension + 1)
        reservoir = self.tagged.facets.find(self.tagged.tags["right"])
        return Ions(
            fem.Constant(self.mesh, given.diffusivity) * share, self.potential, ratio, reservoir
        )

    # The stepper's side

    def get_state(self) -> list[np.ndarray]:
        return [*self.front.get_state(), self.deposited.copy()]

    def set_state(self, state: Sequence[np.ndarray]) -> None:
        self.front.set_state(state[:-1])
        self.deposited[:] = state[-1]

    def solve_stage(self, time: float, step: float, old: Sequence[np.ndarray]) -> None:
        """Solve for the state at the end of a stage of length `step` [s] that starts from `old`.

        Raises
        ------
        ConvergenceError
            If a field has no solution, or the fields do not settle.
        """
        self.front.set_old(old)
        reports, tried = [], []
        for _ in range(MOST_PASSES):
            reports.append(self.front.solve(step))
            if self.charge is None and not self._follows_stress:
                break
            missing = self._hold_current(step, tried)
            if self.charge is not None:
                reports.append(self.charge.solve())
            if self._follows_stress:
                self.stress_report = self.mechanics.solve()
            if (
                missing <= CURRENT_TOLERANCE
                and self.front.left_change() <= SETTLED * self.case.numerics.step_tolerance
            ):
                break
        else:
            raise ConvergenceError(
                f"Phase field, potential and stress do not settle in {MOST_PASSES} passes of a "
                f"stage of {step:g} s. Try a milder load, or "
                "loading.overpotential where a current is held that is small beside what the "
                "front's relaxation makes flow."
            )
        self.report = SolveReport.of(reports)
        entered = step * sum(self.charge.currents()) if self.charge else 0.0
        self.deposited[:] = old[-1] + np.array([self._grown(), entered])

    def error(self, difference: Sequence[np.ndarray]) -> float:
        """Largest error of the phase field over what the case allows."""
        worst = float(np.abs(difference[0]).max(initial=0.0))
        return self.comm.allreduce(worst, op=MPI.MAX) / self.case.numerics.step_tolerance

    def accept(self) -> None:
        """The last step stands: take the stress of its end, where no stage has."""
        if self.mechanics is not None:
            report = self.mechanics.solve()
            if report.iterations:
                self.stress_report = report

    def solvers(self) -> dict[str, NonlinearSolver]:
        """The nonlinear solvers by the names of their parts."""
        return {
            name: part.solver
            for name in ("front", "charge", "mechanics")
            if (part := getattr(self, name)) is not None
        }

    def size(self) -> tuple[int, int]:
        """Numbers of cells and of unknowns of a scalar field."""
        return self.mesh.topology.index_map(
            self.mesh.topology.dim
        ).size_global, self.space.dofmap.index_map.size_global

    def cross_section(self) -> float:
        """Of the box [um^2]; in two dimensions per um of depth [um]."""
        return self.case.geometry.width * (self.case.geometry.depth or 1.0)

    def destroy(self) -> None:
        """Free the PETSc objects; collective."""
        for part in (self.front, self.charge, self.mechanics):
            if part is not None:
                part.destroy()

    def _porosity(self) -> float:
        """Share of air in what is not lithium at the start, as the mesh has it."""
        outside = 1 - interpolation(self._first)
        return total(self.comm, fem.form(outside * (1 - self.solid) * self.front.dx)) / total(
            self.comm, fem.form(outside * self.front.dx)
        )

    def _grown(self) -> float:
        """Charge of the lithium that has come in this stage [pC]."""
        return self.charge_density * (
            total(self.comm, self._lithium) - total(self.comm, self._old_lithium)
        )

    def _hold_current(self, step: float, tried: list[tuple[float, float]]) -> float:
        """Adapt the overpotential to the current wanted, if one is; by which share of it the
        current of the last pass is off.

        `tried` holds overpotential and current of the passes of this stage.
        """
        wanted = self.case.loading.current_density
        if wanted is None:
            return 0.0
        found, left = self._grown() / step / self.cross_section(), float(self.charge.left.value)
        sign = 1.0 if wanted > 0 else -1.0
        if found * wanted > 0 and not tried:
            # the rate is exponential in the potential of the lithium
            change = sign * log(found / wanted) / self._exponent
        elif not tried:
            change = -sign * LARGEST_CHANGE  # the wrong way: there is no telling how far
        else:
            change = _secant(*tried[-1], left, found, wanted)
        tried.append((left, found))
        self.charge.left.value += float(np.clip(change, -LARGEST_CHANGE, LARGEST_CHANGE))
        return abs(found / wanted - 1)


def _secant(
    first: float, first_current: float, last: float, current: float, wanted: float
) -> float:
    """Change of the overpotential [V] towards the current wanted, which falls with it."""
    slope = (current - first_current) / (last - first) if last != first else 0.0
    return (
        (wanted - current) / slope if slope < 0 else np.copysign(LARGEST_CHANGE, current - wanted)
    )
