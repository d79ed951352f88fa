"""What a case of the cell stack derives from its numbers."""

from math import pi

import numpy as np
import pytest

from anodex.models.inputs.casefile import parse_case
from anodex.models.inputs.overrides import override
from anodex.models.systems.cell_stack.case import Case

SYSTEM = {"system": {"name": "cell_stack"}}
POUCH = "geometry.type=pouch"


def changed(*changes: str) -> Case:
    return parse_case(override(SYSTEM, changes), "test")


def test_numbers_of_the_default_case():
    """Physical sizes worked out by hand from 60 mg, 1/4 inch and C/20 of 3.96 mAh/cm^2."""
    case = Case()
    assert case.rod_area == pytest.approx(31.67e6, rel=1e-3)  # um^2
    assert case.charge.current == pytest.approx(1.98)  # A/m^2
    # um in 20 h
    assert case.plating_speed * case.charge.current * 20 * 3600 == pytest.approx(19.2, rel=2e-3)
    # um of dense electrolyte
    assert case.powder_height * case.geometry.initial_relative_density == pytest.approx(
        1018.6, rel=1e-3
    )
    assert case.stiffness == 50e6  # uN/um
    assert case.compaction.duration == 4 * 60 + 600
    assert case.progress_total == sum(case.durations.values()) == 840 + 610 + 72000


def test_current_is_given_in_either_way():
    assert changed("charge.c_rate=0.2").charge.current == pytest.approx(0.2 * 39.6)
    case = changed("charge.current_density=5 A/m^2", "discharge.current_density=2 A/m^2")
    assert case.currents == {"charge": 5.0, "discharge": -2.0}
    assert changed("charge.c_rate=0.2").currents["discharge"] == pytest.approx(-0.2 * 39.6)


def test_stages_end_where_the_case_says():
    assert list(changed("stages.last=stacking").durations) == ["compaction", "stacking"]
    assert changed("compaction.cathode_pressure=0 MPa", "stages.last=compaction").durations == {
        "compaction": 720.0
    }
    assert changed("geometry.gap=50 um", "compaction.enabled=false").durations["compaction"] == 0


def test_a_pouch_is_half_of_its_section():
    case = changed(POUCH, "geometry.inner_radius=10 mm")
    assert case.rod_area == 1e4  # um: half the width, per um of depth
    # The force F of the square pouch is 2e4 um times that of both halves per depth, 2 F'; dF/dh =
    # 50 N/um.
    assert 2 * case.stiffness * 2e4 == pytest.approx(50e6)


@pytest.mark.parametrize(
    ("law", "exponent"),
    [
        ("roy", 5.0),
        ("lepage", 6.6),
        ("anand-saturated", 5.0),
        ("anand", 1 / 0.15),
        ("newtonian", 1.0),
    ],
)
def test_creep_is_that_of_the_law(law, exponent):
    case = changed(f"flow.law={law}")
    assert case.creep.exponent == pytest.approx(exponent)
    if law == "newtonian":
        assert case.creep.flow_stress(1.0) == pytest.approx(3e4)  # MPa: three times the viscosity


def test_a_yield_stress_reaches_the_creep():
    assert Case().creep.yield_stress == 0
    assert changed("flow.law=lepage", "flow.yield_stress=0.7 MPa").creep.yield_stress == 0.7


def test_hardening_reaches_the_law():
    assert Case().hardened is None
    law = changed("flow.law=anand", "flow.hardening=20 MPa", "flow.initial_resistance=1.1 MPa")
    assert (law.hardened.hardening, law.hardened.initial_resistance) == (20.0, 1.1)
    assert law.creep == law.hardened.power_law


def test_default_pellet_is_the_papers():
    case = Case()
    height = case.powder_height * case.geometry.initial_relative_density / 0.8375
    assert height == pytest.approx(1220, rel=0.01)
    assert np.isclose(
        case.geometry.pellet_mass / case.powder.density / (pi * 3.175**2) * 1e3, height * 0.8375
    )
