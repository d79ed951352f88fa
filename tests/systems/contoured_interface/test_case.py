"""What the keys of a case of the contoured interface mean inside."""

import numpy as np
import pytest

from anodex.models.errors import InputError
from anodex.models.inputs.casefile import parse_case, read_case, write_case

FLAT = {"geometry.shape": "flat"}
NO_KINETICS = {"kinetics.law": "none"}
NO_FLOW = {"flow.law": "none"}


def case_of(keys):
    """The case of dotted keys; all others take their defaults."""
    tables = {"system": {"name": "contoured_interface"}}
    for key, value in keys.items():
        table, name = key.split(".")
        tables.setdefault(table, {})[name] = value
    return parse_case(tables, "case.toml")


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
        case_of(height_map(tmp_path, np.array([0.0, 1.0, 2.0, 1.0])))


def test_height_map_of_another_shape_is_refused(tmp_path):
    keys = height_map(tmp_path, np.random.default_rng(0).random((5, 4)))
    with pytest.raises(
        InputError, match=r"geometry\.height_map does nothing.*change geometry\.shape"
    ):
        case_of({**keys, "geometry.shape": "egg-box"})
