"""Whether and how the void of a case moves."""

from functools import partial
from typing import Annotated, Literal

from pydantic import model_validator

from anodex.models.inputs.quantities import Amount, given
from anodex.models.inputs.tables import Table
from anodex.models.materials import default

_sodium = partial(default, "sodium")

SLIMMEST = 120.0  # speed of a tip over that of its flanks: cells ahead of a flatter one fold

# what may stop a tip
STOPS = NEIGHBOUR, LAYER, BOX = (
    "a neighbouring void",
    "the boundary of the layer",
    "the end of the box",
)


class Evolution(Table):
    """How the void's surface moves."""

    moving: bool = False
    """Whether it does: flanks recede as the current dissolves them, and come back as it
    deposits."""
    tip: Literal["none", "given", "subcritical", "phase-field"] = "none"
    """How the tip runs ahead of its flanks: not at all; at a given speed; at one that grows with
    the stress intensity; or after a crack of fracture.model, as its faces dissolve. It runs while
    its flanks recede."""
    tip_speed: Annotated[float, Amount("um/s", gt=0, le=1e3)] = given("5 um/h")
    """Speed of the tip; with the subcritical law that at the reference intensity."""
    flank_speed: Annotated[float, Amount("um/s", gt=0, le=1e3)] | None = None
    """Speed of the flanks, back where the current deposits; left out: that of the current, the
    metal's molar volume times current density over Faraday's constant."""
    reference_intensity: Annotated[float, Amount("MPa*m^0.5", gt=0, le=1e3)] = given(
        "0.01 MPa*m^0.5"
    )
    """Stress intensity of an open tip at which the subcritical law gives tip_speed."""
    exponent: Annotated[float, Amount("", ge=0, le=60)] = 2.0
    """Exponent of the stress intensity over the reference in the subcritical law."""
    molar_volume: Annotated[float, Amount("um^3/amol", gt=0, le=1e-3)] = _sodium("molar_volume")
    """Molar volume of the metal that dissolves."""
    layer_length: Annotated[float, Amount("um", gt=0, le=1e5)] | None = None
    """Length of the interphase along the long axis, with the void in its middle; the run ends where
    the void has cut it in two."""
    neighbour_spacing: Annotated[float, Amount("um", gt=0, le=1e5)] | None = None
    """Distance of the centres of equal voids in a row; the run ends where their tips meet."""

    @property
    def ends(self) -> dict[str, float]:
        """Where a tip stops, and why: words -> place along x [um]."""
        given = {NEIGHBOUR: self.neighbour_spacing, LAYER: self.layer_length}
        return {words: length / 2 for words, length in given.items() if length is not None}

    @model_validator(mode="after")
    def _runs_ahead(self):
        if self.tip == "given" and self.flank_speed is not None:
            ratio = self.tip_speed / self.flank_speed
            if not 1 < ratio <= SLIMMEST:
                raise ValueError(
                    f"evolution.tip_speed ({self.tip_speed:g} um/s) is {ratio:.3g} times "
                    f"evolution.flank_speed ({self.flank_speed:g} um/s); a tip that runs ahead is "
                    f'1 to {SLIMMEST:g} times as fast; for a round one set tip = "none"'
                )
        return self
