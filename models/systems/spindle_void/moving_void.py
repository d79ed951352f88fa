"""A void whose surface moves: what it remembers besides, how it steps, and its meshes."""

import logging
from dataclasses import replace

import numpy as np
import ufl
from dolfinx import fem

from anodex.meshes.tagged import TaggedMesh
from anodex.models.discrete.fields import constant, total
from anodex.models.errors import ConvergenceError
from anodex.models.fracture.energy_release import Release
from anodex.models.moving.mesh_motion import CellQuality, MeshMotion
from anodex.models.moving.staying import StayingConcentration, weights_of
from anodex.models.moving.tipped import TippedFront
from anodex.models.moving.transfer import Transfer
from anodex.models.solve.nonlinear import SolveReport
from anodex.models.systems.spindle_void.case import Case
from anodex.models.systems.spindle_void.case_evolution import BOX
from anodex.models.systems.spindle_void.fracture import tip_energy_release
from anodex.models.systems.spindle_void.moving_mesh import (
    front_of,
    grading,
    mesh_around,
    spread,
)
from anodex.models.systems.spindle_void.problem import SpindleVoid
from anodex.models.systems.spindle_void.tip_speed import FlankSpeeds, TipSpeed
from anodex.models.time.state import Snapshot, State
from anodex.models.time.stepping import Advance, implicit_runge_kutta_step

log = logging.getLogger("anodex")

MOST_MOVED = 0.05  # of half the void's width by its flanks, of half its length by a tip, in a step
WORN, FOLDED = 0.6, 0.1  # quality of the worst cell over that of the mesh when it was made
STRETCHED = 1.3  # length of the front over the one that the mesh was made for
COARSE = 2.5  # length of a facet over the one that it should have
NEAR_BOX = 0.9  # of the box: as far as a tip may get


class MovingVoid(SpindleVoid):
    """The problem of a case on a mesh that follows the void's surface
    (`anodex.models.time.march.MovingProblem`).

    In a step ions diffuse and stress changes around the surface where it is half way; then the
    surface moves by the charge of the step, the concentration stays where it is, and stress is
    found anew.

    Parameters
    ----------
    case, tagged
        The case; a mesh from `mesh_around`.
    front
        The front that it was made for; by default that at the start of the case.

    Attributes
    ----------
    state
        Besides: `front` [um], shape (nodes, 2), a quarter of the void's surface; `sharp`, whether
        its tip is; `dissolved` [um^2], metal so far, net and either way, in this quarter;
        `charge` [A s/m^2] that has passed each place, net and either way.
    """

    def __init__(self, case: Case, tagged: TaggedMesh, front: TippedFront | None = None):
        front = front_of(case) if front is None else front
        self.start = front
        super().__init__(case, tagged)
        self.comm = self.mesh.comm
        self.shares = front.arc / front.length
        sliding = {"symmetry_x": 0, "symmetry_y": 1}
        self.motion = MeshMotion(tagged, front, sliding, "void_surface", graded=True)
        self._quality = CellQuality(tagged)
        self._first_quality = self._quality.least()
        # of the electrolyte in each cell
        self.share = fem.Function(fem.functionspace(self.mesh, ("DG", 0)))
        self.share.x.array[:] = 1.0
        self.share.x.array[self.matrix_cells] = case.matrix.porosity
        normal, measure = self.surface.normal, self.surface.measure
        self._staying = StayingConcentration(
            self.fields.spaces["concentration"],
            self.share,
            lambda way: -ufl.dot(way("+"), normal),
            measure,
            self.reference,
        )
        self.flank_speeds = FlankSpeeds(self, self.motion.nodes)
        self._surface_length = fem.form(1.0 * measure)
        self._difference = fem.Function(self.fields.spaces["concentration"])
        self._square = fem.form(self._difference("+") ** 2 * measure)
        self._half_length = constant(self.mesh, front.tip)
        self._placed = front.nodes
        self.state = State(
            fields=self.state.fields,
            numbers={
                **self.state.numbers,
                "front": front.nodes.copy(),
                "sharp": np.array([float(front.sharp)]),
                "dissolved": np.zeros(2),
                "charge": np.zeros(2),
            },
            start_numbers={
                **self.state.start_numbers,
                "meshed_front": front.nodes.copy(),
                "meshed_sharp": np.array([float(front.sharp)]),
                "first_area": np.array([front.enclosed]),
            },
        )
        self._front_release = tip_energy_release(self, self.tip)
        self._tip_speed = TipSpeed(self, self._front_release)
        control = replace(
            self.schedule.control, scheme=lambda problem, time, step: problem.advance(time, step)
        )
        self.schedule = replace(self.schedule, control=control)

    @property
    def front(self) -> TippedFront:
        """A quarter of the void's surface."""
        numbers = self.state.numbers
        return TippedFront(numbers["front"].copy(), sharp=bool(numbers["sharp"][0]))

    @property
    def tip(self) -> np.ndarray:
        """Place of the tip [um], shape (3,)."""
        return np.array([self.state.numbers["front"][-1, 0], 0.0, 0.0])

    @property
    def first_area(self) -> float:
        """What the front enclosed at the start of the run [um^2]."""
        return float(np.asarray(self.state.start_numbers["first_area"])[0])

    @property
    def length(self) -> float:
        """Of the void [um]."""
        return 2 * float(self.tip[0])

    @property
    def half_length(self) -> fem.Constant:
        """Of the void [um], for forms."""
        return self._half_length

    @property
    def tip_radius(self) -> float:
        """Of curvature [um]; zero for a sharp tip."""
        front = self.front
        return 0.0 if front.sharp else float(1 / front.curvature[-1])

    def solve_stage(self, time: float, step: float, old: Snapshot) -> SolveReport:
        """As of the void at rest; tells what has dissolved, too."""
        report = super().solve_stage(time, step, old)
        numbers = self.state.numbers
        ions = numbers["amounts"][0] - old["amounts"][0]
        area = ions * self.case.evolution.molar_volume / float(self.salt_share.value)
        numbers["dissolved"][:] = old["dissolved"] + [area, abs(area)]
        return report

    def error(self, difference: Snapshot) -> float:
        """As of the void at rest, but the root mean square over the void's surface: next to a tip
        that has just run into fresh matrix the concentration settles within the step.
        """
        self._difference.x.array[:] = difference["state"][self.fields.maps["concentration"]]
        mean = np.sqrt(total(self.comm, self._square) / self.area)
        return mean / self.case.electrolyte.concentration / self.case.numerics.step_tolerance

    def set_current(self, current_density: float) -> None:
        """As of the void at rest, for its present surface."""
        self.area = total(self.mesh.comm, self._surface_length)
        super().set_current(current_density)

    def advance(self, time: float, length: float) -> Advance:
        """Take a step of some length [s] from a time [s].

        Raises
        ------
        ConvergenceError
            If there is no solution, or cells would fold.
        """
        self.place()  # a step that was taken back has left the surface elsewhere
        start = self.front
        try:
            return self._advance(time, length)
        except ConvergenceError:
            self.place(start)
            raise

    def _advance(self, time: float, length: float) -> Advance:
        numbers = self.state.numbers
        before, start = numbers["dissolved"][0], self.front
        self._move(start.after(*self._ways(start, length / 2), self.shares))
        error, report = implicit_runge_kutta_step(self, time, length)
        flanks, tip = self._ways(self.front, length)
        moved = max(np.abs(flanks).max() / start.nodes[0, 1], tip / start.tip) / MOST_MOVED
        gained = numbers["dissolved"][0] - before
        by_current = self.case.evolution.flank_speed is None
        self._move(start.after(flanks, tip, self.shares, gained if by_current else None))
        passed = length * float(self.current.value)
        numbers["charge"] += [passed, abs(passed)]
        self.solve_stage(time + length, 0.0, self.state.snapshot())
        return Advance(max(error, moved), report)

    def _ways(self, front: TippedFront, length: float) -> tuple[np.ndarray, float]:
        """Of the front's nodes along their normals and of the tip [um], in a time [s]."""
        flanks = length * self.flank_speeds(front)
        return flanks, length * self.tip_speed() if flanks[-1] > 0 else 0.0

    def tip_speed(self) -> float:
        """At which the tip runs ahead at present [um/s]; collective."""
        return self._tip_speed()

    def energy_release(self) -> Release:
        """At the tip; collective."""
        return self._front_release()

    def _move(self, front: TippedFront) -> None:
        """Let surface and mesh move, and the concentration stay."""
        numbers, places = self.state.numbers, self.fields.maps["concentration"]
        concentration = self.fields.extract(self.unknown, "concentration")
        numbers["front"][:], numbers["sharp"][:] = front.nodes, float(front.sharp)
        entered = self._staying.carry(concentration, self.place)
        self.unknown.x.array[places] = concentration.x.array
        numbers["amounts"] += [entered, 0.0, abs(entered)]

    def place(self, front: TippedFront | None = None) -> None:
        """Bring the mesh to where the surface is, or another one; collective.

        Raises
        ------
        ConvergenceError
            If cells would fold.
        """
        front = self.front if front is None else front
        if np.array_equal(front.nodes, self._placed):
            return
        self._placed = front.nodes
        self.motion.follow(front)
        self.solver.renew_jacobian()
        if self._quality.least() < FOLDED * self._first_quality:
            raise ConvergenceError("The void's surface moves too far for its mesh in one step.")
        self._half_length.value = front.tip
        self.set_current(float(self.current.value))

    def worn(self) -> bool:
        """Whether it is time for a new mesh."""
        front = self.front
        stretched = front.length / self.start.length
        return (
            self._quality.least() < WORN * self._first_quality
            or not 1 / STRETCHED < stretched < STRETCHED
            or grading(self.case, front).excess(front) > COARSE
        )

    def renewed(self) -> "MovingVoid":
        """The same state on a new mesh; collective."""
        front = spread(self.case, self.front)
        new = self.on_new_mesh(front)
        numbers = {
            **self.state.stored_numbers(),
            "front": front.nodes,
            "meshed_front": front.nodes,
            "meshed_sharp": [float(front.sharp)],
        }
        new.state.take_numbers(numbers)
        new.set_current(float(self.current.value))
        old = self.fields.extract(self.unknown, "concentration")
        concentration = new.fields.extract(new.unknown, "concentration")
        Transfer(self.mesh, new.mesh, weights_of(self.share, new.share))(old, concentration)
        new.unknown.x.array[new.fields.maps["concentration"]] = concentration.x.array
        self.carry_more(new)
        new.solve_stage(float(self.time.value), 0.0, new.state.snapshot())
        return new

    def on_new_mesh(self, front: TippedFront) -> "MovingVoid":
        """The problem as it starts, on a mesh for a front; collective."""
        return MovingVoid(self.case, mesh_around(self.case, front, self.comm), front)

    def carry_more(self, new: "MovingVoid") -> None:
        """Give the problem on a new mesh what it remembers besides; collective."""

    @property
    def reach(self) -> float:
        """Place along the axis up to which the layer is cut [um]."""
        return float(self.tip[0])

    def met(self) -> str | None:
        """What the tip has met, if anything: one of `STOPS`."""
        box = NEAR_BOX * self.case.geometry.half_box[0]
        ends = {**self.case.evolution.ends, BOX: box}
        return next((words for words, place in ends.items() if self.reach >= place), None)

    def ended(self) -> bool:
        """Whether the tip has met what stops it."""
        met = self.met()
        if met is not None:
            log.info("the tip stops at %g um: it has met %s", self.reach, met)
        return met is not None

    def destroy(self) -> None:
        """Free the PETSc objects; collective."""
        super().destroy()
        self.motion.destroy()
