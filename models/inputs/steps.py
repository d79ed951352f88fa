"""Lengths of time steps, as all cases with time steps give them."""

from typing import Annotated

from pydantic import Field, model_validator

from anodex.models.inputs.quantities import Amount
from anodex.models.inputs.tables import Table

# Types with their meaning, as each system gives these keys other defaults.
FirstStep = Annotated[float, Amount("s", gt=0), Field(description="Length of the first step.")]
SmallestStep = Annotated[
    float,
    Amount("s", gt=0),
    Field(description="Shortest step that is tried before a run gives up."),
]
LargestStep = Annotated[float, Amount("s", gt=0), Field(description="Longest step.")]


class TimeSteps(Table):
    """The table `numerics` of a case with time steps; each system gives its own defaults."""

    first_step: FirstStep
    smallest_step: SmallestStep
    largest_step: LargestStep

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
