"""The tables of a cell-stack case that say what there is: geometry, powder, tube, lithium."""

from functools import partial
from typing import Annotated, ClassVar, Literal

from pydantic import model_validator

from anodex.models.inputs import lithium_flow
from anodex.models.inputs.choices import Choice
from anodex.models.inputs.lithium_flow import StressFloor
from anodex.models.inputs.quantities import Amount, given
from anodex.models.inputs.tables import Table
from anodex.models.materials import default

_powder, _ptfe = (partial(default, name) for name in ("li6ps5cl", "ptfe"))

ROOM = 298.0  # K


class GeometryTable(Table):
    """The stack between its rods."""

    type: str
    inner_radius: Annotated[float, Amount("um", gt=10, le=1e5)] = given("3.175 mm")
    """Inner radius of the tube, and radius of rods and foil; half the width of a pouch."""
    pellet_mass: Annotated[float, Amount("mg", gt=0, le=1e6)] = given("60 mg")
    """Mass of the electrolyte's powder."""
    initial_relative_density: Annotated[float, Amount("", gt=0.2, lt=0.9)] = _powder(
        "powder_density"
    )
    """Density of the loose powder over that without pores."""
    foil_thickness: Annotated[float, Amount("um", gt=1, le=5000)] = given("250 um")
    """Thickness of the lithium foil."""
    gap_length: Annotated[float, Amount("um", gt=10, le=1e5)] = given("3 mm")
    """Length of the gap from the face of the rod to the far end, where lithium comes out."""
    refinement: Annotated[float, Amount("", ge=0.25, le=16)] = 1.0
    """Divides all cell sizes."""


class Die(GeometryTable):
    """A stack that is pressed in a tube."""

    type: Literal["die"] = "die"
    """'die': pressed and stacked in a tube, axisymmetric."""
    tube_outer_radius: Annotated[float, Amount("um", gt=10, le=1e6)] = given("6.35 mm")
    """Outer radius of the tube."""
    gap: Annotated[float, Amount("um", gt=0, le=1e4)] | None = None
    """Gap between rod and tube, all along; left out: what the compaction leaves."""

    @model_validator(mode="after")
    def _fits(self):
        if self.tube_outer_radius <= 1.05 * self.inner_radius:
            raise ValueError(
                f"geometry.tube_outer_radius ({self.tube_outer_radius:g} um) must exceed "
                f"geometry.inner_radius ({self.inner_radius:g} um) "
                "by at least 5 %: the wall between them carries the pressure"
            )
        wall = self.tube_outer_radius - self.inner_radius
        if self.gap is not None and self.gap >= wall:
            raise ValueError(
                f"geometry.gap ({self.gap:g} um) must be smaller than the wall of the tube, "
                "geometry.tube_outer_radius - "
                f"geometry.inner_radius = {wall:g} um"
            )
        return self


class Pouch(GeometryTable):
    """A wide stack between plates."""

    type: Literal["pouch"] = "pouch"
    """'pouch': a wide stack between plates without a tube, in the plane."""


Geometry = Annotated[Die | Pouch, Choice("type")]


class Powder(Table):
    """The electrolyte, pressed from powder: elastic-plastic with a cap that its density hardens."""

    density: Annotated[float, Amount("g/cm^3", gt=0.1, le=20)] = _powder("density")
    """Density without pores."""
    young_modulus: Annotated[float, Amount("MPa", gt=0, le=1e6)] = _powder("young_modulus")
    """Young's modulus without pores."""
    poisson_ratio: Annotated[float, Amount("", ge=0, lt=0.5)] = _powder("poisson_ratio")
    """Poisson's ratio."""
    porosity_softening: Annotated[float, Amount("", ge=0, le=20)] = _powder("porosity_softening")
    """b in Young's modulus = that without pores times exp(-b (1 - D)), D the relative density."""
    heckel_constant: Annotated[float, Amount("1/MPa", gt=0, le=1)] = _powder(
        "heckel_constant_in_tube"
    )
    """ln((1-D0)/(1-D)) over the axial pressure in a rigid die without friction, where D0 is
    geometry.initial_relative_density."""
    cap_aspect: Annotated[float, Amount("", gt=0.1, le=3)] = 1.2
    """Half axes of the yield ellipse: von Mises stress over pressure."""
    tension_ratio: Annotated[float, Amount("", gt=0, le=1)] = 0.05
    """Strength in hydrostatic tension over that in compression."""


class Tube(Table):
    """The die, elastic-plastic with linear hardening."""

    compliant: bool = True
    """Whether the lithium's pressure opens it in the stages after the compaction."""
    young_modulus: Annotated[float, Amount("MPa", gt=0, le=1e6)] = _ptfe("young_modulus")
    """Young's modulus."""
    poisson_ratio: Annotated[float, Amount("", ge=0, lt=0.499)] = _ptfe("poisson_ratio")
    """Poisson's ratio."""
    yield_strength: Annotated[float, Amount("MPa", gt=0, le=1e5)] = _ptfe("yield_strength")
    """Stress at which it yields at first."""
    hardening_modulus: Annotated[float, Amount("MPa", ge=0, le=1e5)] = _ptfe("hardening_modulus")
    """Growth of the yield stress over plastic strain."""
    retardation_time: Annotated[float, Amount("s", ge=1, le=1e6)] = given("1 min")
    """Time in which the wall nears what the lithium's pressure asks for, as a polymer does: a
    choice; the compaction knows no rates."""
    sleeve: bool = False
    """Whether a rigid sleeve holds the tube from outside."""


class AthermalFlow(lithium_flow.AthermalFlow):
    """Lithium with a power law at room temperature."""

    stress_floor: StressFloor = 0.05
    temperature: ClassVar[float] = ROOM  # no key


class ThermalFlow(lithium_flow.ThermalFlow):
    """Lithium with a power law at a temperature."""

    stress_floor: StressFloor = 0.05
    temperature: Annotated[float, Amount("K", ge=200, le=450)] = given("298 K")
    """Temperature of the lithium."""


class HardeningFlow(lithium_flow.HardeningFlow):
    """Lithium that hardens as it creeps."""

    stress_floor: StressFloor = 0.05
    temperature: Annotated[float, Amount("K", ge=200, le=450)] = given("298 K")
    """Temperature of the lithium."""


class NewtonianFlow(lithium_flow.NewtonianFlow):
    """Lithium as a viscous liquid."""

    # No key: the viscosity is the same at every stress, but stresses are measured with it.
    stress_floor: ClassVar[float] = 0.05
    temperature: ClassVar[float] = ROOM


Flow = Annotated[AthermalFlow | ThermalFlow | HardeningFlow | NewtonianFlow, Choice("law")]
