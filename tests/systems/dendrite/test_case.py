"""Wrong case files: each mistake is named with its key and what to do about it; and what the
case derives from its numbers.
"""

import pytest

from anodex.models.errors import InputError
from anodex.models.inputs.casefile import parse_case, read_case, write_case
from anodex.models.inputs.overrides import override
from anodex.models.systems.dendrite.case import Case

SYSTEM = {"system": {"name": "dendrite"}}
IMAGE = ("geometry.image=pores.png", "geometry.pixel_size=1 um")
RIGID = "mechanics.enabled=false"

# Changes to the default case, the key that the message names, the remedy that it offers.
WRONG = {
    "misspelled key": (
        ["geometry.lithum_thickness=9 um"],
        "geometry.lithum_thickness",
        "did you mean 'lithium_thickness'",
    ),
    "misspelled table": (["kinetcs.pore_rate=1"], "kinetcs", "did you mean 'kinetics'"),
    "wrong dimension": (["interface.energy=0.3 J"], "interface.energy", "is wanted"),
    "bare number": (["geometry.length=1000"], "geometry.length", "has no unit; a length is wanted"),
    "no electrolyte left": (
        ["geometry.length=205 um"],
        "geometry.protrusion_height must leave electrolyte",
        "below geometry.length (205 um)",
    ),
    "pixels without an image": (
        ["geometry.pixel_size=1 um"],
        "geometry.image and geometry.pixel_size",
        "give both or none",
    ),
    "image without pixels": (
        ["geometry.image=pores.png"],
        "geometry.image and geometry.pixel_size",
        "give both or none",
    ),
    "mesh that holds the interface": (
        ["geometry.cells_per_width=2"],
        "geometry.cells_per_width (2)",
        "give at least 3",
    ),
    "lithium thinner than the interface": (
        ["geometry.lithium_thickness=2 um"],
        "geometry.lithium_thickness (2 um) must be at least interface.width (3 um)",
        "dissolves",
    ),
    "pores smaller than the interface": (
        ["geometry.pore_diameter=2 um"],
        "geometry.pore_diameter (2 um) must be at least interface.width (3 um)",
        "narrow the interface",
    ),
    "all pores": (["geometry.porosity=0.95"], "geometry.porosity", "value < 0.9"),
    "negative seed": (["geometry.seed=-1"], "geometry.seed", "greater than or equal to 0"),
    "unknown sides": (["geometry.sides=mirror"], "geometry.sides", "did you mean 'mirrored'"),
    "unknown potential": (
        ["electrolyte.potential=fixed"],
        "electrolyte.potential",
        "'solved' or 'constant'",
    ),
    "unknown law": (["transport.law=nernst"], "transport.law", "'nernst-planck'"),
    "unknown force": (
        ["mechanics.driving_force=printed"],
        "mechanics.driving_force",
        "did you mean 'as-printed'",
    ),
    "two loads": (
        ["loading.overpotential=-0.3 V", "loading.current_density=1 A/m^2"],
        "loading.overpotential and loading.current_density exclude each other",
        "give one of them",
    ),
    "current without a potential": (
        ["loading.current_density=1 A/m^2", "electrolyte.potential=constant"],
        "loading.current_density needs electrolyte.potential = 'solved'",
        "the overpotential adapts",
    ),
    "no current": (
        ["loading.current_density=0 A/m^2"],
        "loading.current_density is 0",
        "loading.overpotential = '0 V'",
    ),
    "pulling": (
        ["loading.external_pressure=-1 MPa"],
        "loading.external_pressure",
        "allowed: 0 MPa <= value",
    ),
    "no leakage factor": (["leakage.factor=1"], "leakage.factor", "allowed: 1 < value"),
    "loose tolerance": (["numerics.step_tolerance=0.5"], "numerics.step_tolerance", "value <= 0.2"),
    "steps out of order": (
        ["numerics.first_step=30 s"],
        "numerics.first_step",
        "change the one that is out of order",
    ),
    "unused strain": (
        [RIGID, "mechanics.plating_strain=0.01"],
        "mechanics.plating_strain does nothing while mechanics.enabled is 'False'",
        "change",
    ),
    "unused ratio": (
        [RIGID, "mechanics.lithium_poisson_ratio=0.3"],
        "mechanics.lithium_poisson_ratio does nothing",
        "change",
    ),
    "unused other ratio": (
        [RIGID, "mechanics.electrolyte_poisson_ratio=0.3"],
        "mechanics.electrolyte_poisson_ratio does nothing",
        "change",
    ),
    "unused pressure": (
        [RIGID, "loading.external_pressure=1 MPa"],
        "loading.external_pressure",
        "mechanics.enabled",
    ),
    "shift without pressure": (
        [RIGID, "kinetics.pressure_shift=true"],
        "kinetics.pressure_shift",
        "mechanics.enabled",
    ),
    "unused diffusivity": (
        ["transport.diffusivity=1 um^2/s"],
        "transport.diffusivity does nothing",
        "change transport.law",
    ),
    "unused concentration": (
        ["transport.concentration=2 mol/l"],
        "transport.concentration does nothing",
        "change transport.law",
    ),
    "unused conductivity": (
        ["electrolyte.potential=constant", "electrolyte.conductivity=1 S/m"],
        "electrolyte.conductivity does nothing",
        "change electrolyte.potential",
    ),
    "unused pores": (
        [*IMAGE, "geometry.pore_diameter=20 um"],
        "geometry.pore_diameter does nothing while geometry.image",
        "leave it out",
    ),
    "unused seed": (
        [*IMAGE, "geometry.seed=2"],
        "geometry.seed does nothing while geometry.image",
        "leave it out",
    ),
    "unused porosity": (
        [*IMAGE, "geometry.porosity=0.3"],
        "geometry.porosity does nothing while geometry.image",
        "leave it out",
    ),
    **{
        f"unused without pores: {key}": (
            ["geometry.porosity=0", f"{key}={value}"],
            f"{key} does nothing while geometry.porosity is 0",
            "leave it out",
        )
        for key, value in (
            ("geometry.seed", "2"),
            ("geometry.pore_diameter", "7 um"),
            ("geometry.pore_spread", "0.1"),
            ("kinetics.pore_rate", "0.2"),
            ("kinetics.wall_rate", "0"),
            ("electrolyte.pore_ratio", "0.1"),
            ("mechanics.pore_ratio", "0.1"),
        )
    },
    **{
        f"unused {key}": (
            ["geometry.protrusions=0", f"geometry.{key}=7 um"],
            f"geometry.{key} does nothing while geometry.protrusions",
            "leave it out",
        )
        for key in ("protrusion_height", "protrusion_width")
    },
    "pores that walls fill": (
        [
            "geometry.pore_diameter=3 um",
            "geometry.length=240 um",
            "geometry.width=30 um",
            "geometry.depth=20 um",
            "geometry.porosity=0.1",
            "geometry.seed=2",
        ],
        "geometry.porosity: ",
        "give larger or more even pores",
    ),
    "cells wider than the strip": (
        ["geometry.width=1.5 um", "interface.width=9 um"],
        "geometry.width (1.5 um)",
        "cell",
    ),
    "cells deeper than the box": (
        ["geometry.depth=1.5 um", "interface.width=9 um"],
        "geometry.depth (1.5 um)",
        "cell",
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
            "geometry.depth=50 um",
            "geometry.sides=periodic",
            "transport.law=nernst-planck",
            "transport.diffusivity=1 um^2/s",
        ],
        [RIGID, "electrolyte.potential=constant", "loading.overpotential=0.1 V"],
        [
            "loading.current_density=1 A/cm^2",
            "kinetics.pressure_shift=true",
            "mechanics.driving_force=as-printed",
        ],
        ["geometry.porosity=0", "geometry.protrusions=0"],
    ],
    ids=["default", "space", "simple", "current", "no pores"],
)
def test_case_written_out_reads_back_equal(tmp_path, changes):
    case = changed(*changes)
    path = tmp_path / "case.toml"
    path.write_text(write_case(case), encoding="utf-8")
    assert read_case(path) == case
    assert write_case(read_case(path)) == path.read_text(encoding="utf-8")


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
