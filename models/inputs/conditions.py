"""Conditions that end a step of a protocol, as cases write them: `tip_von_mises > 5 MPa`."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol, Self

from anodex.models.inputs.quantities import Amount, shown
from anodex.models.inputs.spelling import near

WRITTEN = re.compile(r"\s*(\w+)\s*(<|>)\s*([^<>=]*?)\s*")
MOST_NEAR = 3  # names that are shown in place of an unknown one


class Named(Protocol):
    """What a condition may name: a quantity of the history."""

    @property
    def name(self) -> str: ...
    @property
    def unit(self) -> str: ...


@dataclass(frozen=True)
class Condition:
    """A quantity above or below a limit.

    Attributes
    ----------
    words
        As the case writes it.
    name
        Of the quantity.
    sign
        1 where it must be above the limit, -1 where below.
    limit
        In the unit of the quantity.
    """

    words: str
    name: str
    sign: float
    limit: float

    @classmethod
    def read(cls, words: str, units: Mapping[str, str]) -> Self:
        """The condition that a case writes; `units` are those of the quantities that it may name.

        Raises
        ------
        ValueError
            If it is no condition, or names another quantity or another unit.
        """
        match = WRITTEN.fullmatch(words)
        if match is None:
            raise ValueError(
                f"{shown(words)} is no condition; write a quantity, > or <, and a value with its "
                "unit"
            )
        name, relation, limit = match.groups()
        if name not in units:
            found = near(name, units, MOST_NEAR)
            listed = ", ".join(f"{known} [{units[known]}]" for known in found or units)
            raise ValueError(
                f"there is no quantity {shown(name)}; {'near ones' if found else 'known'}: {listed}"
            )
        unit = "" if units[name] == "1" else units[name]
        try:
            value = float(Amount(unit).parse(limit))
        except ValueError as error:
            raise ValueError(f"{shown(words)}: {error}") from None
        return cls(words, name, 1.0 if relation == ">" else -1.0, value)

    def excess(self, value: float) -> float:
        """By how much a value is beyond the limit, negative before it; nan for one that has no
        meaning.
        """
        return self.sign * (value - self.limit)


def units_of(quantities: Iterable[Named]) -> dict[str, str]:
    """Name -> unit of quantities."""
    return {quantity.name: quantity.unit for quantity in quantities}


def refuse_unknown(key: str, written: Iterable[str], units: Mapping[str, str]) -> None:
    """Refuse what is no condition on one of some quantities, name -> unit, under a key.

    Raises
    ------
    ValueError
        With the key, and the first of them.
    """
    for words in written:
        try:
            Condition.read(words, units)
        except ValueError as error:
            raise ValueError(f"{key}: {error}") from None
