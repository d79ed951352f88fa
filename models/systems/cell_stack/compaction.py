"""Stage 1: electrolyte powder pressed between punches in a tube, then released.

Finite-strain, rate-independent and axisymmetric. The punch is a rigid plane at an axial place that
is driven until the mean axial pressure is reached; it touches by a penalty and lets go by itself.
docs/systems/cell_stack/model.md derives the equations.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import ufl
from dolfinx import fem
from mpi4py import MPI

from anodex.models.discrete.fields import constant, owned_cells, total
from anodex.models.errors import ConvergenceError
from anodex.models.solve.nonlinear import SolveReport
from anodex.models.systems.cell_stack.tube import PressedBodies

log = logging.getLogger("anodex")

STICKING = 1e3  # coefficient of friction that stands for an infinite one
FIRST_STEP = 0.025  # of the punch on or off pressed powder, which is stiff, over the largest step
LARGEST_ITERATIONS = 20  # of Newton's method: a smaller step costs less
# over `PunchControl.friction_slip`: further slip is not given back when its direction turns
FULL_SLIP = 5.0


@dataclass(frozen=True)
class PunchControl:
    """How the punch is driven.

    Attributes
    ----------
    largest_step
        Of the punch, over the height of the loose powder [-].
    smallest_step
        At which the pressing gives up, over the same height [-].
    pressure_tolerance
        Relative error of the pressure reached [-].
    easy_iterations
        Newton iterations up to which the next step may be larger.
    friction_slip
        Slip [um] at which friction has 70 % of its full value.
    """

    largest_step: float = 0.01
    smallest_step: float = 1e-6
    pressure_tolerance: float = 1e-4
    easy_iterations: int = 8
    friction_slip: float = 0.2


@dataclass(frozen=True)
class PressStep:
    """An accepted step: place of the punch [um], mean axial pressure [MPa], relative densities,
    bulge of the wall [um], iterations.
    """

    punch: float
    pressure: float
    least_density: float
    mean_density: float
    largest_density: float
    bulge: float
    iterations: int


class Compaction:
    """Pressing of powder between two punches.

    Parameters
    ----------
    bodies
        Powder and tube.
    initial_density
        Relative density of the loose powder.
    friction
        Coefficient of friction on the punch; infinity: the powder sticks.
    largest_density, largest_hoop_strain
        What powder and tube stand: mean relative density, logarithmic hoop strain of the wall.
    control
        How the punch is driven.
    """

    def __init__(
        self,
        bodies: PressedBodies,
        initial_density: float,
        friction: float = 0.0,
        largest_density: float = 0.99,
        largest_hoop_strain: float = 1.0,
        control: PunchControl = PunchControl(),
    ):
        self.bodies, self.control, self.comm = bodies, control, bodies.mesh.comm
        self.initial_density = initial_density
        self.largest_density, self.largest_hoop_strain = largest_density, largest_hoop_strain
        if bodies.face is None:
            raise ValueError("there is no powder to press; give its yield law to the bodies")
        self._face = bodies.face
        self.loose_height = float(self._face.places[0, 0])
        self.bore_radius = float(bodies.wall.places[0, 1])
        powder = bodies.tagged.cells.find(bodies.tagged.tags["powder"])
        self._cells = owned_cells(bodies.mesh, powder)
        bodies.mesh.topology.create_connectivity(2, 2)
        space = bodies.displacement.function_space
        self._nodes = fem.locate_dofs_topological(space, 2, powder)
        self._axial = space.tabulate_dof_coordinates()[self._nodes, 0]
        self._punch = bodies.punch
        self._anchor = fem.Function(space)  # displacement from which slip on the punch counts
        self._begin_stroke()
        self._forms(friction)

    def _forms(self, friction: float) -> None:
        bodies = self.bodies
        coefficient = constant(bodies.mesh, min(friction, STICKING))
        slip_scale = constant(bodies.mesh, self.control.friction_slip)
        weight, v = bodies.weight, bodies.virtual
        on_punch = bodies.outside(bodies.tagged.tags["punch"])
        pressure = bodies.penalty(bodies.place[0] - self._punch)
        slip = bodies.displacement[1] - self._anchor[1]
        shear = coefficient * pressure * slip / ufl.sqrt(slip**2 + slip_scale**2)
        forces = (pressure * v[0] + shear * v[1]) * weight * on_punch
        self.solver = bodies.solver(
            "compaction", forces, keep_jacobian=False, largest_iterations=LARGEST_ITERATIONS
        )

        powder = bodies.inside(bodies.tagged.tags["powder"])
        volume_change = ufl.det(bodies.gradient)
        self.density = self.initial_density / volume_change
        self._force, self._volume = (
            fem.form(pressure * weight * on_punch),
            fem.form(volume_change * weight * powder),
        )
        self._loose_volume = total(self.comm, fem.form(weight * powder))
        self._density = fem.Expression(self.density, np.array([[0.5, 0.5]]))

    def press(
        self, pressure: float, after_step: Callable[[PressStep], None] = lambda step: None
    ) -> None:
        """Drive the punch onto the powder until the mean axial pressure [MPa] is reached.

        Raises
        ------
        ConvergenceError
            If powder or tube cannot hold the pressure, or the smallest step fails; the last
            accepted state is kept.
        """
        control = self.control
        face = float(self._face.positions()[:, 0].max())
        self._punch.value = min(float(self._punch.value), face)
        self._begin_stroke()
        reached = self.axial_pressure()
        largest = control.largest_step * self.loose_height
        step = largest * (1.0 if self._punch.value == self.loose_height else FIRST_STEP)
        while reached < pressure * (1 - control.pressure_tolerance):
            kept, start = self.bodies.state.snapshot(), float(self._punch.value)
            report, step = self._move(
                start, -step, f"Pressing stops at {reached:.4g} MPa of {pressure:g} MPa"
            )
            found = self.axial_pressure()
            if found > pressure * (1 + control.pressure_tolerance):
                self.bodies.state.restore(kept)
                self._punch.value = start
                step *= (pressure - reached) / (found - reached)
                continue
            self._accept(report, after_step)
            self._check(pressure)
            # The pressure rises ever more steeply: the slope of the last step leads to the goal or
            # too far.
            to_goal = step * (pressure - found) / max(found - reached, 1e-300)
            step = min(
                largest, to_goal, step * (2 if report.iterations <= control.easy_iterations else 1)
            )
            reached = found

    def release(self, after_step: Callable[[PressStep], None] = lambda step: None) -> None:
        """Draw the punch back until it no longer touches the powder.

        Raises
        ------
        ConvergenceError
            If the smallest step fails; the last accepted state is kept.
        """
        step = self.control.largest_step * self.loose_height * FIRST_STEP
        while (pressure := self.axial_pressure()) > 0:
            report, step = self._move(
                float(self._punch.value), step, f"The release stops at {pressure:.4g} MPa"
            )
            self._accept(report, after_step)
            step *= 2 if report.iterations <= self.control.easy_iterations else 1
        self._anchor.x.array[:] = self.bodies.displacement.x.array

    def _begin_stroke(self) -> None:
        """Expect the powder to be pressed evenly."""
        displacement = self.bodies.displacement.x.array
        self._rate = np.zeros_like(displacement)  # displacement per displacement of the punch
        self._rate[2 * self._nodes] = (
            self._axial + displacement[2 * self._nodes]
        ) / self._punch.value
        self._place, self._accepted = float(self._punch.value), displacement.copy()

    def _move(self, start: float, step: float, failure: str) -> tuple[SolveReport, float]:
        """Move the punch from `start` by `step` [um] or, where that fails, by less; returns the
        length that it has moved too.
        """
        displacement = self.bodies.displacement.x.array
        kept = displacement.copy()
        while True:
            # The guess goes on as the last step went: penalties dislike surprises.
            displacement[:] = kept + self._rate * step
            self._punch.value = start + step
            try:
                return self.solver.solve(), abs(step)
            except ConvergenceError as error:
                displacement[:] = kept
                self._punch.value = start
                step /= 2
                if abs(step) < self.control.smallest_step * self.loose_height:
                    raise ConvergenceError(
                        f"{failure}, relative density {self.densities()[1]:.4g}, hoop strain of "
                        f"the wall {self.hoop_strain():.3g}: powder "
                        f"or tube finds no equilibrium. {error}"
                    ) from error

    def _accept(self, report: SolveReport, after_step: Callable[[PressStep], None]) -> None:
        self.bodies.plasticity.accept()
        displacement, anchor = self.bodies.displacement.x.array, self._anchor.x.array
        self._rate = (displacement - self._accepted) / (self._punch.value - self._place)
        self._place, self._accepted = float(self._punch.value), displacement.copy()
        most = FULL_SLIP * self.control.friction_slip
        anchor[:] = displacement - np.clip(displacement - anchor, -most, most)
        step = PressStep(
            self._place,
            self.axial_pressure(),
            *self.densities(),
            self.bodies.bulge(),
            report.iterations,
        )
        log.debug("pressing: %s", step)
        after_step(step)

    def _check(self, pressure: float) -> None:
        reached = f"{self.axial_pressure():.4g} MPa of {pressure:g} MPa"
        density, strain = self.densities()[1], self.hoop_strain()
        if density > self.largest_density:
            raise ConvergenceError(
                f"At {reached} the powder has the mean relative density {density:.4g}; it may have "
                f"{self.largest_density:g}. "
                "Press less, or take a powder that hardens more (a smaller Heckel constant)."
            )
        if strain > self.largest_hoop_strain:
            raise ConvergenceError(
                f"At {reached} the wall has the hoop strain {strain:.3g}; the tube tears at "
                f"{self.largest_hoop_strain:g}. "
                "Press less, or take a stronger tube or a sleeve."
            )

    # Numbers

    def axial_pressure(self) -> float:
        """Force on the punch over the area of the bore [MPa]; collective."""
        return total(self.comm, self._force) / (np.pi * self.bore_radius**2)

    def hoop_strain(self) -> float:
        """Largest logarithmic hoop strain of the wall [-]; collective."""
        return float(np.log1p(self.bodies.bulge() / self.bore_radius))

    def densities(self) -> tuple[float, float, float]:
        """Relative density, pores closed elastically included: least and largest in the middle
        of a cell, the mean between; collective.
        """
        values = (
            self._density.eval(self.bodies.mesh, self._cells) if self._cells.size else np.zeros(0)
        )
        least = self.comm.allreduce(float(values.min(initial=np.inf)), op=MPI.MIN)
        largest = self.comm.allreduce(float(values.max(initial=-np.inf)), op=MPI.MAX)
        return (
            least,
            self.initial_density * self._loose_volume / total(self.comm, self._volume),
            largest,
        )

    def force_imbalance(self) -> float:
        """What is missing between the forces on punch and mid-plane, over that on the punch [-];
        collective.
        """
        reactions = self.solver.reactions()
        dofs, owned = self.bodies.constraints[0].dof_indices()
        midplane = self.comm.allreduce(float(reactions[dofs[:owned]].sum()), op=MPI.SUM)
        punch = total(self.comm, self._force)
        return abs(midplane - punch) / punch

    def destroy(self) -> None:
        """Free the PETSc objects of the solver; collective."""
        self.solver.destroy()
