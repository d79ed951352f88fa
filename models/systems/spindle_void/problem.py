"""A spindle void in time: what it remembers, its steps and its loads."""

from collections.abc import Callable

import numpy as np
import ufl
from dolfinx import fem
from mpi4py import MPI

from anodex.meshes.tagged import TaggedMesh
from anodex.meshes.void import tip
from anodex.meshes.void_mesh import build_void
from anodex.models.constitutive.creep import PowerLawCreep
from anodex.models.discrete.fields import MixedFields, held_dofs, total
from anodex.models.laws.constants import FARADAY
from anodex.models.solve.linear import ELASTIC, HYDROSTATIC, SCALAR, solver_options
from anodex.models.solve.nonlinear import NonlinearSolver, SolveReport
from anodex.models.systems.spindle_void.case import Case
from anodex.models.systems.spindle_void.forms import VoidForms
from anodex.models.time.course import Course
from anodex.models.time.state import Snapshot, State
from anodex.models.time.stepping import StepControl
from anodex.models.time.timeline import Schedule

# How the block of each field is solved where the matrix is too large to factorise.
BLOCKS = {
    "concentration": SCALAR,
    "displacement": ELASTIC,
    "hydrostatic_stress": HYDROSTATIC,
    "potential": SCALAR,
}


def build_mesh(case: Case, comm: MPI.Comm) -> TaggedMesh:
    """Geometry of the case, where the void does not move."""
    return build_void(case.geometry.void(), comm)


class SpindleVoid(VoidForms):
    """The problem of a case on a mesh (`anodex.models.time.march.TimedProblem`).

    Parameters
    ----------
    case
        The case.
    tagged
        Mesh with the parts "matrix", "void_surface", "symmetry_*" and "outer_*"; without the part
        "void" the void's surface bounds the mesh.
    source
        Gets this object and the test functions by field name and returns a form that is taken from
        the residual: loads of a manufactured solution.
    constraints
        Dirichlet conditions instead of those that the case asks for; gets `fields`.

    Attributes
    ----------
    state
        The mixed function, the creep strain, and `amounts` [amol]: ions that the surface has given
        and that the reservoir has taken so far, and the sum of what went either way.
    """

    state: State

    def __init__(
        self,
        case: Case,
        tagged: TaggedMesh,
        source: Callable[["SpindleVoid", dict], ufl.Form] | None = None,
        constraints: Callable[[MixedFields], list[fem.DirichletBC]] | None = None,
    ):
        super().__init__(case, tagged)
        comm = self.mesh.comm
        self.area = total(comm, fem.form(self.surface.weight * self.surface.measure))
        if self.potential is not None:
            reservoir = self.weight * self.on_outer[case.loading.reservoir]
            self.reservoir_area = total(comm, fem.form(reservoir))
        self._injected = fem.form(
            self.stage
            * self.salt_share
            * self.surface_current()
            / FARADAY
            * self.surface.weight
            * self.surface.measure
        )
        held = self.constraints() if constraints is None else constraints(self.fields)
        self.held = held_dofs(held, self.fields)
        tests = self.tests()
        residual = self.residual(tests)
        self.solver = NonlinearSolver(
            residual if source is None else residual - source(self, tests),
            self.unknown,
            held,
            name="spindle_void",
            fields=self.fields,
            options=solver_options(case.numerics.linear_solver, self.fields, BLOCKS),
            before_assembly=self.creep.update,
        )
        self.course = Course(case.protocol.taken)
        advanced = {"state": self.unknown}
        if isinstance(self.creep, PowerLawCreep):
            advanced["creep_strain"] = self.creep.strain
        self.state = State(
            fields=advanced,
            numbers={"amounts": np.zeros(3)},
            start_numbers={"scales": self.solver.scales, "early_ends": self.course.early},
        )
        numerics = case.numerics
        self.control = StepControl(
            numerics.first_step, numerics.smallest_step, numerics.largest_step
        )

    @property
    def schedule(self) -> Schedule:
        """When what happens, as far as it is known."""
        output = self.case.output
        outputs = (*output.times, *self._bends())
        return self.course.schedule(self.control, output.checkpoint_interval, outputs)

    def _bends(self) -> tuple[float, ...]:
        """Times at which a rate changes, though no load jumps [s]."""
        return () if self.reaction is None else (self.case.reaction.duration,)

    @property
    def tip(self) -> np.ndarray:
        """Place of the void's tip [um], shape (3,)."""
        return np.array(tip(self.case.geometry.void()))

    @property
    def length(self) -> float:
        """Of the void [um]."""
        return self.case.geometry.length

    @property
    def half_length(self) -> float | fem.Constant:
        """Of the void [um], for forms."""
        return self.length / 2

    @property
    def tip_radius(self) -> float:
        """Of curvature [um]; zero for a sharp tip."""
        return self.case.geometry.effective_tip_radius

    def begin(self) -> None:
        """Equilibrium before the first current."""
        self.solve_stage(0.0, 0.0, self.state.snapshot())

    def switch(self, time: float) -> None:
        """Take the current of the step of the protocol that runs from a time [s] on, and the
        reaction so far.
        """
        self._react(time)
        self.set_current(self.course.step(time).current_density)

    def show(self) -> None:
        """All numbers are taken from the state."""

    def accept(self) -> None:
        """Nothing more to bring up to date."""

    def solve_stage(self, time: float, step: float, old: Snapshot) -> SolveReport:
        """Solve for the state at the end of a stage of length `step` [s] that starts from `old`.

        A zero step finds equilibrium.
        """
        self.time.value, self.stage.value = time, step
        self._react(time)
        self.old.x.array[:] = old["state"]
        self.creep.old.x.array[:] = old.get("creep_strain", 0.0)
        report = self.solver.solve()
        self.creep.accept()
        self.state.numbers["amounts"][:] = old["amounts"] + self._stage_amounts()
        return report

    def _react(self, time: float) -> None:
        if self.reaction is not None:
            self.reaction.value = self.case.reaction.volume_strain(time)

    def error(self, difference: Snapshot) -> float:
        """Error estimate over what the case allows.

        It is the largest error of the concentration, and of the creep strain where there is any.
        """
        concentrations = difference["state"][self.fields.maps["concentration"]]
        worst = np.abs(concentrations).max(initial=0.0) / self.case.electrolyte.concentration
        if "creep_strain" in difference:
            worst = max(worst, self.creep.error(difference["creep_strain"]))
        return self.mesh.comm.allreduce(worst, op=max) / self.case.numerics.step_tolerance

    def _stage_amounts(self) -> np.ndarray:
        """What the last stage adds to `amounts`.

        The surface source, and the reaction that holds the reservoir's concentration.
        """
        comm = self.mesh.comm
        injected = total(comm, self._injected)
        reactions = self.solver.reactions()[self.held["concentration"]]
        taken = -float(self.reference.value) * comm.allreduce(float(np.sum(reactions)))
        return np.array([injected, taken, abs(injected) + abs(taken)])

    def size(self) -> dict[str, int]:
        """Numbers of cells and of unknowns."""
        return {
            "cells": self.mesh.topology.index_map(self.mesh.topology.dim).size_global,
            "unknowns": self.fields.space.dofmap.index_map.size_global,
        }

    def displacement_dofs(self, axis: int) -> np.ndarray:
        """Owned dofs of one component of the displacement."""
        own = self.fields.maps["displacement"][axis :: self.mesh.geometry.dim]
        return own[own < self.fields.space.dofmap.index_map.size_local]

    def set_current(self, current_density: float) -> None:
        """Mean current density on the void's surface [A/m^2], positive when sodium dissolves."""
        self.current.value = current_density
        if self.potential is not None:
            self.counter_current.value = current_density * self.area / self.reservoir_area

    def destroy(self) -> None:
        """Free the PETSc objects; collective."""
        self.solver.destroy()
