"""A boundary that moves: an ordered chain of second-order nodes on a cubic spline.

Every rank knows the whole chain, so that what is computed along it is the same on any number of
ranks. Its facets are curves of second order through node, middle and node, as the mesh has them:
areas and volumes below are those of the mesh to the last digit.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.linalg.lapack import dpttrf, dpttrs

from anodex.models.moving.crossing import crossing
from anodex.models.moving.smooth_curve import smooth_curve

GAUSS, GAUSS_WEIGHTS = np.polynomial.legendre.leggauss(5)  # exact for what a facet sweeps
MOST_SCALINGS = 20


@dataclass(frozen=True)
class Front:
    """Nodes in order, the electrolyte (or what else is meshed) to the left of the way along them.

    Attributes
    ----------
    nodes
        Shape (2 facets + 1, 2) [um]: end, middle, end, ...; a closed front ends where it begins.
    mirrors
        Of the first and the last node: axis across the plane of symmetry that it lies in (0: a
        plane x = const, 1: y = const). None: the front is closed, or repeats.
    axisymmetric
        Whether x is a radius: areas are then volumes of revolution, over a full turn.
    """

    nodes: np.ndarray
    mirrors: tuple[int, int] | None = (0, 0)
    axisymmetric: bool = False

    @property
    def facets(self) -> int:
        """How many."""
        return len(self.nodes) // 2

    @cached_property
    def _chord(self) -> np.ndarray:
        lengths = np.linalg.norm(np.diff(self.nodes, axis=0), axis=1)
        return np.concatenate([[0.0], np.cumsum(lengths)])

    @cached_property
    def _curves(self) -> tuple[CubicSpline, CubicSpline]:
        """Splines of x and y over the chord length, mirrored at planes of symmetry."""
        x, y = (smooth_curve(self._chord, self.nodes, axis, self.mirrors) for axis in (0, 1))
        return x, y

    def _derivatives(self, at: np.ndarray, order: int) -> np.ndarray:
        return np.stack([curve(at, order) for curve in self._curves], axis=-1)

    @cached_property
    def _second(self) -> np.ndarray:
        """Second derivatives at the nodes, shape (nodes, 2): what is left of a spline's own error
        once neighbours are weighed in is of fourth order in the spacing instead of second.
        """
        found = self._derivatives(self._chord, 2)
        if self.mirrors is None:
            before, after = found[-2], found[1]
        else:
            # even along a plane of symmetry, odd (and zero at the end) across it
            signs = 1.0 - 2.0 * np.eye(2)[list(self.mirrors)]
            before, after = signs[0] * found[1], signs[1] * found[-2]
        padded = np.concatenate([[before], found, [after]])
        return (padded[:-2] + 10 * found + padded[2:]) / 12

    @cached_property
    def normals(self) -> np.ndarray:
        """Unit normals at the nodes, to the left of the front, shape (nodes, 2)."""
        tangents = self._derivatives(self._chord, 1)
        normals = np.stack([-tangents[:, 1], tangents[:, 0]], axis=1)
        return normals / np.linalg.norm(normals, axis=1)[:, None]

    @cached_property
    def curvature(self) -> np.ndarray:
        """At the nodes [1/um], positive where the left side is outside, as on a crest; twice the
        mean curvature of an axisymmetric front.
        """
        first, second = self._derivatives(self._chord, 1), self._second
        speed = np.linalg.norm(first, axis=1)
        turning = first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]
        curvature = -turning / speed**3
        if self.axisymmetric:
            radius = self.nodes[:, 0]
            on_axis = radius <= 1e-9 * np.abs(self.nodes).max()
            other = np.where(on_axis, curvature, self.normals[:, 0] / np.where(on_axis, 1, radius))
            curvature = curvature + other
        return curvature

    @cached_property
    def arc(self) -> np.ndarray:
        """Length along the front from its first node [um], shape (nodes,)."""
        return np.concatenate([[0.0], np.cumsum(self._lengths)])

    @cached_property
    def _lengths(self) -> np.ndarray:
        half = np.diff(self._chord) / 2
        places = self._chord[:-1, None] + half[:, None] * (1 + GAUSS)
        speeds = np.linalg.norm(self._derivatives(places, 1), axis=-1)
        return half * (speeds @ GAUSS_WEIGHTS)

    @property
    def length(self) -> float:
        """[um]."""
        return float(self.arc[-1])

    @cached_property
    def weights(self) -> np.ndarray:
        """Of the nodes in integrals along the front (trapezoidal rule) [um], shape (nodes,)."""
        weights = np.zeros(len(self.nodes))
        weights[:-1] += self._lengths / 2
        weights[1:] += self._lengths / 2
        return weights

    def along(self, values: np.ndarray) -> CubicSpline:
        """A quantity that is even at the ends over the arc length, as a spline through its values
        at the nodes.
        """
        if self.mirrors is None:
            values = np.concatenate([values[:-1], values[:1]])
        ends = "periodic" if self.mirrors is None else "clamped"
        return CubicSpline(self.arc, values, bc_type=ends)

    def second_derivative(self, values: np.ndarray) -> np.ndarray:
        """Over the arc length, of a quantity that is even at the ends, at the nodes; of several, a
        column each.
        """
        if self.mirrors is None:
            found = self.along(values)(self.arc, 2)
            before, after = found[-2], found[1]
        else:
            # that of the spline of `along`, whose other coefficients nobody asks for
            slopes = np.diff(values, axis=0) / self._lengths.reshape(-1, *[1] * (values.ndim - 1))
            end = np.zeros_like(slopes[:1])
            found, _ = dpttrs(*self._bends, np.diff(slopes, axis=0, prepend=end, append=end))
            before, after = found[1], found[-2]
        padded = np.concatenate([[before], found, [after]])
        return (padded[:-2] + 10 * found + padded[2:]) / 12  # as in `_second`

    @cached_property
    def _bends(self) -> tuple[np.ndarray, np.ndarray]:
        """Factors of the matrix that makes jumps of the slope out of the second derivatives of an
        open spline.
        """
        diagonal = np.zeros(len(self.nodes))
        diagonal[:-1] += self._lengths / 3
        diagonal[1:] += self._lengths / 3
        factors = dpttrf(diagonal, self._lengths / 6)
        return factors[0], factors[1]

    @cached_property
    def enclosed(self) -> float:
        """Area to the right of the facets, up to the line y = 0 [um^2]; a closed front's own area;
        of revolution [um^3]. Only differences mean something where the front is open.
        """
        start, middle, end = (self.nodes[first::2] for first in (0, 1, 2))
        start, middle, end = start[: self.facets], middle[: self.facets], end[: self.facets]
        t = (1 + GAUSS)[:, None, None] / 2
        place = start * (1 - t) * (1 - 2 * t) + middle * 4 * t * (1 - t) + end * t * (2 * t - 1)
        slope = start * (4 * t - 3) + middle * (4 - 8 * t) + end * (4 * t - 1)
        x, y, dx = place[..., 0], place[..., 1], slope[..., 0]
        swept = 2 * np.pi * x * y * dx if self.axisymmetric else y * dx
        return float((GAUSS_WEIGHTS / 2) @ swept.sum(axis=1))

    @cached_property
    def _strips(self) -> tuple[np.ndarray, np.ndarray]:
        """Heights and widths [um] of strips below the spline, whose sums over piecewise polynomials
        of y are exact.
        """
        half = np.diff(self._chord) / 2
        places = self._chord[:-1, None] + half[:, None] * (1 + GAUSS)
        widths = half[:, None] * self._curves[0](places, 1) * GAUSS_WEIGHTS
        return self._curves[1](places), widths

    @cached_property
    def heights(self) -> tuple[float, float]:
        """Mean of y over x, and the root mean square about it [um]; of an open front."""
        y, dx = self._strips
        width = dx.sum()
        mean = (y * dx).sum() / width
        return float(mean), float(np.sqrt(((y - mean) ** 2 * dx).sum() / width))

    def moved(self, displacement: np.ndarray) -> "Front":
        """The front whose nodes have moved, shape (nodes, 2) [um]; ends stay in their planes.

        Along a front that is not quite square to its plane, the end moves as far as its normal
        displacement says.
        """
        shift = displacement.copy()
        if self.mirrors is None:
            shift[-1] = shift[0]
        else:
            for end, mirror in zip((0, -1), self.mirrors, strict=True):
                shift[end, mirror] = 0.0
        return replace(self, nodes=self.nodes + shift)

    def advanced(self, displacement: np.ndarray, gained: float) -> "Front":
        """The front moved, all displacements by one factor, so that what it encloses has grown by
        just `gained` [um^2, um^3 of revolution].

        The factor is one but for the error of a step; nothing is scaled where nothing is gained.
        Where much more moves from place to place than is gained, take `enclosing`.
        """
        shift = displacement.copy()
        reached = self.moved(shift)
        if gained == 0.0:
            return reached
        for _ in range(MOST_SCALINGS):
            grown = reached.enclosed - self.enclosed
            enough = abs(grown - gained) <= 4e-16 * max(abs(self.enclosed), abs(reached.enclosed))
            if enough or grown == 0.0:  # by less than round-off no node moves
                break
            shift *= gained / grown
            reached = self.moved(shift)
        return reached

    def between(self, numbers: np.ndarray) -> np.ndarray:
        """Points of the spline by number of node, shape (n, 2) [um]; 0.5 lies between the first
        two.
        """
        chord = np.interp(numbers, np.arange(len(self.nodes)), self._chord)
        return self._derivatives(chord, 0)

    def enclosing(self, wanted: float) -> "Front":
        """The front moved along its normals, each node as far, so that it encloses just `wanted`
        [um^2, um^3 of revolution].
        """
        swept = 2 * np.pi * self.nodes[:, 0] if self.axisymmetric else np.ones(len(self.nodes))
        shift, reached = 0.0, self
        for _ in range(MOST_SCALINGS):
            missing = wanted - reached.enclosed
            if abs(missing) <= 4e-16 * max(abs(wanted), abs(reached.enclosed)):
                break
            shift += missing / float(self.weights @ swept)
            reached = self.moved(shift * self.normals)
        return reached

    def resampled(self, places: np.ndarray) -> "Front":
        """The front on new nodes at arc lengths `places` [um], its first and last among them."""
        chord = np.interp(places, self.arc, self._chord)
        for _ in range(3):  # Newton's method: arc length is an integral along the chord length
            chord -= (self._arc_at(chord) - places) / np.linalg.norm(
                self._derivatives(chord, 1), axis=1
            )
            chord = np.clip(chord, 0.0, self._chord[-1])
        nodes = self._derivatives(chord, 0)
        nodes[[0, -1]] = self.nodes[[0, -1]]
        return replace(self, nodes=nodes)

    def evened(self) -> "Front":
        """The front on nodes at even distances along it, what it encloses kept."""
        even = self.resampled(np.linspace(0.0, self.length, len(self.nodes)))
        return even.enclosing(self.enclosed)

    def _arc_at(self, chord: np.ndarray) -> np.ndarray:
        piece = np.clip(np.searchsorted(self._chord, chord, side="right") - 1, 0, None)
        piece = np.minimum(piece, len(self._chord) - 2)
        half = (chord - self._chord[piece]) / 2
        places = self._chord[piece][:, None] + half[:, None] * (1 + GAUSS)
        speeds = np.linalg.norm(self._derivatives(places, 1), axis=-1)
        return self.arc[piece] + half * (speeds @ GAUSS_WEIGHTS)

    def meeting(self) -> np.ndarray | None:
        """A place (x, y) [um] where the front crosses or touches itself or its image, or None."""
        inner = self.nodes[1:-1]
        for end, axis in zip((0, -1), self.mirrors or (), strict=False):
            across, opposite = (
                nodes[..., axis] - self.nodes[end, axis] for nodes in (inner, self.nodes[-1 - end])
            )
            same_plane = abs(opposite) < 1e-9 * self._chord[-1]
            beyond = across * (across.sum() if same_plane else opposite) <= 0
            if beyond.any():
                return inner[beyond][0]
        return crossing(self.nodes, closed=self.mirrors is None)


def even_front(
    curve: Callable[[np.ndarray], np.ndarray],
    facets: int,
    mirrors: tuple[int, int] | None = (0, 0),
    axisymmetric: bool = False,
) -> Front:
    """Front of facets of one length along a curve.

    Parameters
    ----------
    curve
        Function from parameters in [0, 1], shape (n,), to points, shape (n, 2) [um].
    """
    fine = Front(curve(np.linspace(0.0, 1.0, 16 * facets + 1)), mirrors, axisymmetric)
    return fine.resampled(np.linspace(0.0, fine.length, 2 * facets + 1))
