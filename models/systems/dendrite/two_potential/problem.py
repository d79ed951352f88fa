"""Lithium that grows between two potentials: what it remembers, and its steps in time."""

import logging

import numpy as np
import ufl
from dolfinx import fem
from mpi4py import MPI

from anodex.meshes.tagged import TaggedMesh
from anodex.models.discrete.fields import constant, total
from anodex.models.laws.constants import FARADAY
from anodex.models.materials.lithium import LITHIUM
from anodex.models.systems.dendrite.case import Case
from anodex.models.systems.dendrite.composition import Composition
from anodex.models.systems.dendrite.normal import Normal
from anodex.models.systems.dendrite.stress import elasticity
from anodex.models.systems.dendrite.structure import period
from anodex.models.systems.dendrite.two_potential.interface import Interface
from anodex.models.systems.dendrite.two_potential.potentials import (
    QUADRATURE_DEGREE,
    Potentials,
    densities,
    reaction,
)
from anodex.models.time.multistep import Weights
from anodex.models.time.state import State
from anodex.models.time.stepping import Advance, StepControl
from anodex.models.time.stopwatch import Costs
from anodex.models.time.timeline import Schedule

log = logging.getLogger("anodex")

# Share of electrons in what flows through the counter electrode above which there is a contact, and
# below which it is lost: between, a neck conducts as much as the voltage that is left lets it.
MADE, LOST = 0.5, 0.25
# Speed for which the profile is at least held, over that of the exchange current
LEAST_SPEED = 1e-3
RUNG = 2**0.25  # steps change by powers of it


class TwoPotentialGrowth:
    """The problem of a case on a mesh (`anodex.models.time.march.TimedProblem`).

    A step takes the rate of the reaction from the potentials and the stress that it starts with,
    and moves the interface; `accept` finds the potentials and the stress of its end. Each of the
    three fields is solved for once a step.

    Parameters
    ----------
    case
        The case.
    tagged
        Mesh from `anodex.models.systems.dendrite.meshing.build_mesh`.

    Attributes
    ----------
    composition
        What is where, and the coefficients that follow from it.
    space, phase, pores
        Those of the composition.
    normal, interface, potentials, mechanics
        The parts; potentials and mechanics are None where the case has none.
    dx
        The measure of what is counted.
    costs
        CPU seconds by part, since this mesh was made.
    state
        Phase field, potentials and displacement, and of the steps before: rates of the phase field
        and `earlier_step`, the length of the last one [s], 0 where there is none to go on from.
        Charges [pC] (in two dimensions per um of depth): `charges` that have passed since the start
        as `Potentials.flows` names them; `charge_rates` in the last step, `flows` now and
        `flows_before` at its start [pA]. `contact`: 1 or 0, and how often that has
        changed. `start`: lithium at the start of the run [um^3].
    """

    def __init__(self, case: Case, tagged: TaggedMesh):
        self.case, self.tagged, self.mesh, self.comm = case, tagged, tagged.mesh, tagged.mesh.comm
        self.costs = Costs()
        self.composition = composition = Composition(case, self.mesh)
        self.space, self.phase, self.pores = composition.space, composition.phase, composition.pores
        self.period = period(case)
        self.volume_of_charge = LITHIUM["molar_volume"].to("um^3/amol") / FARADAY  # um^3/pC
        self.mechanics = elasticity(composition, tagged)
        self.normal = Normal(composition.phase, case.interface.width, self.period)
        of_charge = constant(self.mesh, self.volume_of_charge)
        shift = of_charge * constant(self.mesh, case.interface.energy) * self.normal.curvature
        if self.mechanics is not None:
            shift += of_charge * self.mechanics.hydrostatic_pressure
        self.potentials = None
        electrolyte = case.electrolyte
        if electrolyte.potential == "solved":
            self.potentials = Potentials(
                case,
                tagged,
                composition,
                electrolyte,
                self.normal.direction,
                shift,
                self.period,
            )
            current = self.potentials.reaction
        else:
            voltage = constant(self.mesh, case.loading.source_voltage)
            reacting = densities(case, composition, self.normal.direction)
            current = reaction(case, self.mesh, reacting, voltage - shift)
        self.interface = Interface(
            composition,
            self.normal.direction,
            of_charge * current,
            case.interface.width,
            case.interface.relaxation,
            LEAST_SPEED * case.exchange_current_density * self.volume_of_charge,
            self.period,
        )
        self.dx = ufl.dx(self.mesh, metadata={"quadrature_degree": QUADRATURE_DEGREE})
        self._reaction = fem.form(current * self.dx)
        self._lithium = fem.form(self.phase * self.dx)
        self.state = self._state()
        numerics, output, end = case.numerics, case.output, case.loading.duration
        self.schedule = Schedule(
            end=end,
            control=StepControl(
                numerics.first_step,
                numerics.smallest_step,
                numerics.largest_step,
                scheme=lambda problem, time, step: problem.advance(time, step),
                rung=RUNG,
            ),
            checkpoint_interval=output.checkpoint_interval,
            outputs=tuple(number / output.frames * end for number in range(1, output.frames + 1)),
        )

    def begin(self) -> None:
        """Stress and potentials of lithium at rest."""
        self.state.numbers["start"][:] = self.lithium()
        self._follow()
        self.state.numbers["contact"][:] = self.touches(), 0

    def switch(self, time: float) -> None:
        """The load is one and the same."""

    def advance(self, time: float, step: float) -> Advance:
        """Take a step of some length [s] from a time [s].

        Raises
        ------
        ConvergenceError
            If the interface has no solution.
        """
        numbers = self.state.numbers
        earlier = float(numbers["earlier_step"][0])
        weights = Weights(step / earlier if earlier else 0.0)
        self.normal.update()  # a resumed run has not found it yet
        expected = self.phase.x.array + step * self.interface.change.x.array
        with self.costs.of("interface"):
            report = self.interface.advance(step, weights)
        error = float(np.abs(self.phase.x.array - expected).max(initial=0.0)) if earlier else 0.0
        numbers["charge_rates"][:] = (
            weights.carried * numbers["charge_rates"]
            + weights.now * numbers["flows"]
            - weights.before * numbers["flows_before"]
        ) / weights.lead
        numbers["charges"] += step * numbers["charge_rates"]
        numbers["flows_before"][:] = numbers["flows"]
        numbers["earlier_step"][:] = step
        return Advance(
            self.comm.allreduce(error, op=MPI.MAX) / self.case.numerics.step_tolerance, report
        )

    def accept(self) -> None:
        """Find the stress and the potentials of the end of a step."""
        self._follow()
        contact = self.state.numbers["contact"]
        touches = self.touches()
        contact[1] += touches != contact[0]
        contact[0] = touches

    def ended(self) -> bool:
        """Whether there have been as many contacts as the case wants."""
        most = self.case.loading.contact_events
        return most is not None and self.state.numbers["contact"][1] >= most

    def electronic_share(self) -> float:
        """Of what flows through the counter electrode by electrons, to and fro."""
        external, contact = self.state.numbers["flows"][:2]
        flowing = abs(contact) + abs(external - contact)
        return abs(contact) / flowing if flowing > 0 else 0.0

    def touches(self) -> bool:
        """Whether there is a contact with the counter electrode now, given whether there was."""
        return self.electronic_share() > (LOST if self.state.numbers["contact"][0] else MADE)

    def lithium(self) -> float:
        """Its volume [um^3] (in two dimensions per um of depth); collective."""
        return total(self.comm, self._lithium)

    def size(self) -> dict[str, int]:
        """Numbers of cells and of unknowns of a scalar field."""
        return {
            "cells": self.mesh.topology.index_map(self.mesh.topology.dim).size_global,
            "unknowns": self.space.dofmap.index_map.size_global,
        }

    def destroy(self) -> None:
        """Tell what the parts have cost, and free the PETSc objects; collective."""
        log.info("CPU seconds on this mesh: %s", self.costs)
        for part in (self.normal, self.interface, self.potentials, self.mechanics):
            if part is not None:
                part.destroy()

    def _follow(self) -> None:
        """Curvature, stress, potentials and currents of the present phase field."""
        with self.costs.of("normal"):
            self.normal.update()
        if self.mechanics is not None:
            with self.costs.of("stress"):
                self.mechanics.solve()
        flows = self.state.numbers["flows"]
        if self.potentials is None:
            flows[:] = 0.0, 0.0, total(self.comm, self._reaction), 0.0
            return
        with self.costs.of("potentials"):
            self.potentials.solve()
            flows[:] = tuple(self.potentials.flows().values())

    def _state(self) -> State:
        interface = self.interface
        fields = [self.phase, interface.explicit, interface.change]
        scales = {"interface_scales": interface.solver.scales}
        if self.potentials is not None:
            fields.append(self.potentials.touching)
        for name in ("potentials", "mechanics"):
            part = getattr(self, name)
            if part is not None:
                fields.append(part.unknown)
                scales[f"{name}_scales"] = part.solver.scales
        return State(
            fields={field.name: field for field in fields},
            numbers={
                "earlier_step": np.zeros(1),
                "charges": np.zeros(4),
                "charge_rates": np.zeros(4),
                "flows": np.zeros(4),
                "flows_before": np.zeros(4),
                "contact": np.zeros(2),
                "start": np.zeros(1),
            },
            start_numbers=scales,
        )
