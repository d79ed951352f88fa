"""Numbers with units: written with a unit in a case file, plain floats in the internal unit
inside.
"""

import math
import re
from dataclasses import dataclass
from typing import Any

import pint
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

units = pint.UnitRegistry()

NUMBER_AND_UNIT = re.compile(
    r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(.*?)\s*", re.DOTALL
)
# The same for JSON Schema, whose regular expressions are those of ECMA.
WRITTEN = r"^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
WRITTEN_WITH_UNIT = WRITTEN + r"(\s+\S|[^\s\d.])"
POWER = re.compile(r"(\^|\*\*)\s*\(?-?\d{1,2}(\.\d+)?\)?(?!\s*(\^|\*\*))")

EXAMPLES = {
    "pure number": "",
    "length": "m",
    "area": "m^2",
    "volume": "m^3",
    "time": "s",
    "rate": "1/s",
    "velocity": "m/s",
    "mass": "kg",
    "density": "kg/m^3",
    "temperature": "K",
    "force": "N",
    "stress": "Pa",
    "energy": "J",
    "surface energy or stiffness": "J/m^2",
    "fracture toughness": "Pa*m^0.5",
    "voltage": "V",
    "current": "A",
    "charge": "C",
    "current density": "A/m^2",
    "charge per area": "C/m^2",
    "conductivity": "S/m",
    "resistance": "ohm",
    "area-specific resistance": "ohm*m^2",
    "amount of substance": "mol",
    "concentration": "mol/m^3",
    "molar volume": "m^3/mol",
    "molar energy": "J/mol",
    "diffusivity": "m^2/s",
}
NAMES = {units.get_dimensionality(unit): name for name, unit in EXAMPLES.items()}


def dimension(unit: pint.Unit) -> str:
    """What a unit measures, with its article: `a length`; the unit itself where no word is
    known.
    """
    name = NAMES.get(unit.dimensionality)
    if name is None:
        return f"a quantity in {unit}"
    return f"an {name}" if name[0] in "aeiou" else f"a {name}"


def shown(given) -> str:
    """A value as the user wrote it in TOML, for an error message."""
    if isinstance(given, dict):
        return "a table"
    if isinstance(given, list):
        return "an array"
    if isinstance(given, bool):
        return str(given).lower()
    return f"'{given}'" if isinstance(given, str) else f"{given}"


@dataclass(frozen=True)
class Amount:
    """Marks a number that a case file gives with a unit and the code holds as a float in the
    internal unit: `length: Annotated[float, Amount("um", gt=0)] = given("60 um")`.

    It is no `Quantity`: that is a number which a run reports.

    Attributes
    ----------
    unit
        Internal unit as a pint expression (`"um"`, `"A/m^2"`); `""` for a pure number, which a case
        file may give plainly.
    gt, ge, lt, le
        Bounds in that unit.
    words
        What may stand in place of a number, such as `"rigid"`; the code then holds the word, and
        the type says so: `Annotated[float | Literal["rigid"], Amount("N/um", words=("rigid",))]`.
    """

    unit: str
    gt: float | None = None
    ge: float | None = None
    lt: float | None = None
    le: float | None = None
    words: tuple[str, ...] = ()

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """How pydantic reads the key: what was written is parsed before the type is checked."""
        return core_schema.no_info_before_validator_function(self.parse, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """JSON schema of what a case file may write.

        The bounds are in `unit`; in JSON Schema they bind plain numbers alone, so that a text with
        another unit passes and is checked when the case is read.
        """
        bounds = {
            "exclusiveMinimum": self.gt,
            "minimum": self.ge,
            "exclusiveMaximum": self.lt,
            "maximum": self.le,
        }
        number = {
            "type": "string" if self.unit else ["number", "string"],
            "pattern": WRITTEN_WITH_UNIT if self.unit else WRITTEN,
            "unit": self.unit,
            **{name: bound for name, bound in bounds.items() if bound is not None},
            "examples": [self.example()],
        }
        return {"anyOf": [number, {"enum": list(self.words)}]} if self.words else number

    def example(self) -> str | float:
        """A value that keeps the bounds, as a case file would write it."""
        low = self.ge if self.gt is None else self.gt
        high = self.le if self.lt is None else self.lt
        between = 0.0 if low is None or high is None else (low + high) / 2
        kept = next(
            value
            for value in (1.0, between, self.ge, self.le)
            if value is not None and self.contains(value)
        )
        return self.with_unit(kept) if self.unit else kept

    def with_unit(self, value: float) -> str:
        """`60 um`; the number alone where the unit is empty."""
        return f"{value:g} {self.unit}".rstrip()

    def allowed(self) -> str:
        """The bounds in words: `0 um < value <= 1000 um`."""
        below = [
            f"{self.with_unit(bound)} {sign} "
            for bound, sign in ((self.gt, "<"), (self.ge, "<="))
            if bound is not None
        ]
        above = [
            f" {sign} {self.with_unit(bound)}"
            for bound, sign in ((self.lt, "<"), (self.le, "<="))
            if bound is not None
        ]
        return "".join([*below, "value", *above])

    def contains(self, value: float) -> bool:
        """Whether a value in the internal unit keeps the bounds."""
        return (
            (self.gt is None or value > self.gt)
            and (self.ge is None or value >= self.ge)
            and (self.lt is None or value < self.lt)
            and (self.le is None or value <= self.le)
        )

    def parse(self, given) -> float | str:
        """Value in the internal unit of a text such as `60 um`, or of a plain number where the unit
        is empty; or one of the words.

        Raises
        ------
        ValueError
            If there is no number, no unit, an unknown or wrong one, or the value is out of bounds
            or not finite.
        """
        if given in self.words:
            return given
        target = units.parse_units(self.unit)
        wanted = " or ".join(
            [
                f"{dimension(target)} is wanted, for example '{self.with_unit(1)}'",
                *map(shown, self.words),
            ]
        )
        if isinstance(given, bool) or not isinstance(given, str | int | float):
            raise ValueError(f"{shown(given)} is no number; {wanted}")
        match = NUMBER_AND_UNIT.fullmatch(str(given))
        if match is None:
            raise ValueError(f"{shown(given)} is no number; {wanted}")
        number, unit_text = match.groups()
        if not unit_text and self.unit:
            raise ValueError(f"{shown(given)} has no unit; {wanted}")
        unit = known_unit(unit_text, wanted)
        try:
            value = converted(float(number), unit, target)
        except pint.PintError:
            raise ValueError(f"{shown(given)} is {dimension(unit)}; {wanted}") from None
        if not math.isfinite(value):
            raise ValueError(f"{shown(given)} is not finite; {wanted}")
        if not self.contains(value):
            raise ValueError(f"{shown(given)} is out of range; allowed: {self.allowed()}")
        return value


def converted(value: float, unit: pint.Unit, target: pint.Unit) -> float:
    """A value in another unit of the same dimension, exactly the same one where the unit stays.

    Raises
    ------
    pint.DimensionalityError
        If the units measure different things.
    """
    if unit == target:
        return value
    # Conversion factors leave noise behind the 15th digit (0.7 nm -> 0.0007000000000000001 um);
    # users write round numbers.
    return float(f"{units.Quantity(value, unit).to(target).magnitude:.15g}")


def known_unit(text: str, wanted: str) -> pint.Unit:
    """The unit that a text names.

    Raises
    ------
    ValueError
        If there is no such unit; `wanted` ends the message.
    """
    # The unit parser also does sums: 9^9^9 would keep it busy for hours. Powers of names are all
    # that a unit needs.
    rest = POWER.sub("", text)
    if re.fullmatch(r"(\b1\b|[^\d^;])*", rest):
        try:
            return units.parse_units(text)
        # pint lets through whatever its tokenizer and operators raise, even AssertionError
        except Exception:
            pass
    raise ValueError(f"unit '{text}' is unknown; {wanted}") from None


class Given(str):
    """A default as a case file would write it.

    Attributes
    ----------
    origin
        Material and property of the data base that it is a value of; None for any other.
    """

    origin: tuple[str, str] | None = None


def given(text: str, origin: tuple[str, str] | None = None) -> Any:
    """Default of a key as a case file would write it; pydantic turns it into what the key holds,
    which is why type checkers are told nothing about it.
    """
    default = Given(text)
    default.origin = origin
    return default
