"""Pores of an electrolyte: random discs or spheres, or an image. Both give the signed distance from
the pores' surface.

Nothing here knows a mesh, and every rank gets the same pores.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from math import log, prod, sqrt
from pathlib import Path

import numpy as np
from scipy.integrate import cumulative_trapezoid
from scipy.ndimage import distance_transform_edt, map_coordinates

from anodex.meshes.packing import UNIT, Packing, RoundPores

FADED = 0.1  # most of the air that may be in pores too small for their walls
# most of the pixels that may be neither dark nor bright: edges of an image that was scaled
GREY = 0.05
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
    random, packing = (
        np.random.default_rng(seed),
        Packing(np.asarray(lengths, float), gap, periodic),
    )
    missing, unit, dimension = porosity * prod(lengths), UNIT[len(lengths)], len(lengths)
    deviation = sqrt(log(1 + spread**2))  # of the logarithms
    mean = unit * (diameter / 2) ** dimension * (1 + spread**2) ** (dimension * (dimension - 1) / 2)
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


@dataclass(frozen=True, eq=False)
class ImagePores:
    """Pores of an image or volume.

    Attributes
    ----------
    start, lengths
        Lower corner and edges of the box, shape (2 or 3,) [um].
    pixel_size
        Edge of a pixel [um].
    pixels
        Whether a pixel is pore, from the lower corner of the box along x, y (and z).
    tiled
        Whether the image repeats itself.
    periodic
        Whether the image, as wide as the box then, goes on at the opposite lateral side.
    """

    start: np.ndarray
    lengths: np.ndarray
    pixel_size: float
    pixels: np.ndarray
    tiled: bool = False
    periodic: bool = False

    @property
    def porosity(self) -> float:
        """Share of the box's area or volume: of the pixels whose centres it holds."""
        counts = [max(1, round(length / self.pixel_size)) for length in self.lengths]
        return float(
            self.pixels[
                np.ix_(
                    *(
                        np.arange(count) % size
                        for count, size in zip(counts, self.pixels.shape, strict=True)
                    )
                )
            ].mean()
        )

    @cached_property
    def _distances(self) -> np.ndarray:
        """Signed distance at the centres of the pixels [pixels]."""
        repeated = [self.tiled or (self.periodic and axis > 0) for axis in range(self.pixels.ndim)]
        margins = [
            (size // 2 + kept, size // 2 + kept) if wrap else (0, 0)
            for wrap, kept, size in zip(repeated, self._kept, self.pixels.shape, strict=True)
        ]
        pore = np.pad(self.pixels, margins, mode="wrap")
        # The transform counts from centre to centre, but the surface is half a pixel before the
        # other centre.
        signed = np.where(
            pore, distance_transform_edt(pore) - 0.5, 0.5 - distance_transform_edt(~pore)
        )
        cut = (
            slice(margin - kept, margin + size + kept)
            for (margin, _), kept, size in zip(margins, self._kept, self.pixels.shape, strict=True)
        )
        return signed[tuple(cut)]

    @property
    def _kept(self) -> tuple[int, ...]:
        """Pixels kept beyond the image at both ends of each axis, to interpolate across periodic
        sides.
        """
        return tuple(int(self.periodic and axis > 0) for axis in range(self.pixels.ndim))

    def share_below(self, width: float) -> float:
        """Share of the pores' pixels in parts that hold no disc or ball of a diameter [um], to
        half a pixel.
        """
        radius, pore = width / 2 / self.pixel_size, self.pixels
        if radius <= 1 or pore.all() or not pore.any():  # pixels are no finer
            return 0.0
        inner = distance_transform_edt(np.pad(pore, 1, mode="edge")) >= radius
        if not inner.any():
            return 1.0
        held = distance_transform_edt(~inner) <= radius
        return 1 - float(held[(slice(1, -1),) * pore.ndim][pore].mean())

    def distance(self, points: np.ndarray) -> np.ndarray:
        """Signed distance from the nearest surface, shape (n,) [um], positive inside pores; pores
        end at the start of the box in x.

        Parameters
        ----------
        points
            Shape (n, 2 or 3) [um]; a third column of a plane is not read.
        """
        places = np.asarray(points, float)[:, : len(self.start)] - self.start
        mode = "grid-wrap" if self.tiled else "nearest"
        pixels = places / self.pixel_size - 0.5 + np.array(self._kept)
        found = map_coordinates(self._distances, pixels.T, order=1, mode=mode) * self.pixel_size
        return np.minimum(found, places[:, 0])


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
        An image (.png, .tif; many pages make a volume) or an array (.npy), shape (rows from top to
        bottom, columns along x) or (slices along z, rows, columns). Pixels below half of its range,
        dark or zero, are pores. A few grey ones (`GREY`), between a quarter and three quarters of
        the range, are taken for edges that scaling has blurred.
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
    values = _read(Path(path))
    if values.ndim != len(lengths) or values.ndim not in UNIT:
        raise ValueError(
            f"the image {path} has the shape {values.shape}; a box of {len(lengths)} dimensions "
            "needs as many axes"
        )
    if not values.size or not np.isfinite(values).all() or np.ptp(values) == 0:
        raise ValueError(
            f"the image {path} is empty, has one value everywhere or values that are not finite; "
            "give dark pores in a bright electrolyte"
        )
    level = (values - values.min()) / np.ptp(values)
    grey = np.mean((level > 0.25) & (level < 0.75))
    if grey > GREY:
        raise ValueError(
            f"the image {path} is not of two values: {grey:.0%} of its pixels lie between a "
            "quarter and three quarters of its range, at "
            f"most {GREY:.0%} may; threshold it to pores (0) and electrolyte (1) first"
        )
    covered = pixel_size * np.array(values.shape[::-1])
    if not tiled and (covered < np.asarray(lengths) * (1 - 1e-9)).any():
        sizes = (" x ".join(f"{length:g}" for length in edges) for edges in (covered, lengths))
        raise ValueError(
            "the image {} covers {} um, but the electrolyte needs {} um; give larger pixels or a "
            "larger image".format(path, *sizes)
        )
    pixels = np.flip(level < 0.5, axis=-2).T  # the last axis, columns, becomes the first
    if periodic:
        pixels = _one_period(path, pixels, pixel_size, lengths)
    return ImagePores(
        np.asarray(start, float), np.asarray(lengths, float), pixel_size, pixels, tiled, periodic
    )


def _one_period(
    path: Path, pixels: np.ndarray, pixel_size: float, lengths: tuple[float, ...]
) -> np.ndarray:
    """The pixels between periodic sides."""
    for axis in range(1, len(lengths)):
        count = round(lengths[axis] / pixel_size)
        if count < 1 or abs(count * pixel_size - lengths[axis]) > 1e-6 * pixel_size:
            raise ValueError(
                f"between periodic sides the image {path} needs whole pixels, but "
                f"{lengths[axis]:g} um are not a multiple of "
                f"{pixel_size:g} um; change the size or mirror the sides"
            )
        pixels = pixels.take(range(count), axis=axis, mode="wrap")
        # A picture that repeats differs across the seam no more than somewhere between two layers
        # inside.
        changes = [
            np.mean(pixels.take(layer, axis) != pixels.take(layer - 1, axis))
            for layer in range(count)
        ]
        if changes[0] > max(changes[1:], default=0.0):
            raise ValueError(
                f"the image {path} does not repeat between periodic sides: {changes[0]:.0%} of the "
                "pixels differ across the "
                f"{'yz'[axis - 1]} sides, at most {max(changes[1:], default=0.0):.0%} from one "
                "layer to the next inside; give one period, "
                "or mirror the sides"
            )
    return pixels


def _read(path: Path) -> np.ndarray:
    from PIL import Image, ImageSequence

    try:
        if path.suffix.lower() == ".npy":
            values = np.load(path)
            if not isinstance(values, np.ndarray) or values.dtype.kind not in "biuf":
                raise TypeError("it holds no array of real numbers")
            return values.astype(float)
        with Image.open(path) as image:
            pages = [np.asarray(page.convert("F")) for page in ImageSequence.Iterator(image)]
        return pages[0] if len(pages) == 1 else np.stack(pages)
    except (OSError, EOFError, TypeError, ValueError, SyntaxError) as error:
        raise ValueError(
            f"cannot read the image {path}: {error}; give an image (.png, .tif) or an array (.npy)"
        ) from error
