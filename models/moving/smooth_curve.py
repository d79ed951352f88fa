"""The spline of a coordinate along a front."""

import numpy as np
from scipy.interpolate import CubicSpline


def smooth_curve(
    chord: np.ndarray, nodes: np.ndarray, axis: int, mirrors: tuple[int, int] | None
) -> CubicSpline:
    """Cubic spline through the coordinates of nodes along an axis, over the chord length.

    Parameters
    ----------
    chord, nodes
        Shapes (nodes,) and (nodes, 2) [um].
    mirrors
        As of a `Front`. Without planes of symmetry the spline goes on from its end as from its
        beginning, of a closed front and of one that repeats.
    """
    values = nodes[:, axis]
    if mirrors is not None:
        # odd across a plane: no second derivative; even along it: no first one
        ends = tuple((2 if axis == mirror else 1, 0.0) for mirror in mirrors)
        return CubicSpline(chord, values, bc_type=ends)
    slope = (values[-1] - values[0]) / chord[-1]
    periodic = values - slope * chord
    periodic[-1] = periodic[0]
    spline = CubicSpline(chord, periodic, bc_type="periodic")
    if slope:  # one that repeats: its last node is none but the first one
        spline.c[-2] += slope
        spline.c[-1] += slope * chord[:-1]
        spline.extrapolate = False
    return spline
