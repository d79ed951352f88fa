"""Lithium between rod, pellet and tube through stacking, charge, rest and discharge: shapes in
time from flows at instants.
"""

import numpy as np
from mpi4py import MPI

from anodex.meshes.foil import FoilShape
from anodex.models.errors import ConvergenceError
from anodex.models.solve.fixed_point import AndersonMixing
from anodex.models.solve.nonlinear import SolveReport
from anodex.models.systems.cell_stack.case import Case
from anodex.models.systems.cell_stack.die import UNPRESSED, Pressed
from anodex.models.systems.cell_stack.filling import Filling
from anodex.models.systems.cell_stack.foil import FoilFlow
from anodex.models.systems.cell_stack.foil_boundary import SLIDING
from anodex.models.systems.cell_stack.foil_state import FoilState, HeldRod, PushedRod
from anodex.models.systems.cell_stack.instant import Instant
from anodex.models.systems.cell_stack.protocol import Loads, Protocol, framed_rod
from anodex.models.systems.cell_stack.resistance import Resistance
from anodex.models.systems.cell_stack.tube import CompliantWall, PressedBodies
from anodex.models.time.state import Snapshot, State
from anodex.models.time.timeline import Schedule

TYPICAL_RATE = 1e-5  # 1/s, of the lithium's strain: sets where its creep turns Newtonian
MOST_PASSES = 40
SETTLED = 0.1  # change in the last pass, over the error that a step may have
SMALL = 1e-4  # change of the shape over which the speed of the nodes is taken
FIRST_STAGE = 2  # number in the history of the stacking


def _number(name: str, words: str) -> property:
    """Attribute that stands for a number of the state."""

    def get(stack: "LithiumStack") -> float:
        return float(stack.state.numbers[name][0])

    def put(stack: "LithiumStack", value: float) -> None:
        stack.state.numbers[name][0] = value

    return property(get, put, doc=words)


class LithiumStack:
    """Foil and pressed-out lithium in time (`anodex.models.time.march.TimedProblem`).

    The state: thickness of the foil [um], volume of all lithium and volume plated so far [um^3] (of
    half a pouch per um of depth [um^2]); radius of the tube's wall at its nodes [um]. Flow,
    pressure and the length of what is pressed out follow from it at once. The stage of a step is a
    fixed point, as its flow depends on shape and wall at its end, and these on the flow.

    Parameters
    ----------
    case, comm
        The case; communicator of the lithium's mesh.
    wall
        Nodes of the tube's wall at the start: distance from the pellet's face and radius [um],
        shape (nodes, 2); none for a pouch.
    pressed
        What the compaction has left.
    bodies
        Pellet and tube, if there are any. A tube that is compliant gives way to the lithium.

    Attributes
    ----------
    filling
        Shapes and volumes of the lithium, and the wall.
    flow
        Creep of the lithium at an instant.
    tube
        What gives way; None where the wall is rigid.
    now
        Flow of the last solution, also of one that is taken back.
    instant
        What was found at the start, or at the end of the last accepted step.
    loads
        What acts from now on.
    state
        Beside what is advanced, from where solutions start: `rates` of thickness [um/s] and volume
        [um^3/s] and `wall_rates` of the radii [um/s] in the last solution. And what a run that goes
        on must know: force [uN] and thickness [um] at which the frame was closed (`locked`), number
        of the `stage`, nodes of the wall at the start (`places`, `first_radii`), `pressed`.
    """

    instant: Instant
    thickness = _number("thickness", "Of the foil [um].")
    volume = _number("volume", "Of all lithium [um^3] ([um^2] in a pouch).")
    plated = _number("plated", "Volume plated so far [um^3] ([um^2] in a pouch).")

    def __init__(
        self,
        case: Case,
        comm: MPI.Comm,
        wall: np.ndarray,
        pressed: Pressed = UNPRESSED,
        bodies: PressedBodies | None = None,
    ):
        self.case, self.pressed, self.loads = case, pressed, Loads()
        self._protocol = Protocol(case)
        self.course = self._protocol.course
        self.filling = filling = Filling(case, comm, wall)
        self.foil, self.radii = filling.foil, filling.radii
        self.tube = CompliantWall(bodies) if bodies and case.tube.compliant else None
        self.flow = FoilFlow(
            self.foil,
            case.creep,
            case.flow.stress_floor * case.creep.overstress(TYPICAL_RATE),
            SLIDING if case.flow.wall == "slip" else (),
            yielding=self.tube is not None,
            is_uneven=case.hardened is not None,
        )
        self.resistance = None if case.hardened is None else Resistance(self.flow, case.hardened)
        hardening = {} if self.resistance is None else {"resistance": self.resistance.values}
        self._start = {
            "rates": np.zeros(2),
            "wall_rates": np.zeros_like(self.radii),
            "locked": np.zeros(2),
            "stage": np.array([FIRST_STAGE]),
            "places": filling.places,
            "first_radii": self.radii.copy(),
            "pressed": pressed.numbers(),
            "early_ends": self.course.early,
        }
        self.state = State(
            numbers={
                "thickness": np.array([filling.first.thickness]),
                "volume": np.array([filling.cut_volume]),
                "plated": np.zeros(1),
                "radii": self.radii,
                **hardening,
            },
            start_fields=bodies.state.functions() if bodies else {},
            start_numbers=self._start,
        )
        self.now: FoilState | None = None

    @property
    def schedule(self) -> Schedule:
        """When what happens, as far as it is known."""
        return self._protocol.schedule

    @property
    def stage(self) -> int:
        """Number of the present stage in the history."""
        return int(self._start["stage"][0])

    # The march's side

    def switch(self, time: float) -> None:
        """Take what acts from a time [s] on; the charge begins with a frame that is closed."""
        self._start["stage"][:] = self._protocol.stage(time)
        self.loads = self._protocol.loads(time)
        if self._protocol.closes_frame(time):
            self.lock(self._protocol.force)

    def lock(self, force: float) -> None:
        """Close the frame around the present stack, which carries a force [uN]."""
        self._start["locked"][:] = force, self.thickness

    def solve_stage(self, time: float, step: float, old: Snapshot) -> SolveReport:
        """Solve for the state at the end of a stage of length `step` [s] that starts from `old`.

        The report is that of the last flow.

        Raises
        ------
        ConvergenceError
            If the flow has no solution, or flow, shape and wall do not settle.
        """
        thickness, volume, plated = (old[name][0] for name in ("thickness", "volume", "plated"))
        radii, flow = old["radii"], self.flow
        rates, wall_rates = self._start["rates"], self._start["wall_rates"]
        mixing, units = AndersonMixing(), self._units()
        hardened = old.get("resistance")
        if self.resistance is not None:
            hardened = self.resistance.bounded(hardened)
            self.resistance.values[:] = hardened
        # The flow goes on as it went.
        self.thickness, self.volume = thickness + step * rates[0], volume + step * rates[1]
        self.radii[:] = radii + step * wall_rates
        for _ in range(MOST_PASSES):
            guess = self._get_guess() / units
            rod, recession = self._rod(time, step, thickness), self._recession(step, radii)
            if self.resistance is not None:
                self.resistance.give()
            self.now = now = flow.solve(self.shape(), self.loads.plating, rod, recession)
            if self.resistance is not None:
                self.resistance.values[:] = self.resistance.after(
                    hardened, step, self._mesh_velocity(now, recession)
                )
            growth = now.outflow + now.widening + now.swept  # of all lithium, by where it goes
            self.thickness = thickness + step * now.rod_velocity
            self.volume = volume + step * growth
            self.plated = plated + step * now.plated
            if self.tube is not None:
                self.radii[:] = self._press(self.tube, now, step, radii)
            image = self._get_guess() / units
            change = float(np.abs(image - guess).max())
            rates[:] = now.rod_velocity, growth
            wall_rates[:] = (self.radii - radii) / step
            if change <= SETTLED * self.case.numerics.step_tolerance:
                return now.report
            self._set_guess(mixing.next(guess, image) * units)
        raise ConvergenceError(
            f"Flow, shape and wall do not settle in {MOST_PASSES} passes: the last changed them by "
            f"{change:.1e}."
        )

    def error(self, difference: Snapshot) -> float:
        """Error of what is pressed out, over what the case allows of it."""
        shape, places = self.shape(), self.filling.places
        thicker, larger = difference["thickness"][0], difference["volume"][0]
        wrong = float(abs(self.case.rod_area * thicker) + abs(larger))
        if len(places):
            inside = places <= self.thickness + shape.length
            girth = 2 * np.pi * self.case.geometry.inner_radius
            wrong += girth * np.trapezoid(np.abs(difference["radii"][inside]), places[inside])
        wrong /= self.filling.typical_volume(shape)
        if self.resistance is not None:
            wrong = max(wrong, self.resistance.error(difference["resistance"]))
        return wrong / self.case.numerics.step_tolerance

    def accept(self) -> None:
        """The last solution stands: what it did to the tube is history, and the mesh follows."""
        if self.tube is not None:
            self.tube.accept()
        self.show()

    def size(self) -> dict[str, int]:
        """Numbers of the lithium's cells and of the unknowns of its flow."""
        return {
            "cells": self.foil.tagged.mesh.topology.index_map(2).size_global,
            "unknowns": self.flow.creep.fields.space.dofmap.index_map.size_global,
        }

    def destroy(self) -> None:
        """Free the PETSc objects; collective."""
        for part in (self.flow, self.tube, self.resistance):
            if part is not None:
                part.destroy()

    def shape(self) -> FoilShape:
        """Shape of the present state; `ConvergenceError` if the foil is used up or the gap
        closes.
        """
        return self.filling.shape(self.thickness, self.volume)

    def show(self) -> None:
        """Measure the present state; moves the mesh to it."""
        shape, filling = self.shape(), self.filling
        cells = self.flow.volume(shape)
        pressed_out = filling.pressed_out(shape)
        opening = self.radii - self._start["first_radii"]
        self.instant = Instant(
            shape=shape,
            plated=self.plated,
            extruded=pressed_out
            + self.volume
            - self.foil.volume(shape)
            - filling.first_pressed_out,
            stored=filling.under_rod(shape) - filling.first_under_rod,
            misplaced=0.0 if filling.is_full(shape) else cells - filling.cut_volume - self.plated,
            wall_opening=float(opening.max(initial=0.0)),
            flow=self.now,
        )

    begin = show  # the foil that has filled the tube

    # The fixed point of flow, shape and wall

    def _rod(self, time: float, step: float, thickness: float) -> HeldRod | PushedRod:
        """What the rod does in a stage that starts at a thickness [um]."""
        if self.loads.force is not None:
            return PushedRod(self.loads.force(time))
        force, closed = map(float, self._start["locked"])
        return framed_rod(self.case, force, closed, thickness, step)

    def _recession(self, step: float, radii: np.ndarray):
        """Rate of the wall's radius [um/s] at distances from the pellet [um], from some radii to
        the present ones; None where the wall rests.
        """
        if self.tube is None:
            return None
        rates = (self.radii - radii) / step
        return lambda places: np.interp(places, self.filling.places, rates)

    def _mesh_velocity(self, flow: FoilState, recession) -> np.ndarray:
        """Velocity of the nodes of the mesh [um/s], which keep their places in the shape."""
        shape = self.foil.shape
        growth = 0.0 if self.filling.is_full(shape) else flow.growth
        fastest = max(abs(flow.rod_velocity) / shape.thickness, abs(growth) / shape.length)
        soon = SMALL / (fastest or 1.0)
        wall = shape.wall
        if recession is not None:
            wall = lambda places: shape.wall(places) + soon * recession(places)  # noqa: E731
        ahead = FoilShape(
            shape.thickness + soon * flow.rod_velocity, shape.length + soon * growth, wall
        )
        return (self.foil.places(ahead) - self.foil.places(shape)) / soon

    def _press(
        self, tube: CompliantWall, flow: FoilState, step: float, radii: np.ndarray
    ) -> np.ndarray:
        """Radii of the wall at the end of a stage that starts with some: it nears those that the
        pressure asks for.
        """
        places, pressure = flow.wall_places + self.pressed.face, flow.wall_pressure
        tube.press(lambda axial: np.interp(axial, places, pressure, left=0.0, right=0.0))
        share = step / (step + self.case.tube.retardation_time)
        return radii + share * (tube.profile()[:, 1] - radii)

    def _units(self) -> np.ndarray:
        """What changes the volume pressed out by about itself: of the thickness, the volume and
        the radii of a wall that gives way.
        """
        shape = self.shape()
        pressed_out = self.filling.typical_volume(shape)
        lengths = [pressed_out / self.case.rod_area, pressed_out]
        units = [np.array(lengths)]
        if self.tube is not None:
            wetted = 2 * np.pi * self.case.geometry.inner_radius * (self.thickness + shape.length)
            units.append(np.full(len(self.radii), pressed_out / wetted))
        if self.resistance is not None:
            units.append(self.resistance.values)
        return np.concatenate(units)

    def _get_guess(self) -> np.ndarray:
        return np.concatenate([[self.thickness, self.volume], *self._guessed()])

    def _set_guess(self, guess: np.ndarray) -> None:
        self.thickness, self.volume = map(float, guess[:2])
        last = 2
        for values in self._guessed():
            first, last = last, last + len(values)
            values[:] = guess[first:last]

    def _guessed(self) -> list[np.ndarray]:
        """What else the fixed point is found for."""
        found = [] if self.tube is None else [self.radii]
        return found if self.resistance is None else [*found, self.resistance.values]
