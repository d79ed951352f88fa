"""Cracks that grow below their toughness along a given path, and toughness that exposure takes."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import ufl
from dolfinx import fem

from anodex.models.discrete.fields import total
from anodex.models.fracture.cracked_body import CrackedBody
from anodex.models.fracture.energy_release import Ring
from anodex.models.fracture.phase_field_crack import PhaseFieldCrack
from anodex.models.laws.fracture import decayed_toughness, energy_release

LAG = 0.5  # of l, by which a crack acts longer than the line on which its damage is 1
NEAR = 1e-6  # of the core, by which round-off may move a node


class PathCrack:
    """A crack as long as a law of growth says, along a path: damage is at least that of a crack
    there, and more where the energy wants it.

    Parameters
    ----------
    crack
        Of which the lower bound is raised.
    path
        Corners of the path from the mouth on, shape (corners, dimension) [um].
    core
        Distance from the path up to which damage is 1 [um]: half the height of the row of cells
        that breaks, or all of that of a row beside a plane of symmetry. Less leaves cells half
        broken, and these hold the faces together.

    Attributes
    ----------
    length
        From the mouth on [um], shape (1,): to be changed by `extend` alone, and to be remembered.
    """

    def __init__(self, crack: PhaseFieldCrack, path: np.ndarray, core: float):
        self._crack, self._path, self._core = crack, np.asarray(path, dtype=float), core
        self.length = np.zeros(1)

    def extend(self, length: float) -> None:
        """Grow to a length [um]; no crack becomes shorter. The first half of l is not broken yet:
        what acts so far beyond a broken line has none.
        """
        self.length[0] = max(float(self.length[0]), length)
        broken_line = self.broken_length
        if broken_line < 0:
            return
        line = self._upto(broken_line)
        nodes = self._crack.damage.function_space.tabulate_dof_coordinates()  # they may have moved
        nodes = nodes[:, : self._path.shape[1]]
        beyond = np.maximum(_distance(nodes, line) - (1 + NEAR) * self._core, 0.0)
        broken = self._crack.model.profile(beyond)
        for function in (self._crack.before, self._crack.damage):
            np.maximum(function.x.array, broken, out=function.x.array)

    @property
    def broken_length(self) -> float:
        """Of the line on which damage is at least 1 [um]; below zero where there is none yet."""
        return float(self.length[0]) - LAG * self._crack.model.length - self._core

    @property
    def tip(self) -> np.ndarray:
        """Where the path ends now [um], shape (dimension,)."""
        return self._upto(float(self.length[0]))[-1]

    def _upto(self, length: float) -> np.ndarray:
        """The corners up to a distance along the path, and its point there."""
        pieces = np.linalg.norm(np.diff(self._path, axis=0), axis=1)
        along = np.append(0.0, np.cumsum(pieces))
        end = [np.interp(length, along, coordinate) for coordinate in self._path.T]
        return np.vstack([self._path[along < length], end])


@dataclass(frozen=True)
class BodyWithTip:
    """What `TipRelease` takes of a body; a `CrackedBody` has it, too.

    Attributes
    ----------
    damage, displacement
        A function, and a vector [um], UFL.
    stress, energy_density, pressure
        As of `CrackedBody`, UFL [MPa]; zero where the body is not.
    """

    damage: fem.Function
    displacement: Any
    stress: Any
    energy_density: Any
    pressure: Any


class TipRelease:
    """Energy that a cracked body releases per advance of one tip, which moves with its damage.

    Parameters
    ----------
    body
        Under loads outside the ring, and a pressure in its cracks.
    direction
        In which the tip advances, shape (dimension,).
    images
        How many mirror images of the tip make the whole of it.
    resting
        Energy density per advance [MPa/um] of what does not move along, UFL, for a velocity: such
        as that of an eigenstrain that is not even where the ring is.

    Notes
    -----
    Derivative of the energy without that of the surface by the place of what lies within a ring
    (Eshelby, J. Elasticity 5 (1975) 321); the pressure's part, - p u . grad d carried along, is its
    own.
    """

    def __init__(
        self,
        body: CrackedBody | BodyWithTip,
        direction: np.ndarray,
        images: int = 1,
        resting: Callable[[Any], Any] = lambda velocity: 0.0,
    ):
        mesh = body.damage.function_space.mesh
        self._comm, self._images, dim = mesh.comm, images, mesh.geometry.dim
        self._plateau = fem.Function(fem.functionspace(mesh, ("Lagrange", 2)))
        velocity = self._plateau * ufl.as_vector(np.asarray(direction, dtype=float).tolist())
        stress = ufl.as_tensor([[body.stress[i, j] for j in range(dim)] for i in range(dim)])
        inside = energy_release(stress, body.displacement, body.energy_density, velocity)
        slope, u = ufl.grad(body.damage), body.displacement
        pushed = ufl.dot(u, ufl.dot(ufl.transpose(ufl.grad(velocity)), slope))
        pushed -= ufl.dot(u, slope) * ufl.div(velocity)
        inside += resting(velocity)
        self._form = fem.form((inside + body.pressure * pushed) * ufl.dx(mesh))

    def __call__(self, tip: np.ndarray, radius: float) -> float:
        """For the present fields [J/m^2], from a ring between a radius [um] about the tip and twice
        that; collective. A radius of 3 l leaves the damage at the tip within.
        """
        self._plateau.interpolate(Ring(tip, radius))
        return self._images * total(self._comm, self._form)


class ExposedToughness:
    """Toughness that falls with the time for which it was exposed.

    Parameters
    ----------
    space
        Scalar function space.
    fresh, spent, lifetime
        As of `anodex.models.laws.fracture.decayed_toughness` [J/m^2, s].

    Attributes
    ----------
    exposure
        For how long [s], to be remembered.
    toughness
        Gc [J/m^2], for `PhaseFieldCrack`.
    """

    def __init__(self, space: fem.FunctionSpace, fresh: float, spent: float, lifetime: float):
        self._law = (fresh, spent, lifetime)
        self.exposure, self.toughness = fem.Function(space), fem.Function(space)
        self.advance(0.0, 0.0)

    def advance(self, step: float, share: np.ndarray | float) -> None:
        """Expose for a time [s] the share, from 0 to 1, of each unknown, shape (unknowns,)."""
        self.exposure.x.array[:] += step * share
        self.toughness.x.array[:] = decayed_toughness(self.exposure.x.array, *self._law)


def _distance(points: np.ndarray, line: np.ndarray) -> np.ndarray:
    """From a line with corners, shape (corners, dimension), of which the last two may coincide."""
    nearest = np.full(len(points), np.inf)
    for start, end in pairwise(line):
        way = end - start
        share = np.clip((points - start) @ way / max(way @ way, 1e-300), 0.0, 1.0)
        gap = np.linalg.norm(points - start - share[:, None] * way, axis=1)
        np.minimum(nearest, gap, out=nearest)
    return nearest
