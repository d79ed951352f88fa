"""The reaction that turns sodium of the interphase into what takes more or less room."""

from functools import partial
from typing import Annotated

from anodex.models.inputs.quantities import Amount, given
from anodex.models.inputs.tables import Table
from anodex.models.materials import default

_nril = partial(default, "nril")


class Reaction(Table):
    """A change of volume of the whole interphase, as its sodium reacts."""

    product_volume_ratio: Annotated[float, Amount("", gt=0, le=10)] = _nril("product_volume_ratio")
    """Volume of what the reaction makes over that of the sodium it takes; below 1 the interphase
    shrinks."""
    conversion: Annotated[float, Amount("", ge=0, le=1)] = 0.0
    """Share of the interphase that has reacted at the end; 0 for no reaction."""
    duration: Annotated[float, Amount("s", gt=0, le=1e9)] = given("100 min")
    """Time from the start on in which the conversion rises, evenly."""

    def volume_strain(self, time: float) -> float:
        """Stress-free change of volume at a time [s], negative where the interphase shrinks."""
        reached = self.conversion * min(time / self.duration, 1.0)
        return (self.product_volume_ratio - 1) * reached

    def shrinkage(self, time: float) -> float:
        """By which a free interphase is shorter at a time [s], in every direction."""
        return -self.volume_strain(time) / 3
