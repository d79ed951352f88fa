"""Ranges of keys: those of the material data base, and those that a file gives."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

import pint

from anodex.models.errors import InputError
from anodex.models.inputs.keys import keys_of
from anodex.models.inputs.quantities import NUMBER_AND_UNIT, shown
from anodex.models.inputs.spelling import hint
from anodex.models.inputs.tables import Table, origin_of, place_of
from anodex.models.inputs.taken import material_values
from anodex.models.inputs.units import known_unit
from anodex.models.materials.named_sets import of_data_base
from anodex.scripts.sweep_table import converted

# in place of a range: that of the value in the material files of the case, or in the data base
DATABASE = "database"
DECADE = 10.0


@dataclass(frozen=True)
class Range:
    """Lowest and highest value of a key, in a unit; "" for plain numbers."""

    low: float
    high: float
    unit: str

    @property
    def is_logarithmic(self) -> bool:
        """Whether the ends are a decade or more apart: the logarithm is then even in draws, as
        otherwise all but none would fall into the lowest decade.
        """
        return self.low > 0 and self.high >= DECADE * self.low

    def at(self, share: float) -> float:
        """The value that this share of the draws lies below, with six digits, which a reader
        takes in.
        """
        exact = (
            self.low * (self.high / self.low) ** share
            if self.is_logarithmic
            else self.low + share * (self.high - self.low)
        )
        return min(max(float(f"{exact:.6g}"), self.low), self.high)

    def written(self, value: float) -> str | float:
        """A value as a case file gives it."""
        return f"{value!r} {self.unit}" if self.unit else value


def read_range(case: Table, key: str, given: Any, origin: str) -> Range:
    """Range of a key of a case.

    Parameters
    ----------
    given
        As a file writes it: two values, or "database".
    origin
        Begins the message of an error: file and key.

    Raises
    ------
    InputError
        If there is no such key, if the data base has no range for it, or if `given` is no range.
    """
    refuse_unknown_key(case, key, origin)
    if given == DATABASE:
        return _of_data_base(case, key, origin)
    if not isinstance(given, list) or len(given) != 2:
        raise InputError(
            f"{origin}: {shown(given)} is no range; give the lowest and the highest value, such as "
            '["1 um", "5 um"]'
        )
    (low, unit), (high, other) = (_number_and_unit(value, origin) for value in given)
    if bool(unit) != bool(other):
        raise InputError(f"{origin}: only one of {given[0]!r} and {given[1]!r} has a unit")
    try:
        high = converted(high, other, unit) if unit else high
    except pint.PintError:
        raise InputError(
            f"{origin}: {given[0]!r} and {given[1]!r} do not measure the same"
        ) from None
    if not (isfinite(low) and isfinite(high)):
        raise InputError(f"{origin}: a range has finite ends")
    if low >= high:
        raise InputError(f"{origin}: {given[0]!r} is not below {given[1]!r}; give the lower first")
    return Range(low, high, unit)


def refuse_unknown_key(case: Table, key: str, origin: str) -> None:
    """Refuse a key that a case does not have.

    Raises
    ------
    InputError
        With the nearest known one.
    """
    if place_of(case, key)[0] is None:
        names = [entry.name for entry in keys_of(type(case)) if place_of(case, entry.name)[0]]
        raise InputError(f"{origin}: the case has no key '{key}'{hint(key, names)}")


def _of_data_base(case: Table, key: str, origin: str) -> Range:
    found = origin_of(case, key)
    if found is None:
        known = [entry.name for entry in keys_of(type(case)) if origin_of(case, entry.name)]
        raise InputError(
            f"{origin}: the material data base has no range for '{key}'; give one, such as "
            f'["1 um", "5 um"], or leave the key out; with a range are: {", ".join(known)}'
        )
    value = material_values(case).get(found, of_data_base(found)).entry
    return Range(value.low, value.high, value.unit)


def _number_and_unit(value: Any, origin: str) -> tuple[float, str]:
    match = None if isinstance(value, bool) else NUMBER_AND_UNIT.fullmatch(str(value))
    if match is None or not isinstance(value, str | int | float):
        raise InputError(f"{origin}: {shown(value)} is no number; give one with its unit")
    try:
        known_unit(match[2], "a unit is wanted, or none for a pure number")
    except ValueError as error:
        raise InputError(f"{origin}: {error}") from None
    return float(match[1]), match[2]


def read_ranges(case: Table, given: Mapping[str, Any], origin: str) -> dict[str, Range]:
    """Ranges of all keys; `origin` begins the message of an error.

    Raises
    ------
    InputError
        As `read_range`, with all the mistakes.
    """
    found, wrong = {}, []
    for key, written in given.items():
        try:
            found[key] = read_range(case, key, written, f"key '{key}'")
        except InputError as error:
            wrong.append(str(error))
    if wrong:
        raise InputError("\n  ".join([f"{origin}:", *wrong]))
    return found
