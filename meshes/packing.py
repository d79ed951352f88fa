"""Discs or spheres packed at random in a box (random sequential addition), and the parts of them
that lie inside.
"""

from dataclasses import dataclass
from functools import cached_property
from math import pi, prod

import numpy as np

from anodex.meshes.neighbours import Neighbours

TRIES, BATCH = 2**16, 256  # random places for one pore before giving up, and most at once
UNIT = {2: pi, 3: 4 / 3 * pi}  # area or volume of a disc or sphere of radius 1
ANGLES = np.polynomial.legendre.leggauss(40)  # points and weights for the parts of cut spheres


@dataclass(frozen=True, eq=False)
class RoundPores:
    """Discs or spheres in a box.

    Attributes
    ----------
    start, lengths
        Lower corner and edges of the box, shape (2 or 3,) [um].
    centres, radii
        Shape (pores, 2 or 3) and (pores,) [um].
    periodic
        Whether pores that a lateral side cuts (a side along x) go on at the opposite side; else
        they end there.
    """

    start: np.ndarray
    lengths: np.ndarray
    centres: np.ndarray
    radii: np.ndarray
    periodic: bool = False

    @property
    def porosity(self) -> float:
        """Share of the box's area or volume."""
        inside = (
            part_inside(*pore, self.lengths, self.periodic)
            for pore in zip(self.centres - self.start, self.radii, strict=True)
        )
        return sum(inside) / prod(self.lengths)

    @cached_property
    def _tree(self):
        from scipy.spatial import cKDTree

        box = np.append(0.0, self.lengths[1:]) if self.periodic else None  # 0: not periodic
        return cKDTree(self.centres - self.start, boxsize=box)

    def distance(self, points: np.ndarray) -> np.ndarray:
        """Signed distance from the nearest surface, shape (n,) [um], positive inside pores.

        Parameters
        ----------
        points
            Shape (n, 2 or 3) [um]; a third column of a plane is not read.
        """
        if len(self.radii) == 0:
            return np.full(len(points), -np.inf)
        places = np.asarray(points, float)[:, : len(self.start)] - self.start
        found, undecided, neighbours = np.empty(len(places)), np.arange(len(places)), 4
        while len(undecided):
            neighbours = min(neighbours, len(self.radii))
            away, pore = self._tree.query(places[undecided], k=range(1, neighbours + 1))
            found[undecided] = (self.radii[pore] - away).max(axis=1)
            # All other pores are farther away than these, but one of them may be larger.
            most = self.radii.max() - away[:, -1]
            undecided = undecided[(found[undecided] < most) & (neighbours < len(self.radii))]
            neighbours *= 2
        return found


class Packing:
    """Pores placed so far, in a box whose corner is the origin."""

    def __init__(self, lengths: np.ndarray, gap: float, periodic: bool):
        self.lengths, self.gap, self.periodic, self.filled = lengths, gap, periodic, 0.0
        self._placed = Neighbours(lengths, periodic)

    @property
    def pores(self) -> RoundPores:
        """All of them."""
        placed = self._placed
        start = np.zeros(len(self.lengths))
        return RoundPores(start, self.lengths, placed.centres, placed.radii, self.periodic)

    def add(self, radius: float, random: np.random.Generator) -> bool:
        """Place a pore at random; False if no place is found."""
        tried = 0
        while tried < TRIES:
            count = min(tried + 1, BATCH)
            tried += count
            places = random.uniform(0, self.lengths, (count, len(self.lengths)))
            free = np.flatnonzero(self._fit(places, radius))
            if len(free):
                place = places[free[0]]
                self._placed.add(place, radius)
                self.filled += part_inside(place, radius, self.lengths, self.periodic)
                return True
        return False

    def grow(self, missing: float) -> bool:
        """Enlarge one whole pore by an area or volume, the smallest that has room; False if none
        has.
        """
        centres, radii, dimension = self._placed.centres, self._placed.radii, len(self.lengths)
        for i in np.argsort(radii):
            radius = (radii[i] ** dimension + missing / UNIT[dimension]) ** (1 / dimension)
            whole = self.periodic or self._from_sides(centres[i]).min() >= radius
            if whole and self._fit(centres[i : i + 1], radius, without=i)[0]:
                self._placed.replace(
                    np.vstack([np.delete(centres, i, axis=0), centres[i]]),
                    np.append(np.delete(radii, i), radius),
                )
                self.filled += missing
                return True
        return False

    def _fit(self, places: np.ndarray, radius: float, without: int = -1) -> np.ndarray:
        """Which places have room for a pore among all others, shape (places,)."""
        lengths, gap = self.lengths, self.gap
        room = np.minimum(places[:, 0], lengths[0] - places[:, 0]) >= radius + gap
        if self.periodic:
            room &= lengths[1:].min() >= 2 * radius + gap  # beside its own image
        else:
            from_sides = self._from_sides(places)
            # cut, or clear of its own image
            room &= ((from_sides <= radius) | (from_sides >= radius + gap / 2)).all(axis=1)
        return room & (self._placed.distance(places, radius + gap, without) <= -radius - gap)

    def _from_sides(self, places: np.ndarray) -> np.ndarray:
        return np.minimum(places[..., 1:], self.lengths[1:] - places[..., 1:])


def part_inside(centre: np.ndarray, radius: float, lengths: np.ndarray, periodic: bool) -> float:
    """Area or volume of the part of a pore between the lateral sides of a box at the origin."""
    low, high = -centre[1:], lengths[1:] - centre[1:]
    if periodic or ((low <= -radius).all() and (high >= radius).all()):
        return UNIT[len(lengths)] * radius ** len(lengths)
    if len(lengths) == 2:
        return float(_disc_between(radius, low[0], high[0]))
    # A cut sphere: discs normal to y, over the angle whose sine is y / radius, so that the
    # integrand is smooth.
    first, last = np.arcsin(np.clip([low[0] / radius, high[0] / radius], -1, 1))
    angle = (first + last) / 2 + (last - first) / 2 * ANGLES[0]
    discs = _disc_between(radius * np.cos(angle), low[1], high[1])
    return float((last - first) / 2 * np.sum(ANGLES[1] * discs * radius * np.cos(angle)))


def _disc_between(radius, low: float, high: float):
    """Area of the part of a disc between two parallel lines at signed distances from its centre."""

    def below(line):
        sine = np.clip(line / radius, -1, 1)
        return radius**2 * (sine * np.sqrt(1 - sine**2) + np.arcsin(sine))

    return below(high) - below(low)
