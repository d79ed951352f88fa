"""Pores that are the dark pixels of an image: read, cut to a period, and as a signed distance."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from anodex.meshes.images import read_values
from anodex.meshes.packing import UNIT

# most of the pixels that may be neither dark nor bright: edges of an image that was scaled
GREY = 0.05


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
        from scipy.ndimage import distance_transform_edt

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
        from scipy.ndimage import distance_transform_edt

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
        from scipy.ndimage import map_coordinates

        places = np.asarray(points, float)[:, : len(self.start)] - self.start
        mode = "grid-wrap" if self.tiled else "nearest"
        pixels = places / self.pixel_size - 0.5 + np.array(self._kept)
        found = map_coordinates(self._distances, pixels.T, order=1, mode=mode) * self.pixel_size
        return np.minimum(found, places[:, 0])


def read_pixels(path: Path, dimension: int) -> np.ndarray:
    """Whether each pixel of a binary image or volume is pore, from its lower left corner along x, y
    (and z).

    Parameters
    ----------
    path
        Of an image or array (`anodex.meshes.images.read_values`), shape (rows from top to bottom,
        columns along x) or (slices along z, rows, columns). Pixels below half of its range, dark or
        zero, are pores. A few grey ones (`GREY`), between a quarter and three quarters of
        the range, are taken for edges that scaling has blurred.
    dimension
        Of the box that the pores are for, 2 or 3.

    Raises
    ------
    ValueError
        If the file cannot be read, or is no image of two values in that dimension.
    """
    try:
        values = read_values(path).astype(float)
    except ValueError as error:
        raise ValueError(f"cannot read the image {path}: {error}") from error
    if values.ndim != dimension or values.ndim not in UNIT:
        raise ValueError(
            f"the image {path} has the shape {values.shape}; a box of {dimension} dimensions "
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
    return np.flip(level < 0.5, axis=-2).T  # the last axis, columns, becomes the first


def one_period(
    path: Path, pixels: np.ndarray, pixel_size: float, lengths: tuple[float, ...]
) -> np.ndarray:
    """The pixels between the periodic sides of a box with edges `lengths` [um].

    Raises
    ------
    ValueError
        If the sides cut a pixel, or the picture does not repeat there.
    """
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
