"""Numbers with units: what is accepted, what is refused and in which words."""

import re
import time
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from anodex.models.inputs.quantities import Amount


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("60 um", "um", 60.0),
        ("60um", "um", 60.0),
        (" 0.02 mm ", "um", 20.0),
        ("60 µm", "um", 60.0),
        (".5e-3 m", "um", 500.0),
        ("70 min", "s", 4200.0),
        ("-20 MPa", "MPa", -20.0),
        ("4.6 GPa", "MPa", 4600.0),
        ("0.1 mA/cm^2", "A/m^2", 1.0),
        ("0.3 mA/cm**2", "A/m^2", 3.0),
        ("1e-12 m^2/s", "um^2/s", 1.0),
        ("1 mol/l", "mol/m^3", 1000.0),
        ("1 mol/m^3", "amol/um^3", 1.0),
        ("23.7e-6 m^3/mol", "um^3/amol", 23.7e-6),
        ("0.53 1/(MPa^5*s)", "MPa^-5/s", 0.53),
        ("0.23 MPa*m^0.5", "MPa*um^0.5", 230.0),
        ("298 K", "K", 298.0),
        ("25 degC", "K", 298.15),
        ("-10 degC", "K", 263.15),
        ("1 S/m", "pA/(V*um)", 1e6),
        ("1 J/m^2", "pJ/um^2", 1.0),
        ("10 ohm*cm^2", "V*um^2/pA", 1e-3),
        ("0.33", "", 0.33),
        (0.33, "", 0.33),
        (3, "", 3.0),
        ("33 %", "", 0.33),
        ("1 degC/s", "K/s", 1.0),
    ],
)
def test_a_value_is_held_in_the_internal_unit(text, unit, value):
    assert Amount(unit).parse(text) == value


@pytest.mark.parametrize(
    ("given_value", "unit", "message"),
    [
        ("60 s", "um", "'60 s' is a time; a length is wanted, for example '1 um'"),
        ("60 um", "", "'60 um' is a length; a pure number is wanted, for example '1'"),
        (
            "1 um^7",
            "s",
            "'1 um^7' is a quantity in micrometer ** 7; a time is wanted, for example '1 s'",
        ),
        (
            "1 mA",
            "A/m^2",
            "'1 mA' is a current; a current density is wanted, for example '1 A/m^2'",
        ),
        (60, "um", "60 has no unit; a length is wanted, for example '1 um'"),
        (60.5, "um", "60.5 has no unit"),
        ("60", "um", "'60' has no unit"),
        (True, "", "true is no number; a pure number is wanted, for example '1'"),
        (True, "um", "true is no number"),
        ([60], "um", "an array is no number"),
        ({"value": 60}, "um", "a table is no number"),
        (None, "um", "None is no number"),
        (float("nan"), "", "nan is no number"),
        (float("inf"), "", "inf is no number"),
        ("inf um", "um", "'inf um' is no number"),
        ("1e999 um", "um", "'1e999 um' is not finite"),
        ("", "um", "'' is no number"),
        ("um", "um", "'um' is no number"),
        ("1,5 um", "um", "'1,5 um' has a comma; write a decimal point, '1.5 um'; a length is"),
        (",5 um", "um", "write a decimal point, '.5 um'"),
        ("0,1 mA/cm^2", "A/m^2", "has a comma; write a decimal point, '0.1 mA/cm^2'; a current"),
        ("2,1 A/m^2", "A/m^2", "'2,1 A/m^2' has a comma"),
        ("25,1 degC", "K", "write a decimal point, '25.1 degC'"),
        ("0,33", "", "write a decimal point, '0.33'; a pure number"),
        ("1,000.5 um", "um", "has a comma; write a decimal point; a length"),
        ("5+1 mA/cm^2", "A/m^2", "unit '+1 mA/cm^2' is unknown"),
        ("1 A/m^2 # text", "A/m^2", "unit 'A/m^2 # text' is unknown"),
        ("1 A/m^2 and more", "A/m^2", "unit 'A/m^2 and more' is unknown"),
        ("1 1*um", "um", "unit '1*um' is unknown"),
        ("1 km^99/mm^99*um", "um", "is not finite; a length"),
        ("1" * 500 + " um", "um", "...' is too long for a quantity; a length"),
        ("1 nanomater", "um", "unit 'nanomater' is unknown"),
        ("1 2 um", "um", "unit '2 um' is unknown"),
        ("1 (um", "um", "unit '(um' is unknown"),
        ("1 um/", "um", "unit 'um/' is unknown"),
        ("1 um+1", "um", "is unknown"),
    ],
)
def test_anything_else_is_refused_with_the_remedy(given_value, unit, message):
    with pytest.raises(ValueError) as error:
        Amount(unit).parse(given_value)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("wrong", "unit", "right"),
    [
        ("mA/cm2", "A/m^2", "mA/cm^2"),
        ("mA cm-2", "A/m^2", "mA cm^-2"),
        ("ma/CM^2", "A/m^2", "mA/cm^2"),
        ("\u00b5A/cm2", "A/m^2", "uA/cm^2"),
        ("\u03bcA/cm2", "A/m^2", "uA/cm^2"),
        ("\u00c2\u00b5A/cm\u00c2\u00b2", "A/m^2", "uA/cm^2"),
        ("mA\u00b7cm\u207b\u00b2", "A/m^2", "mA*cm^-2"),
        ("Ohm", "ohm", "ohm"),
        ("Ohm*cm^2", "ohm*m^2", "ohm*cm^2"),
        ("ohm.cm2", "ohm*m^2", "ohm*cm^2"),
        ("Mpa", "MPa", "MPa"),
        ("Celsius", "K", "degC"),
        ("k", "K", "K"),  # is the constant of Boltzmann
    ],
)
def test_a_misspelt_unit_is_spelt_right_in_the_message(wrong, unit, right):
    with pytest.raises(ValueError, match=f"did you mean '{re.escape(right)}'?"):
        Amount(unit).parse(f"1 {wrong}")
    Amount(unit).parse(f"1 {right}")


@pytest.mark.parametrize("text", ["\u00b5m", "\u03bcm", "um", "\u00b5", "micron"])
def test_all_spellings_of_a_micrometre_are_one(text):
    assert Amount("um").parse(f"60 {text}") == 60.0


@pytest.mark.parametrize(
    ("bounds", "inside", "outside", "allowed"),
    [
        (
            {"gt": 0, "le": 1000},
            ["0.1 um", "1 mm"],
            ["0 um", "-3 um", "1.01 mm"],
            "0 um < value <= 1000 um",
        ),
        ({"ge": 0, "lt": 0.5}, ["0 um", "0.49 um"], ["-1 nm", "0.5 um"], "0 um <= value < 0.5 um"),
        ({"gt": 0}, ["1e9 m"], ["0 um"], "0 um < value"),
        ({"le": 2}, ["-1e9 m", "2 um"], ["2.1 um"], "value <= 2 um"),
    ],
)
def test_bounds_are_kept_and_stated_with_their_unit(bounds, inside, outside, allowed):
    amount = Amount("um", **bounds)
    for text in inside:
        amount.parse(text)
    for text in outside:
        with pytest.raises(ValueError, match="is out of range; allowed: ") as error:
            amount.parse(text)
        assert str(error.value).endswith(f"allowed: {allowed}")


@pytest.mark.parametrize(
    "text",
    [
        "1 um" + " " * 10**5 + "x",
        "1 " + "(" * 10**5,
        "1 um^99\u2079\u2079",
        "1 9^9^9",
        "1 9**9**9",
        "1 (99^99)^99",
        "1 um^99^99^99",
        "1 9^(9*9*9*9*9*9*9)",
    ],
)
def test_a_sum_in_place_of_a_unit_is_refused_at_once(text):
    start = time.process_time()
    with pytest.raises(ValueError, match=r"is unknown|is too long"):
        Amount("um").parse(text)
    assert time.process_time() - start < 1.0


def test_a_wrong_internal_unit_is_an_error_of_the_programmer():
    with pytest.raises(AttributeError):
        Amount("umm").parse("1 um")


def test_a_field_holds_a_float():
    assert TypeAdapter(Annotated[float, Amount("um", gt=0)]).validate_python("1 mm") == 1000.0


def test_a_word_may_stand_in_place_of_a_number():
    field = TypeAdapter(Annotated[float | Literal["rigid"], Amount("N/um", words=("rigid",), gt=0)])
    assert field.validate_python("rigid") == "rigid"
    assert field.validate_python("5 N/mm") == 0.005


def test_other_words_are_refused_with_the_known_ones():
    with pytest.raises(
        ValueError, match=r"'stiff' is no number; a .* is wanted, for example '1 N/um' or 'rigid'"
    ):
        Amount("N/um", words=("rigid",)).parse("stiff")
    with pytest.raises(ValueError, match="'RIGID' is no number"):
        Amount("N/um", words=("rigid",)).parse("RIGID")
    with pytest.raises(ValueError, match="allowed: 0 < value"):
        Amount("", gt=0, words=("sticking",)).parse(0)


@given(
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["um", "A/m^2", "um^3/amol", "1/(MPa^5*s)", "K", ""]),
)
def test_a_value_written_in_its_internal_unit_comes_back_exactly(value, unit):
    assert Amount(unit).parse(f"{value!r} {unit}") == value


@given(st.text())
def test_any_text_gives_a_number_or_a_value_error(text):
    try:
        value = Amount("um").parse(text)
    except ValueError as error:
        assert "a length is wanted" in str(error)
    else:
        assert isinstance(value, float)


@pytest.mark.parametrize(
    ("unit", "text", "passes"),
    [
        ("um", "60 um", True),
        ("um", "6e1um", True),
        ("1/s", "0.53 1/s", True),
        ("um", "0,1 um", False),
        ("um", "5+1 um", False),
        ("um", "60", False),
        ("um", "60 ", False),
        ("um", "um", False),
        ("", "40 %", True),
        ("", "0.4", True),
        ("", "many", False),
    ],
)
def test_the_schema_lets_through_what_looks_like_a_number_with_a_unit(unit, text, passes):
    schema = TypeAdapter(Annotated[float, Amount(unit, gt=0)]).json_schema()
    assert bool(re.search(schema["pattern"], text)) is passes
    assert schema["unit"] == unit
    assert schema["exclusiveMinimum"] == 0


@pytest.mark.parametrize(
    "bounds", [{}, {"gt": 0}, {"ge": 200, "le": 450}, {"gt": 0, "lt": 1}, {"le": -2}, {"ge": 5}]
)
def test_an_example_keeps_the_bounds(bounds):
    amount = Amount("K", **bounds)
    assert amount.contains(amount.parse(amount.example()))


def test_words_stand_in_the_schema():
    field = TypeAdapter(Annotated[float | Literal["rigid"], Amount("N/um", words=("rigid",), gt=0)])
    assert field.json_schema()["anyOf"][1] == {"enum": ["rigid"]}
