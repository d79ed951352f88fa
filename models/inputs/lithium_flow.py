"""The laws by which lithium creeps, as systems offer them; their numbers are in
`anodex.models.materials.lithium_creep`.
"""

from typing import Annotated, Literal

from pydantic import Field

from anodex.models.inputs.quantities import Amount, given
from anodex.models.inputs.tables import Table

# A type with its meaning, as each system gives this key another default.
StressFloor = Annotated[
    float,
    Amount("", gt=0, le=1),
    Field(
        description="Creep turns Newtonian below this share of the stress that the law gives at a "
        "typical strain rate."
    ),
]


class LithiumFlow(Table):
    """How lithium creeps away from where it is plated."""

    law: str
    wall: Literal["stick", "slip"] = "stick"
    """Whether lithium sticks to the walls along which it flows, or slips."""


class RoyFlow(LithiumFlow):
    """Power law at room temperature."""

    law: Literal["roy"] = "roy"
    """'roy': power law of Roy, Fleck and Deshpande (2021), at room temperature."""


class ThermalFlow(LithiumFlow):
    """Power laws with an activation energy."""

    law: Literal["lepage", "anand-saturated"] = "lepage"
    """'lepage': power law of LePage et al. (2019), which knows the temperature; 'anand-saturated':
    law of Anand and Narayan (2019) at saturation, which knows the temperature."""


class NewtonianFlow(LithiumFlow):
    """A viscous liquid."""

    law: Literal["newtonian"] = "newtonian"
    """'newtonian': a liquid of constant viscosity."""
    viscosity: Annotated[float, Amount("MPa*s", gt=0, le=1e12)] = given("1e4 MPa*s")
    """Shear viscosity."""
