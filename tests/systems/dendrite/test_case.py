"""What a case of dendrites derives from its numbers."""

import time

import pytest

from anodex.models.inputs.casefile import parse_case
from anodex.models.inputs.overrides import override
from anodex.models.systems.dendrite.case import Case

SYSTEM = {"system": {"name": "dendrite"}}


def changed(*changes: str) -> Case:
    return parse_case(override(SYSTEM, changes), "test")


def test_numbers_of_the_default_case():
    """Worked out by hand: W = 12 x 0.3/3, kappa = 1.5 x 0.3 x 3, lithium of 13.0 cm^3/mol."""
    case = Case()
    assert case.interface.energy == pytest.approx(0.3, rel=0.5)
    assert case.interface.well_height == pytest.approx(4 * case.interface.energy)
    assert case.interface.gradient_coefficient == pytest.approx(4.5 * case.interface.energy)
    assert case.interface.mobility * case.interface.well_height == pytest.approx(15.0)
    assert case.metal_concentration == pytest.approx(76.9e3, rel=5e-3)
    # 16 / (4.5 um x 96485 C/mol x 76.9 kmol/m^3)
    assert case.reaction_rate == pytest.approx(4.8e-4, rel=0.02)
    assert case.cell_size == 0.75
    assert case.progress_total == 500
    assert case.loading.given_overpotential == -0.35


def test_units_are_converted():
    case = changed(
        "electrolyte.conductivity=7.8 mS/cm",
        "transport.law=nernst-planck",
        "transport.diffusivity=1e-10 m^2/s",
    )
    assert case.electrolyte.conductivity == pytest.approx(0.78e6)  # pA/(V um)
    assert case.transport.diffusivity == pytest.approx(100.0)  # um^2/s
    assert changed("loading.current_density=1 A/cm^2").loading.current_density == pytest.approx(1e4)
    assert changed("interface.energy=300 mJ/m^2").interface.energy == pytest.approx(0.3)


def test_reading_a_case_places_no_pores():
    start = time.process_time()
    case = changed("geometry.width=4 cm")
    assert time.process_time() - start < 0.5
    assert "pores" not in case.__dict__
    small = changed("geometry.length=300 um", "geometry.width=60 um", "geometry.seed=3")
    assert small.pores.porosity == pytest.approx(0.1625, abs=0.1)
    assert small == changed("geometry.length=300 um", "geometry.width=60 um", "geometry.seed=3")
