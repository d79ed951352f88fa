"""The material database: complete, consistent, honest."""

import math
from dataclasses import replace

import pytest

from anodex.models.errors import InputError
from anodex.models.inputs.quantities import Amount
from anodex.models.inputs.units import units
from anodex.models.materials import MATERIALS, Origin, Property, find, rows

ENTRIES = [(material.name, name) for material in MATERIALS.values() for name in material]

# What the systems read, and in which unit.
NEEDED = {
    "sodium": {
        "young_modulus": "MPa",
        "poisson_ratio": "",
        "molar_volume": "um^3/amol",
        "creep_prefactor": "1/(MPa^5*s)",
        "creep_exponent": "",
        "yield_strength": "MPa",
        "exchange_current_density": "A/m^2",
        "critical_stress": "MPa",
    },
    "nril": {
        "young_modulus": "MPa",
        "poisson_ratio": "",
        "partial_molar_volume": "um^3/amol",
        "diffusivity": "um^2/s",
        "porosity": "",
        "toughness": "J/m^2",
        "critical_stress": "MPa",
        "thickness": "um",
    },
    "diglyme_electrolyte": {
        "concentration": "mol/m^3",
        "diffusivity": "um^2/s",
        "conductivity": "pA/(V*um)",
        "transference_number": "",
    },
}


@pytest.mark.parametrize(("material", "name"), ENTRIES)
def test_every_entry_is_complete(material, name):
    entry = MATERIALS[material][name]
    assert math.isfinite(entry.value)
    assert 0 < entry.low <= entry.value <= entry.high
    assert entry.low < entry.high, "a valid range has a width"
    assert entry.high / entry.low < 1e3
    units.parse_units(entry.unit)
    assert len(entry.source) > 10
    assert isinstance(entry.origin, Origin)
    assert ("memory" in entry.source) == (entry.origin is Origin.MEMORY) or name == "molar_mass"
    assert ("a choice" in entry.source) == (entry.origin is Origin.CHOSEN)


def test_all_materials_and_origins_are_there():
    assert set(MATERIALS) == {
        "sodium",
        "nril",
        "diglyme_electrolyte",
        "ether_electrolyte",
        "ether_interphase",
        "carbonate_electrolyte",
        "carbonate_interphase",
        "lithium",
        "li6ps5cl",
        "ptfe",
        "steel",
    }
    assert all(find(name).name == name for name in MATERIALS)
    assert {MATERIALS[material][name].origin for material, name in ENTRIES} == set(Origin)


@pytest.mark.parametrize(
    ("material", "name", "unit"),
    [(m, name, unit) for m, names in NEEDED.items() for name, unit in names.items()],
)
def test_what_the_systems_need_converts_to_the_internal_unit(material, name, unit):
    assert find(material)[name].to(unit) > 0


def test_values_in_internal_units():
    sodium, nril = find("sodium"), find("nril")
    assert sodium["young_modulus"].to("MPa") == 4600.0
    assert sodium["molar_volume"].to("um^3/amol") == 23.7e-6
    assert sodium["creep_prefactor"].to("1/(MPa^5*s)") == 0.53
    assert nril["diffusivity"].to("um^2/s") == 1.0
    assert find("diglyme_electrolyte")["conductivity"].to("pA/(V*um)") == 1.5e5


@pytest.mark.parametrize("name", ["sodium", "lithium", "li6ps5cl"])
def test_elastic_constants_agree_with_each_other(name):
    metal = find(name)
    young, poisson = metal["young_modulus"].to("GPa"), metal["poisson_ratio"].value
    assert metal["shear_modulus"].to("GPa") == pytest.approx(young / (2 * (1 + poisson)), rel=0.05)
    assert metal["bulk_modulus"].to("GPa") == pytest.approx(
        young / (3 * (1 - 2 * poisson)), rel=0.05
    )


@pytest.mark.parametrize("name", ["sodium", "lithium"])
def test_molar_volume_is_molar_mass_over_density(name):
    metal = find(name)
    assert metal["molar_volume"].to("m^3/mol") == pytest.approx(
        metal["molar_mass"].to("kg/mol") / metal["density"].to("kg/m^3"), rel=2e-3
    )


def test_derived_values_follow_from_their_sources():
    gas, faraday, temperature = 8.314, 96485, 298
    sodium, lithium, electrolyte = find("sodium"), find("lithium"), find("li6ps5cl")
    arrhenius = math.exp(
        -sodium["self_diffusion_activation_energy"].to("J/mol") / (gas * temperature)
    )
    assert sodium["self_diffusivity"].to("m^2/s") == pytest.approx(
        sodium["self_diffusion_prefactor"].to("m^2/s") * arrhenius, rel=0.02
    )
    factor = math.exp(
        lithium["lepage_activation_energy"].to("J/mol")
        / (lithium["lepage_exponent"].value * gas * temperature)
    )
    assert lithium["lepage_coefficient_298K"].value == pytest.approx(
        lithium["lepage_coefficient"].value * factor, rel=0.01
    )
    resistance = electrolyte["interface_resistance"].to("ohm*m^2")
    assert electrolyte["exchange_current_density"].to("A/m^2") == pytest.approx(
        gas * temperature / (faraday * resistance), rel=0.01
    )
    before, after = electrolyte["powder_density"].value, electrolyte["pressed_density"].value
    assert electrolyte["heckel_constant"].to("1/MPa") == pytest.approx(
        math.log((1 - before) / (1 - after)) / 300, rel=0.01
    )


def test_lithium_creep_laws_give_the_published_flow_stresses():
    lithium, rate = find("lithium"), 4e-5
    roy = lithium["roy_reference_stress"].to("MPa") * (
        rate / lithium["roy_reference_rate"].to("1/s")
    ) ** (1 / lithium["roy_exponent"].value)
    assert roy == pytest.approx(0.33, rel=0.01)
    lepage = lithium["lepage_coefficient_298K"].value * rate ** (
        1 / lithium["lepage_exponent"].value
    )
    assert lepage == pytest.approx(0.6215, rel=0.01)
    scaled = rate / (
        lithium["anand_prefactor"].to("1/s")
        * math.exp(-lithium["anand_activation_energy"].to("J/mol") / (8.314 * 298))
    )
    sensitivity = (
        lithium["anand_rate_sensitivity"].value + lithium["anand_saturation_exponent"].value
    )
    assert lithium["anand_saturation_resistance"].to("MPa") * scaled**sensitivity == pytest.approx(
        0.6207, rel=0.01
    )


def test_unknown_names_lead_to_the_nearest():
    with pytest.raises(InputError, match=r"no material 'sodum'; did you mean 'sodium'\?"):
        find("sodum")
    with pytest.raises(
        InputError,
        match=r"material 'sodium' has no property 'youngs_modulus'; did you mean 'young_modulus'\?",
    ):
        find("sodium")["youngs_modulus"]


def test_a_material_cannot_be_changed():
    with pytest.raises(TypeError):
        find("sodium").properties["young_modulus"] = None


def test_a_property_refuses_nonsense():
    good = Property(value=1.0, unit="GPa", low=0.5, high=2.0, source="a book", origin=Origin.FOUND)
    for change in ({"value": 3.0}, {"unit": "GPaa"}, {"source": " "}):
        with pytest.raises(ValueError):
            replace(good, **change)
    with pytest.raises(
        ValueError, match="unit 'MPaa' is unknown; a unit for a stress is wanted, for example 'GPa'"
    ):
        good.to("MPaa")
    with pytest.raises(ValueError, match="'um' is for a length; a unit for a stress is wanted"):
        good.to("um")


@pytest.mark.parametrize(("material", "name"), ENTRIES)
def test_an_entry_reads_as_a_case_file_gives_it(material, name):
    entry = MATERIALS[material][name]
    assert Amount(entry.unit, ge=entry.low, le=entry.high).parse(str(entry)) == entry.value


def test_rows_are_text_for_a_table():
    table = rows(find("sodium"))
    assert len(table) == len(find("sodium").properties)
    assert table[0][:5] == ("young_modulus", "4.6", "GPa", "3.9 to 5", "measured")
    assert "nanoindentation" in table[0][5]
