"""The laws by which lithium creeps, as systems offer them: those that
`anodex.models.materials.lithium_creep` publishes, and a liquid.
"""

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field

from anodex.models.inputs.quantities import Amount, given
from anodex.models.inputs.tables import Table
from anodex.models.laws.creep import PowerLaw
from anodex.models.laws.hardening import AnandLaw
from anodex.models.materials import default
from anodex.models.materials.lithium_creep import PUBLISHED, anand, newtonian

# A type with its meaning, as each system gives this key another default.
StressFloor = Annotated[
    float,
    Amount("", gt=0, le=1),
    Field(
        description="Creep turns Newtonian below this share of the stress, above a yield stress, "
        "that the law gives at a typical strain rate."
    ),
]
ATHERMAL, THERMAL = (
    tuple(name for name, law in PUBLISHED.items() if law.is_thermal == is_thermal)
    for is_thermal in (False, True)
)


def _words(names: tuple[str, ...]) -> str:
    return "; ".join(f"'{name}': {PUBLISHED[name].words}" for name in names) + "."


class LithiumFlow(Table):
    """How lithium creeps away from where it is plated."""

    law: str
    wall: Literal["stick", "slip"] = "stick"
    """Whether lithium sticks to the walls along which it flows, or slips."""

    def hardened(self, temperature: float) -> AnandLaw | None:
        """Law of creep and resistance at a temperature [K]; None where lithium does not harden."""
        return None


class YieldingFlow(LithiumFlow):
    """A published power law, with or without a yield stress."""

    yield_stress: Annotated[float, Amount("MPa", ge=0, le=100)] = given("0 MPa")
    """Von Mises stress below which lithium does not creep; the law takes what is above it."""

    def creep(self, temperature: float) -> PowerLaw:
        """Law of the creep at a temperature [K]."""
        return replace(PUBLISHED[self.law].power_law(temperature), yield_stress=self.yield_stress)


class AthermalFlow(YieldingFlow):
    """Laws without a temperature."""

    # The type checker wants words here, which only the database has.
    law: Literal[ATHERMAL] = Field(default=ATHERMAL[0], description=_words(ATHERMAL))  # type: ignore


class ThermalFlow(YieldingFlow):
    """Laws with an activation energy."""

    law: Literal[THERMAL] = Field(default=THERMAL[0], description=_words(THERMAL))  # type: ignore


class HardeningFlow(LithiumFlow):
    """Lithium that hardens as it creeps; for systems in time."""

    law: Literal["anand"] = "anand"
    """'anand': law of Anand and Narayan (2019) with its hardening."""
    initial_resistance: Annotated[float, Amount("MPa", gt=0, le=100)] = default(
        "lithium", "anand_initial_resistance"
    )
    """Resistance to creep of lithium that has not crept, the foil's and that plated."""
    hardening: Annotated[float, Amount("MPa", ge=0, le=1e10)] = default(
        "lithium", "anand_hardening"
    )
    """Growth of the resistance over strain, far below saturation."""

    def hardened(self, temperature: float) -> AnandLaw:
        """Law of creep and resistance at a temperature [K]."""
        return anand(temperature, self.initial_resistance, self.hardening)

    def creep(self, temperature: float) -> PowerLaw:
        """Law of the creep at a temperature [K] of lithium that has not crept."""
        return self.hardened(temperature).power_law


class NewtonianFlow(LithiumFlow):
    """A viscous liquid."""

    law: Literal["newtonian"] = "newtonian"
    """'newtonian': a liquid of constant viscosity."""
    viscosity: Annotated[float, Amount("MPa*s", gt=0, le=1e12)] = given("1e4 MPa*s")
    """Shear viscosity."""

    def creep(self, temperature: float) -> PowerLaw:
        """The same at every temperature."""
        return newtonian(self.viscosity)
