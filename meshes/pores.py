"""Pores of an electrolyte: random discs or spheres, or an image. Both give the signed distance from the pores' surface.

Nothing here knows a mesh, and every rank gets the same pores.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from math import log, prod, sqrt
from pathlib import Path

import numpy as np
from scipy.ndimage import distance_transform_edt, map_coordinates

from anodex.meshes.packing import UNIT, Packing, RoundPores


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
    """Pores at random places without overlap (random sequential addition), the largest first, until the porosity is reached.

    Pores stay whole at both ends in x, where the electrodes are. Lateral sides may cut them; only the part inside counts.

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
        If the numbers make no pores, or the porosity is out of reach; the message says what was given and what is reachable.
    """
    _check(start, lengths, diameter, porosity, spread, gap)
    random, packing = np.random.default_rng(seed), Packing(np.asarray(lengths, float), gap, periodic)
    missing, unit, dimension = porosity * prod(lengths), UNIT[len(lengths)], len(lengths)
    deviation = sqrt(log(1 + spread**2))  # of the logarithms
    mean = unit * (diameter / 2) ** dimension * (1 + spread**2) ** (dimension * (dimension - 1) / 2)
    while missing > 1e-9 * mean:
        count = round(missing / mean)
        if count == 0 and packing.grow(missing):
            break
        radii = np.sort(random.lognormal(log(diameter / 2) - deviation**2 / 2, deviation, max(count, 1)))[::-1]
        radii *= (missing / (unit * np.sum(radii**dimension))) ** (1 / dimension)  # just enough if none is cut
        if not all(packing.add(radius, random) for radius in radii):
            raise ValueError(
                f"porosity {porosity:g} with pores of {diameter:g} um, {gap:g} um apart, in a box of "
                f"{' x '.join(f'{length:g}' for length in lengths)} um: no room left at {packing.filled / prod(lengths):.3g}; "
                "give a smaller porosity, gap or diameter, or another seed"
            )
        missing = porosity * prod(lengths) - packing.filled
    pores = packing.pores
    return replace(pores, start=np.asarray(start, float), centres=pores.centres + start)


def _check(start: tuple[float, ...], lengths: tuple[float, ...], diameter: float, porosity: float, spread: float, gap: float) -> None:
    if len(lengths) not in UNIT or len(start) != len(lengths) or not min(lengths) > 0:
        raise ValueError(f"start is {start} um and lengths {lengths} um; give 2 or 3 numbers each, and positive lengths")
    if not 0 <= porosity < 1:
        raise ValueError(f"porosity is {porosity:g}; give 0 or more and less than 1")
    if not (diameter > 0 and spread >= 0 and gap >= 0):
        raise ValueError(
            f"diameter is {diameter:g} um, spread {spread:g} and gap {gap:g} um; give a positive diameter, the others 0 or more"
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
    """

    start: np.ndarray
    lengths: np.ndarray
    pixel_size: float
    pixels: np.ndarray
    tiled: bool = False

    @property
    def porosity(self) -> float:
        """Share of the box's area or volume: of the pixels whose centres it holds."""
        counts = [max(1, round(length / self.pixel_size)) for length in self.lengths]
        return float(self.pixels[np.ix_(*(np.arange(count) % size for count, size in zip(counts, self.pixels.shape, strict=True)))].mean())

    @cached_property
    def _distances(self) -> np.ndarray:
        """Signed distance at the centres of the pixels [pixels]."""
        margins = [(size // 2, size // 2) if self.tiled else (0, 0) for size in self.pixels.shape]
        pore = np.pad(self.pixels, margins, mode="wrap")
        # The transform counts from centre to centre, but the surface is half a pixel before the other centre.
        signed = np.where(pore, distance_transform_edt(pore) - 0.5, 0.5 - distance_transform_edt(~pore))
        return signed[tuple(slice(margin, margin + size) for (margin, _), size in zip(margins, self.pixels.shape, strict=True))]

    def distance(self, points: np.ndarray) -> np.ndarray:
        """Signed distance from the nearest surface, shape (n,) [um], positive inside pores; pores end at the start of the box in x.

        Parameters
        ----------
        points
            Shape (n, 2 or 3) [um]; a third column of a plane is not read.
        """
        places = np.asarray(points, float)[:, : len(self.start)] - self.start
        mode = "grid-wrap" if self.tiled else "nearest"
        found = map_coordinates(self._distances, places.T / self.pixel_size - 0.5, order=1, mode=mode) * self.pixel_size
        return np.minimum(found, places[:, 0])


def pores_from_image(
    path: Path, pixel_size: float, start: tuple[float, ...], lengths: tuple[float, ...], tiled: bool = False
) -> ImagePores:
    """Pores of a binary image or volume, whose lower left corner lies at the lower corner of the electrolyte.

    Parameters
    ----------
    path
        An image (.png, .tif; many pages make a volume) or an array (.npy), shape (rows from top to bottom, columns along x) or
        (slices along z, rows, columns). Pixels below half of its range, dark or zero, are pores.
    pixel_size
        Edge of a pixel [um].
    start, lengths
        Lower corner and edges of the electrolyte, 2 or 3 numbers [um].
    tiled
        Repeat the image where it does not cover the box.

    Raises
    ------
    ValueError
        If the file cannot be read, is no image of two values in the dimension of the box, or is too small.
    """
    if not pixel_size > 0:
        raise ValueError(f"pixel_size is {pixel_size:g} um; it must be positive")
    values = _read(Path(path))
    if values.ndim != len(lengths) or values.ndim not in UNIT:
        raise ValueError(f"the image {path} has the shape {values.shape}; a box of {len(lengths)} dimensions needs as many axes")
    if not np.isfinite(values).all() or np.ptp(values) == 0:
        raise ValueError(
            f"the image {path} has one value everywhere or values that are not finite; give dark pores in a bright electrolyte"
        )
    covered = pixel_size * np.array(values.shape[::-1])
    if not tiled and (covered < np.asarray(lengths) * (1 - 1e-9)).any():
        sizes = (" x ".join(f"{length:g}" for length in edges) for edges in (covered, lengths))
        raise ValueError("the image {} covers {} um, but the electrolyte needs {} um; give larger pixels or repeat it".format(path, *sizes))
    half = (values.min() + values.max()) / 2
    pixels = np.flip(values < half, axis=-2).T  # the last axis, columns, becomes the first
    return ImagePores(np.asarray(start, float), np.asarray(lengths, float), pixel_size, pixels, tiled)


def _read(path: Path) -> np.ndarray:
    from PIL import Image, ImageSequence

    try:
        if path.suffix.lower() == ".npy":
            return np.load(path).astype(float)
        with Image.open(path) as image:
            pages = [np.asarray(page.convert("F")) for page in ImageSequence.Iterator(image)]
        return pages[0] if len(pages) == 1 else np.stack(pages)
    except (OSError, EOFError, TypeError, ValueError, SyntaxError) as error:
        raise ValueError(f"cannot read the image {path}: {error}; give an image (.png, .tif) or an array (.npy)") from error
