"""The published creep laws of lithium: their numbers, and what temperature does to them."""

from functools import partial
from math import exp

import pytest

from anodex.models.laws.creep import PowerLaw
from anodex.models.materials.lithium import LITHIUM
from anodex.models.materials.lithium_creep import (
    PUBLISHED,
    anand,
    anand_saturated,
    lepage,
    newtonian,
    roy,
)

ROOM = 298.0
LAWS = {
    "roy": roy,
    "lepage": partial(lepage, ROOM),
    "anand": partial(anand_saturated, ROOM),
    "newtonian": partial(newtonian, 1e4),
}


@pytest.mark.parametrize("name", LAWS)
@pytest.mark.parametrize("rate", [1e-9, 4e-5, 1e-2])
def test_flow_stress_inverts_the_law(name, rate):
    law = LAWS[name]()
    assert law.prefactor * law.flow_stress(rate) ** law.exponent == pytest.approx(rate, rel=1e-12)


def test_roy_creeps_by_a_percent_a_second_at_one_megapascal():
    assert roy() == PowerLaw(pytest.approx(0.01), 5.0)


def test_lepage_at_room_temperature_has_the_coefficient_of_the_data_base():
    assert lepage(ROOM).exponent == 6.6
    assert lepage(ROOM).flow_stress(1.0) == pytest.approx(
        LITHIUM["lepage_coefficient_298K"].value, rel=3e-3
    )


def test_saturated_anand_is_the_flow_stress_at_the_saturated_resistance():
    rate = 1e-3
    over = rate / (4.25e4 * exp(-37 / (8.314e-3 * ROOM)))
    resistance = 2.0 * over**0.05
    assert anand_saturated(ROOM).flow_stress(rate) == pytest.approx(
        resistance * over**0.15, rel=1e-12
    )
    assert anand_saturated(ROOM).exponent == pytest.approx(5.0)


def test_anand_ends_where_it_is_saturated():
    law = anand(ROOM, 0.95, 10.0)
    for rate in (1e-6, 1e-3):
        ended = PowerLaw(law.prefactor(law.saturated(rate)), law.power_law.exponent)
        assert ended.flow_stress(rate) == pytest.approx(
            anand_saturated(ROOM).flow_stress(rate), rel=1e-12
        )
    assert (law.initial_resistance, law.hardening, law.hardening_exponent) == (0.95, 10.0, 2.0)


@pytest.mark.parametrize("law", [lepage, anand_saturated])
def test_warmth_speeds_creep_up_by_the_activation_energy(law):
    warm, cold = law(330.0).prefactor, law(ROOM).prefactor
    assert warm / cold == pytest.approx(exp(37 / 8.314e-3 * (1 / ROOM - 1 / 330)), rel=1e-12)
    assert warm > cold


def test_newtonian_stress_is_three_times_viscosity_and_rate():
    assert newtonian(2e4).flow_stress(1e-3) == pytest.approx(3 * 2e4 * 1e-3)


def test_a_law_is_found_by_its_name():
    assert PUBLISHED["roy"].power_law(350.0) == roy()
    assert PUBLISHED["lepage"].power_law(350.0) == lepage(350.0)
    assert PUBLISHED["anand-saturated"].power_law(350.0) == anand_saturated(350.0)


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_law_says_whether_it_knows_the_temperature(name):
    law = PUBLISHED[name]
    assert (law.power_law(ROOM) != law.power_law(330.0)) == law.is_thermal
