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
from anodex.models.systems.cell_stack.resistance import resistance_to_creep
from anodex.models.systems.cell_stack.tube import CompliantWall, PressedBodies
from anodex.models.time.state import Snapshot, State
from anodex.models.time.timeline import Schedule

TYPICAL_RATE = 1e-5  # 1/s, of the lithium's strain: sets where its creep turns Newtonian
MOST_PASSES = 40
SETTLED = 0.1  # change in the last pass, over the error that a step may have
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
    half a pouch per um of depth [um^2]); radius of the tube's wall at its nodes [um]; resistance of
    lithium that hardens [MPa], by cells. Flow, pressure and the length of what is pressed out
    follow from it at once. The stage of a step is a fixed point, as its flow depends on what it
    brings about until its end.

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
    resistance
        Hardening of the lithium.
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
        self.resistance = resistance_to_creep(self.flow, case.hardened)
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
                **self.resistance.numbers,
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
        radii, flow, resistance = old["radii"], self.flow, self.resistance.begin(old)
        rates, wall_rates = self._start["rates"], self._start["wall_rates"]
        mixing, units = AndersonMixing(), self._units()
        # The flow goes on as it went.
        self.thickness, self.volume = thickness + step * rates[0], volume + step * rates[1]
        self.radii[:] = radii + step * wall_rates
        for _ in range(MOST_PASSES):
            guess = np.concatenate(self._unknowns()) / units
            rod, recession = self._rod(time, step, thickness), self._recession(step, radii)
            self.resistance.give()
            self.now = now = flow.solve(self.shape(), self.loads.plating, rod, recession)
            length_rate = 0.0 if self.filling.is_full(self.foil.shape) else now.growth
            self.resistance.advance(resistance, step, now, length_rate, recession)
            growth = now.outflow + now.widening + now.swept  # of all lithium, by where it goes
            self.thickness = thickness + step * now.rod_velocity
            self.volume = volume + step * growth
            self.plated = plated + step * now.plated
            if self.tube is not None:  # nears what the pressure asks for
                share = step / (step + self.case.tube.retardation_time)
                places = now.wall_places + self.pressed.face
                wanted = self.tube.radii_under(places, now.wall_pressure)
                self.radii[:] = radii + share * (wanted - radii)
            image = np.concatenate(self._unknowns()) / units
            change = float(np.abs(image - guess).max())
            rates[:] = now.rod_velocity, growth
            wall_rates[:] = (self.radii - radii) / step
            if change <= SETTLED * self.case.numerics.step_tolerance:
                return now.report
            self._take(mixing.next(guess, image) * units)
        raise ConvergenceError(
            f"Flow, shape and wall do not settle in {MOST_PASSES} passes: the last changed them by "
            f"{change:.1e}."
        )

    def error(self, difference: Snapshot) -> float:
        """Error of what is pressed out, or of the resistance, over what the case allows of it."""
        shape, places = self.shape(), self.filling.places
        thicker, larger = difference["thickness"][0], difference["volume"][0]
        wrong = float(abs(self.case.rod_area * thicker) + abs(larger))
        if len(places):
            inside = places <= self.thickness + shape.length
            girth = 2 * np.pi * self.case.geometry.inner_radius
            wrong += girth * np.trapezoid(np.abs(difference["radii"][inside]), places[inside])
        wrong = max(wrong / self.filling.typical_volume(shape), self.resistance.error(difference))
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
        self.flow.destroy()
        self.resistance.destroy()
        if self.tube is not None:
            self.tube.destroy()

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

    def _units(self) -> np.ndarray:
        """What changes the volume pressed out by about itself; and the resistance."""
        shape = self.shape()
        pressed_out = self.filling.typical_volume(shape)
        wetted = 2 * np.pi * self.case.geometry.inner_radius * (self.thickness + shape.length)
        walls = 0 if self.tube is None else len(self.radii)
        lengths = [pressed_out / self.case.rod_area, pressed_out]
        moved = np.full(walls, pressed_out / wetted)
        return np.concatenate([lengths, moved, self.resistance.values])

    def _unknowns(self) -> list[np.ndarray]:
        """What the fixed point is found for, changed in place."""
        numbers, walls = self.state.numbers, () if self.tube is None else (self.radii,)
        return [numbers["thickness"], numbers["volume"], *walls, self.resistance.values]

    def _take(self, guess: np.ndarray) -> None:
        for values in self._unknowns():
            values[:], guess = guess[: len(values)], guess[len(values) :]
