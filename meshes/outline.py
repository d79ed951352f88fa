"""Outline of a void: the curve from its apex to its tip, as a chain of arcs and lines."""

from dataclasses import dataclass
from math import atan2, pi

import numpy as np


@dataclass(frozen=True)
class Arc:
    """Arc of an ellipse with axes along x and y (of a circle when both are equal).

    Attributes
    ----------
    centre
        Centre (x, y) [um].
    semi_axes
        Half axes along x and y [um].
    start, end
        Eccentric angles [rad]: a point is `centre + (semi_axes[0] cos t, semi_axes[1] sin t)`.
    """

    centre: tuple[float, float]
    semi_axes: tuple[float, float]
    start: float
    end: float

    def points(self, count: int) -> np.ndarray:
        """Points from start to end, shape (count, 2) [um]."""
        angle = np.linspace(self.start, self.end, count)
        return np.stack(
            [
                self.centre[i] + self.semi_axes[i] * turn
                for i, turn in enumerate((np.cos(angle), np.sin(angle)))
            ],
            axis=1,
        )

    def draw(self, first: int, last: int) -> int:
        """OpenCASCADE curve between two drawn points; returns its tag."""
        import gmsh

        centre = gmsh.model.occ.addPoint(*self.centre, 0)
        if self.semi_axes[0] == self.semi_axes[1]:
            return gmsh.model.occ.addCircleArc(first, centre, last)
        major = gmsh.model.occ.addPoint(self.centre[0] + self.semi_axes[0], self.centre[1], 0)
        return gmsh.model.occ.addEllipseArc(first, centre, major, last)


@dataclass(frozen=True)
class Line:
    """Straight line from `start` to `end`, points (x, y) [um]."""

    start: tuple[float, float]
    end: tuple[float, float]

    def points(self, count: int) -> np.ndarray:
        """Points from start to end, shape (count, 2) [um]."""
        return np.linspace(self.start, self.end, count)

    def draw(self, first: int, last: int) -> int:
        """OpenCASCADE curve between two drawn points; returns its tag."""
        import gmsh

        return gmsh.model.occ.addLine(first, last)


def spindle(half_length: float, half_width: float, tip_radius: float) -> list[Arc | Line]:
    """Lens of two circular arcs whose tips are rounded by circles that touch the arcs without a
    kink.

    Notes ----- The upper arc has radius R and centre (0, b - R), so that it passes through the apex
    (0, b). The tip circle has radius r and centre (a - r, 0), so that it passes through the tip (a,
    0). It touches the arc from inside when the centres are R - r apart:

        (a - r)^2 + (R - b)^2 = (R - r)^2    gives    R = ((a - r)^2 + b^2 - r^2) / (2 (b - r)).

    Both curves share the normal there, along the line through the two centres. r = 0 is the sharp
    lens, R = (a^2 + b^2) / (2 b).
    """
    a, b, r = half_length, half_width, tip_radius
    if a == b:
        return ellipse(a, b)
    radius = ((a - r) ** 2 + b**2 - r**2) / (2 * (b - r))
    touch = atan2(radius - b, a - r)
    flank = Arc((0.0, b - radius), (radius, radius), pi / 2, touch)
    return [flank, Arc((a - r, 0.0), (r, r), touch, 0.0)] if r > 0 else [flank]


def ellipse(half_length: float, half_width: float) -> list[Arc | Line]:
    """Quarter of an ellipse; a circle when both half axes are equal."""
    return [Arc((0.0, 0.0), (half_length, half_width), pi / 2, 0.0)]


def crack(half_length: float, half_width: float, tip_radius: float) -> list[Arc | Line]:
    """Slot with parallel flanks and half-elliptic ends.

    Notes ----- The end is half of an ellipse with half axes e along x and b along y. Its radius of
    curvature at the tip is b^2 / e, so that e = b^2 / tip_radius: a half circle for tip_radius = b,
    the whole void an ellipse for tip_radius = b^2 / a. Without width the crack is the segment from
    the origin to the tip.
    """
    a, b = half_length, half_width
    if b == 0:
        return [Line((0.0, 0.0), (a, 0.0))]
    cap = b**2 / tip_radius
    end = Arc((a - cap, 0.0), (cap, b), pi / 2, 0.0)
    return [Line((0.0, b), (a - cap, b)), end] if a - cap > 1e-6 * a else ellipse(a, b)
