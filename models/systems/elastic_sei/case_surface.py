"""The surface of the metal at the start of an elastic-interphase case."""

from pathlib import Path
from typing import Annotated, Literal

import numpy as np
from pydantic import Field, ValidationInfo, field_validator, model_validator

from anodex.meshes.heights import read_height_map
from anodex.models.errors import InputError
from anodex.models.inputs.choices import Choice
from anodex.models.inputs.quantities import Amount, given
from anodex.models.inputs.tables import Table
from anodex.models.systems.elastic_sei.profile import CosineSeries, random_series, terms_between

STEEPEST = 5.0  # slope: steeper flanks all but meet
MOST_WAVES = 500  # shortest wavelengths along the surface


class SurfaceTable(Table):
    """The surface at the start, which planes of symmetry bound at x = 0 and x = width."""

    shape: str

    @property
    def profile(self) -> CosineSeries:
        """Heights [um] over places x from 0 to the width, zero on the mean."""
        raise NotImplementedError

    def _refuse_steep(self, key: str) -> None:
        if (slope := self.profile.steepest) > STEEPEST:
            raise ValueError(
                f"the surface has a slope of {slope:g}; allowed: up to {STEEPEST:g}; lower "
                f"surface.{key}, or take longer waves"
            )


class Cosine(SurfaceTable):
    """One wave, from a crest to a valley."""

    shape: Literal["cosine"] = "cosine"
    """'cosine': one wave."""
    wavelength: Annotated[float, Amount("um", ge=0.01, le=1e4)] = given("1.5 um")
    """From crest to crest; half of it is computed."""
    amplitude: Annotated[float, Amount("um", gt=0, le=1e3)] = given("17.5 nm")
    """Half the height from valley to crest."""

    @property
    def width(self) -> float:
        """Of what is computed [um]."""
        return self.wavelength / 2

    @property
    def finest(self) -> float:
        """Shortest wavelength [um]."""
        return self.wavelength

    @property
    def profile(self) -> CosineSeries:
        return CosineSeries(np.array([0.0, self.amplitude]), self.width)

    @model_validator(mode="after")
    def _fits(self):
        self._refuse_steep("amplitude")
        return self


class Random(SurfaceTable):
    """A random surface, mirrored at both ends."""

    shape: Literal["random"] = "random"
    """'random': a sum of cosines with random amplitudes."""
    roughness: Annotated[float, Amount("um", gt=0, le=1e3)] = given("12.4 nm")
    """Root mean square of the heights, met exactly; the default is that of the copper foil in the
    paper."""
    width: Annotated[float, Amount("um", ge=0.01, le=1e4)] = given("7.5 um")
    """Length of the surface, seen from above."""
    shortest_wavelength: Annotated[float, Amount("um", ge=0.005, le=1e4)] = given("1 um")
    """Shortest wavelength in the surface."""
    longest_wavelength: Annotated[float, Amount("um", ge=0.005, le=2e4)] = given("2.5 um")
    """Longest wavelength in the surface, two widths at most."""
    spectrum_slope: Annotated[float, Amount("", ge=0, le=4)] = 0.0
    """Power of the wavelength that the mean square of the heights follows; 0 makes all wavelengths
    alike, 2 makes the surface a random walk."""
    seed: Annotated[int, Field(ge=0)] = 1
    """Decides the random surface."""

    @property
    def finest(self) -> float:
        """Shortest wavelength [um]."""
        return self.shortest_wavelength

    @property
    def profile(self) -> CosineSeries:
        return random_series(
            self.width,
            self.shortest_wavelength,
            self.longest_wavelength,
            self.roughness,
            self.seed,
            self.spectrum_slope,
        )

    @model_validator(mode="after")
    def _fits(self):
        band = (
            f"surface.shortest_wavelength ({self.shortest_wavelength:g} um) to "
            f"surface.longest_wavelength ({self.longest_wavelength:g} um)"
        )
        _refuse_many_waves(self.width, self.shortest_wavelength)
        if not terms_between(self.width, self.shortest_wavelength, self.longest_wavelength):
            raise ValueError(
                f"no cosine over surface.width ({self.width:g} um) has a wavelength from {band}; "
                f"there are 2 widths over 1, 2, 3, ...: widen the range, or the surface"
            )
        self._refuse_steep("roughness")
        return self


class HeightMap(SurfaceTable):
    """A measured surface, mirrored at both ends."""

    shape: Literal["height-map"] = "height-map"
    """'height-map': what a file says."""
    height: Annotated[float, Amount("um", gt=0, le=1e3)]
    """Height from the lowest to the highest value of the whole map, less a tilt that is levelled.
    """
    width: Annotated[float, Amount("um", ge=0.01, le=1e4)]
    """Length of a line of the map."""
    shortest_wavelength: Annotated[float, Amount("um", ge=0.005, le=1e4)]
    """What is shorter is left out: noise, and the step that mirroring makes of a slope."""
    row: Annotated[int, Field(ge=1)] = 1
    """Which line of a picture, counted from its top."""
    level: bool = False
    """Take a tilt out of the map."""
    height_map: Path
    """File: an image, or an array of one line or more."""

    @property
    def finest(self) -> float:
        """Shortest wavelength [um]."""
        return self.shortest_wavelength

    @property
    def profile(self) -> CosineSeries:
        from scipy.fft import dct

        values = np.atleast_2d(read_height_map(self.height_map, self.level, repeats=False))
        line = values[self.row - 1] * self.height / np.ptp(values)
        coefficients = dct(line, norm="forward", type=2) * 2  # pixels are means over their width
        coefficients[0] = 0.0
        return CosineSeries(coefficients[: int(2 * self.width / self.finest) + 1], self.width)

    @field_validator("height_map")
    @classmethod
    def _found_again(cls, path: Path, info: ValidationInfo) -> Path:
        """The full path, so that the case written beside the results finds the file; read once
        to find mistakes early.
        """
        row = info.data.get("row", 1)
        try:
            values = read_height_map(path, info.data.get("level", False), repeats=False)
        except InputError as error:
            raise ValueError(str(error)) from None
        rows = len(np.atleast_2d(values))
        if row > rows:
            raise ValueError(f"surface.row is {row}, but {path} has {rows} of them; lower it")
        return path.resolve()

    @model_validator(mode="after")
    def _fits(self):
        _refuse_many_waves(self.width, self.shortest_wavelength)
        if self.shortest_wavelength > 2 * self.width:
            raise ValueError(
                f"surface.shortest_wavelength ({self.shortest_wavelength:g} um) leaves nothing of "
                f"the map; allowed: up to two times surface.width, {2 * self.width:g} um"
            )
        if self.profile.rms == 0:
            raise ValueError(f"line {self.row} of {self.height_map} is flat; give another row")
        self._refuse_steep("height")
        return self


def _refuse_many_waves(width: float, shortest: float) -> None:
    if width > MOST_WAVES * shortest:
        raise ValueError(
            f"surface.width ({width:g} um) over surface.shortest_wavelength ({shortest:g} um) is "
            f"more than {MOST_WAVES}; allowed: a width up to {MOST_WAVES * shortest:g} um"
        )


Surface = Annotated[Cosine | Random | HeightMap, Choice("shape")]
