"""A body that slides along a wall, and a pressure on a wall: axisymmetric about x, finite sliding,
no friction.

Contact is a penalty on the penetration g at points of the body's side: a traction p(g) n per
undeformed area, with the normal n of the wall at the nearest point. Geometry comes from the C2
cubic spline through the wall's nodes, which has no kinks at which Newton's method would stumble;
the traction acts on the wall by its own quadratic shape functions. These have kinks at the ends of
the wall's cells, where the integral over the side is cut in two: only so a uniform pressure on one
body arrives as a uniform pressure on the other.
"""

from typing import NamedTuple

import numpy as np
from petsc4py import PETSc
from scipy.interpolate import CubicSpline

from anodex.models.contact.boundary_curve import (
    BoundaryCurve,
    CurveTerm,
    quadratic,
    quadratic_slope,
)

# of a cell's side, to find where it passes the ends of the wall's cells
SAMPLES = np.linspace(-1, 1, 17)


class SidePoints(NamedTuple):
    """Integration points on the side: shape functions of its nodes, shape (points, nodes), and
    undeformed areas [um^2], shape (points,).
    """

    shapes: np.ndarray
    areas: np.ndarray


class Nearest(NamedTuple):
    """Points of the side and the nearest ones on the wall: arrays with the points first.

    `parameter` is the undeformed axial place on the wall [um], `penetration` [um] is positive
    inside the wall, `normal` and `tangent` are unit vectors, `stretch` the length of the wall's
    derivative by the parameter, `bend` its second derivative along the normal [1/um].
    """

    parameter: np.ndarray
    penetration: np.ndarray
    normal: np.ndarray
    tangent: np.ndarray
    stretch: np.ndarray
    bend: np.ndarray


class WallContact(CurveTerm):
    """Frictionless contact of a body's side with a wall outside it.

    Parameters
    ----------
    side, wall
        Curves of the body and of the wall; the wall reaches beyond the side.
    stiffness
        Pressure per penetration [MPa/um].
    softening
        Penetration [um] over which the pressure sets in, so that its derivative does not jump.
    points
        Gauss points between two neighbouring ends of cells, be they of the side or of the wall.
    layout
        A vector of the unknowns.
    """

    def __init__(
        self,
        side: BoundaryCurve,
        wall: BoundaryCurve,
        stiffness: float,
        softening: float,
        points: int,
        layout: PETSc.Vec,
    ):
        super().__init__([side, wall], layout)
        self.stiffness, self.softening = stiffness, softening
        self._side, self._gauss = side, np.polynomial.legendre.leggauss(points)
        self._knots, self._sides = wall.places[:, 0], wall.sides()
        self._spline = CubicSpline(self._knots, np.eye(len(self._knots)))

    def penetration(self) -> np.ndarray:
        """At the points of the side [um]; negative where it is off the wall; collective."""
        return self._meet(self._positions())[1].penetration

    def pressure(self) -> np.ndarray:
        """Contact force per undeformed area at the points of the side [MPa]; collective."""
        return self._law(self.penetration())[0]

    def _law(self, penetration: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Pressure and its derivative."""
        inside = np.clip(penetration, 0.0, self.softening)
        beyond = np.maximum(penetration - self.softening, 0.0)
        pressure = self.stiffness * (inside**2 / (2 * self.softening) + beyond)
        return pressure, self.stiffness * inside / self.softening

    def _meet(self, positions: np.ndarray) -> tuple[SidePoints, Nearest]:
        """Points on the side and what is nearest to them."""
        count = len(self._side.places)
        wall = CubicSpline(self._knots, positions[count:])
        points = self._side_points(self._nearest(positions[:count], wall).parameter)
        return points, self._nearest(points.shapes @ positions[:count], wall)

    def _side_points(self, parameters: np.ndarray) -> SidePoints:
        """Gauss points, from the places on the wall that the side's nodes are nearest to."""
        places, sides = self._side.places, self._side.sides()
        passed = (parameters[sides] @ quadratic(SAMPLES).T).reshape(-1)
        sampled = (places[sides, 0] @ quadratic(SAMPLES).T).reshape(-1)
        knots = self._knots[::2]
        knots = knots[(knots > passed[0]) & (knots < passed[-1])]
        ends = np.sort(np.concatenate([places[::2, 0], np.interp(knots, passed, sampled)]))

        s, weights = self._gauss
        half = np.diff(ends)[:, None] / 2
        axial = (ends[:-1, None] + half * (1 + s)).reshape(-1)
        shapes = _shapes(axial, places[:, 0], sides)[0]
        return SidePoints(
            shapes, 2 * np.pi * (shapes @ places[:, 1]) * (half * weights).reshape(-1)
        )

    def _nearest(self, places: np.ndarray, wall: CubicSpline) -> Nearest:
        """Nearest points of the wall to places of shape (points, 2)."""
        slope, curvature = wall.derivative(1), wall.derivative(2)
        parameter = np.interp(places[:, 0], wall(self._knots)[:, 0], self._knots)
        for _ in range(20):
            gap, along = places - wall(parameter), slope(parameter)
            change = _dot(gap, along) / (_dot(along, along) - _dot(gap, curvature(parameter)))
            parameter = parameter + change
            if np.abs(change).max() <= 1e-13 * self._knots[-1]:
                break
        along = slope(parameter)
        stretch = np.linalg.norm(along, axis=1)
        tangent = along / stretch[:, None]
        normal = np.column_stack([-tangent[:, 1], tangent[:, 0]])
        penetration = _dot(places - wall(parameter), normal)
        return Nearest(
            parameter, penetration, normal, tangent, stretch, _dot(curvature(parameter), normal)
        )

    def _forces(self, positions):
        side, near = self._meet(positions)
        traction = (side.areas * self._law(near.penetration)[0])[:, None] * near.normal
        return np.concatenate(
            [
                side.shapes.T @ traction,
                -_shapes(near.parameter, self._knots, self._sides)[0].T @ traction,
            ]
        )

    def _stiffness(self, positions):
        side, near = self._meet(positions)
        pressure, rate = self._law(near.penetration)
        shapes, shape_slopes = _shapes(near.parameter, self._knots, self._sides)
        # Changes of the side's point less the wall's, and of the wall's slope at a fixed parameter,
        # per change of each node.
        apart = np.concatenate([side.shapes, -self._spline(near.parameter)], axis=1)
        turned = np.concatenate([0 * side.shapes, self._spline(near.parameter, 1)], axis=1)
        gap = apart[:, :, None] * near.normal[:, None, :]
        slide = apart[:, :, None] * (near.stretch[:, None] * near.tangent)[:, None, :]
        slide += turned[:, :, None] * (near.penetration[:, None] * near.normal)[:, None, :]
        slide /= (near.stretch**2 - near.penetration * near.bend)[:, None, None]
        tilt = (
            turned[:, :, None] * near.normal[:, None, :] + slide * near.bend[:, None, None]
        ) / near.stretch[:, None, None]

        size = 2 * apart.shape[1]
        gap, slide, tilt = (change.reshape(-1, 1, size) for change in (gap, slide, tilt))
        traction = side.areas[:, None] * pressure[:, None] * near.normal
        change = (
            rate[:, None, None] * near.normal[:, :, None] * gap
            - pressure[:, None, None] * near.tangent[:, :, None] * tilt
        )
        change *= side.areas[:, None, None]
        on_side = np.einsum("pn,pcu->ncu", side.shapes, change, optimize=True)
        on_wall = -np.einsum("pn,pcu->ncu", shapes, change, optimize=True)
        on_wall -= np.einsum(
            "pn,pcu->ncu", shape_slopes, traction[:, :, None] * slide, optimize=True
        )
        return np.concatenate([on_side, on_wall]).reshape(size, size)


def _shapes(
    axial: np.ndarray, nodes: np.ndarray, sides: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Quadratic shape functions of nodes along a line, and their derivatives, at axial places:
    shape (places, nodes).
    """
    ends = nodes[sides[:, [0, 2]]]
    cell = np.clip(np.searchsorted(ends[:, 0], axial, side="right") - 1, 0, len(ends) - 1)
    half = np.diff(ends[cell], axis=1) / 2
    s = (axial - ends[cell].mean(axis=1)) / half[:, 0]
    values, slopes = np.zeros((2, len(axial), len(nodes)))
    np.put_along_axis(values, sides[cell], quadratic(s), axis=1)
    np.put_along_axis(slopes, sides[cell], quadratic_slope(s) / half, axis=1)
    return values, slopes


def _dot(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return np.einsum("pi,pi->p", first, second)
