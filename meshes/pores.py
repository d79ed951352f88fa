"""Pores of an electrolyte: random discs or spheres, or an image. Both give the signed distance from
the pores' surface.

Nothing here knows a mesh, and every rank gets the same pores.
"""

from dataclasses import replace
from math import log, prod, sqrt
from pathlib import Path

import numpy as np

from anodex.meshes.packing import UNIT, Packing, RoundPores
from anodex.meshes.pore_images import ImagePores, one_period, read_pixels

FADED = 0.1  # most of the air that may be in pores too small for their walls
MOST_PORES = 100_000  # in a box: ten seconds
THIN = 0.5  # most of an image's pores that may be narrower than their walls


def indicator(distance: np.ndarray, width: float) -> np.ndarray:
    """Pore field rho of a diffuse surface: +1 outside pores, -1 inside.

    Parameters
    ----------
    distance
        From the surface, positive inside pores [um].
    width
        Of the surface [um], as in the profile of the phase field.
    """
    return -np.tanh(2 * distance / width)


def within_walls(pores: RoundPores, width: float) -> RoundPores:
    """The same pores with radii that leave each its area or volume of air behind a diffuse wall.

    A wall spreads outwards over more room than inwards. With radius r and k = 4 / width, the air (1
    - rho) / 2 of `indicator` around a pore is 1 / (1 + exp(k (distance from the centre - r))). Its
    integral is that of a sharp pore of the radius a with (k a)^n = F_n(k r): F_1(x) = log(1 +
    exp(x)), and F_n is n times the integral of F_(n - 1) from minus infinity. That is nearly a^2 =
    r^2 + (pi width)^2 / 48 in two dimensions and a^3 = r^3 + r (pi width)^2 / 16 in three.

    Parameters
    ----------
    pores
        With sharp surfaces.
    width
        Of the walls [um], as of `indicator`.

    Raises
    ------
    ValueError
        If too much of the air (`FADED`) is in pores so small that they are air nowhere: their
        radius would be below zero.
    """
    from scipy.integrate import cumulative_trapezoid

    dimension, scale = len(pores.lengths), width / 4
    wanted = (pores.radii / scale) ** dimension
    # no pore's radius gets larger
    scaled = np.linspace(-40.0, wanted.max(initial=1.0) ** (1 / dimension), 2**14 + 1)
    air = np.logaddexp(0.0, scaled)
    for order in range(2, dimension + 1):
        air = order * cumulative_trapezoid(air, scaled, initial=0.0)
    least = float(np.interp(0.0, scaled, air))
    faded = wanted[wanted < least].sum()
    if faded > FADED * wanted.sum():
        raise ValueError(
            f"{faded / wanted.sum():.0%} of the air is in pores below "
            f"{2 * scale * least ** (1 / dimension):.3g} um, which vanish in walls "
            f"{width:g} um wide; give larger or more even pores, or narrower walls"
        )
    return replace(pores, radii=scale * np.interp(wanted, air, scaled))


def random_pores(
    start: tuple[float, ...],
    lengths: tuple[float, ...],
    diameter: float,
    porosity: float,
    seed: int,
    spread: float = 0.25,
    gap: float = 1.0,
    periodic: bool = False,
) -> RoundPores:
    """Pores at random places without overlap (random sequential addition), the largest first, until
    the porosity is reached.

    Pores stay whole at both ends in x, where the electrodes are. Lateral sides may cut them; only
    the part inside counts.

    Parameters
    ----------
    start, lengths
        Lower corner and edges of the electrolyte, 2 or 3 numbers [um].
    diameter
        Mean of the lognormal diameters [um].
    porosity
        Share of the box to reach.
    seed
        Same seed, same pores.
    spread
        Standard deviation of the diameters over their mean.
    gap
        Least electrolyte between two pores, and between a whole pore and an end of the box [um].
    periodic
        Pores that a lateral side cuts go on at the opposite side; else the sides are mirror planes.

    Raises
    ------
    ValueError
        If the numbers make no pores, or the porosity is out of reach; the message says what was
        given and what is reachable.
    """
    _check(start, lengths, diameter, porosity, spread, gap)
    refuse_too_many(lengths, diameter, porosity, spread)
    random, packing = (
        np.random.default_rng(seed),
        Packing(np.asarray(lengths, float), gap, periodic),
    )
    missing, unit, dimension = porosity * prod(lengths), UNIT[len(lengths)], len(lengths)
    deviation = sqrt(log(1 + spread**2))  # of the logarithms
    mean = mean_content(dimension, diameter, spread)
    while missing > 1e-9 * mean:
        count = round(missing / mean)
        if count == 0 and packing.grow(missing):
            break
        radii = np.sort(
            random.lognormal(log(diameter / 2) - deviation**2 / 2, deviation, max(count, 1))
        )[::-1]
        # just enough if none is cut
        radii *= (missing / (unit * np.sum(radii**dimension))) ** (1 / dimension)
        if not all(packing.add(radius, random) for radius in radii):
            raise ValueError(
                f"porosity {porosity:g} with pores of {diameter:g} um, {gap:g} um apart, in a box "
                "of "
                f"{' x '.join(f'{length:g}' for length in lengths)} um: no room left at "
                f"{packing.filled / prod(lengths):.3g}; "
                "give a smaller porosity, gap or diameter, or another seed"
            )
        missing = porosity * prod(lengths) - packing.filled
    pores = packing.pores
    return replace(pores, start=np.asarray(start, float), centres=pores.centres + start)


def mean_content(dimension: int, diameter: float, spread: float) -> float:
    """Mean area or volume of pores with lognormal diameters [um^2 or um^3]."""
    widened = (1 + spread**2) ** (dimension * (dimension - 1) / 2)
    return UNIT[dimension] * (diameter / 2) ** dimension * widened


def refuse_too_many(
    lengths: tuple[float, ...], diameter: float, porosity: float, spread: float
) -> None:
    """Refuse a box of more random pores than can be placed in a minute; places none.

    Parameters
    ----------
    lengths, diameter, porosity, spread
        As of `random_pores`.

    Raises
    ------
    ValueError
        With about how many there would be.
    """
    count = porosity * prod(lengths) / mean_content(len(lengths), diameter, spread)
    if count > MOST_PORES:
        raise ValueError(
            f"about {count:.3g} pores of {diameter:g} um in a box of "
            f"{' x '.join(f'{length:g}' for length in lengths)} um, allowed are {MOST_PORES}; give "
            "a smaller box, larger pores or fewer of them"
        )


def _check(
    start: tuple[float, ...],
    lengths: tuple[float, ...],
    diameter: float,
    porosity: float,
    spread: float,
    gap: float,
) -> None:
    if len(lengths) not in UNIT or len(start) != len(lengths) or not min(lengths) > 0:
        raise ValueError(
            f"start is {start} um and lengths {lengths} um; give 2 or 3 numbers each, and positive "
            "lengths"
        )
    if not 0 <= porosity < 1:
        raise ValueError(f"porosity is {porosity:g}; give 0 or more and less than 1")
    if not (diameter > 0 and spread >= 0 and gap >= 0):
        raise ValueError(
            f"diameter is {diameter:g} um, spread {spread:g} and gap {gap:g} um; give a positive "
            "diameter, the others 0 or more"
        )


def pores_from_image(
    path: Path,
    pixel_size: float,
    start: tuple[float, ...],
    lengths: tuple[float, ...],
    tiled: bool = False,
    periodic: bool = False,
) -> ImagePores:
    """Pores of a binary image or volume, whose lower left corner lies at the lower corner of the
    electrolyte.

    Parameters
    ----------
    path
        Of an image or array, as of `read_pixels`.
    pixel_size
        Edge of a pixel [um].
    start, lengths
        Lower corner and edges of the electrolyte, 2 or 3 numbers [um].
    tiled
        Repeat the image where it does not cover the box.
    periodic
        The lateral sides of the box are one and the same: what the box cuts from the image must
        repeat there.

    Raises
    ------
    ValueError
        If the file cannot be read, is no image of two values in the dimension of the box, is too
        small, or does not repeat where it must.
    """
    if not pixel_size > 0:
        raise ValueError(f"pixel_size is {pixel_size:g} um; it must be positive")
    pixels = read_pixels(Path(path), len(lengths))
    covered = pixel_size * np.array(pixels.shape)
    if not tiled and (covered < np.asarray(lengths) * (1 - 1e-9)).any():
        sizes = (" x ".join(f"{length:g}" for length in edges) for edges in (covered, lengths))
        raise ValueError(
            "the image {} covers {} um, but the electrolyte needs {} um; give larger pixels or a "
            "larger image".format(path, *sizes)
        )
    if periodic:
        pixels = one_period(path, pixels, pixel_size, lengths)
    return ImagePores(
        np.asarray(start, float), np.asarray(lengths, float), pixel_size, pixels, tiled, periodic
    )
