"""Boundary of the lithium foil: what is given on it, what slides or moves as one, and the tube's
wall.
"""

from collections.abc import Callable, Collection, Iterable

import numpy as np
from dolfinx import fem
from mpi4py import MPI
from scipy.linalg import solveh_banded

from anodex.meshes.foil import FoilMesh, FoilShape
from anodex.models.discrete.fields import MixedFields
from anodex.models.solve.ties import RigidBody, SlipWall, Ties

AXIAL, RADIAL = 0, 1
SLIDING = ("pellet", "rod", "wall")  # what lithium may slide along


class FoilBoundary:
    """Conditions on the velocity of the lithium around it.

    Parameters
    ----------
    foil
        Mesh.
    fields
        With "velocity" of second order.
    sliding
        What lithium slides along without friction, of `SLIDING`; it sticks to all else.
    yielding
        Whether the tube's wall recedes. Lithium then slides on the pellet's rim: if it stuck, the
        pressure in the corner would be infinite.

    Attributes
    ----------
    blocks
        Dof blocks of the velocity's own space on each part of the boundary, and on the "rod" those
        that move with it along the axis.
    wall
        The tube's wall; None in a pouch.
    """

    def __init__(
        self, foil: FoilMesh, fields: MixedFields, sliding: Collection[str], yielding: bool = False
    ):
        self._foil, self._fields, self._sliding, self.yielding = foil, fields, sliding, yielding
        space = fields.spaces["velocity"]
        self.blocks = {
            name: fem.locate_dofs_topological(
                space, 1, foil.tagged.facets.find(foil.tagged.tags[name])
            )
            for name in foil.parts
        }
        self.blocks["rod"] = self._together(
            ["rod_face"] if "rod" in sliding else ["rod_face", "rod_side"]
        )
        self._given = fem.Function(space)
        radii = space.tabulate_dof_coordinates()[self.blocks["pellet"], 1]
        self._plated_share, self._at_edge = (
            np.where(radii < foil.radius, 1.0, 0.0),
            np.isclose(radii, foil.radius, rtol=1e-9),
        )
        rim = self.blocks["pellet"][(radii > foil.radius) & ~self._at_edge]
        # free in the corner too, lithium would flow out through the wall there
        self._rim = np.setdiff1d(rim, self.blocks.get("wall", []))
        self.wall = (
            FoilWall(foil, space, self.blocks["wall"], "wall" in sliding) if foil.die else None
        )

    def constraints(self, held_rod: bool) -> list[fem.DirichletBC]:
        """Conditions that velocities are those of `give`, and that of the rod those of
        `give_rod` if it is held.
        """
        sticking = [part for part in SLIDING if part not in self._sliding]
        axial = [
            "pellet",
            *(["wall"] if "wall" in sticking else []),
            *(["rod"] if held_rod else []),
        ]
        radial = ["axis", "rod_side", *("rod_face" if part == "rod" else part for part in sticking)]
        rim = self._rim if self.yielding else self._rim[:0]
        return [
            self._hold(AXIAL, self._together(axial)),
            self._hold(RADIAL, np.setdiff1d(self._together(radial), rim)),
        ]

    def ties(self, held_rod: bool) -> Ties:
        """What ties velocities to each other."""
        bodies = () if held_rod else (RigidBody("velocity", AXIAL, self.blocks["rod"]),)
        return Ties(
            walls=(self.wall.slip,) if self.wall and "wall" in self._sliding else (), bodies=bodies
        )

    def give(
        self,
        shape: FoilShape,
        plating: float,
        wall_speed: Callable[[np.ndarray], np.ndarray] | None,
    ) -> None:
        """Set the velocities [um/s] of plating and wall, as for `FoilFlow.solve`.

        At the edge of the electrode the velocity falls to zero within a cell, on both sides such
        that what is plated stays exact.
        """
        velocities = self._given.x.array.reshape(-1, 2)
        if self.wall:
            velocities[self.blocks["wall"], RADIAL] = self.wall.move(shape, wall_speed)
        inner, edge, outer = self._foil.radii(float(self._foil.outline(shape)[1][0]))[
            self._foil.edge - 1 : self._foil.edge + 2
        ]
        self._plated_share[self._at_edge] = (edge - inner) / (outer - inner)
        velocities[self.blocks["pellet"], AXIAL] = plating * self._plated_share

    def give_rod(self, velocity: float) -> None:
        """Set the velocity [um/s] of a held rod."""
        self._given.x.array.reshape(-1, 2)[self.blocks["rod"], AXIAL] = velocity

    def _hold(self, component: int, blocks: np.ndarray) -> fem.DirichletBC:
        return self._fields.hold_dofs("velocity", self._given, 2 * blocks + component)

    def _together(self, parts: Iterable[str]) -> np.ndarray:
        """Blocks on some parts of the boundary, in order; a pouch has not all of them."""
        return np.unique(
            np.concatenate([self.blocks[part] for part in parts if part in self.blocks])
        )


class FoilWall:
    """Nodes of a second-order velocity on the wall, those of the mesh and the middles between them,
    in order from the pellet.

    Integrals over the wall of the velocity are exact by Simpson's rule, as cells are straight: flow
    is the sum over the nodes of velocity times weighted normal.

    Parameters
    ----------
    foil
        Mesh of a die.
    space
        Of the velocity.
    blocks
        Dof blocks of that space on the wall that this rank knows.
    slides
        Whether lithium slides along it.

    Attributes
    ----------
    slip
        Tie for lithium that slides along the wall.
    """

    def __init__(self, foil: FoilMesh, space: fem.FunctionSpace, blocks: np.ndarray, slides: bool):
        self._foil, self._comm, self._slides = foil, space.mesh.comm, slides
        self.axial, self.radii = foil.outline(foil.shape)
        axial = _with_middles(self.axial)
        self._numbers = np.abs(space.tabulate_dof_coordinates()[blocks, :1] - axial).argmin(axis=1)
        self._owned = blocks < space.dofmap.index_map.size_local
        self.slip = SlipWall(
            "velocity", blocks, np.tile([0.0, 1.0], (len(blocks), 1)), np.zeros(len(blocks))
        )

    def move(
        self, shape: FoilShape, speed: Callable[[np.ndarray], np.ndarray] | None
    ) -> np.ndarray:
        """Follow the shape; the wall recedes at `speed` [um/s] of the distance from the pellet.
        Returns that speed at the blocks.
        """
        self.axial, self.radii = self._foil.outline(shape)
        nodes = _with_middles(self.axial)
        speeds = np.zeros(len(nodes)) if speed is None else np.asarray(speed(nodes), dtype=float)
        along = np.stack([-np.diff(self.radii), np.diff(self.axial)], axis=1)
        normals = np.zeros((len(nodes), 2))
        normals[:-2:2] += self.radii[:-1, None] / 6 * along
        normals[1::2] += (self.radii[:-1, None] + self.radii[1:, None]) / 3 * along
        normals[2::2] += self.radii[1:, None] / 6 * along
        normals /= np.linalg.norm(normals, axis=1)[:, None]
        self.slip.normals[:] = normals[self._numbers]
        self.slip.speeds[:] = (speeds * normals[:, 1])[self._numbers]
        return speeds[self._numbers]

    def load(self, forces: np.ndarray) -> tuple[np.ndarray, float]:
        """What lithium does to the wall.

        Parameters
        ----------
        forces
            On the wall [uN], at the blocks that this rank owns, in their order, shape (blocks, 2).
            Where lithium slides, only those across it count.

        Returns
        -------
        tuple
            Pressure [MPa] at the nodes of the mesh, linear between them, that does the work of the
            radial forces on all walls that move so; and the axial force [uN], without that at the
            corner with the pellet, which holds it.
        """
        if self._slides:
            normals = self.slip.normals[self._owned]
            forces = np.sum(forces * normals, axis=1)[:, None] * normals
        collected = np.zeros((2 * len(self.axial) - 1, 2))
        np.add.at(collected, self._numbers[self._owned], forces)
        axial, radial = self._comm.allreduce(collected, op=MPI.SUM).T
        on_hats = radial[::2].copy()
        on_hats[:-1] += radial[1::2] / 2
        on_hats[1:] += radial[1::2] / 2
        lengths, before, after = np.diff(self.axial), self.radii[:-1], self.radii[1:]
        mass = np.zeros((2, len(self.axial)))  # its upper diagonal and its diagonal
        mass[0, 1:] = lengths * (before + after) / 12
        mass[1, :-1] += lengths * (before / 4 + after / 12)
        mass[1, 1:] += lengths * (before / 12 + after / 4)
        return solveh_banded(2 * np.pi * mass, on_hats), float(axial[1:].sum())


def _with_middles(places: np.ndarray) -> np.ndarray:
    """Places and the middles between them, in order."""
    return np.interp(np.arange(2 * len(places) - 1) / 2, np.arange(len(places)), places)
