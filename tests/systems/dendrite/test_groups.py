"""Numbers that tell what kind of front a case is in for, against those worked out by hand."""

from math import isnan

import pytest

from anodex.models.systems.dendrite.case import Case
from anodex.models.systems.dendrite.groups import (
    damkohler_number,
    pressure_number,
    wagner_number,
)


def case(model: str = "paper", **tables) -> Case:
    return Case.model_validate({"model": {"name": model}, "geometry": {"porosity": 0}} | tables)


def test_wagner_number_of_the_paper():
    """0.78 S/m times 25.7 mV over 25 A/m^2 and 800 um is 1.0."""
    given = case(kinetics={"exchange_current_density": "25 A/m^2"})
    assert wagner_number(given) == pytest.approx(0.78 * 0.025680 / (25 * 800e-6), rel=1e-3)
    assert isnan(wagner_number(case(electrolyte={"potential": "constant"})))


def test_pressure_number_of_the_paper():
    """12.5 /(MPa s) times 10 MPa times 7e-4, over 4.84e-4 /s times 910."""
    given = case(loading={"external_pressure": "10 MPa"})
    assert pressure_number(given, -0.35) == pytest.approx(0.0875 / (4.84e-4 * 910), rel=1e-2)
    assert pressure_number(case(), -0.35) == 0
    assert isnan(pressure_number(case(mechanics={"enabled": False}), -0.35))
    printed = case(mechanics={"driving_force": "as-printed"})
    assert isnan(pressure_number(printed, -0.35))


def test_pressure_number_between_two_potentials():
    """10 MPa are worth 1.35 mV."""
    given = case("two-potential", loading={"external_pressure": "10 MPa"})
    assert pressure_number(given, -5e-3) == pytest.approx(1.35 / 5, rel=5e-3)
    assert pressure_number(case("two-potential"), 5e-3) == 0


def test_coefficient_of_a_group_is_that_of_the_branch():
    given = {"cathodic_coefficient": 0.3}
    loading = {"external_pressure": "10 MPa"}
    plating, dissolving = (
        pressure_number(case(kinetics=given, loading=loading), eta) for eta in (-0.35, 0.15)
    )
    assert plating == pytest.approx(dissolving, rel=1e-9)


def test_damkohler_number_of_the_small_case():
    """1.97 um/s over 48 um with 76.9 times more lithium in the metal than ions, 318 um^2/s."""
    given = case(
        geometry={"length": "60 um", "lithium_thickness": "12 um", "porosity": 0},
        transport={"law": "nernst-planck"},
    )
    assert damkohler_number(given, -0.35) == pytest.approx(1.965 * 48 * 76.9 / 318, rel=5e-3)
    assert damkohler_number(given, 0.0) == 0
    assert isnan(damkohler_number(case(), -0.35))
