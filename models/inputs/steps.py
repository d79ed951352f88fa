"""Lengths of time steps, as all cases with time steps give them."""

from pydantic import model_validator

from anodex.models.inputs.quantities import quantity
from anodex.models.inputs.tables import Table


class TimeSteps(Table):
    """The table `numerics` of a case with time steps; each system gives its own defaults."""

    first_step: quantity("s", gt=0)
    smallest_step: quantity("s", gt=0)
    largest_step: quantity("s", gt=0)

    @model_validator(mode="after")
    def _ordered(self):
        if not self.smallest_step <= self.first_step <= self.largest_step:
            raise ValueError(
                "steps must be ordered numerics.smallest_step <= numerics.first_step <= "
                "numerics.largest_step, "
                f"but are {self.smallest_step:g} s, {self.first_step:g} s, {self.largest_step:g} "
                "s; change the one that is out of order"
            )
        return self
