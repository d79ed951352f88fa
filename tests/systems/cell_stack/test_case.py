"""Wrong case files: each mistake is named with its key and what to do about it; and what the
case derives from its numbers.
"""

from math import pi

import numpy as np
import pytest

from anodex.models.errors import InputError
from anodex.models.inputs.casefile import parse_case, read_case, write_case
from anodex.models.inputs.overrides import override
from anodex.models.systems.cell_stack.case import Case

SYSTEM = {"system": {"name": "cell_stack"}}
POUCH = "geometry.type=pouch"
RIGID = "tube.compliant=false"
GIVEN = ("geometry.gap=50 um", "compaction.enabled=false")

# Changes to the default case, the key that the message names, the remedy that it offers.
WRONG = {
    "misspelled key": (
        ["geometry.foil_thicknes=90 um"],
        "geometry.foil_thicknes",
        "did you mean 'foil_thickness'",
    ),
    "misspelled table": (["stackin.hold=5 min"], "stackin", "did you mean 'stacking'"),
    "unknown key": (["tube.colour=white"], "tube.colour", "known: compliant"),
    "wrong dimension": (
        ["stacking.pressure=10 N"],
        "stacking.pressure",
        "a stress is wanted, for example '1 MPa'",
    ),
    "bare number": (["geometry.gap=50"], "geometry.gap", "has no unit; a length is wanted"),
    "gap wider than the wall": (
        ["geometry.gap=4 mm"],
        "geometry.gap (4000 um)",
        "smaller than the wall of the tube",
    ),
    "no gap at all": (["geometry.gap=0 um"], "geometry.gap", "allowed: 0 um < value"),
    "thin tube": (
        ["geometry.tube_outer_radius=3.2 mm"],
        "geometry.tube_outer_radius (3200 um)",
        "by at least 5 %",
    ),
    "density above one": (
        ["geometry.initial_relative_density=1.2"],
        "geometry.initial_relative_density",
        "allowed: 0.2 < value < 0.9",
    ),
    "incompressible tube": (
        ["tube.poisson_ratio=0.5"],
        "tube.poisson_ratio",
        "allowed: 0 <= value < 0.499",
    ),
    "no foil": (
        ["geometry.foil_thickness=0 um"],
        "geometry.foil_thickness",
        "allowed: 1 um < value",
    ),
    "negative pressure": (
        ["stacking.pressure=-10 MPa"],
        "stacking.pressure",
        "allowed: 0 MPa < value",
    ),
    "unknown law": (["flow.law=rooy"], "flow.law", "did you mean 'roy'"),
    "unknown wall": (["flow.wall=glue"], "flow.wall", "'stick' or 'slip'"),
    "cathode pressed harder than the pellet": (
        ["compaction.pressure=80 MPa"],
        "compaction.cathode_pressure (100 MPa) must not exceed compaction.pressure (80 MPa)",
        "lower it",
    ),
    "unknown friction": (
        ["compaction.punch_friction=sticky"],
        "compaction.punch_friction",
        "or 'sticking'",
    ),
    "unknown stiffness": (["frame.stiffness=stiff"], "frame.stiffness", "or 'rigid'"),
    "unknown stage": (["stages.last=chargeing"], "stages.last", "did you mean 'charge'"),
    "unknown geometry": (["geometry.type=coin"], "geometry.type", "'die' or 'pouch'"),
    "current twice": (
        ["charge.c_rate=0.1", "charge.current_density=1 A/m^2"],
        "charge.current_density and charge.c_rate",
        "give one",
    ),
    "steps out of order": (
        ["numerics.first_step=3 hour"],
        "numerics.first_step",
        "change the one that is out of order",
    ),
    "loose tolerance": (["numerics.step_tolerance=0.5"], "numerics.step_tolerance", "value <= 0.1"),
    "gap of nobody": (
        ["compaction.enabled=false"],
        "give geometry.gap",
        "compaction.enabled to true",
    ),
    "pouch with a gap": (
        [POUCH, "geometry.gap=50 um"],
        "geometry.gap does nothing while geometry.type is 'pouch'",
        "leave it out",
    ),
    "pouch with a tube": ([POUCH, "tube.sleeve=true"], "table tube", "leave it out"),
    "nothing to do": (
        ["geometry.gap=50 um", "compaction.enabled=false", "stages.last=compaction"],
        "stages.last is 'compaction'",
        "change one",
    ),
    "unused pressure": (
        ["geometry.gap=50 um", "compaction.enabled=false", "compaction.hold=1 min"],
        "compaction.hold does nothing",
        "change",
    ),
    "unused viscosity": (
        ["flow.viscosity=1 MPa*s"],
        "flow.viscosity does nothing",
        "change flow.law",
    ),
    "unused temperature": (
        ["flow.temperature=310 K"],
        "flow.temperature does nothing while flow.law is 'roy'",
        "change flow.law",
    ),
    "unused temperature of a liquid": (
        ["flow.law=newtonian", "flow.temperature=310 K"],
        "flow.temperature does nothing",
        "change flow.law",
    ),
    "unused capacity": (
        ["charge.current_density=1 A/m^2", "charge.capacity=2 mA*hour/cm^2"],
        "charge.capacity does nothing while charge.current_density is given",
        "leave it out or change that",
    ),
    "unused powder": (
        [*GIVEN, "powder.young_modulus=20 GPa"],
        "powder.young_modulus does nothing while compaction.enabled",
        "leave it out",
    ),
    "unused density": (
        [*GIVEN, RIGID, "powder.density=2 g/cm^3"],
        "powder.density does nothing while compaction.enabled",
        "leave it out",
    ),
    "unused mass": (
        [*GIVEN, RIGID, "geometry.pellet_mass=50 mg"],
        "geometry.pellet_mass does nothing",
        "leave it out",
    ),
    "unused tube": (
        [*GIVEN, RIGID, "tube.sleeve=true"],
        "tube.sleeve does nothing while tube.compliant and compaction.enabled",
        "leave it",
    ),
    "unused strength": (
        [*GIVEN, RIGID, "tube.yield_strength=20 MPa"],
        "tube.yield_strength does nothing",
        "leave it out",
    ),
    "unused friction": (
        [POUCH, "compaction.punch_friction=0.1"],
        "compaction.punch_friction does nothing while geometry.type",
        "leave it",
    ),
    "unused tension": (
        [POUCH, "powder.tension_ratio=0.1"],
        "powder.tension_ratio does nothing while geometry.type",
        "leave it out",
    ),
    "tube that answers at once": (
        ["tube.retardation_time=0.1 s"],
        "tube.retardation_time",
        "allowed: 1 s <= value",
    ),
    "unused floor": (
        ["flow.law=newtonian", "flow.stress_floor=0.1"],
        "flow.stress_floor does nothing",
        "change flow.law",
    ),
}


def changed(*changes: str) -> Case:
    return parse_case(override(SYSTEM, changes), "test")


@pytest.mark.parametrize(("changes", "key", "remedy"), WRONG.values(), ids=WRONG)
def test_wrong_value(changes, key, remedy):
    with pytest.raises(InputError) as caught:
        changed(*changes)
    assert key in str(caught.value)
    assert remedy in str(caught.value)


@pytest.mark.parametrize(
    "changes",
    [
        [],
        [
            "geometry.gap=50 um",
            "compaction.enabled=false",
            "tube.compliant=false",
            "frame.stiffness=rigid",
        ],
        [
            "compaction.punch_friction=sticking",
            "compaction.cathode_pressure=0 MPa",
            "flow.law=newtonian",
            "flow.viscosity=5 GPa*s",
        ],
        [POUCH, "charge.current_density=0.5 mA/cm^2", "frame.stiffness=3 N/mm"],
        [
            "charge.c_rate=0.1",
            "rest.duration=1 hour",
            "discharge.duration=3 hour",
            "stages.last=rest",
        ],
        ["charge.c_rate=0.1", "frame.stiffness=rigid", "stages.last=compaction"],
        [*GIVEN, "tube.sleeve=true", "powder.density=2 g/cm^3", "geometry.pellet_mass=50 mg"],
        ["geometry.gap=50 um", RIGID, "tube.sleeve=true", "powder.young_modulus=20 GPa"],
        [
            "flow.law=lepage",
            "flow.temperature=310 K",
            "charge.c_rate=0.1",
            "charge.capacity=2 mA*hour/cm^2",
        ],
    ],
    ids=[
        "default",
        "given gap",
        "words",
        "pouch",
        "stages",
        "for later stages",
        "tube alone",
        "pressed beside",
        "used",
    ],
)
def test_case_written_out_reads_back_equal(tmp_path, changes):
    case = changed(*changes)
    path = tmp_path / "case.toml"
    path.write_text(write_case(case), encoding="utf-8")
    assert read_case(path) == case
    assert write_case(read_case(path)) == path.read_text(encoding="utf-8")


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
    [("roy", 5.0), ("lepage", 6.6), ("anand-saturated", 5.0), ("newtonian", 1.0)],
)
def test_creep_is_that_of_the_law(law, exponent):
    case = changed(f"flow.law={law}")
    assert case.creep.exponent == pytest.approx(exponent)
    if law == "newtonian":
        assert case.creep.flow_stress(1.0) == pytest.approx(3e4)  # MPa: three times the viscosity


def test_default_pellet_is_the_papers():
    case = Case()
    height = case.powder_height * case.geometry.initial_relative_density / 0.8375
    assert height == pytest.approx(1220, rel=0.01)
    assert np.isclose(
        case.geometry.pellet_mass / case.powder.density / (pi * 3.175**2) * 1e3, height * 0.8375
    )
