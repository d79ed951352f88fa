"""What lies around a metal or a void that shrinks or grows in the plane, on a mesh that follows."""

import numpy as np
from mpi4py import MPI

from anodex.meshes.beside_front import Outline, build_beside_front
from anodex.models.moving.front import Front, even_front
from anodex.models.moving.mesh_motion import CellQuality, MeshMotion
from anodex.models.moving.steps import FrontStep

COMM = MPI.COMM_WORLD
GROWTH = 0.2  # of cells; larger ones make errors that vary with the version of Gmsh
LEAST_QUALITY = 0.3  # of cells, below which the mesh is made anew


def ellipse(a: float, b: float, facets: int, closed: bool, axisymmetric: bool = False) -> Front:
    """Front around an ellipse with half axes a and b [um] along x and y, or its quarter at positive
    x and y; clockwise, so that the mesh lies outside.
    """
    turn = 2 * np.pi if closed else np.pi / 2

    def curve(t: np.ndarray) -> np.ndarray:
        return np.column_stack([a * np.sin(turn * t), b * np.cos(turn * t)])

    return even_front(curve, facets, None if closed else (0, 1), axisymmetric)


class Surroundings:
    """The body around a front, out to a square; this one lets the front move evenly.

    Parameters
    ----------
    front
        From `ellipse`, or what has become of it.
    half_width
        Of the square [um].
    """

    def __init__(self, front: Front, half_width: float, comm: MPI.Comm = COMM):
        self.front, self.half_width, self.comm = front, half_width, comm
        closed, side = front.mirrors is None, half_width
        if closed:
            corners = side * np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
            names, sliding = ("outer",) * 4, {}
        else:
            corners = side * np.array([[1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
            names, sliding = ("bottom", "outer", "outer", "left"), {"bottom": 1, "left": 0}
        self.tagged = build_beside_front(front.nodes, Outline(corners, names), comm, closed, GROWTH)
        self.mesh = self.tagged.mesh
        self.motion = MeshMotion(self.tagged, front, sliding)
        self.quality = CellQuality(self.tagged)

    def speed(self, time: float) -> np.ndarray:
        """Of the front along its normal [um/s] at a time [s], at the nodes, but for a factor."""
        return np.ones(len(self.front.nodes))

    def settle(self, length: float) -> None:
        """Bring what lives on the mesh to the end of a step of some length [s]; the mesh is
        there.
        """

    def renewed(self, front: Front) -> "Surroundings":
        """The same around a front, on a new mesh."""
        return type(self)(front, self.half_width, self.comm)

    def march(
        self, steps: int, length: float, growth: float, lifetime: int | None = None
    ) -> tuple["Surroundings", int]:
        """Take steps of some length [s] while what the front encloses grows by `growth` [um^2/s,
        um^3/s of revolution]; gives what has become of this, and how many meshes that took. A mesh
        is made anew where it is worn, and each `lifetime` steps.
        """
        here, meshes = self, 1
        rate, earlier = np.zeros_like(self.front.nodes), 0.0
        for number in range(1, steps + 1):
            start = here.front
            step = FrontStep(length, earlier, start, rate)
            here.front = step.predicted
            here.motion.follow(here.front)
            velocity = here.speed(number * length)[:, None] * here.front.normals
            here.front = start.advanced(step.displacement(velocity), length * growth)
            here.motion.follow(here.front)
            here.settle(length)
            rate, earlier = (here.front.nodes - start.nodes) / length, length
            due = lifetime is not None and number % lifetime == 0 and number < steps
            if due or here.quality.least() < LEAST_QUALITY:
                # nodes take new places along the front: no step before counts
                worn, here = here, here.renewed(here.front.evened())
                worn.destroy()
                meshes, rate, earlier = meshes + 1, np.zeros_like(rate), 0.0
        return here, meshes

    def destroy(self) -> None:
        """Free the PETSc objects; collective."""
        self.motion.destroy()
