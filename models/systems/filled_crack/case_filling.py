"""The metal in the crack: how fast it is plated there, and squeezed out."""

from functools import partial
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import model_validator

from anodex.models.fracture.filled_crack import extrusion_velocity, extrusion_weight
from anodex.models.inputs.quantities import Amount, given
from anodex.models.inputs.tables import Table
from anodex.models.laws.constants import FARADAY
from anodex.models.laws.creep import PowerLaw
from anodex.models.materials import default
from anodex.models.materials.lithium import LITHIUM
from anodex.models.materials.lithium_creep import PUBLISHED

_sodium, _electrolyte = partial(default, "sodium"), partial(default, "li6ps5cl")
USUAL_CURRENT = 10.0  # A/m^2


class FillingTable(Table):
    """The metal that is plated on the faces of the crack."""

    flow_keys: ClassVar[tuple[str, ...]]
    metal: str
    current_density: Annotated[float, Amount("A/m^2", gt=0, le=1e6)] | None = None
    """Current density on both faces; 1 mA/cm^2 where the overpotential is left out, too."""
    overpotential: Annotated[float, Amount("V", gt=0, le=1)] | None = None
    """Drives plating in place of a given current: less F times it over the molar volume, the
    pressure stalls plating."""
    area_resistance: Annotated[float, Amount("V*um^2/pA", gt=0, le=1e9)] = _electrolyte(
        "interface_resistance"
    )
    """Charge-transfer resistance times area; it counts with an overpotential."""
    extrusion: bool = False
    """Whether the metal is squeezed out of the mouth of the crack."""
    slot_width: Annotated[float, Amount("um", gt=0, le=1e3)] = given("1 um")
    """Distance of the faces through which it is squeezed: rough faces do not close, and the elastic
    opening is too narrow."""

    @model_validator(mode="after")
    def _one_drive(self):
        if self.current_density is not None and self.overpotential is not None:
            raise ValueError(
                "filling.current_density and filling.overpotential both drive plating; give one of "
                "them"
            )
        return self

    if TYPE_CHECKING:  # a key of sodium, a constant of lithium

        @property
        def molar_volume(self) -> float:
            """Omega [um^3/amol]."""

    @property
    def gives_current(self) -> bool:
        """Whether what is plated is known and stays in the crack."""
        return self.overpotential is None and not self.extrusion

    def creep(self) -> PowerLaw:
        """Law of the metal's creep."""
        raise NotImplementedError

    def current(self, pressure: float) -> float:
        """Current density [A/m^2] that plates under a pressure [MPa]."""
        if self.overpotential is None:
            return self.current_density or USUAL_CURRENT
        shift = self.molar_volume * pressure / FARADAY
        return (self.overpotential - shift) / self.area_resistance

    def velocity(self, pressure: float) -> float:
        """Thickness of metal that is plated on a face in a time [um/s]."""
        return self.molar_volume / FARADAY * self.current(pressure)

    def current_of(self, velocity: float) -> float:
        """Current density [A/m^2] that plates a thickness in a time [um/s]."""
        return FARADAY / self.molar_volume * velocity

    def outflow(self, excess: float, length: float) -> float:
        """What is squeezed out, over the area of the faces [um/s], of a crack of a length [um];
        metal is pressed in where its pressure is below that of the mouth.

        Parameters
        ----------
        excess
            Pressure [MPa] over that at the mouth: an even one that opens the crack as far as that
            of the flow, which falls towards the mouth.
        """
        if not self.extrusion:
            return 0.0
        law = self.creep()
        drop = abs(excess) / extrusion_weight(1.0, law.exponent)
        speed = extrusion_velocity(law, drop, length, self.slot_width / 2)
        return speed if excess > 0 else -speed


class LithiumFilling(FillingTable):
    """Lithium."""

    flow_keys: ClassVar[tuple[str, ...]] = ("slot_width", "creep_law", "temperature")
    metal: Literal["lithium"] = "lithium"
    """'lithium', which creeps by a published law."""
    creep_law: Literal[tuple(PUBLISHED)] = "roy"  # type: ignore  # words that the database has
    """Law of its creep: that of Roy, Fleck and Deshpande, at room temperature, of LePage et al. or
    of Anand and Narayan at saturation."""
    temperature: Annotated[float, Amount("K", ge=200, le=450)] = given("298 K")
    """Of the creep, where the law knows it."""

    @property
    def molar_volume(self) -> float:
        """Omega [um^3/amol]."""
        return LITHIUM["molar_volume"].to("um^3/amol")

    def creep(self) -> PowerLaw:
        """Law of its creep."""
        return PUBLISHED[self.creep_law].power_law(self.temperature)


class SodiumFilling(FillingTable):
    """Sodium."""

    flow_keys: ClassVar[tuple[str, ...]] = ("slot_width", "creep_prefactor", "creep_exponent")
    metal: Literal["sodium"] = "sodium"
    """'sodium', which creeps by a power law."""
    creep_prefactor: Annotated[float, Amount("1/s", gt=0, le=1e6)] = given("0.53 1/s")
    """Creep rate at a von Mises stress of 1 MPa."""
    creep_exponent: Annotated[float, Amount("", ge=1, le=12)] = _sodium("creep_exponent")
    """Power of the stress in the creep rate."""
    molar_volume: Annotated[float, Amount("um^3/amol", gt=0, le=1e-3)] = _sodium("molar_volume")
    """Molar volume of the metal."""

    def creep(self) -> PowerLaw:
        """Law of its creep."""
        return PowerLaw(self.creep_prefactor, self.creep_exponent)
