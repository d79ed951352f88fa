"""A metal surface that is plated and stripped through an elastic film: what it remembers, its steps
and its meshes.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from mpi4py import MPI

from anodex.meshes.tagged import TaggedMesh
from anodex.models.laws.constants import FARADAY
from anodex.models.moving.front import Front
from anodex.models.moving.mesh_motion import CellQuality, MeshMotion
from anodex.models.moving.travel import Travel
from anodex.models.systems.elastic_sei.case import Case
from anodex.models.systems.elastic_sei.case_film import ElasticFilm
from anodex.models.systems.elastic_sei.delamination import Peeling
from anodex.models.systems.elastic_sei.electrolyte import FilmedElectrolyte
from anodex.models.systems.elastic_sei.film import Response, film_on
from anodex.models.systems.elastic_sei.meshing import (
    front_of,
    mesh_again,
    mesh_beside,
    unfolded,
)
from anodex.models.systems.elastic_sei.settling import Settling
from anodex.models.time.course import Course
from anodex.models.time.state import State
from anodex.models.time.stepping import Advance, StepControl
from anodex.models.time.timeline import Schedule

RUNNING = 2.0  # current density over its mean, of a place that runs away from the surface
SHORT = 10.0  # how many steps in which a surface is not seen to move are one too many
LEAST_QUALITY = 0.2  # of cells, below which it is time for a new mesh


def remade(case: Case, comm: MPI.Comm, numbers: Mapping[str, Any]) -> "ElasticInterphase":
    """The problem on the mesh of a checkpoint with some numbers."""
    front = Front(np.array(numbers["meshed_front"]))
    return ElasticInterphase(case, mesh_beside(case, front, comm), front)


class ElasticInterphase:
    """The problem of a case on a mesh (`anodex.models.time.march.MovingProblem`).

    A step predicts where the front goes, solves the electrolyte there, and lets pressure, current
    and the place of the front settle at the end of the step, with one matrix.

    Parameters
    ----------
    case
        The case.
    tagged
        Mesh from `mesh_beside`.
    front
        The front that it was made for; by default that at the start of the case.

    Attributes
    ----------
    state
        Of the front its `Travel`; `applied`, the current density [A/m^2]; of the film, all that it
        remembers at the nodes;
        `charge`, shape (4,): what has passed the film so far; what was given either way, in all,
        and to plate [pC/um of depth].
    start
        What was enclosed [um^2], and charge of the film [pC/um of depth], at the start of the run.
    current
        Density into the metal at the nodes [A/m^2], shape (nodes,).
    runaway
        Place (x, y) [um] that has left the rest of the surface behind, or None.
    """

    def __init__(self, case: Case, tagged: TaggedMesh, front: Front | None = None):
        front = front_of(case) if front is None else front
        self.case, self.tagged, self.mesh, self.comm = case, tagged, tagged.mesh, tagged.mesh.comm
        self.motion = MeshMotion(tagged, front, {"side": 0})
        self.film = film_on(case, front)
        self.electrolyte = FilmedElectrolyte(
            tagged, self.motion.nodes, case.electrolyte.conductivity, case.numerics.linear_solver
        )
        self._quality = CellQuality(tagged)
        film = case.film
        self.peeling = (
            Peeling(film, front_of(case))
            if isinstance(film, ElasticFilm) and film.delamination
            else None
        )
        peeled = self.peeling.state if self.peeling is not None else {}
        self.volume_of_charge = case.metal.molar_volume / FARADAY  # um^3/pC
        self.current = np.zeros(len(front.nodes))
        self.start = np.array([front.enclosed, self.film.charge])
        self.runaway: np.ndarray | None = None
        self.course = Course(case.protocol.taken)
        self.travel = Travel(front)
        self._rise = 0.0  # of the frame since the mesh was made [um]
        self.state = State(
            numbers={
                **self.travel.numbers,
                "applied": np.zeros(1),
                "charge": np.zeros(4),
                **{f"film_{name}": value.copy() for name, value in self.film.state.items()},
                **{f"peeling_{name}": value.copy() for name, value in peeled.items()},
            },
            start_numbers={
                "current": self.current,
                "meshed_front": front.nodes.copy(),
                "start": self.start,
                "early_ends": self.course.early,
            },
        )

    @property
    def schedule(self) -> Schedule:
        """When what happens, as far as it is known."""
        numerics, output = self.case.numerics, self.case.output
        steps = numerics.first_step, numerics.smallest_step, numerics.largest_step
        control = StepControl(*steps, lambda problem, time, step: problem.advance(time, step))
        return self.course.schedule(control, output.checkpoint_interval, output.times)

    @property
    def front(self) -> Front:
        """Where the metal's surface is."""
        return self.travel.front

    @property
    def given_charge(self) -> float:
        """That has entered from above, less what has left [pC/um of depth]."""
        return float(self.state.numbers["charge"][2])

    @property
    def plated_charge(self) -> float:
        """That has entered while the metal was plated [pC/um of depth]."""
        return float(self.state.numbers["charge"][3])

    @property
    def box(self) -> float:
        """Area between y = 0 and the top of the mesh [um^2]."""
        start, width = self.motion.start, self.case.surface.width
        return self._rise * width + start.enclosed + self.case.thickness * width

    def film_state(self) -> dict[str, np.ndarray]:
        """Copies of what the film remembers."""
        return {name: self.state.numbers[f"film_{name}"].copy() for name in self.film.state}

    def response(self) -> Response:
        """What the film does now."""
        front = self.front
        return self.film.update(front, 0.0, self.film_state(), front)

    def begin(self) -> None:
        """Nothing flows before the first step."""

    def switch(self, time: float) -> None:
        """Take the current of the step of the protocol that runs from a time [s] on."""
        wanted = self.course.step(time).current_density
        self.electrolyte.current_density.value = wanted
        if wanted != self.state.numbers["applied"][0]:
            self.state.numbers["applied"][:] = wanted
            self.travel.halt()
            self.current[:] = wanted

    def advance(self, time: float, length: float) -> Advance:
        """Take a step of some length [s] from a time [s].

        Raises
        ------
        ConvergenceError
            If a front crosses itself, or pressure and current do not settle.
        """
        numbers, old = self.state.numbers, self.film_state()
        step = self.travel.step(length)
        predicted = unfolded(step.predicted)
        self._place(predicted)
        self.electrolyte.place(self.film.update(predicted, length, old, step.front).conductance)
        settling = Settling(
            self.film,
            self.electrolyte,
            step,
            old,
            self.volume_of_charge,
            self.case.electrolyte.conductivity,
            self.case.surface.width,
            self.case.metal.creep_law,
        )
        current, front, report = settling.settle(self.current.copy())
        self.current[:], front = current, unfolded(front)
        off = step.missed(front)
        worst = int(off.argmax())
        error = float(off[worst]) / self.case.numerics.step_tolerance if step.earlier > 0 else 0.0
        fastest = int((np.sign(self.electrolyte.current_density.value) * self.current).argmax())
        if error > 1 and self._ahead(front, worst, length):
            self.runaway = front.nodes[worst]
        # nor do ever more steps lead on that are all too short, however small their errors are
        elif step.earlier > 0 and self._ahead(front, fastest, SHORT * max(length, step.earlier)):
            self.runaway = front.nodes[fastest]
        given = length * self._total_current()
        through = length * self.electrolyte.total()
        numbers["charge"] += np.array([through, abs(given), given, max(given, 0.0)])
        self.travel.take(step, front)
        for name, values in self.film.state.items():
            numbers[f"film_{name}"][:] = values
        if self.peeling is not None:
            self._peel(self.peeling, front, length)
        return Advance(error, report)

    def _ahead(self, front: Front, node: int, length: float) -> bool:
        """Whether a node runs ahead of a surface that moves too little in a step to be seen."""
        mean = float(self.electrolyte.current_density.value)
        seen = abs(mean) * length * self.volume_of_charge > self.case.numerics.step_tolerance
        before = np.sign(mean) * (front.nodes[node, 1] - front.heights[0]) > 0
        # a crest that a stiff film pushes back is no slower
        runs = np.sign(mean) * self.current[node] > RUNNING * abs(mean)
        return not seen and bool(before) and bool(runs)

    def _peel(self, peeling: Peeling, front: Front, length: float) -> None:
        """Let the film come off at the end of a step, and gas form below."""
        numbers = self.state.numbers
        old = {name: numbers[f"peeling_{name}"].copy() for name in peeling.state}
        elastic = numbers["film_stretch"] - 1 - numbers["film_inelastic"]
        parted = peeling.update(old, front, np.maximum(-elastic, 0.0))
        for name, values in peeling.state.items():
            numbers[f"peeling_{name}"][:] = values
        blocked = peeling.blocked(numbers["film_blocked"], parted, length)
        numbers["film_parted"][:], numbers["film_blocked"][:] = parted, blocked

    def show(self) -> None:
        """Bring the mesh to where the front is."""
        self._place(self.front)

    def accept(self) -> None:
        """Let nodes slide along the front where they have come too close, and bring the mesh to
        where it is.
        """
        if self.travel.uneven:
            self._even_out()
        self._place(self.front)

    def worn(self) -> bool:
        """Whether it is time for a new mesh."""
        return self._quality.least() < LEAST_QUALITY

    def renewed(self) -> "ElasticInterphase":
        """The same state on a new mesh; collective.

        Raises
        ------
        ConvergenceError
            If there is none, as the front turns too sharply.
        """
        front = self.front
        tagged = mesh_again(self.case, front, self.comm)
        new = ElasticInterphase(self.case, tagged, front)
        new.state.take_numbers({**self.state.stored_numbers(), "meshed_front": front.nodes})
        new.electrolyte.current_density.value = self.electrolyte.current_density.value
        return new

    def _even_out(self) -> None:
        """Put the nodes at even distances along the front, and what they remember with them."""
        self.film.state = self.film_state()
        front, places = self.travel.even_out()
        for name, values in self.film.resampled(front, self.front).items():
            self.state.numbers[f"film_{name}"][:] = values
        self.current[:] = front.along(self.current)(places)

    def size(self) -> dict[str, int]:
        """Numbers of cells and of unknowns."""
        return {
            "cells": self.mesh.topology.index_map(2).size_global,
            "unknowns": self.electrolyte.potential.function_space.dofmap.index_map.size_global,
        }

    def destroy(self) -> None:
        """Free the PETSc objects; collective."""
        self.motion.destroy()
        self.electrolyte.destroy()

    def _total_current(self) -> float:
        return float(self.electrolyte.current_density.value) * self.case.surface.width

    def _place(self, front: Front) -> None:
        self._rise = (front.enclosed - self.motion.start.enclosed) / self.case.surface.width
        self.motion.follow(front, self._rise)
