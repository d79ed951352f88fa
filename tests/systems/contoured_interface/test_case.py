"""What a case of the contoured interface may say, and what its keys mean inside."""

import numpy as np
import pytest

from anodex.models.errors import InputError
from anodex.models.inputs.casefile import parse_case, read_case, write_case

SHARP = {"geometry.shape": "pyramid"}
ROUNDED = {**SHARP, "geometry.edge_radius": "5 um"}
PLANE = {"geometry.dimension": "2d", "geometry.shape": "cosine"}
TROCHOID = {**PLANE, "geometry.shape": "trochoid"}
FLAT = {"geometry.shape": "flat"}
NO_KINETICS = {"kinetics.law": "none"}
NO_FLOW = {"flow.law": "none"}
COUPLED = {"coupling.pressure_kinetics": True}

# Keys of a case, the key that the message names, the remedy that it offers.
WRONG = {
    "misspelled key": ({"geometry.hight": "25 um"}, "geometry.hight", "did you mean 'height'"),
    "misspelled shape": (
        {"geometry.shape": "egg-boxx"},
        "geometry.shape",
        "did you mean 'egg-box'",
    ),
    "bare number": ({"geometry.height": 25}, "geometry.height", "has no unit; a length is wanted"),
    "wrong dimension": (
        {"kinetics.area_resistance": "10 ohm"},
        "kinetics.area_resistance",
        "an area-specific resistance is wanted",
    ),
    "no separation": (
        {"geometry.separation": "0 um"},
        "geometry.separation",
        "allowed: 1 um <= value <= 10000 um",
    ),
    "all plateau": (
        {**ROUNDED, "geometry.shape": "frustum", "geometry.plateau_fraction": 1},
        "geometry.plateau_fraction",
        "allowed: 0 < value < 1",
    ),
    "too fine": (
        {"geometry.refinement": 17},
        "geometry.refinement",
        "allowed: 0.25 <= value <= 16",
    ),
    "no resistance": (
        {"kinetics.area_resistance": "0 ohm*cm^2"},
        "kinetics.area_resistance",
        "allowed: 0 ",
    ),
    "transfer of one": (
        {"kinetics.anodic_coefficient": 1},
        "kinetics.anodic_coefficient",
        "allowed: 0 < value < 1",
    ),
    "too much current": (
        {"loading.current_density": "-2e5 A/m^2"},
        "loading.current_density",
        "-100000 A/m^2 <= value",
    ),
    "pulling stack": (
        {"loading.stack_pressure": "-1 MPa"},
        "loading.stack_pressure",
        "allowed: 0 MPa <= value",
    ),
    "floor above the law": (
        {"flow.stress_floor": 1.5},
        "flow.stress_floor",
        "allowed: 0 < value <= 1",
    ),
    "unknown creep": ({"flow.law": "anand"}, "flow.law", "'anand-saturated'"),
    "text for a switch": (
        {"coupling.pressure_kinetics": "yes"},
        "coupling.pressure_kinetics",
        "boolean",
    ),
    "shape of the plane in space": (
        {"geometry.shape": "cosine"},
        "geometry.shape 'cosine'",
        "'3d'; there: flat, egg-box",
    ),
    "shape of space in the plane": (
        {"geometry.dimension": "2d"},
        "geometry.shape 'egg-box'",
        "'2d'; there: flat, cosine",
    ),
    "no height": (
        {"geometry.height": "0 um"},
        "geometry.height is 0 um",
        "set geometry.shape to 'flat'",
    ),
    "steep": (
        {"geometry.height": "151 um"},
        "geometry.height (151 um) exceeds geometry.separation (150 um)",
        "up to 1",
    ),
    "trochoid that cuts itself": (
        {**TROCHOID, "geometry.height": "48 um"},
        "separation / pi (47.7465 um)",
        "lower geometry.height",
    ),
    "thin electrolyte": (
        {"geometry.electrolyte_thickness": "29 um"},
        "geometry.electrolyte_thickness (29 um)",
        "allowed: 30 um or more",
    ),
    "thin lithium": (
        {"geometry.lithium_thickness": "29 um"},
        "geometry.lithium_thickness (29 um)",
        "allowed: 30 um or more",
    ),
    "height map without a file": (
        {"geometry.shape": "height-map"},
        "geometry.height_map",
        "missing",
    ),
    "both resistances": (
        {"kinetics.area_resistance": "10 ohm*cm^2", "kinetics.exchange_current_density": "1 A/m^2"},
        "kinetics.area_resistance and kinetics.exchange_current_density",
        "give one of them",
    ),
    "resistance without kinetics": (
        {**NO_KINETICS, "kinetics.area_resistance": "1 ohm*cm^2"},
        "kinetics.area_resistance",
        "leave it out",
    ),
    "film without kinetics": (
        {**NO_KINETICS, "kinetics.film_resistance": "1 ohm*cm^2"},
        "kinetics.film_resistance",
        "leave it out",
    ),
    "transfer without kinetics": (
        {**NO_KINETICS, "kinetics.anodic_coefficient": 0.4},
        "kinetics.anodic_coefficient",
        "leave it out",
    ),
    "viscosity of a power law": (
        {"flow.viscosity": "1 MPa*s"},
        "flow.viscosity does nothing while flow.law is 'roy'",
        "leave it out",
    ),
    "viscosity without flow": (
        {**NO_FLOW, "flow.viscosity": "1 MPa*s"},
        "flow.viscosity",
        "change flow.law",
    ),
    "floor without flow": (
        {**NO_FLOW, "flow.stress_floor": 0.2},
        "flow.stress_floor",
        "change flow.law",
    ),
    "floor of a Newtonian": (
        {"flow.law": "newtonian", "flow.stress_floor": 0.2},
        "flow.stress_floor",
        "change flow.law",
    ),
    "wall without flow": (
        {**NO_FLOW, "flow.wall": "slip"},
        "flow.wall does nothing while flow.law is 'none'",
        "change flow.law",
    ),
    "solver without flow": (
        {**NO_FLOW, "flow.linear_solver": "direct"},
        "flow.linear_solver does nothing",
        "change flow.law",
    ),
    "lithium without flow": (
        {**NO_FLOW, "geometry.lithium_thickness": "99 um"},
        "geometry.lithium_thickness does",
        "change flow.law",
    ),
    "plateau of an egg-box": (
        {"geometry.plateau_fraction": 0.4},
        "geometry.plateau_fraction does nothing",
        "change geometry.shape",
    ),
    "anodic share of a resistance": (
        {"kinetics.anodic_coefficient": 0.4},
        "kinetics.anodic_coefficient does",
        "give kinetics.exch",
    ),
    "cathodic share of a resistance": (
        {"kinetics.area_resistance": "5 ohm*cm^2", "kinetics.cathodic_coefficient": 0.4},
        "kinetics.cathodic_coefficient does nothing",
        "give kinetics.exchange_current_density",
    ),
    "temperature of nothing": (
        {"kinetics.temperature": "330 K"},
        "kinetics.temperature does nothing",
        "change one of the two",
    ),
    "temperature without kinetics": (
        {**NO_KINETICS, **NO_FLOW, "kinetics.temperature": "330 K"},
        "kinetics.temperature",
        "leave it out",
    ),
    "coupling without kinetics": (
        {**COUPLED, **NO_KINETICS},
        "coupling.pressure_kinetics needs kinetics.law",
        "change one of the two",
    ),
    "coupling without flow": (
        {**COUPLED, **NO_FLOW},
        "coupling.pressure_kinetics needs flow.law",
        "change one of the two",
    ),
    "pressure at sharp edges": (
        SHARP,
        "pressure of the flow is infinite at the sharp edges of a pyramid",
        "give geometry.edge_radius",
    ),
    "primary current at sharp edges": (
        {**SHARP, **NO_KINETICS, **NO_FLOW},
        "sharp edges of a pyramid",
        "give geometry.edge_radius",
    ),
    "edges finer than cells": (
        {**ROUNDED, "geometry.edge_radius": "1 nm"},
        "geometry.edge_radius is 0.001 um",
        "give 0.015 um or more",
    ),
    "edges that meet": (
        {**ROUNDED, "geometry.edge_radius": "113 um"},
        "geometry.edge_radius is 113 um",
        "give 112.5 um or less",
    ),
    "too many cells": (
        {"geometry.refinement": 16},
        "above the limit of 200000",
        "lower geometry.refinement",
    ),
    "overfilled crack": (
        {"dendrite.crack_depth": "40 um"},
        "dendrite.filled_length (50 um) exceeds dendrite.crack_depth (40 um)",
        "lithium cannot fill more than the crack",
    ),
}


def case_of(keys):
    """The case of dotted keys; all others take their defaults."""
    tables = {"system": {"name": "contoured_interface"}}
    for key, value in keys.items():
        table, name = key.split(".")
        tables.setdefault(table, {})[name] = value
    return parse_case(tables, "case.toml")


@pytest.mark.parametrize(("keys", "key", "remedy"), WRONG.values(), ids=WRONG)
def test_wrong_values_are_refused_by_key_with_a_remedy(keys, key, remedy):
    with pytest.raises(InputError) as caught:
        case_of(keys)
    assert str(caught.value).startswith("case.toml: ")
    assert key in str(caught.value)
    assert remedy in str(caught.value)


@pytest.mark.parametrize(
    "keys",
    [
        {**SHARP, **NO_FLOW},
        {**ROUNDED, **NO_KINETICS},
        {**TROCHOID, "geometry.height": "47 um"},
        {**FLAT, "geometry.height": "0 um"},
        {"geometry.height": "150 um"},
        {"geometry.electrolyte_thickness": "30 um", "geometry.lithium_thickness": "30 um"},
        {**NO_KINETICS, **NO_FLOW},
        {"loading.current_density": "0 A/m^2"},
        {"kinetics.temperature": "330 K", "flow.law": "lepage"},
        {"kinetics.temperature": "330 K", "kinetics.law": "butler-volmer", **NO_FLOW},
        {
            "kinetics.temperature": "330 K",
            "kinetics.exchange_current_density": "1 A/m^2",
            **NO_FLOW,
        },
        {"kinetics.anodic_coefficient": 0.4, "kinetics.exchange_current_density": "1 A/m^2"},
        {**ROUNDED, "geometry.shape": "frustum", "geometry.plateau_fraction": 0.4},
        COUPLED,
        {"dendrite.crack_depth": "50 um", "dendrite.filled_length": "50 um"},
    ],
    ids=lambda keys: " ".join(f"{key}={value}" for key, value in keys.items()),
)
def test_what_is_only_just_allowed(keys):
    case_of(keys)


def test_only_edges_must_be_rounded_for_the_primary_current():
    for shape, refused in {
        "flat": False,
        "egg-box": False,
        "egg-box-sum": False,
        "pyramid": True,
        "frustum": True,
    }.items():
        keys = {**NO_KINETICS, **NO_FLOW, "geometry.shape": shape}
        if refused:
            with pytest.raises(InputError, match=f"sharp edges of a {shape}"):
                case_of(keys)
        else:
            case_of(keys)


def test_units_arrive_inside():
    case = case_of(
        {
            "geometry.height": "0.02 mm",
            "electrolyte.conductivity": "2 mS/cm",
            "kinetics.area_resistance": "10 ohm*cm^2",
            "loading.current_density": "1 mA/cm^2",
            "dendrite.toughness": "230 kPa*m^0.5",
        }
    )
    assert (case.geometry.height, case.electrolyte.conductivity, case.loading.current_density) == (
        20.0,
        2e5,
        10.0,
    )
    # V um^2/pA is ohm m^2
    assert (case.kinetics.area_resistance, case.dendrite.toughness) == (1e-3, 0.23)


def test_resistance_and_exchange_current_give_each_other():
    """10 ohm cm^2 and R T / F = 25.68 mV at 298 K make 25.68 A/m^2."""
    from_resistance = case_of({"kinetics.area_resistance": "10 ohm*cm^2"}).kinetics
    assert (from_resistance.resistance, from_resistance.exchange_current) == pytest.approx(
        (1e-3, 25.68), rel=1e-3
    )
    from_current = case_of(
        {"kinetics.exchange_current_density": f"{from_resistance.exchange_current} A/m^2"}
    ).kinetics
    assert (from_current.resistance, from_current.exchange_current) == pytest.approx(
        (1e-3, from_resistance.exchange_current), rel=1e-12
    )


def test_exchange_current_depends_on_temperature_and_coefficients():
    keys = {"kinetics.temperature": "298 K", "kinetics.exchange_current_density": "1 A/m^2"}
    plain = case_of(keys).kinetics.resistance
    assert case_of(
        {**keys, "kinetics.temperature": "372.5 K"}
    ).kinetics.resistance == pytest.approx(1.25 * plain)
    assert case_of(
        {**keys, "kinetics.anodic_coefficient": 0.75}
    ).kinetics.resistance == pytest.approx(0.8 * plain)
    assert case_of(
        {**keys, "kinetics.cathodic_coefficient": 0.3}
    ).kinetics.resistance == pytest.approx(1.25 * plain)


def test_the_default_resistance_is_that_of_the_material():
    assert case_of({}).kinetics.resistance == pytest.approx(1e-3)


def test_layers_are_as_thick_as_given_or_one_and_a_half_separations():
    assert (case_of({}).contour.electrolyte_thickness, case_of({}).contour.lithium_thickness) == (
        225.0,
        225.0,
    )
    given = case_of(
        {"geometry.electrolyte_thickness": "40 um", "geometry.lithium_thickness": "50 um"}
    ).contour
    assert (given.electrolyte_thickness, given.lithium_thickness) == (40.0, 50.0)


def test_the_mesh_has_lithium_and_small_cells_only_where_it_flows():
    assert case_of(NO_FLOW).contour.lithium_thickness == 0.0
    assert case_of({}).contour.refinement > case_of(NO_FLOW).contour.refinement == 1.0


def test_a_flat_contour_has_no_height():
    assert case_of(FLAT).contour.height == 0.0


@pytest.mark.parametrize(
    ("law", "exponent"),
    [("roy", 5.0), ("lepage", 6.6), ("anand-saturated", 5.0), ("newtonian", 1.0), ("none", 5.0)],
)
def test_each_flow_law_has_its_creep_and_the_crack_of_a_case_without_flow_that_of_roy(
    law, exponent
):
    creep = case_of({"flow.law": law}).creep
    assert creep.exponent == pytest.approx(exponent)
    if law == "none":
        assert creep == case_of({"flow.law": "roy"}).creep


def test_temperature_and_viscosity_reach_the_creep():
    for law in ("lepage", "anand-saturated"):
        cold, hot = (
            case_of({"flow.law": law, "kinetics.temperature": f"{temperature} K"}).creep
            for temperature in (298, 350)
        )
        assert hot.flow_stress(1e-4) < cold.flow_stress(1e-4)
    thin, thick = (
        case_of({"flow.law": "newtonian", "flow.viscosity": f"{viscosity} MPa*s"}).creep
        for viscosity in (1e3, 2e3)
    )
    assert (
        thick.flow_stress(1e-4)
        == pytest.approx(2 * thin.flow_stress(1e-4))
        == pytest.approx(3 * 2e3 * 1e-4)
    )


def height_map(folder, values):
    np.save(folder / "map.npy", values)
    return {"geometry.shape": "height-map", "geometry.height_map": str(folder / "map.npy")}


@pytest.mark.parametrize(
    "keys",
    [
        {},
        {
            **TROCHOID,
            "geometry.height": "0.0007 inch",
            "kinetics.exchange_current_density": "2.57 mA/cm^2",
            **COUPLED,
        },
        {
            **SHARP,
            **NO_FLOW,
            "kinetics.law": "butler-volmer",
            "kinetics.film_resistance": "0.3 ohm*cm^2",
        },
        {
            **FLAT,
            **NO_KINETICS,
            "flow.law": "newtonian",
            "flow.viscosity": "1e13 Pa*s",
            "loading.current_density": "-0.1 mA/cm^2",
        },
    ],
    ids=["default", "coupled trochoid", "sharp", "flat"],
)
def test_case_written_out_reads_back_equal(tmp_path, keys):
    case = case_of(keys)
    path = tmp_path / "case.toml"
    path.write_text(write_case(case), encoding="utf-8")
    assert read_case(path) == case
    assert write_case(read_case(path)) == path.read_text(encoding="utf-8")


def test_case_with_a_height_map_finds_it_again_from_another_folder(tmp_path, monkeypatch):
    values = np.random.default_rng(0).random((5, 4))
    keys = height_map(tmp_path, values)
    monkeypatch.chdir(tmp_path)
    case = case_of({**keys, "geometry.height_map": "map.npy"})
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    path = tmp_path / "elsewhere" / "case.toml"
    path.write_text(write_case(case), encoding="utf-8")
    assert read_case(path) == case
    np.testing.assert_array_equal(read_case(path).contour.height_map, values)


def test_height_maps_are_read_when_the_case_is(tmp_path):
    with pytest.raises(InputError, match="constant"):
        case_of(height_map(tmp_path, np.ones((4, 4))))
    with pytest.raises(InputError, match=r"missing\.png"):
        case_of({"geometry.shape": "height-map", "geometry.height_map": "missing.png"})


def test_height_map_needs_the_axes_of_the_dimension(tmp_path):
    with pytest.raises(InputError, match="needs rows and columns"):
        case_of(height_map(tmp_path, np.arange(5.0)))


def test_height_map_of_another_shape_is_refused(tmp_path):
    keys = height_map(tmp_path, np.random.default_rng(0).random((5, 4)))
    with pytest.raises(
        InputError, match=r"geometry\.height_map does nothing.*change geometry\.shape"
    ):
        case_of({**keys, "geometry.shape": "egg-box"})
