"""Lithium between rod, pellet and tube through stacking, charge, rest and discharge: shapes in
time from flows at instants.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from mpi4py import MPI
from scipy.optimize import brentq

from anodex.meshes.foil import FoilMesh, FoilShape
from anodex.models.errors import ConvergenceError, InputError
from anodex.models.solve.fixed_point import AndersonMixing
from anodex.models.solve.nonlinear import SolveReport
from anodex.models.systems.cell_stack.case import Case
from anodex.models.systems.cell_stack.foil import FoilFlow
from anodex.models.systems.cell_stack.foil_boundary import SLIDING
from anodex.models.systems.cell_stack.foil_state import FoilState, HeldRod, PushedRod
from anodex.models.systems.cell_stack.tube import CompliantWall

# of the lithium pressed out at the start, over the width of the gap (of the foil's thickness in a
# pouch)
FIRST_LENGTH = 0.2
LEAST_LENGTH = 2.0  # of what errors are measured by, over the same
LEAST_FIRST_THICKNESS = 1e-3  # of the foil that has filled the tube, over that of the cut one
ROUND_OFF = 4 * np.finfo(float).eps
TYPICAL_RATE = 1e-5  # 1/s, of the lithium's strain: sets where its creep turns Newtonian
MOST_PASSES = 40
SETTLED = 0.1  # change in the last pass, over the error that a step may have


def first_shape(case: Case, wall: np.ndarray) -> FoilShape:
    """The foil as it is cut, with a little lithium pressed out; `wall` as for `LithiumStack`."""
    thickness = case.geometry.foil_thickness
    if not len(wall):
        return FoilShape(thickness, FIRST_LENGTH * thickness)
    gap = float(np.interp(thickness, *wall.T)) - case.geometry.inner_radius
    return FoilShape(thickness, FIRST_LENGTH * gap, lambda places: np.interp(places, *wall.T))


@dataclass(frozen=True)
class Loads:
    """What acts during a stage.

    Attributes
    ----------
    plating
        Thickness plated in time [um/s], negative when stripped.
    force
        Time [s] -> force on the rod [uN] (in a pouch [uN/um], on half of it), where that is given;
        None where the frame holds the rod.
    """

    plating: float = 0.0
    force: Callable[[float], float] | None = None


class LithiumStack:
    """Foil and pressed-out lithium in time, in the form that the time stepper asks for
    (`anodex.models.time.stepping.Model`).

    The state: thickness of the foil [um], volume of all lithium and volume plated so far [um^3] (of
    half a pouch per um of depth [um^2]); radius of the tube's wall at its nodes [um]. Flow,
    pressure and the length of what is pressed out follow from it at once. The stage of a step is a
    fixed point, as its flow depends on shape and wall at its end, and these on the flow.

    Parameters
    ----------
    case
        The case.
    wall
        Nodes of the tube's wall: distance from the pellet's face and radius [um], shape (nodes, 2);
        none for a pouch.
    tube
        What gives way to the lithium; None where the wall is rigid.
    face
        Place of the pellet's face in the tube's coordinates [um].

    Attributes
    ----------
    flow
        Creep of the lithium at an instant.
    now
        Flow of the last solution.
    loads
        What acts from now on.
    report
        Iterations of the last solution.
    rates
        Of thickness [um/s] and volume [um^3/s], and of the wall's radii [um/s], in the last
        solution: where the next starts from.
    locked
        Force [uN] and thickness [um] at which the frame was closed.
    """

    def __init__(
        self,
        case: Case,
        comm: MPI.Comm,
        wall: np.ndarray,
        tube: CompliantWall | None = None,
        face: float = 0.0,
    ):
        self.case, self.tube, self.face = case, tube, face
        self.loads, self.locked = Loads(), (0.0, 0.0)
        self.places, self.radii = wall.T.copy()
        geometry, law = case.geometry, case.creep
        self.cut_volume = case.rod_area * geometry.foil_thickness
        first = first_shape(case, wall)
        self.foil = FoilMesh(comm, geometry.inner_radius, first, geometry.refinement)
        first = self._thinned(first)
        self.first = self.foil.volume(first) - self._pressed_out(first), self._pressed_out(first)
        self.thickness, self.volume, self.plated = first.thickness, self.cut_volume, 0.0
        floor = case.flow.stress_floor * law.flow_stress(TYPICAL_RATE)
        self.flow = FoilFlow(
            self.foil,
            law,
            floor,
            SLIDING if case.flow.wall == "slip" else (),
            yielding=tube is not None,
        )
        self.rates = [np.zeros(2), np.zeros_like(self.radii)]
        self.now: FoilState | None = None

    # The stepper's side

    def get_state(self) -> list[np.ndarray]:
        return [np.array([self.thickness, self.volume, self.plated]), self.radii.copy()]

    def set_state(self, state: Sequence[np.ndarray]) -> None:
        self.thickness, self.volume, self.plated = state[0].tolist()
        self.radii[:] = state[1]

    def solve_stage(self, time: float, step: float, old: Sequence[np.ndarray]) -> None:
        """Solve for the state at the end of a stage of length `step` [s] that starts from `old`.

        Raises
        ------
        ConvergenceError
            If the flow has no solution, or flow, shape and wall do not settle.
        """
        (thickness, volume, plated), radii = old
        mixing, units = AndersonMixing(), self._units()
        # The flow goes on as it went.
        self.thickness, self.volume = ([thickness, volume] + step * self.rates[0]).tolist()
        self.radii = radii + step * self.rates[1]
        for _ in range(MOST_PASSES):
            guess = self._get_guess() / units
            recession = (self.radii - radii) / step
            speed = (
                None
                if self.tube is None
                else lambda places, rates=recession: np.interp(places, self.places, rates)
            )
            self.now = now = self.flow.solve(
                self.shape(), self.loads.plating, self._rod(time, step, thickness), speed
            )
            self.thickness = thickness + step * now.rod_velocity
            self.volume = volume + step * self._growth(now)
            self.plated = plated + step * now.plated
            if self.tube is not None:
                self.radii = self._press(now, step, radii)
            image = self._get_guess() / units
            change = float(np.abs(image - guess).max())
            self.rates = [
                np.array([now.rod_velocity, self._growth(now)]),
                (self.radii - radii) / step,
            ]
            if change <= SETTLED * self.case.numerics.step_tolerance:
                return
            self._set_guess(mixing.next(guess, image) * units)
        raise ConvergenceError(
            f"Flow, shape and wall do not settle in {MOST_PASSES} passes: the last changed them by "
            f"{change:.1e}."
        )

    def error(self, difference: Sequence[np.ndarray]) -> float:
        """Error of what is pressed out, over what the case allows of it."""
        (thickness, volume, _), radii = difference
        wrong = abs(self.case.rod_area * thickness) + abs(volume)
        if len(radii):
            inside = self.places <= self.thickness + self.shape().length
            wrong += (
                2
                * np.pi
                * self.case.geometry.inner_radius
                * np.trapezoid(np.abs(radii[inside]), self.places[inside])
            )
        return wrong / self._typical_volume() / self.case.numerics.step_tolerance

    def accept(self) -> None:
        """The last solution stands: what it did to the tube is history."""
        if self.tube is not None:
            self.tube.accept()

    # Shape

    def shape(self) -> FoilShape:
        """Present shape of the lithium: it fills the gap as far as its volume reaches, at most to
        the far end.

        Raises
        ------
        ConvergenceError
            If the foil is used up or the gap closes.
        """
        full = FoilShape(
            self.thickness, self.case.geometry.gap_length, self._wall if self.foil.die else None
        )
        try:
            if self.foil.volume(full) <= self.volume:
                return full
            return self.foil.filled(replace(full, length=self.foil.shape.length), self.volume)
        except InputError as error:
            raise ConvergenceError(str(error)) from None

    def extruded_volume(self) -> float:
        """Volume beyond the rod's face, with what has come out at the far end [um^3] ([um^2] in
        a pouch), above that at the start.
        """
        shape = self.shape()
        return self._pressed_out(shape) + self.volume - self.foil.volume(shape) - self.first[1]

    def misplaced_volume(self) -> float:
        """Volume of the cells of the present shape less that of the lithium that there must be
        [um^3] ([um^2] in a pouch).

        Zero where the gap is full, as what has come out has no cells.
        """
        shape = self.shape()
        is_full = shape.length >= self.case.geometry.gap_length
        return 0.0 if is_full else self.flow.volume(shape) - self.cut_volume - self.plated

    def stored_volume(self) -> float:
        """Volume that the foil between pellet and rod has won since the start [um^3] ([um^2] in
        a pouch).
        """
        shape = self.shape()
        return self.foil.volume(shape) - self._pressed_out(shape) - self.first[0]

    def free_volume(self, thickness: float, length: float) -> float:
        """Volume of the gap [um^3] ([um^2] in a pouch) before a column of a length [um] beside a
        foil of a thickness [um]; present wall.
        """
        wall = self._wall if self.foil.die else None
        column, full = (
            FoilShape(thickness, reach, wall) for reach in (length, self.case.geometry.gap_length)
        )
        return self._pressed_out(full) - self._pressed_out(column)

    @property
    def report(self) -> SolveReport:
        return self.now.report

    def stack_pressure(self) -> float:
        """Force on the rod over its face [MPa]."""
        return self.now.force / self.case.rod_area if self.now else 0.0

    def lock(self, force: float) -> None:
        """Close the frame around the present stack, which carries a force [uN]."""
        self.locked = force, self.thickness

    def size(self) -> tuple[int, int]:
        """Numbers of the lithium's cells and of the unknowns of its flow."""
        mesh = self.foil.tagged.mesh
        return mesh.topology.index_map(
            mesh.topology.dim
        ).size_global, self.flow.fields.space.dofmap.index_map.size_global

    def destroy(self) -> None:
        """Free the PETSc objects; collective."""
        self.flow.destroy()

    def _thinned(self, cut: FoilShape) -> FoilShape:
        """The cut foil when it has filled the tube, which it does at once: that and what is pressed
        out to begin with make it thinner.

        Raises
        ------
        InputError
            If they take all of it.
        """

        def excess(thickness: float) -> float:
            return self.foil.volume(replace(cut, thickness=thickness)) - self.cut_volume

        least = LEAST_FIRST_THICKNESS * cut.thickness
        if excess(least) > 0:
            raise InputError(
                f"geometry.foil_thickness ({cut.thickness:g} um) is too little: to fill the gap "
                "around the rod at the foil, and the first "
                f"{cut.length:.4g} um beyond it, takes more lithium than the foil has. Use a "
                "thicker foil or a narrower gap."
            )
        return replace(
            cut,
            thickness=brentq(
                excess, least, cut.thickness, xtol=1e-15 * cut.thickness, rtol=ROUND_OFF
            ),
        )

    def _wall(self, places: np.ndarray) -> np.ndarray:
        return np.interp(places, self.places, self.radii)

    @staticmethod
    def _growth(flow: FoilState) -> float:
        """Rate of the volume of all lithium [um^3/s], by where it goes."""
        return flow.outflow + flow.widening + flow.swept

    def _pressed_out(self, shape: FoilShape) -> float:
        return self.foil.column_volume(shape) if self.foil.die else shape.thickness * shape.length

    def _typical_volume(self) -> float:
        """Of what is pressed out, and at least so much of it that the start is forgotten."""
        return max(self._pressed_out(self.shape()), LEAST_LENGTH / FIRST_LENGTH * self.first[1])

    def _rod(self, time: float, step: float, thickness: float) -> HeldRod | PushedRod:
        """What the rod does in a stage that starts at a thickness [um]."""
        if self.loads.force is not None:
            return PushedRod(self.loads.force(time))
        force, closed = self.locked
        if self.case.frame.stiffness == "rigid":
            # back where it was, if it has had to follow the lithium
            return HeldRod((closed - thickness) / step)
        return PushedRod(
            force + self.case.stiffness * (thickness - closed), self.case.stiffness * step
        )

    # The fixed point of flow, shape and wall

    def _units(self) -> np.ndarray:
        """What changes the volume pressed out by about itself: of the thickness, the volume and
        the radii of a wall that gives way.
        """
        pressed_out = self._typical_volume()
        lengths = [pressed_out / self.case.rod_area, pressed_out]
        if self.tube is None:
            return np.array(lengths)
        wetted = (
            2 * np.pi * self.case.geometry.inner_radius * (self.thickness + self.shape().length)
        )
        return np.append(lengths, np.full(len(self.radii), pressed_out / wetted))

    def _get_guess(self) -> np.ndarray:
        return np.concatenate(
            [[self.thickness, self.volume], [] if self.tube is None else self.radii]
        )

    def _set_guess(self, guess: np.ndarray) -> None:
        self.thickness, self.volume = guess[:2].tolist()
        if self.tube is not None:
            self.radii = guess[2:]

    def _press(self, flow: FoilState, step: float, radii: np.ndarray) -> np.ndarray:
        """Radii of the wall at the end of a stage that starts with some: it nears those that the
        pressure asks for.
        """
        places, pressure = flow.wall_places + self.face, flow.wall_pressure
        self.tube.press(lambda axial: np.interp(axial, places, pressure, left=0.0, right=0.0))
        share = step / (step + self.case.tube.retardation_time)
        return radii + share * (self.tube.profile()[:, 1] - radii)
