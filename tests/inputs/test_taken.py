"""What cases take from material files: where they leave a key out, and only there."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from anodex.models import registry
from anodex.models.errors import InputError
from anodex.models.inputs.casefile import parse_case, read_case, write_case
from anodex.models.inputs.overrides import override
from anodex.models.inputs.tables import Table, origin_of, tables_in
from anodex.models.inputs.taken import keys_with_origin, kind_of
from anodex.models.materials import MATERIALS
from anodex.models.materials.takers import takers
from anodex.models.systems.folder_state import state_of
from anodex.scripts.cases import as_overrides, open_case
from anodex.scripts.key_ranges import read_range

pytestmark = pytest.mark.serial
ROOT = Path(__file__).parents[2]
ENTRY = """
[{name}]
value = "{value}"
range = ["{low!r} {unit}", "{high!r} {unit}"]
source = "a laboratory book"
origin = "measured"
"""


def entry(material, name, factor):
    """A value of the data base times a factor, as a file gives it."""
    known = MATERIALS[material][name]
    return ENTRY.format(
        name=f"{material}.{name}",
        value=str(replace(known, value=known.value * factor, high=known.high * factor)),
        low=known.low,
        high=known.high * factor,
        unit=known.unit,
    )


@pytest.fixture
def mine(tmp_path):
    """Function that writes a material file with a modulus of the porous layer [GPa]."""

    def write(modulus=3, name="mine.toml"):
        path = tmp_path / name
        path.write_text(entry("nril", "young_modulus", modulus), encoding="utf-8")
        return str(path)

    return write


def case_of(system, **changes):
    data = {"system": {"name": system}}
    return parse_case(override(data, as_overrides(changes)), "the test")


def test_a_file_wins_over_the_data_base_and_a_case_over_the_file(mine):
    assert case_of("spindle_void").matrix.young_modulus == 1000
    taken = case_of("spindle_void", materials=mine())
    assert taken.matrix.young_modulus == 3000
    assert taken.matrix.poisson_ratio == case_of("spindle_void").matrix.poisson_ratio
    written = case_of("spindle_void", materials=mine(), **{"matrix.young_modulus": "2 GPa"})
    assert written.matrix.young_modulus == 2000


def test_later_files_win(mine):
    names = [mine(), mine(4, "other.toml")]
    assert case_of("spindle_void", materials=names).matrix.young_modulus == 4000
    assert case_of("spindle_void", materials=names[::-1]).matrix.young_modulus == 3000


def test_paths_start_from_the_folder_of_the_case_or_of_the_command(mine, tmp_path, monkeypatch):
    mine()
    cases = tmp_path / "cases"
    cases.mkdir()
    path = cases / "case.toml"
    path.write_text(
        'materials = ["../mine.toml", "cao-2023"]\nsystem.name = "spindle_void"\n', encoding="utf-8"
    )
    case = read_case(path)
    assert case.matrix.young_modulus == 3000
    assert case.materials == (str(cases / "../mine.toml"), "cao-2023")
    monkeypatch.chdir(tmp_path)
    case = read_case(path, ["materials=mine.toml"])
    assert case.materials == (str(tmp_path / "mine.toml"),)


def test_a_case_may_change_its_files(mine):
    plain = case_of("spindle_void")
    taken = open_case(plain, as_overrides({"materials": mine()}))
    assert taken == case_of("spindle_void", materials=mine())
    longer = open_case(taken, ["geometry.length=61 um"])
    assert longer.matrix.young_modulus == 3000
    assert open_case(longer, ["materials=[]", "geometry.length=60 um"]) == plain


@pytest.fixture
def everything(tmp_path):
    """Function that writes a file with all values that keys take, times a factor."""

    def write(factor):
        path = tmp_path / "all.toml"
        path.write_text("".join(entry(*name, factor) for name in takers()), encoding="utf-8")
        return path

    return write


def read_back(folder, text):
    """The case that a text gives."""
    path = folder / "case.toml"
    path.write_text(text, encoding="utf-8")
    return read_case(path)


@pytest.mark.parametrize("system", registry.OWN)
def test_values_of_the_data_base_in_a_file_change_nothing(system, everything):
    plain = write_case(case_of(system), as_given=False)
    with_file = write_case(case_of(system, materials=str(everything(1))), as_given=False)
    more = set(with_file.splitlines()) - set(plain.splitlines())
    more -= {'area_resistance = "0.001 V*um^2/pA"'}  # what was left to the data base is written
    assert len(more) == 1 and more.pop().startswith("materials = ")


@pytest.mark.parametrize("system", registry.OWN)
def test_a_case_written_out_needs_its_file_no_more(system, everything, tmp_path):
    path = everything(1.001)
    case = case_of(system, materials=str(path))
    text = write_case(case)
    path.unlink()
    again = read_back(tmp_path, text)
    assert again == case and write_case(again) == text


@pytest.mark.parametrize("system", registry.OWN)
def test_what_does_nothing_takes_nothing(system, everything):
    case = case_of(system, materials=str(everything(1.001)))
    keys = {key.name: key for key in keys_with_origin(case)}
    values = {
        name: replace(known, value=known.value * 1.001, high=known.high * 1.001)
        for name, key in keys.items()
        for known in [MATERIALS[key.origin[0]][key.origin[1]]]
    }
    idle = {name for name, key in keys.items() if not key.holds(values[name])}
    assert len(idle) < len(keys) and all(key.left_out for key in keys.values())
    for name in idle:
        with pytest.raises(InputError, match=f"{name} does nothing while"):
            case_of(system, **{name: str(values[name])})


def test_kinds_of_tables_take_their_own(everything):
    changes = {"materials": str(everything(1.001)), "matrix.creep": "power-law"}
    case = case_of("spindle_void", **changes)
    assert case.matrix.creep_exponent == pytest.approx(5.005)
    assert open_case(case, ["matrix.creep=none"]) == case_of(
        "spindle_void", materials=changes["materials"]
    )


def test_sodium_in_a_crack_takes_its_molar_volume(everything):
    metal = {"filling.metal": "sodium"}
    case = case_of("filled_crack", materials=str(everything(1.01)), **metal)
    plain = case_of("filled_crack", **metal)
    assert case.filling.molar_volume == pytest.approx(1.01 * plain.filling.molar_volume, rel=1e-12)


def test_a_resistance_is_taken_where_no_key_says_the_same(everything):
    path = str(everything(2))
    plain = case_of("contoured_interface").kinetics.resistance
    case = case_of("contoured_interface", materials=path)
    assert case.kinetics.resistance == 2 * plain
    given = {"kinetics.exchange_current_density": "10 A/m^2"}
    assert case_of("contoured_interface", materials=path, **given).kinetics.area_resistance is None
    other = case_of("contoured_interface", materials="gong-2023-carbonate")
    assert other.kinetics.area_resistance == plain  # written out, as the set may change


def test_a_value_that_a_key_does_not_allow_names_its_file(tmp_path):
    path = tmp_path / "mine.toml"
    text = ENTRY.format(name="nril.porosity", value=2, low=1, high=2, unit="")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        case_of("spindle_void", materials=str(path))
    assert "key 'matrix.porosity': '2.0' is out of range" in str(caught.value)
    assert str(caught.value).endswith(f"(a value of {path})")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (3, "key 'materials': 3 names no materials; give a file"),
        ([3], "key 'materials': an array names no materials; give a file"),
        ([[]], "key 'materials': an array names no materials; give a file"),
        ("nowhere.toml", "nowhere.toml: no such file"),
        ("cao_2023", "'cao_2023' is no set of materials; did you mean 'cao-2023'?"),
    ],
)
def test_what_is_no_file_is_refused(given, message):
    with pytest.raises(InputError) as caught:
        case_of("spindle_void", materials=given)
    assert message in str(caught.value)


def test_a_run_goes_on_while_its_values_are_the_same(mine, tmp_path):
    folder = tmp_path / "result"
    folder.mkdir()
    text = write_case(case_of("spindle_void", materials=mine()))
    (folder / "case.toml").write_text(text, encoding="utf-8")
    assert state_of(folder, write_case(case_of("spindle_void", materials=mine()))) == "begun"
    other = write_case(case_of("spindle_void", materials=mine(4)))
    with pytest.raises(InputError, match=r"matrix.young_modulus: '3000.0 MPa' there, '4000.0"):
        state_of(folder, other)


def test_a_sample_takes_the_range_of_the_file(mine):
    key = "matrix.young_modulus"
    found = read_range(case_of("spindle_void", materials=mine()), key, "database", "test")
    known = MATERIALS["nril"]["young_modulus"]
    assert (found.low, found.high, found.unit) == (known.low, 3 * known.high, "GPa")


def test_a_table_that_is_left_out_is_as_an_empty_one():
    def refuse_other(model: type[Table]):
        for field in model.model_fields.values():
            if isinstance(field.default, Table):
                kind = kind_of(field, {})
                assert field.default == kind(), kind
            for kind in tables_in(field.annotation):
                refuse_other(kind)

    for system in registry.OWN:
        refuse_other(registry.load(system).part("case"))


def test_a_value_that_keys_take_is_read_by_no_law():
    """Else a file would be passed over there; a key marked with `OrElse` gives it, and so may be
    read where no file is named.
    """
    names = {name.upper(): name for name in MATERIALS}
    found = {
        (names[node.value.id], node.slice.value)
        for path in (ROOT / "models").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Name)
        and node.value.id in names
        and isinstance(node.slice, ast.Constant)
    }
    assert ("lithium", "molar_volume") in found
    assert found & takers().keys() == {("li6ps5cl", "interface_resistance")}
    case = case_of("contoured_interface")
    assert origin_of(case, "kinetics.area_resistance") == ("li6ps5cl", "interface_resistance")
