"""The geometry of a contoured-interface case."""

from math import pi
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from anodex.meshes.contour import EDGED, ContourGeometry, Shape
from anodex.meshes.heights import fourier_height, read_height_map
from anodex.models.errors import InputError
from anodex.models.inputs.choices import Choice
from anodex.models.inputs.quantities import Amount, given
from anodex.models.inputs.tables import Table

PLANE_SHAPES = ("flat", "cosine", "trochoid", "fourier", "pyramid", "frustum", "height-map")
SPACE_SHAPES = ("flat", "egg-box", "egg-box-sum", "pyramid", "frustum", "height-map")
# the pressure of the flow peaks like a cone at tips and valleys, which needs smaller cells than the
# current
FLOW_REFINEMENT = 2.25
THINNEST = 1.2  # layer over height from valley to peak: no extreme is farther from the mean plane
MOST_WAVES = 32  # cosines of a contour


def _as_tuple(given: Any) -> Any:
    """An array as the tuple that it must be where a table comes in kinds, which is no JSON any
    more.
    """
    return tuple(given) if isinstance(given, list) else given


class GeometryTable(Table):
    """One period of the interface, lithium below and electrolyte above."""

    shape: Shape
    separation: Annotated[float, Amount("um", ge=1, le=10000)] = given("150 um")
    """Distance from peak to peak."""
    dimension: Literal["2d", "3d"] = "3d"
    """Whether the contour is a curve in the plane or a surface in space."""
    edge_radius: Annotated[float, Amount("um", ge=0, le=1000)] = given("0 um")
    """Radius of the edges of pyramids and frustums; other shapes have none."""
    electrolyte_thickness: Annotated[float, Amount("um", gt=0, le=1e5)] | None = None
    """Thickness from the mean plane; left out: 1.5 separations, or 1.2 heights where that is
    more."""
    lithium_thickness: Annotated[float, Amount("um", gt=0, le=1e5)] | None = None
    """Thickness from the mean plane; left out: that of the electrolyte where it is left out."""
    refinement: Annotated[float, Amount("", ge=0.25, le=16)] = 1.0
    """Divides all cell sizes."""
    order: Literal[3, 4] = 3
    """Order of the cells; 4 pays where the current is to be right to more than six digits."""

    @property
    def valley_to_peak(self) -> float:
        """Height from valley to peak [um]."""
        raise NotImplementedError

    @property
    def sharp(self) -> bool:
        """Whether the contour has sharp edges."""
        return self.shape in EDGED and self.edge_radius == 0

    def contour(self, lithium: bool) -> ContourGeometry:
        """The same for the mesh generator, with or without the lithium."""
        height = self.valley_to_peak
        layer = max(1.5 * self.separation, THINNEST * height)
        return ContourGeometry(
            shape=self.shape,
            height=height if self.shape != "flat" else 0.0,
            separation=self.separation,
            dimension=self.dimension,
            edge_radius=self.edge_radius,
            electrolyte_thickness=self.electrolyte_thickness or layer,
            lithium_thickness=(self.lithium_thickness or layer) if lithium else 0.0,
            refinement=self.refinement * (FLOW_REFINEMENT if lithium else 1.0),
            order=self.order,
            **self._of_shape(),
        )

    def _of_shape(self) -> dict[str, Any]:
        """What the mesh generator needs for this kind of shape alone."""
        return {}

    @model_validator(mode="after")
    def _fits(self):
        shapes = PLANE_SHAPES if self.dimension == "2d" else SPACE_SHAPES
        if self.shape not in shapes:
            raise ValueError(
                f"geometry.shape '{self.shape}' does not exist in dimension '{self.dimension}'; "
                f"there: {', '.join(shapes)}"
            )
        if self.shape != "flat":
            self._check_height()
        for name in ("electrolyte_thickness", "lithium_thickness"):
            thickness, least = getattr(self, name), THINNEST * self.valley_to_peak
            if thickness is not None and thickness < least:
                raise ValueError(
                    f"geometry.{name} ({thickness:g} um) leaves no layer beside the contour; "
                    f"allowed: {least:g} um or more"
                )
        return self

    def _check_height(self) -> None:
        """Refuse what is too high for its separation."""
        if self.valley_to_peak > self.separation:
            raise ValueError(
                f"geometry.height ({self.valley_to_peak:g} um) exceeds geometry.separation "
                f"({self.separation:g} um); "
                "allowed: height over separation up to 1"
            )


class HighTable(GeometryTable):
    """A contour of which the height is given."""

    height: Annotated[float, Amount("um", ge=0, le=1000)] = given("25 um")
    """Height from valley to peak, before edges are rounded; a flat interface has none."""

    @property
    def valley_to_peak(self) -> float:
        """Height from valley to peak [um]."""
        return self.height

    def _check_height(self) -> None:
        if self.height == 0:
            raise ValueError(
                "geometry.height is 0 um: set geometry.shape to 'flat', or give the contour a "
                "height"
            )
        super()._check_height()
        if self.shape == "trochoid" and pi * self.height >= self.separation:
            raise ValueError(
                f"a trochoid higher than separation / pi ({self.separation / pi:g} um) cuts "
                "itself; lower geometry.height"
            )


class Contour(HighTable):
    """A contour of a formula."""

    shape: Literal["egg-box", "egg-box-sum", "pyramid", "cosine", "trochoid", "flat"] = "egg-box"
    """'egg-box': product of two cosines; 'egg-box-sum': their sum; 'pyramid'; 'cosine' and
    'trochoid': waves in the plane; 'flat'."""


class Frustum(HighTable):
    """Pyramids without tips, in the plane trapezoids."""

    shape: Literal["frustum"] = "frustum"
    """'frustum': a pyramid without its tip."""
    plateau_fraction: Annotated[float, Amount("", gt=0, lt=1)] = 0.5
    """Share of a period that is flat, half of it on top and half below."""

    def _of_shape(self) -> dict[str, Any]:
        return {"plateau_fraction": self.plateau_fraction}


class Fourier(GeometryTable):
    """A contour in the plane that is a sum of cosines, of which each repeats the peak at x = 0."""

    shape: Literal["fourier"] = "fourier"
    """'fourier': in the plane, a sum of cosines."""
    coefficients: Annotated[
        tuple[Annotated[float, Amount("um", ge=-500, le=500)], ...],
        Field(min_length=1, max_length=MOST_WAVES),
        BeforeValidator(_as_tuple),
    ]
    """Heights of cos(2 pi m x / separation), m = 1, 2, ...; a cosine that is 25 um high from
    valley to peak has the one coefficient 12.5 um."""

    @property
    def valley_to_peak(self) -> float:
        """Height from valley to peak [um]."""
        return fourier_height(self.coefficients)

    def _of_shape(self) -> dict[str, Any]:
        return {"coefficients": self.coefficients}


class HeightMap(HighTable):
    """A measured contour."""

    shape: Literal["height-map"] = "height-map"
    """'height-map': what a file says."""
    level: bool = False
    """Take a tilt out of the map, so that it repeats across its sides."""
    height_map: Path
    """File of one period: an image or an array, whose first row is on top (largest y)."""

    def _of_shape(self) -> dict[str, Any]:
        return {"height_map": read_height_map(self.height_map, self.level)}

    @field_validator("height_map")
    @classmethod
    def _found_again(cls, path: Path, info: ValidationInfo) -> Path:
        """The full path, so that the case written beside the results finds the file; read once
        to find mistakes early.
        """
        try:
            read_height_map(path, info.data.get("level", False))
        except InputError as error:
            raise ValueError(str(error)) from None
        return path.resolve()


Geometry = Annotated[Contour | Frustum | Fourier | HeightMap, Choice("shape")]
