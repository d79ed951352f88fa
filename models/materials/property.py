"""Material values that say where they come from."""

from dataclasses import dataclass
from enum import Enum

import pint

from anodex.models.inputs.units import converted, dimension, known_unit


class Origin(Enum):
    """How a value came about: the reader decides how far to trust it."""

    MEASURED = "measured, in the cited source"
    FOUND = "stated in the cited source, not measured there"
    DERIVED = "derived from cited values"
    CALIBRATED = "calibrated to a published result"
    CHOSEN = "a choice, no source"
    MEMORY = "from memory, source not at hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """A value with its unit, the range in which to trust or sweep it, its source and its origin.

    Raises
    ------
    ValueError
        If the unit is unknown, the value lies outside its own range, or the source is empty.
    """

    value: float
    unit: str
    low: float
    high: float
    source: str
    origin: Origin
    note: str = ""

    def __post_init__(self):
        known_unit(self.unit, "a property needs a unit, or '' for a pure number")
        if not self.low <= self.value <= self.high:
            raise ValueError(f"{self} lies outside its own range {self.low:g} to {self.high:g}")
        if not self.source.strip():
            raise ValueError("a property without a source")

    def __str__(self) -> str:
        """The value as a case file gives it: `4.6 GPa`."""
        return f"{self.value!r} {self.unit}".rstrip()

    def to(self, unit: str) -> float:
        """The value in another unit of the same dimension.

        Raises
        ------
        ValueError
            If the unit is unknown or of another dimension.
        """
        own = known_unit(self.unit, "")
        target = known_unit(
            unit, f"a unit for {dimension(own)} is wanted, for example '{self.unit}'"
        )
        try:
            return converted(self.value, own, target)
        except pint.DimensionalityError:
            raise ValueError(
                f"'{unit}' is for {dimension(target)}; a unit for {dimension(own)} is wanted, for "
                f"example '{self.unit}'"
            ) from None
