"""Lithium that grows into porous electrolyte: what it remembers, and its steps in time."""

import numpy as np
from dolfinx import fem
from mpi4py import MPI

from anodex.meshes.tagged import TaggedMesh
from anodex.models.discrete.fields import constant, total
from anodex.models.errors import ConvergenceError
from anodex.models.laws.constants import FARADAY, GAS
from anodex.models.laws.kinetics import stress_shift
from anodex.models.materials.lithium import LITHIUM
from anodex.models.parts.conduction import Conduction, SolverChoices
from anodex.models.parts.elasticity import Elasticity
from anodex.models.solve.nonlinear import SolveReport
from anodex.models.systems.dendrite.case import Case
from anodex.models.systems.dendrite.case_tables import ConductingElectrolyte, NernstPlanck
from anodex.models.systems.dendrite.composition import Composition
from anodex.models.systems.dendrite.held_current import HeldCurrent
from anodex.models.systems.dendrite.ions import Ions, scarcity
from anodex.models.systems.dendrite.phase import PhaseField
from anodex.models.systems.dendrite.stress import elasticity
from anodex.models.systems.dendrite.structure import period
from anodex.models.time.state import Snapshot, State
from anodex.models.time.stepping import StepControl
from anodex.models.time.timeline import Schedule

MOST_PASSES = 30
# change of the phase field that a stage leaves as potential and stress have followed it, over the
# error a step may have
SETTLED = 0.02
LEAKAGE_VOLTAGE = 1.0  # V


class DendriteGrowth:
    """The problem of a case on a mesh (`anodex.models.time.march.TimedProblem`).

    The potential follows from the phase field and its rate, the stress from the phase field: in a
    stage of a step they take turns until what they still ask of the phase field is little. The
    leakage current acts on nothing and is solved for at the end of each step.

    Parameters
    ----------
    case
        The case.
    tagged
        Mesh from `anodex.meshes.slab.build_slab`.

    Attributes
    ----------
    composition
        What is where, and the coefficients that follow from it.
    space, phase, pores
        Those of the composition.
    potential
        phi [V].
    front, charge, mechanics, leakage
        The parts; charge and mechanics are None where the case has none.
    deposited
        Charge [pC] (in two dimensions per um of depth) that has been deposited since the start, and
        that has entered from the sides.
    ions_entered
        Charge of the ions [pC] that have come from the reservoir since the start; 0 without them.
    overpotential
        Of the lithium, that is held [V], shape (1,).
    charge_density
        Of lithium [pC/um^3].
    """

    def __init__(self, case: Case, tagged: TaggedMesh):
        self.case, self.tagged, self.mesh, self.comm = case, tagged, tagged.mesh, tagged.mesh.comm
        self.composition = Composition(case, self.mesh)
        self.space, self.phase = self.composition.space, self.composition.phase
        self.pores = self.composition.pores
        self.potential = fem.Function(self.space, name="potential")
        self.period = period(case)
        self.deposited, self.ions_entered = np.zeros(2), np.zeros(1)
        self.overpotential = np.array([case.loading.given_overpotential])
        self.charge_density = FARADAY * case.metal_concentration
        electrolyte = case.electrolyte
        driven = case.mechanics.driving_force == "elastic"
        self.mechanics = mechanics = elasticity(self.composition, tagged)
        self._followed = mechanics if driven or case.kinetics.pressure_shift else None
        energy = None if mechanics is None or not driven else mechanics.energy
        self.front = self._phase_field(energy)
        self.charge = self._ohm(electrolyte) if electrolyte.potential == "solved" else None
        self.leakage = self._electronic_ohm()
        self._lithium, self._old_lithium = (
            fem.form(lithium * self.front.dx)
            for lithium in (self.front.lithium, self.front.old_lithium)
        )
        self.state = self._state()
        numerics, output, end = case.numerics, case.output, case.loading.duration
        self.schedule = Schedule(
            end=end,
            control=StepControl(numerics.first_step, numerics.smallest_step, numerics.largest_step),
            checkpoint_interval=output.checkpoint_interval,
            outputs=tuple(number / output.frames * end for number in range(1, output.frames + 1)),
        )

    def begin(self) -> None:
        """Potential, stress and leakage of lithium at rest."""
        if self.charge is not None:
            self.front.set_old(self.state.snapshot())
            self._solve_charge(self.charge)
        self.accept()

    def switch(self, time: float) -> None:
        """The load is one and the same."""

    def solve_stage(self, time: float, step: float, old: Snapshot) -> SolveReport:
        """Solve for the state at the end of a stage of length `step` [s] that starts from `old`.

        The report is that of phase field and potential in all passes.

        Raises
        ------
        ConvergenceError
            If a field has no solution, or the fields do not settle.
        """
        self.front.set_old(old)
        wanted, reports = self.case.loading.current_density, []
        search = None if wanted is None else HeldCurrent(wanted, self._exponent())
        for _ in range(MOST_PASSES):
            reports.append(self.front.solve(step))
            if self.charge is None and self._followed is None:
                break
            held = search is None or self._adapt_overpotential(search, step)
            if self.charge is not None:
                reports.append(self._solve_charge(self.charge))
            if self._followed is not None:
                self._followed.solve()
            if held and self.front.left_change() <= SETTLED * self.case.numerics.step_tolerance:
                break
        else:
            raise ConvergenceError(
                f"Phase field, potential and stress do not settle in {MOST_PASSES} passes of a "
                f"stage of {step:g} s. Try a milder load, or "
                "loading.overpotential where a current is held that is small beside what the "
                "front's relaxation makes flow."
            )
        entered = 0.0 if self.charge is None else step * self.current()
        self.deposited[:] = old["deposited"] + np.array([self._grown(), entered])
        self.ions_entered[:] = old["ions_entered"] + self.charge_density * self.front.entered
        return SolveReport.of(reports)

    def error(self, difference: Snapshot) -> float:
        """Largest error of the phase field over what the case allows."""
        worst = float(np.abs(difference["phase"]).max(initial=0.0))
        return self.comm.allreduce(worst, op=MPI.MAX) / self.case.numerics.step_tolerance

    def accept(self) -> None:
        """Find the stress of the end of a step, where no stage has, and the leakage current."""
        if self.mechanics is not None:
            self.mechanics.solve()
        self.leakage.solve()

    def current(self) -> float:
        """What enters from both sides [pA] (in two dimensions [pA/um] of depth); nan where the
        potential is not solved for; collective.
        """
        return np.nan if self.charge is None else sum(self.charge.currents().values())

    def leakage_current(self) -> float:
        """Of electrons at `LEAKAGE_VOLTAGE` [pA] (in two dimensions [pA/um] of depth); collective.

        Taken at the counter electrode: beside lithium it would drown in round-off.
        """
        return -self.leakage.currents()["right"]

    def size(self) -> dict[str, int]:
        """Numbers of cells and of unknowns of a scalar field."""
        return {
            "cells": self.mesh.topology.index_map(self.mesh.topology.dim).size_global,
            "unknowns": self.space.dofmap.index_map.size_global,
        }

    def destroy(self) -> None:
        """Free the PETSc objects; collective."""
        for part in self._parts().values():
            part.destroy()

    def _phase_field(self, energy) -> PhaseField:
        case, kinetics, interface = self.case, self.case.kinetics, self.case.interface
        transport = case.transport
        overpotential = self.potential
        if case.electrolyte.potential == "constant":
            overpotential = constant(self.mesh, case.loading.given_overpotential)
        if self.mechanics is not None and kinetics.pressure_shift:
            overpotential -= stress_shift(
                -self.mechanics.hydrostatic_pressure, LITHIUM["molar_volume"].to("um^3/amol")
            )
        return PhaseField(
            self.phase,
            interface.mobility,
            interface.well_height,
            interface.gradient_coefficient,
            self.composition.reaction_rate(),
            overpotential,
            temperature=kinetics.temperature,
            cathodic=kinetics.cathodic_coefficient,
            energy=energy,
            ions=self._ions(transport) if transport.law == "nernst-planck" else None,
            compensated=interface.curvature == "compensated",
            following=interface.relaxation_law == "following",
            period=self.period,
        )

    def _ions(self, transport: NernstPlanck) -> Ions:
        return Ions(
            self.composition.ionic_diffusivity(transport),
            self.potential,
            ratio := self.case.metal_concentration / transport.concentration,
            self.tagged.facets.find(self.tagged.tags["right"]),
            scarcity(ratio, self.case.interface, transport.diffusivity),
        )

    def _ohm(self, electrolyte: ConductingElectrolyte) -> Conduction:
        """Ions are taken out of the electrolyte where they turn into lithium."""
        return Conduction(
            self.tagged,
            self.composition.conductivity(electrolyte),
            self.potential,
            held={"left": self.overpotential[0], "right": 0.0},
            taken=self.charge_density
            * (self.front.lithium - self.front.old_lithium)
            / self.front.step,
            period=self.period,
            choices=SolverChoices("dendrite_charge", linear_solver="iterative"),
        )

    def _electronic_ohm(self) -> Conduction:
        return Conduction(
            self.tagged,
            self.composition.electronic_conductivity(),
            fem.Function(self.space, name="electronic_potential"),
            held={"left": LEAKAGE_VOLTAGE, "right": 0.0},
            period=self.period,
            choices=SolverChoices("dendrite_leakage"),
        )

    def _parts(self) -> dict[str, PhaseField | Conduction | Elasticity]:
        parts = {name: getattr(self, name) for name in ("front", "charge", "mechanics", "leakage")}
        return {name: part for name, part in parts.items() if part is not None}

    def _state(self) -> State:
        parts = self._parts()
        unknowns = [part.unknown for part in parts.values() if not isinstance(part, PhaseField)]
        scales = {f"{name}_scales": part.solver.scales for name, part in parts.items()}
        return State(
            fields=self.front.state.fields,
            numbers={"deposited": self.deposited, "ions_entered": self.ions_entered},
            start_fields={unknown.name: unknown for unknown in unknowns},
            start_numbers={"overpotential": self.overpotential, **scales},
        )

    def _solve_charge(self, charge: Conduction) -> SolveReport:
        charge.held["left"].value = self.overpotential[0]
        return charge.solve()

    def _grown(self) -> float:
        """Charge of the lithium that has come in this stage [pC]."""
        return self.charge_density * (
            total(self.comm, self._lithium) - total(self.comm, self._old_lithium)
        )

    def _exponent(self) -> float:
        """Of the rate at which lithium is deposited [1/V]."""
        kinetics = self.case.kinetics
        return kinetics.cathodic_coefficient * FARADAY / (GAS * kinetics.temperature)

    def _adapt_overpotential(self, search: HeldCurrent, step: float) -> bool:
        """Follow the search; whether the wanted current has flowed in the last pass."""
        found = self._grown() / step / self.case.geometry.cross_section
        self.overpotential += search.change(float(self.overpotential[0]), found)
        return search.holds(found)
