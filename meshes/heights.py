"""Surfaces of contoured interfaces: from points of the plane below to points on the surface."""

from collections.abc import Sequence
from math import ceil, pi
from pathlib import Path

import numpy as np

from anodex.meshes.images import read_values
from anodex.models.errors import InputError

PLACES_OF_A_WAVE = 200  # of the shortest one of a sum, at which its extremes are looked for
LEAST_PIXELS = 4  # along a side of a height map
# most of the change of heights across the sides of a map, over the largest between neighbours
SEAM = 1.5
# distance of third-order cells from a shallow map over its height: that of the cells of an egg-box
FAITHFUL = 1e-4
MOST_LINES = 64  # along each axis, in which the smoothness of a map is looked for


def egg_box(plan: np.ndarray, height: float, separation: float) -> np.ndarray:
    """Product of cosines, shape (n,) [um], at points of the plane, shape (n, 1 or 2); in one
    dimension the cosine.
    """
    return height / 2 * np.prod(np.cos(2 * pi / separation * plan), axis=1)


def egg_box_sum(plan: np.ndarray, height: float, separation: float) -> np.ndarray:
    """Sum of cosines: the same surface turned by 45 degrees, with sqrt(2) the separation."""
    return height / 4 * np.sum(np.cos(2 * pi / separation * plan), axis=1)


def fourier(plan: np.ndarray, coefficients: Sequence[float], separation: float) -> np.ndarray:
    """Sum of cosines in one dimension, shape (n,) [um], at places of shape (n, 1): coefficients
    [um] times cos(2 pi m x / separation), m = 1, 2, ...
    """
    waves = np.arange(1, len(coefficients) + 1)
    return np.cos(2 * pi / separation * plan * waves) @ np.array(coefficients)


def fourier_height(coefficients: Sequence[float]) -> float:
    """Height from valley to peak of a sum of cosines [um], to 1e-5 of it."""
    places = np.linspace(0, 0.5, PLACES_OF_A_WAVE * len(coefficients) + 1)
    return float(np.ptp(fourier(places[:, None], coefficients, 1.0)))


def pyramid(plan: np.ndarray, height: float, separation: float, edge_radius: float) -> np.ndarray:
    """Square pyramids that touch at their feet; in one dimension a triangular wave.

    All edges get the radius of curvature `edge_radius` [um] by smooth functions without end, so
    that no new edges arise.
    """
    slope = 2 * height / separation
    return height / 2 - slope * _distance(plan, separation, slope, edge_radius)


def frustum(
    plan: np.ndarray, height: float, separation: float, edge_radius: float, plateau_fraction: float
) -> np.ndarray:
    """Frustums of square pyramids: flat for the share `plateau_fraction` of the period, half of
    it on top and half below.
    """
    low, high = (
        separation / 4 * plateau_fraction,
        separation / 2 - separation / 4 * plateau_fraction,
    )
    slope = height / (high - low)
    distance = _distance(plan, separation, slope, edge_radius)
    smooth = (slope * edge_radius / 2) ** 2
    ramp = (
        np.sqrt((distance - low) ** 2 + smooth)
        - np.sqrt((distance - high) ** 2 + smooth)
        + high
        - low
    ) / 2
    return height / 2 - slope * ramp


def _distance(plan: np.ndarray, separation: float, slope: float, edge_radius: float) -> np.ndarray:
    """Distance from the nearest apex, the larger of those along the axes, with its kinks
    rounded.
    """
    along = np.abs(plan - separation * np.rint(plan / separation))
    if edge_radius > 0:
        # The triangular wave as an arc cosine: its curvature at the ends is one over the radius,
        # once multiplied by the slope.
        sharpness = separation / (2 * pi * slope * edge_radius)
        along = (
            separation
            / (2 * pi)
            * np.arccos(sharpness / np.sqrt(1 + sharpness**2) * np.cos(2 * pi / separation * plan))
        )
    if plan.shape[1] == 1:
        return along[:, 0]
    mean, half = along.mean(axis=1), (along[:, 0] - along[:, 1]) / 2
    return mean + np.sqrt(half**2 + (slope * edge_radius / 2) ** 2)


def height_map(
    plan: np.ndarray, values: np.ndarray, height: float, separation: float
) -> np.ndarray:
    """Periodic cubic spline through values on a regular grid, shape (rows, columns) or (columns,),
    scaled to `height`.

    Columns run along x with one period `separation`, rows with square pixels against y, as in a
    picture: the first one is at the upper side, which is also y = 0. The values' mean becomes zero.
    """
    from scipy.ndimage import map_coordinates, spline_filter

    scaled = (values - values.mean()) * height / np.ptp(values)
    places = plan.T[::-1] / separation * values.shape[-1]
    if values.ndim == 2:
        places[0] *= -1
    return map_coordinates(
        spline_filter(scaled, mode="grid-wrap"), places, mode="grid-wrap", prefilter=False
    )


def pixels_per_cell(values: np.ndarray, steepness: float) -> float:
    """Size of third-order cells that follow a height map: 2 pixels or more, as many as its
    smoothness allows.

    Parameters
    ----------
    values
        Of shape (rows, columns).
    steepness
        Height over length of a row. Steep maps take smaller cells, as the formulas do: the fields
        change faster than the surface.
    """
    slopes = (
        np.abs(np.diff(values, axis=1, append=values[:, :1])).mean()
        * values.shape[1]
        * steepness
        / np.ptp(values)
    )
    most = FAITHFUL * np.ptp(values) / (1 + 1.5 * slopes) ** 4
    rows, columns = values.shape
    lines = values[:, :: ceil(columns / MOST_LINES)], values[:: ceil(rows / MOST_LINES)].T
    pixels = 2.0
    while pixels < max(values.shape) / LEAST_PIXELS and all(
        _distance_from_cells(line, pixels * 1.25) <= most for line in lines
    ):
        pixels *= 1.25
    return pixels


def cells_along(length: float, cell: float) -> int:
    """How many cells of a size of about `cell` lie along one period of a height map: at least
    two.
    """
    return max(2, ceil(length / cell - 1e-9))


def _distance_from_cells(values: np.ndarray, pixels: float) -> float:
    """Largest distance along the first axis of the periodic spline through `values` from its
    interpolation by third-order cells.
    """
    from scipy.interpolate import CubicSpline

    count = len(values)
    spline = CubicSpline(
        np.arange(count + 1), np.concatenate([values, values[:1]]), bc_type="periodic"
    )
    cells = cells_along(count, pixels)
    nodes = spline(np.arange(3 * cells + 1) * count / (3 * cells))
    places = np.arange(0.25, count, 0.5)
    first, within = np.divmod(places * cells / count, 1.0)
    found = 0.0
    for node in range(4):
        others = [other for other in range(4) if other != node]
        weight = np.prod([(3 * within - other) / (node - other) for other in others], axis=0)
        found = found + weight[:, None] * nodes[3 * first.astype(int) + node]
    return float(np.abs(found - spline(places)).max())


def read_height_map(path: Path, level: bool = False, repeats: bool = True) -> np.ndarray:
    """Values of a height map: an array or the grey values of an image, shape (rows from top to
    bottom, columns along x) or (columns,).

    Parameters
    ----------
    path
        As of `anodex.meshes.images.read_values`.
    level
        Take a plane out first (`levelled`).
    repeats
        Whether it must repeat across its sides.

    Raises
    ------
    InputError
        If the file cannot be read, has several pages, is too small, constant, holds numbers that
        are not finite, or does not repeat though it must.
    """
    try:
        values = read_values(path).astype(float)
    except ValueError as error:
        raise InputError(f"cannot read the height map {path}: {error}") from error
    if values.ndim not in (1, 2) or min(values.shape) < LEAST_PIXELS:
        pages = f", {len(values)} pages" if values.ndim == 3 else ""
        raise InputError(
            f"the height map {path} has the shape {values.shape}{pages}; give one line or one "
            f"picture, {LEAST_PIXELS} values or more along each side"
        )
    found = levelled(values) if level and np.isfinite(values).all() else values
    # what is left of a plane is round-off
    if not np.isfinite(found).all() or np.ptp(found) <= 1e-12 * np.abs(values).max():
        raise InputError(
            f"the height map {path} is constant{' but for a plane' if level else ''} or holds "
            "numbers that are not finite; give heights that vary"
        )
    if repeats:
        _refuse_seams(path, found, level)
    return found


def levelled(values: np.ndarray) -> np.ndarray:
    """A map less the plane with which it bends least across its sides, in least squares.

    The plane that lies closest to the map would be a wrong one: a single wave that is higher at its
    left end than at its right one is no tilt.
    """
    for axis, count in enumerate(values.shape):
        steps = values - np.roll(values, 1, axis)  # the first one crosses the sides
        across, after, before = (steps.take(layer, axis).mean() for layer in (0, 1, -1))
        slope = ((after + before) / 2 - across) / count
        ramp = slope * np.arange(count)
        values = values - (ramp if axis == values.ndim - 1 else ramp[:, None])
    return values


def _refuse_seams(path: Path, values: np.ndarray, level: bool) -> None:
    """Refuse a map whose heights change more across opposite sides than anywhere inside."""
    for axis in range(values.ndim):
        others = tuple(other for other in range(values.ndim) if other != axis)
        steps = values - np.roll(values, 1, axis)
        across, *inside = np.sqrt(np.mean(steps**2, axis=others))
        if across > SEAM * max(inside) + 1e-9 * np.ptp(values):
            sides = "left and right" if axis == values.ndim - 1 else "upper and lower"
            tilt = "" if level else ", take out a tilt with geometry.level = true"
            raise InputError(
                f"the height map {path} does not repeat: between its {sides} sides heights differ "
                f"by {across:.3g} (root mean square), between neighbours inside by "
                f"{max(inside):.3g} at most; give one period{tilt}, or put the mirrored map beside "
                "it"
            )
