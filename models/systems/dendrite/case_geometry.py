"""The geometry of a dendrite case."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from anodex.models.inputs.quantities import Amount, given
from anodex.models.inputs.tables import Table

LEAST_CELLS = 3.0  # per width of the interface; below, the mesh holds the front


class Geometry(Table):
    """Lithium at x = 0, then porous electrolyte up to x = length."""

    length: Annotated[float, Amount("um", gt=1, le=1e5)] = given("1000 um")
    """Length of lithium and electrolyte together."""
    width: Annotated[float, Amount("um", gt=1, le=1e5)] = given("500 um")
    """Width of the strip."""
    depth: Annotated[float, Amount("um", gt=1, le=1e4)] | None = None
    """Depth in the third direction; left out: two dimensions."""
    lithium_thickness: Annotated[float, Amount("um", gt=0, le=1e5)] = given("200 um")
    """Thickness of the lithium at the start."""
    protrusions: Annotated[int, Field(ge=0, le=1000)] = 4
    """Number of protrusions of the lithium, side by side over the width."""
    protrusion_height: Annotated[float, Amount("um", gt=0, le=1e4)] = given("10 um")
    """Height of a protrusion."""
    protrusion_width: Annotated[float, Amount("um", gt=0, le=1e4)] = given("10 um")
    """Width of a protrusion at half its height."""
    porosity: Annotated[float, Amount("", ge=0, lt=0.9)] = given("0.1625")
    """Volume share of the electrolyte's pores."""
    pore_diameter: Annotated[float, Amount("um", gt=0, le=1e4)] = given("10 um")
    """Mean diameter of the pores."""
    pore_spread: Annotated[float, Amount("", ge=0, le=1)] = 0.25
    """Standard deviation of the diameter over its mean: a choice."""
    seed: Annotated[int, Field(ge=0)] = 1
    """Seed of the random pores."""
    image: Path | None = None
    """Picture of the pores (dark or zero), in place of random ones; its first row is on top
    (largest y)."""
    pixel_size: Annotated[float, Amount("um", gt=0, le=1e4)] | None = None
    """Size of a pixel of the picture."""
    sides: Literal["mirrored", "periodic"] = "mirrored"
    """What lies beyond y = 0 and y = width, and likewise z."""
    cells_per_width: Annotated[float, Amount("", gt=0, le=64)] = 4.0
    """Cells over the width of the interface, where it is and can go."""
    refinement: Annotated[float, Amount("", ge=0.25, le=16)] = 1.0
    """Divides all cell sizes."""

    @property
    def cross_section(self) -> float:
        """Of the box [um^2]; in two dimensions per um of depth [um]."""
        return self.width * (self.depth or 1.0)

    @field_validator("image", mode="after")
    @classmethod
    def _resolved(cls, path: Path | None) -> Path | None:
        return None if path is None else path.resolve()

    @model_validator(mode="after")
    def _fits(self):
        if self.lithium_thickness + self.protrusion_height * (self.protrusions > 0) >= self.length:
            raise ValueError(
                f"geometry.lithium_thickness ({self.lithium_thickness:g} um) and "
                "geometry.protrusion_height must leave electrolyte: "
                f"together they must be below geometry.length ({self.length:g} um)"
            )
        if (self.image is None) != (self.pixel_size is None):
            raise ValueError(
                "geometry.image and geometry.pixel_size belong together; give both or none"
            )
        if self.cells_per_width * self.refinement < LEAST_CELLS:
            raise ValueError(
                f"geometry.cells_per_width ({self.cells_per_width:g}) times geometry.refinement "
                f"({self.refinement:g}) leaves the interface "
                "under-resolved: so coarse a mesh holds it where it is; give at least "
                f"{LEAST_CELLS:g} cells across it"
            )
        return self
