"""Units: what a text may say, what it measures, and how a misspelt one is spelt right."""

import re
import unicodedata
from functools import lru_cache, partial

import pint

units = pint.UnitRegistry()

LONGEST = 100  # characters of a unit
WORD = r"[%°]|°?[^\W\d_][\w⁻]*"
# One or two digits after a sign, and no power of a power: the parser of units also does sums, and
# 9^9^9 would keep it busy for hours.
POWER = r"(?:\^|\*\*)\s*(?:[+-]?\d{1,2}(?:\.\d+)?|\(\s*[+-]?\d{1,2}(?:\.\d+)?\s*\))(?![\w.⁻])"
UNIT = re.compile(rf"(?:{WORD}|{POWER}(?!\s*(?:\^|\*\*))|\b1(?=\s*/)|[*/()]|\s+)*")

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

# Words that users write in other cases, or otherwise than the parser knows them.
COMMON = (
    "nm um mm cm m km s ms us min h Pa kPa MPa GPa mN N kN J kJ eV mV V uA mA A C K degC uohm mohm "
    "ohm kohm Mohm mS S nmol umol mmol mol mg g kg l ml"
)
RIGHT_WORDS = {word.casefold(): word for word in reversed(COMMON.split())} | {
    "°c": "degC",
    "oc": "degC",
    "celsius": "degC",
    "u": "um",
    "micrometre": "um",
    "sec": "s",
    "hr": "h",
    "ohms": "ohm",
    "ω": "ohm",
}
MOJIBAKE = r"Â(?=[µ°²³·])"  # what a wrong encoding leaves before some signs
RIGHT_SIGNS = (
    (r"[·⋅∙•\u00d7]", "*"),  # and the sign of multiplication
    (r"μ", "u"),
    (r"[\u2212\u2013]", "-"),  # minus and dash
    (r"÷", "/"),
    (r"(?<=[^\W\d])\.(?=[^\W\d])", "*"),  # ohm.cm
    (r"(?<=[^\W\d_])(-?\d{1,2})\b", r"^\1"),  # cm2, s-1
)


def dimension(unit: pint.Unit) -> str:
    """What a unit measures, with its article: `a length`; the unit itself where no word is
    known.
    """
    name = NAMES.get(unit.dimensionality)
    if name is None:
        return f"a quantity in {unit}"
    return f"an {name}" if name[0] in "aeiou" else f"a {name}"


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


def known_unit(text: str, wanted: str, target: pint.Unit | None = None) -> pint.Unit:
    """The unit that a text names.

    Parameters
    ----------
    text
        Words, `*`, `/`, and exponents after `^` or `**`; nothing else.
    wanted
        Ends the message of an error.
    target
        A unit of the dimension that is wanted, for the right spelling in the message.

    Raises
    ------
    ValueError
        If there is no such unit.
    """
    unit = parsed(text)
    if unit is None:
        raise ValueError(f"unit '{cut(text)}' is unknown;{meant(text, target)} {wanted}")
    return unit


@lru_cache(maxsize=2**12)
def parsed(text: str) -> pint.Unit | None:
    """The unit that a text names; None where it names none."""
    if len(text) > LONGEST or not UNIT.fullmatch(text):
        return None
    try:
        return units.parse_units(text)
    # pint lets through whatever its tokenizer and operators raise, even AssertionError
    except Exception:
        return None


def meant(text: str, target: pint.Unit | None) -> str:
    """Part of an error message, ` did you mean 'mA/cm^2'?`, where another spelling of a text
    measures the same as a unit; else empty.
    """
    if target is None or len(text) > LONGEST:
        return ""
    # one sign for each of a kind, and digits in place of raised ones
    spelt = unicodedata.normalize("NFKC", re.sub(MOJIBAKE, "", text))
    for pattern, right in RIGHT_SIGNS:
        spelt = re.sub(pattern, right, spelt)
    for only_unknown in (True, False):
        candidate = re.sub(WORD, partial(right_word, only_unknown=only_unknown), spelt)
        unit = parsed(candidate)
        if unit is not None and unit.dimensionality == target.dimensionality and candidate != text:
            return f" did you mean '{candidate}'?"
    return ""


def right_word(found: re.Match, only_unknown: bool) -> str:
    """A word of a unit as the parser knows it."""
    if only_unknown and parsed(found[0]) is not None:
        return found[0]
    return RIGHT_WORDS.get(found[0].casefold(), found[0].lower())


def cut(text: str, longest: int = 80) -> str:
    """A text for a message: on one line, and no longer than a reader takes in."""
    shown = "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text[:longest])
    return shown if len(text) <= longest else f"{shown}..."
