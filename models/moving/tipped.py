"""A front that ends in a tip: flanks that move by a speed of their own, and a tip that runs ahead
of them, or does not.

The way of Huygens: each place of the front is the centre of a circle, of which the envelope is the
front to come. What a tip has passed are centres too, so that a tip which runs at v_c while its
flanks move at v_d leaves straight flanks behind it, at the angle asin(v_d / v_c).
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy.interpolate import Akima1DInterpolator

from anodex.models.errors import ConvergenceError
from anodex.models.moving.crossing import without_loops
from anodex.models.moving.front import Front

MIRRORED = 3  # nodes beyond a plane of symmetry that a curve goes through
FAN, AHEAD = 13, 6  # places along the circle around a tip, and along the flank in front of it
EDGE = 0.25  # of the front from one piece to the next [rad]: as much is an edge
FINE = 16  # places for each facet at which it is seen how a front turns
LEAST_STEP = 1e-3  # distance of nodes over the mean one below which they are one
MOST_SCALINGS, SCALED = 5, 1e-9  # of the way of the flanks, so that area is charge
# by how much a facet leaves its chord at most: over that, and over the distance from the axis
BENT, BENT_AT_TIP = 0.06, 0.1
TURN = 0.15  # of the front from one end of a facet to the next [rad]


@dataclass(frozen=True)
class TippedFront(Front):
    """A front from one plane of symmetry, x = 0, to a tip on the other, y = 0; the void is to the
    right of the way along it.

    Its curve is that of Akima (J. ACM 17 (1970) 589), which is straight where its nodes are and
    does not swing at a kink.

    Attributes
    ----------
    sharp
        Whether the flank meets its mirror image in an edge; a round tip goes through evenly.
    """

    mirrors: tuple[int, int] | None = (0, 1)
    sharp: bool = True

    @cached_property
    def _curves(self) -> Any:
        before = slice(MIRRORED, 0, -1)
        chords = [-self._chord[before], self._chord]
        nodes = [self.nodes[before] * [-1, 1], self.nodes]
        if not self.sharp:
            after = slice(-2, -2 - MIRRORED, -1)
            chords.append(2 * self._chord[-1] - self._chord[after])
            nodes.append(self.nodes[after] * [1, -1])
        places = np.concatenate(chords)
        return tuple(Akima1DInterpolator(places, axis) for axis in np.concatenate(nodes).T)

    @property
    def tip(self) -> float:
        """Place of the tip along x [um]."""
        return float(self.nodes[-1, 0])

    @property
    def slopes(self) -> np.ndarray:
        """Angle by which the front descends at its nodes [rad], shape (nodes,): zero along x, a
        right angle at a round tip.
        """
        return np.arctan2(self.normals[:, 0], self.normals[:, 1])

    @cached_property
    def kink(self) -> int | None:
        """Number of the node where the front turns most, if that is an edge."""
        return _kink(self.nodes)

    def after(
        self, flanks: np.ndarray, tip: float, shares: np.ndarray, gained: float | None = None
    ) -> "TippedFront":
        """The front after its flanks have moved along their normals and its tip ahead.

        Parameters
        ----------
        flanks
            Way of the nodes [um], outward positive, shape (nodes,).
        tip
            Way of the tip along x [um]; one no longer than that of the flanks there does not run:
            the tip is round then.
        shares
            Of the length at which the nodes of the new front lie, from 0 to 1, shape (n,).
        gained
            Area that the void has gained [um^2]: the way of all nodes is scaled by one factor, and
            what is then left of the difference is made up evenly.

        Raises
        ------
        ConvergenceError
            If the void has closed.
        """
        if not flanks.any():
            return self
        moved = self._moved(flanks, tip, shares)
        if gained is None:
            return moved
        for _ in range(MOST_SCALINGS):
            factor = gained / (moved.enclosed - self.enclosed)
            if abs(factor - 1) < SCALED or not 0.5 < factor < 2:
                break
            flanks = factor * flanks
            moved = self._moved(flanks, tip, shares)
        return moved.enclosing(self.enclosed + gained)

    def redistributed(self, shares: np.ndarray) -> "TippedFront":
        """The same curve through nodes at shares of its length; a facet across a kink is less bent,
        as one that bends much folds the cells beside it.
        """
        spread = self.resampled(shares * self.length)
        ends, middles = spread.nodes[::2], spread.nodes[1::2]
        straight = (ends[:-1] + ends[1:]) / 2
        chords = np.linalg.norm(np.diff(ends, axis=0), axis=1)
        most = np.minimum(BENT * chords, BENT_AT_TIP * straight[:, 1])
        bend = np.linalg.norm(middles - straight, axis=1)
        less = np.minimum(1.0, most / np.maximum(bend, 1e-300))
        nodes = spread.nodes.copy()
        nodes[1::2] = straight + less[:, None] * (middles - straight)
        return TippedFront(nodes, sharp=self.sharp)

    def enclosing(self, area: float) -> "TippedFront":
        """The front moved evenly along its normals, a sharp tip held, until it encloses an area
        [um^2].
        """
        missing = area - self.enclosed
        way = missing / self.length * self.normals
        if self.sharp:
            way[-1] = 0.0
        return TippedFront(self.advanced(way, missing).nodes, sharp=self.sharp)

    def _moved(self, flanks: np.ndarray, tip: float, shares: np.ndarray) -> "TippedFront":
        points, sharp = self._moved_points(flanks, tip)
        steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
        apart = np.append(steps > LEAST_STEP * steps.mean(), True)
        moved = TippedFront(points[apart], sharp=sharp)
        if self.kink is not None and moved.kink is not None:  # its node stays on it
            held = [0.0, shares[self.kink], 1.0]
            shares = np.interp(shares, held, [0.0, moved.arc[moved.kink] / moved.length, 1.0])
        return moved.redistributed(shares)

    def _moved_points(self, flanks: np.ndarray, tip: float) -> tuple[np.ndarray, bool]:
        points = self.nodes + flanks[:, None] * self.normals
        kink = self.kink
        if kink is not None and flanks[kink] > 0:  # each side goes its own way to where they cross
            along = np.diff(self.nodes[kink - 1 : kink + 2], axis=0)
            across = np.column_stack([-along[:, 1], along[:, 0]])
            across /= np.linalg.norm(along, axis=1)[:, None]
            sides = self.nodes[kink] + flanks[kink] * across
            points = np.concatenate([points[:kink], sides, points[kink + 1 :]])
        here, way = self.nodes[-1], flanks[-1]
        if way < 0:
            return _above_axis(without_loops(points), self.sharp)
        runs = tip > way
        turn = np.linspace(self.slopes[-1], np.arcsin(way / tip) if runs else np.pi / 2, FAN)
        fan = here + way * np.column_stack([np.sin(turn), np.cos(turn)])
        parts = [points[:-1], fan]
        if runs:
            parts.append(np.linspace(fan[-1], here + np.array([tip, 0.0]), AHEAD)[1:])
        points = np.concatenate(parts)
        points[-1, 1] = 0.0
        return without_loops(points), runs


def _kink(nodes: np.ndarray) -> int | None:
    """Number of the node where a chain turns most, if that is an edge."""
    along = np.diff(nodes, axis=0)
    directions = np.arctan2(along[:, 1], along[:, 0])
    turns = np.abs(np.diff(directions))
    sharpest = int(np.argmax(turns))
    return sharpest + 1 if turns[sharpest] > EDGE else None


def _above_axis(points: np.ndarray, sharp: bool) -> tuple[np.ndarray, bool]:
    """A front that has moved inward, up to where it meets its mirror image; whether that is at an
    edge.
    """
    below = np.flatnonzero(points[:, 1] <= 0)
    first = int(below[0]) if below.size else len(points)
    if first < 3:
        raise ConvergenceError(
            "The void has closed. Deposit for a shorter time (protocol.steps) or start from a "
            "wider one."
        )
    if not below.size or (first == len(points) - 1 and not sharp):
        points[-1, 1] = 0.0
        return points, sharp
    last, beyond = points[first - 1], points[first]
    share = last[1] / (last[1] - beyond[1])
    return np.concatenate([points[:first], [last + share * (beyond - last)]]), True


@dataclass(frozen=True)
class Grading:
    """How long the facets of a front should be.

    They are as long as `tip` at the tip and grow away from it, up to `largest` [um], by `growth`
    for each length, and turn by no more than `TURN` each; an edge is as fine as half a facet at
    the tip. Beside a facet far from the tip the void is no thinner than a third of its length, or
    it is as short as those at the tip.
    """

    tip: float
    growth: float
    largest: float

    def sizes(self, front: TippedFront) -> tuple[np.ndarray, np.ndarray]:
        """Places along a front [um], and how long a facet should be there [um]."""
        fine = front.redistributed(np.linspace(0.0, 1.0, FINE * front.facets + 1))
        arc = fine.arc
        sizes = np.minimum(self.tip + self.growth * (arc[-1] - arc), self.largest)
        sizes = np.minimum(sizes, np.maximum(3 * fine.nodes[:, 1], self.tip))
        turning = np.abs(np.gradient(np.unwrap(fine.slopes), arc))
        sizes = np.minimum(sizes, np.maximum(TURN / np.maximum(turning, 1e-12), self.tip / 2))
        apart = np.abs(arc[:, None] - arc[None, :])
        return arc, (sizes[None, :] + 2 * self.growth * apart).min(axis=1)

    def shares(self, front: TippedFront) -> np.ndarray:
        """Shares of the length of a front at which nodes of such facets lie, shape
        (2 facets + 1,).
        """
        arc, sizes = self.sizes(front)
        density = 1 / sizes
        between = (density[1:] + density[:-1]) / 2 * np.diff(arc)
        passed = np.concatenate([[0.0], np.cumsum(between)])
        facets = int(np.ceil(passed[-1]))
        ends = np.interp(np.linspace(0.0, passed[-1], facets + 1), passed, arc) / arc[-1]
        shares = np.empty(2 * facets + 1)
        if front.kink is not None and facets > 1:
            kink = front.arc[front.kink] / front.arc[-1]
            ends[1 + np.argmin(np.abs(ends[1:-1] - kink))] = kink
        shares[::2], shares[1::2] = ends, (ends[1:] + ends[:-1]) / 2
        return shares

    def excess(self, front: TippedFront) -> float:
        """Length of a facet of a front over what it should be, of the one that is most too long."""
        arc, sizes = self.sizes(front)
        wanted = np.interp(front.arc[1::2], arc, sizes)
        return float((np.diff(front.arc[::2]) / wanted).max())
