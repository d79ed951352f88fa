"""How far the interface of a case is plated and stripped."""

from typing import Annotated

from pydantic import Field

from anodex.models.inputs.quantities import Amount, given
from anodex.models.inputs.tables import Table


class Plating(Table):
    """Cycles in which the interface moves by its local current, as it does where the electrolyte
    gives way; in an electrolyte that keeps its shape nothing moves.
    """

    cycles: Annotated[int, Field(ge=0, le=1000)] = 0
    """How often the interface is plated, at loading.current_density, and stripped; 0: it rests."""
    capacity: Annotated[float, Amount("pC/um^2", gt=0, le=3.6e6)] = given("0.2 mA*hour/cm^2")
    """Charge of each half of a cycle over the plan area."""
    stripping_current_density: Annotated[float, Amount("A/m^2", gt=0, le=1e5)] = given(
        "0.2 mA/cm^2"
    )
    """Current density over the plan area at which lithium is stripped."""
    step_tolerance: Annotated[float, Amount("um", gt=0, le=100)] = given("0.02 um")
    """Largest error of the place of the interface in a step."""
