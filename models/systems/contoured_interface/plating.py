"""An interface that moves by its local current as it is plated and stripped: its steps, and what
the contour is good for at their ends.

Plated lithium stays where it arrives, so the electrolyte above gives way; where it keeps its shape,
the flow of `anodex.models.systems.contoured_interface.flow` takes the lithium away instead. The
mesh is that of the interface at rest, lifted to a spline through the nodes of the front.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
from mpi4py import MPI

from anodex.meshes.contour import ContourGeometry, period
from anodex.meshes.contour_mesh import build_contour, interface_mesh, lift, on_surface
from anodex.meshes.planform import ORDER
from anodex.meshes.tagged import TaggedMesh
from anodex.models.errors import ConvergenceError, SetupError
from anodex.models.laws.constants import FARADAY
from anodex.models.moving.cusps import lag_of_edges
from anodex.models.moving.front import Front
from anodex.models.moving.spline_front import SplineFront, beginning_at
from anodex.models.moving.travel import Travel
from anodex.models.results.quantity import row_of
from anodex.models.solve.nonlinear import SolveReport
from anodex.models.systems.contoured_interface.case import Case
from anodex.models.systems.contoured_interface.critical import find_critical_site
from anodex.models.systems.contoured_interface.current import ElectrolyteCurrent
from anodex.models.systems.contoured_interface.problem import (
    MOLAR_VOLUME,
    ContouredInterface,
    build_bodies,
)
from anodex.models.systems.contoured_interface.quantities import (
    CRITICAL,
    SOLUTION,
    InterfaceNumbers,
)
from anodex.models.time.march import SpentState
from anodex.models.time.state import State
from anodex.models.time.stepping import Advance, StepControl
from anodex.models.time.timeline import Schedule, Timeline

VOLUME_OF_CHARGE = MOLAR_VOLUME / FARADAY  # um^3/pC
SHARES = 1e-2, 1e-6, 0.1  # first, smallest and largest step over the shortest half of a cycle
CHECKPOINT_INTERVAL = 10  # steps
ADVICE = (
    ". Plate or strip less (plating.capacity), start from a smoother contour, or raise "
    "geometry.refinement."
)
POINTS = 16  # of each piece of the front, among which its highest and lowest are looked for

log = logging.getLogger("anodex")


def front_of(case: Case) -> Front:
    """The interface of a case at the start."""
    geometry, pieces = case.contour, case.pieces
    plan = np.linspace(0.0, geometry.size[0], POINTS * pieces + 1)[:, None]
    mirrors = None if period(geometry) else (0, 0)
    fine = SplineFront(on_surface(geometry, plan), mirrors)
    return fine.resampled(np.linspace(0.0, fine.length, pieces + 1))


def straight_mesh(case: Case, comm: MPI.Comm) -> TaggedMesh:
    """Mesh of the electrolyte above a level front of as many pieces, before it is lifted."""
    places = np.linspace(0.0, case.contour.size[0], case.pieces + 1)
    level = SplineFront(np.column_stack([places, np.zeros(len(places))]))
    return build_contour(contour_along(case.contour, level), comm, "electrolyte")


def contour_along(contour: ContourGeometry, front: Front, rise: float = 0.0) -> ContourGeometry:
    """A contour that has become a front, in a frame that has risen [um]."""
    frame = np.array([0.0, rise])
    return replace(
        contour, curve=lambda numbers: front.between(numbers) - frame, pieces=front.facets
    )


class PlatedInterface:
    """The problem of a case with cycles (`anodex.models.time.march.TimedProblem`).

    Parameters
    ----------
    case
        The case.
    tagged
        Mesh from `straight_mesh`; it is lifted to the front.

    Attributes
    ----------
    electrolyte
        The current in it, solved for the present front.
    surface
        The interface as a mesh of its own.
    start, contour, width
        The front at the start, its sizes, and its width seen from above [um].
    ratio
        Local current density over the applied one at the nodes of the interface, shape (nodes,).
    state
        Of the front its `Travel`; `applied`, the current density over the plan area [A/m^2];
        `charge`, shape (3,): what has passed the interface, what was given either way, and in all
        [pC/um of depth].
    instant
        Numbers of the contour as it is at the ends of halves of cycles, column -> number: those of
        an interface that rests, at loading.current_density; empty between.
    """

    def __init__(self, case: Case, tagged: TaggedMesh):
        self.case, self.tagged, self.mesh, self.comm = case, tagged, tagged.mesh, tagged.mesh.comm
        self.start, self.contour = front_of(case), case.contour
        self.width = self.contour.size[0]
        self._straight = tagged.mesh.geometry.x.copy()
        self.surface = interface_mesh(contour_along(self.contour, self.start), self.comm)
        self.travel = Travel(self.start)
        self._place(self.start)
        self.electrolyte = ElectrolyteCurrent(case, tagged)
        self.ratio = np.zeros(self.electrolyte.nodes.count)
        self.instant: Mapping[str, float] = {}
        self.state = State(
            numbers={**self.travel.numbers, "applied": np.zeros(1), "charge": np.zeros(3)}
        )
        self._timeline, self._time = Timeline(case.half_cycles), 0.0
        first, smallest, largest = (share * min(case.half_cycles) for share in SHARES)
        self.schedule = Schedule(
            end=self._timeline.end,
            control=StepControl(
                first,
                smallest,
                largest,
                scheme=lambda problem, time, step: problem.advance(time, step),
            ),
            checkpoint_interval=CHECKPOINT_INTERVAL,
            jumps=tuple(self._timeline.starts),
        )

    @property
    def front(self) -> Front:
        """Where the interface is."""
        return self.travel.front

    @property
    def applied(self) -> float:
        """Current density over the plan area for which the electrolyte is solved [A/m^2]."""
        return self.electrolyte.current_density

    def begin(self) -> None:
        """Find the current at the start, and what the contour is good for."""
        if self.case.kinetics.law == "none":
            log.warning(
                "nothing holds back the shortest waves of a surface at one potential that is "
                "plated: how they grow depends on geometry.refinement"
            )
        self._solve(self.case.loading.current_density)
        self.instant = self._at_rest()

    def switch(self, time: float) -> None:
        """Take the current of the half of a cycle that runs from a time [s] on."""
        plates = self._timeline.stage(time) % 2 == 0
        loading, plating = self.case.loading, self.case.plating
        wanted = loading.current_density if plates else -plating.stripping_current_density
        if wanted != self.state.numbers["applied"][0]:
            self.state.numbers["applied"][:] = wanted
            self.travel.halt()

    def advance(self, time: float, length: float) -> Advance:
        """Take a step of some length [s] from a time [s].

        Raises
        ------
        ConvergenceError
            If the interface meets itself or folds the cells, or there is no current.
        """
        numbers, step = self.state.numbers, self.travel.step(length)
        applied = float(numbers["applied"][0])
        self._place(step.predicted)
        report = self._solve(applied)
        ratio = self.ratio[::ORDER] + lag_of_edges(step.predicted, applied)[0]
        speed = VOLUME_OF_CHARGE * applied * ratio
        through = self.electrolyte.collected() * length * self.width
        given = applied * length * self.width
        displacement = step.displacement(speed[:, None] * step.predicted.normals)
        front = step.front.advanced(displacement, VOLUME_OF_CHARGE * given)
        self._place(front)
        error = step.missed(front).max() / self.case.plating.step_tolerance
        numbers["charge"] += np.array([through, abs(given), given])
        self.travel.take(step, front)
        self._time = time + length
        return Advance(float(error) if step.earlier > 0 else 0.0, report)

    def accept(self) -> None:
        """Let nodes slide along the front where they have come too close, and find the current
        where it is; at the end of half a cycle also what the contour is good for.

        Raises
        ------
        SpentState
            If there is no solution there.
        """
        ends = np.isclose(self._timeline.ends, self._time, rtol=1e-12, atol=0.0).any()
        try:
            if self.travel.uneven:
                self.travel.even_out()
                self._place(self.front)
            self._solve(float(self.state.numbers["applied"][0]))
            self.instant = self._at_rest() if ends else {}
        except ConvergenceError as error:  # no step back from here: the last checkpoint stays
            raise SpentState(str(error)) from error

    def size(self) -> dict[str, int]:
        """Numbers of cells and of unknowns."""
        return {
            "cells": self.mesh.topology.index_map(2).size_global,
            "unknowns": self.electrolyte.nodes.space.dofmap.index_map.size_global,
        }

    def destroy(self) -> None:
        """Free the PETSc objects; collective."""
        self.electrolyte.destroy()

    def _rise(self, front: Front) -> float:
        """Of the mean height since the start [um]."""
        return (front.enclosed - self.start.enclosed) / self.width

    def _place(self, front: Front) -> None:
        """Bring the meshes to a front.

        Raises
        ------
        ConvergenceError
            If it meets itself or folds the cells.
        """
        rise = self._rise(front)
        geometry = contour_along(self.contour, front, rise)
        if (place := front.meeting()) is not None:
            x, y = place
            raise ConvergenceError(
                f"The interface meets itself at x = {x:.4g} um, y = {y:.4g} um{ADVICE}"
            )
        with _unfolded():
            lift(self.mesh, self._straight, geometry)
        numbers = self.surface.geometry.input_global_indices / ORDER
        self.surface.geometry.x[:, :2] = front.between(numbers)
        self.mesh.geometry.x[:, 1] += rise

    def _solve(self, applied: float) -> SolveReport:
        """Find the current on the mesh as it lies, for one over the plan area [A/m^2]."""
        self.electrolyte.place()
        report = self.electrolyte.solve(applied)
        self.ratio = self.electrolyte.nodes.gather(self.electrolyte.current) / applied
        return report

    def _at_rest(self) -> dict[str, float]:
        """Numbers of an interface that rests where the front is."""
        front = self.front
        if front.mirrors is None:  # sides of a periodic mesh are planes
            front = beginning_at(front, 0.0)
        geometry = contour_along(self.contour, front, self._rise(front))
        with _unfolded():
            bodies = build_bodies(self.case, self.comm, geometry)
        resting = ContouredInterface(self.case, bodies)
        try:
            resting.solve(self.case.loading.current_density)
            row = row_of(SOLUTION, InterfaceNumbers(resting))
            return row | row_of(CRITICAL, find_critical_site(resting))
        finally:
            resting.destroy()


@contextmanager
def _unfolded() -> Iterator[None]:
    """Say what to do where the cells of a mesh beside the front are folded."""
    try:
        yield
    except SetupError as error:
        raise ConvergenceError(f"The interface folds the cells beside it{ADVICE}") from error
