"""Protocols as cases write them: repeats, C-rates and conditions."""

from math import inf

import pytest

from anodex.models.errors import InputError
from anodex.models.inputs.casefile import parse_case, write_case
from anodex.models.inputs.conditions import Condition
from anodex.models.inputs.tomlfile import parse_toml
from anodex.models.systems.elastic_sei.case_tables import Protocol

UNITS = {"tip_von_mises": "MPa", "tip_opening_stress": "MPa", "contact": "1"}
PLATE = {"current_density": "1 A/m^2", "duration": "1 hour"}
STRIP = {"current_density": "-1 A/m^2", "duration": "1 hour", "until": ["roughness < 5 nm"]}


@pytest.mark.parametrize(
    ("words", "name", "sign", "limit"),
    [
        ("tip_von_mises > 5 MPa", "tip_von_mises", 1, 5.0),
        ("tip_von_mises<0.005 GPa", "tip_von_mises", -1, 5.0),
        (" tip_opening_stress < -3e2 kPa ", "tip_opening_stress", -1, -0.3),
        ("contact > 0.5", "contact", 1, 0.5),
    ],
)
def test_conditions_are_read_in_the_unit_of_their_quantity(words, name, sign, limit):
    found = Condition.read(words, UNITS)
    assert (found.name, found.sign, found.limit) == (name, sign, pytest.approx(limit))
    assert found.excess(limit + sign) == pytest.approx(1) and found.excess(limit - sign) < 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("tip_mises > 5 MPa", r"no quantity 'tip_mises'; near ones: tip_von_mises \[MPa\]"),
        ("x > 5 MPa", r"known: tip_von_mises \[MPa\], tip_opening_stress \[MPa\], contact \[1\]"),
        ("tip_von_mises > 5 um", "'5 um' is a length; a stress is wanted"),
        ("tip_von_mises > 5", "'5' has no unit"),
        ("tip_von_mises = 5 MPa", "no condition; write a quantity, > or <"),
        ("tip_von_mises", "no condition"),
        ("tip_von_mises > 5 MPa or contact > 1", "tip_von_mises"),
    ],
)
def test_other_conditions_are_refused(words, message):
    with pytest.raises(ValueError, match=message):
        Condition.read(words, UNITS)


def protocol(*steps, **others) -> Protocol:
    return Protocol.model_validate({"steps": steps, **others})


def test_steps_are_repeated():
    found = protocol(PLATE, STRIP, repeat=3)
    assert [(step.cycle, step.number, step.current_density) for step in found.taken] == [
        (1, 1, 1.0),
        (1, 2, -1.0),
        (2, 1, 1.0),
        (2, 2, -1.0),
        (3, 1, 1.0),
        (3, 2, -1.0),
    ]
    assert found.end == 6 * 3600.0


def test_c_rates_count_in_the_capacity():
    step = {"c_rate": -0.5, "duration": "1 hour"}
    found = protocol(step, capacity="4 mA*hour/cm^2")
    assert found.taken[0].current_density == pytest.approx(-20.0)  # A/m^2


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({"steps": [{"c_rate": 1.0, "duration": "1 s"}]}, r"protocol\.capacity, which is missing"),
        ({"steps": [PLATE], "capacity": "1 mA*hour/cm^2"}, "does nothing while no step has"),
        ({"steps": [{**PLATE, "c_rate": 1.0}]}, "say the same"),
        ({"steps": [{"duration": "1 s"}]}, "current_density is missing"),
        ({"steps": [{**PLATE, "until": ["rough > 1 nm"]}]}, r"steps\.0\.until.*roughness \[nm\]"),
        ({"steps": [PLATE], "repeat": 0}, "repeat"),
    ],
)
def test_protocols_that_mean_nothing_are_refused(tables, message):
    with pytest.raises(InputError, match=message):
        parse_case({"system": {"name": "elastic_sei"}, "protocol": tables}, "the test")


def test_a_protocol_is_written_as_it_was_read():
    tables = {"steps": [PLATE, STRIP], "repeat": 10}
    case = parse_case({"system": {"name": "elastic_sei"}, "protocol": tables}, "the test")
    assert parse_case(parse_toml(write_case(case)), "again") == case


def test_how_long_protocols_are_alike():
    once, twice = protocol(PLATE, STRIP), protocol(PLATE, STRIP, repeat=2)
    assert twice.alike_until(once) == inf
    assert once.alike_until(twice) == 3600.0  # nobody knows when the second step ends
    longer = {**STRIP, "duration": "2 hour"}
    assert protocol(PLATE, longer).alike_until(once) == 3600.0
    assert protocol(PLATE, PLATE).alike_until(protocol(PLATE)) == 3600.0
    assert protocol(STRIP, PLATE).alike_until(protocol(STRIP, STRIP)) == 0.0
