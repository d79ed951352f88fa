"""The geometry of a spindle-void case."""

from typing import Annotated, Literal

from pydantic import model_validator

from anodex.meshes.void import VoidGeometry, tip_radius_range
from anodex.models.inputs.quantities import Amount, given
from anodex.models.inputs.tables import Table


class Geometry(Table):
    """The void and the box around it."""

    shape: Literal["spindle", "ellipse", "dot", "crack"] = "spindle"
    """Shape of the void's section."""
    length: Annotated[float, Amount("um", ge=1, le=400)] = given("60 um")
    """Length of the void."""
    width: Annotated[float, Amount("um", ge=0, le=400)] = given("12 um")
    """Width of the void; 0 um makes an ideal crack."""
    tip_radius: Annotated[float, Amount("um", ge=0, le=200)] | None = None
    """Radius of curvature of the tip, 0 um for a sharp one; left out: width^2 / (2 length), that of
    the ellipse of the same size, or width / 2 for a crack."""
    dimension: Literal["plane-strain", "axisymmetric", "3d"] = "plane-strain"
    """Whether the void is long in the third direction, a body of revolution, or that in 3D."""
    box_length: Annotated[float, Amount("um", gt=0, le=1e5)] | None = None
    """Half size of the box along the long axis; left out: eight lengths of the void."""
    box_height: Annotated[float, Amount("um", gt=0, le=1e5)] | None = None
    """Half size of the box across the long axis; left out: eight lengths of the void."""
    refinement: Annotated[float, Amount("", ge=0.25, le=16)] = 1.0
    """Divides all cell sizes."""

    @property
    def half_box(self) -> tuple[float, float]:
        """Half sizes of the box along and across the long axis [um]."""
        return self.box_length or 8 * self.length, self.box_height or 8 * self.length

    @property
    def effective_tip_radius(self) -> float:
        """Radius of curvature of the tip [um]; zero for a sharp one."""
        natural = self.width / 2 if self.shape == "crack" else self.width**2 / (2 * self.length)
        return natural if self.tip_radius is None else self.tip_radius

    @model_validator(mode="after")
    def _fits(self):
        length, width = (
            f"geometry.length ({self.length:g} um)",
            f"geometry.width ({self.width:g} um)",
        )
        if self.width > self.length:
            raise ValueError(f"{width} exceeds {length}; the long axis is the length: swap them")
        if self.shape == "dot" and self.width != self.length:
            raise ValueError(
                f"a dot is round, but {width} is not {length}; set both to its diameter"
            )
        if self.width == 0 and (self.shape != "crack" or self.dimension != "plane-strain"):
            raise ValueError(
                f'{width} makes an ideal crack, which needs shape "crack" and dimension '
                '"plane-strain"'
            )
        self._check_tip()
        for name, size, needed in zip(
            ("box_length", "box_height"), self.half_box, (self.length, self.width), strict=True
        ):
            if size < needed:
                raise ValueError(
                    f"geometry.{name} ({size:g} um, half the box) must be at least twice the "
                    f"void's half size: {needed:g} um or more"
                )
        return self

    def _check_tip(self):
        radius = self.effective_tip_radius
        given = (
            f"geometry.tip_radius ({radius:g} "
            f"um{', as it is left out' if self.tip_radius is None else ''})"
        )
        body = f"this {self.shape} of {self.length:g} um by {self.width:g} um"
        low, high = tip_radius_range(self.shape, self.length, self.width)
        if self.width == 0:
            if radius > 0:
                raise ValueError(
                    f"{given} does not apply to an ideal crack (geometry.width = 0 um); leave it "
                    "out or give the crack a width"
                )
        elif self.shape in ("ellipse", "dot"):
            if abs(radius - low) > 0.01 * low:
                raise ValueError(
                    f"{given} does not apply to {body}, whose tip radius is width^2/(2 length) = "
                    f"{low:g} um; leave it out"
                )
        elif not (
            low * (1 - 1e-9) <= radius <= high * (1 + 1e-9)
            or (self.shape == "spindle" and radius == 0)
        ):
            sharp = ", or 0 um for a sharp tip" if self.shape == "spindle" else ""
            raise ValueError(
                f"{given} does not fit {body}; allowed: {low:g} um to {high:g} um{sharp}"
            )

    def void(self) -> VoidGeometry:
        """The same for the mesh generator."""
        box_length, box_height = self.half_box
        return VoidGeometry(
            shape=self.shape,
            length=self.length,
            width=self.width,
            tip_radius=self.effective_tip_radius,
            dimension=self.dimension,
            box_length=box_length,
            box_height=box_height,
            tip_cells=8 if self.dimension == "3d" else 16,
            refinement=self.refinement,
        )
