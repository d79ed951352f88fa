"""Keys of charge-transfer kinetics that several systems share."""

from typing import Annotated

from anodex.models.inputs.quantities import Amount
from anodex.models.inputs.tables import Table


class Transfer(Table):
    """How the rates of both directions of a charge transfer grow with the overpotential."""

    anodic_coefficient: Annotated[float, Amount("", gt=0, lt=1)] = 0.5
    """Charge-transfer coefficient of the direction that dissolves metal."""
    cathodic_coefficient: Annotated[float, Amount("", gt=0, lt=1)] = 0.5
    """Charge-transfer coefficient of the direction that plates metal."""
