"""Sizes of cells about a front: fine in a band about the interface, and when it nears its edge.

Where the interface was when a mesh was made is remembered as boxes of a grid: whole numbers, few,
the same on any number of ranks, from which the mesh can be made again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from dolfinx import fem
from scipy.spatial import cKDTree

INTERFACE = (0.02, 0.98)  # of the phase field
# of a box, by which the grid is shifted, so that no node lies where two boxes meet and round-off
# would decide
SHIFT = 0.1371


@dataclass(frozen=True)
class SizeRule:
    """How cells grow away from a front, and from walls; lengths in um.

    Attributes
    ----------
    fine, coarse
        Size of the cells in the band, and the largest anywhere.
    band
        Distance from the front up to which cells are fine.
    reach
        Distance from where the front was up to which it may come: within the band.
    growth
        Of the size by distance beyond the band.
    box
        Edge of the boxes that mark the front; what lies in one is up to its half diagonal away.
    wall_size, wall_band, wall_reach
        Largest size within a distance of a wall. Up to another distance from the front, cells are
        fine there.
    shaded, depth, aside
        Size of the cells, in place of the fine ones, about interface that lies farther than a depth
        behind the foremost of what is less than a distance aside, along the first axis.
    """

    fine: float
    coarse: float
    band: float
    reach: float
    box: float
    growth: float = 0.3
    wall_size: float = np.inf
    wall_band: float = 0.0
    wall_reach: float = 0.0
    shaded: float = 0.0
    depth: float = np.inf
    aside: float = 0.0


@dataclass(frozen=True)
class FrontBand:
    """The band about where the front was when a mesh was made.

    Attributes
    ----------
    rule
        How sizes go on from there.
    boxes
        Indices of those that hold some of the interface, shape (boxes, dimension).
    walls
        Points, shape (points, dimension) -> distance [um] from the nearest wall, negative on one
        side of it; None where there is none.
    period
        Lengths of the periodic cell along the first axes, 0 along one in which nothing is periodic.
    """

    rule: SizeRule
    boxes: np.ndarray
    walls: Callable[[np.ndarray], np.ndarray] | None = None
    period: Sequence[float] = ()

    @cached_property
    def _middles(self) -> np.ndarray:
        return (self.boxes + 0.5 - SHIFT) * self.rule.box

    @cached_property
    def _tree(self) -> cKDTree:
        return tree_of(self._middles, self.period)

    @cached_property
    def _levels(self) -> list[tuple[float, cKDTree]]:
        """Sizes of cells, and the boxes about which they are wanted."""
        rule, middles = self.rule, self._middles
        hidden = behind(middles, rule.depth, rule.aside, self.period)
        levels = [(rule.fine, middles[~hidden]), (rule.shaded, middles[hidden])]
        return [(size, tree_of(some, self.period)) for size, some in levels if len(some)]

    def away(self, points: np.ndarray) -> np.ndarray:
        """Distance [um] of points, shape (points, 3), from the middle of the nearest box."""
        return self._tree.query(points[:, : self.boxes.shape[1]])[0]

    def sizes(self, points: np.ndarray) -> np.ndarray:
        """Wanted of the cells [um] at points, shape (points, 3)."""
        rule, points = self.rule, points[:, : self.boxes.shape[1]]
        away = [(size, tree.query(points)[0]) for size, tree in self._levels]

        def graded(band: float) -> np.ndarray:
            sizes = [size + rule.growth * np.maximum(off - band, 0) for size, off in away]
            return np.min(sizes, axis=0)

        near_front = np.minimum(graded(rule.band), rule.coarse)
        if self.walls is None:
            return near_front
        off = np.abs(self.walls(points)) - rule.wall_band
        near_wall = np.minimum(graded(rule.wall_reach), rule.wall_size)
        return np.minimum(near_front, near_wall + rule.growth * np.maximum(off, 0))

    def left_by(self, points: np.ndarray) -> bool:
        """Whether any of some points of the interface, shape (points, 3), is farther than it may
        come: it is time for a new mesh.
        """
        return bool(np.any(self.away(points) > self.rule.reach))


def tree_of(points: np.ndarray, period: Sequence[float]) -> cKDTree:
    """Of points, shape (points, dimension), that finds the nearest in a periodic cell."""
    lengths = np.zeros(points.shape[1])
    lengths[: len(period)] = period
    # the tree wants them within the periodic cell, and leaves axes of length 0 alone
    within = np.mod(points, np.where(lengths > 0, lengths, 1.0))
    return cKDTree(np.where(lengths > 0, within, points), boxsize=lengths)


def behind(
    points: np.ndarray, depth: float, aside: float, period: Sequence[float] = ()
) -> np.ndarray:
    """Whether each of some points, shape (points, dimension), lies more than `depth` behind the
    foremost, along the first axis, of those that are at most `aside` beside it.
    """
    columns, of_point = np.unique(points[:, 1:], axis=0, return_inverse=True)
    of_point = of_point.reshape(-1)
    foremost = np.full(len(columns), -np.inf)
    np.maximum.at(foremost, of_point, points[:, 0])
    tree = tree_of(columns, period[1:])
    beside = tree.query_ball_point(tree.data, aside, p=np.inf)
    ahead = np.array([foremost[near].max() for near in beside])
    return points[:, 0] < ahead[of_point] - depth


def interface_points(phase: fem.Function) -> np.ndarray:
    """Nodes of this rank where a phase field is neither 0 nor 1, shape (points, 3)."""
    space = phase.function_space
    owned = space.dofmap.index_map.size_local
    values = phase.x.array[:owned]
    inside = (values > INTERFACE[0]) & (values < INTERFACE[1])
    return space.tabulate_dof_coordinates()[:owned][inside]


def boxes_about(phase: fem.Function, box: float) -> np.ndarray:
    """Indices of the boxes of some edge [um] that hold nodes of the interface, shape (boxes,
    dimension), in order; the same on all ranks; collective.
    """
    mesh = phase.function_space.mesh
    here = boxes_of(interface_points(phase)[:, : mesh.geometry.dim], box)
    return np.unique(np.concatenate(mesh.comm.allgather(here)), axis=0)


def boxes_of(points: np.ndarray, box: float) -> np.ndarray:
    """Indices of the boxes that hold points, shape (points, dimension), each once and in order."""
    return np.unique(np.floor(points / box + SHIFT).astype(np.int64), axis=0)
