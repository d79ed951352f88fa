"""A pressure on a wall that follows the wall as it moves: axisymmetric about x."""

from collections.abc import Callable

import numpy as np
from petsc4py import PETSc

from anodex.models.contact.boundary_curve import (
    BoundaryCurve,
    CurveTerm,
    quadratic,
    quadratic_slope,
)

Pressure = Callable[[np.ndarray], np.ndarray]  # from present axial places [um] to pressures [MPa]


class WallPressure(CurveTerm):
    """Pressure on the present area of a wall, outwards.

    The derivative leaves out how the pressure changes along the axis: walls move far less than it
    does.

    Parameters
    ----------
    wall
        Curve along which x increases, the loaded side below.
    points
        Gauss points on each cell's side; many resolve where a pressure ends.
    layout
        A vector of the unknowns.

    Attributes
    ----------
    pressure
        Function of the present axial place [um], may be exchanged between solves.
    """

    def __init__(self, wall: BoundaryCurve, points: int, layout: PETSc.Vec):
        super().__init__([wall], layout)
        self.pressure: Pressure = np.zeros_like
        s, self._weights = np.polynomial.legendre.leggauss(points)
        self._sides, self._shapes, self._slopes = wall.sides(), quadratic(s), quadratic_slope(s)

    def force_norm(self, pressure: Pressure) -> float:
        """Euclidean norm of the nodal forces [uN] of a pressure; collective."""
        kept, self.pressure = self.pressure, pressure
        norm = float(np.linalg.norm(self._forces(self._positions())))
        self.pressure = kept
        return norm

    def _at_points(self, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Weighted pressure and radius, shape (sides, points), and area vector over radius,
        shape (sides, points, 2).
        """
        places, slopes = (
            self._shapes @ positions[self._sides],
            self._slopes @ positions[self._sides],
        )
        load = 2 * np.pi * self._weights * self.pressure(places[..., 0])
        return load, places[..., 1], np.stack([-slopes[..., 1], slopes[..., 0]], axis=-1)

    def _forces(self, positions):
        load, radius, area = self._at_points(positions)
        forces = np.zeros_like(positions)
        np.add.at(
            forces, self._sides, -np.einsum("sp,spc,pn->snc", load * radius, area, self._shapes)
        )
        return forces

    def _stiffness(self, positions):
        load, radius, area = self._at_points(positions)
        widened = -np.einsum("sp,spc,pn,pm->sncm", load, area, self._shapes, self._shapes)
        turned = -np.einsum("sp,pn,pm->snm", load * radius, self._shapes, self._slopes)
        # side, node, component of the force, node, component of the displacement
        blocks = np.zeros((*widened.shape, 2))
        blocks[..., 1] = widened
        blocks[:, :, 0, :, 1] -= turned
        blocks[:, :, 1, :, 0] += turned
        stiffness = np.zeros((positions.size, positions.size))
        unknowns = (2 * self._sides[:, :, None] + np.arange(2)).reshape(len(self._sides), -1)
        np.add.at(
            stiffness,
            (unknowns[:, :, None], unknowns[:, None, :]),
            blocks.reshape(len(self._sides), 6, 6),
        )
        return stiffness
