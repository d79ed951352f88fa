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

from anodex.models.inputs.units import converted, cut, dimension, known_unit, meant, units

NUMBER_AND_UNIT = re.compile(
    r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(.*?)\s*", re.DOTALL
)
# The same for JSON Schema, whose regular expressions are those of ECMA.
WRITTEN = r"^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
WRITTEN_WITH_UNIT = WRITTEN + r"(\s+[^\s\d.,+#-]|\s+1\s*/|[^\s\d.,+#-])"
DECIMAL_COMMA = re.compile(r"\s*[+-]?\d*,\d")
LONGEST = 200  # characters of a number and its unit


def shown(given) -> str:
    """A value as the user wrote it in TOML, for an error message."""
    if isinstance(given, dict):
        return "a table"
    if isinstance(given, list):
        return "an array"
    if isinstance(given, bool):
        return str(given).lower()
    return f"'{cut(given)}'" if isinstance(given, str) else f"{given}"


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
        text = str(given)
        if len(text) > LONGEST:
            raise ValueError(f"{shown(text)} is too long for a quantity; {wanted}")
        if DECIMAL_COMMA.match(text):
            single = text.count(",") == 1 and "." not in text.partition(",")[2].split()[0]
            instead = f", '{cut(text.replace(',', '.').strip())}'" if single else ""
            raise ValueError(f"{shown(text)} has a comma; write a decimal point{instead}; {wanted}")
        match = NUMBER_AND_UNIT.fullmatch(text)
        if match is None:
            raise ValueError(f"{shown(given)} is no number; {wanted}")
        number, unit_text = match.groups()
        if not unit_text and self.unit:
            raise ValueError(f"{shown(given)} has no unit; {wanted}")
        unit = known_unit(unit_text, wanted, target)
        try:
            value = converted(float(number), unit, target)
        except pint.PintError:
            hint = meant(unit_text, target)
            raise ValueError(f"{shown(given)} is {dimension(unit)};{hint} {wanted}") from None
        except ArithmeticError:  # powers of a unit beyond all floats
            value = math.inf
        if not math.isfinite(value):
            raise ValueError(f"{shown(given)} is not finite; {wanted}")
        if not self.contains(value):
            raise ValueError(f"{shown(given)} is out of range; allowed: {self.allowed()}")
        return value


def has_unit(written: Any) -> bool:
    """Whether what a file gives is a text of a number and a unit."""
    match = NUMBER_AND_UNIT.fullmatch(written) if isinstance(written, str) else None
    return match is not None and bool(match[2])


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
