"""Case files: defaults, units, changes, paths, and the way back to TOML."""

import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anodex.models import registry
from anodex.models.errors import InputError
from anodex.models.inputs.casefile import parse_case, read_case, write_case
from anodex.models.inputs.overrides import override
from anodex.models.inputs.tables import Table


def test_defaults_and_units_are_resolved(case_model, minimal):
    case = parse_case(minimal, "void.toml")
    assert case.geometry.length == 60.0
    assert case.matrix.young_modulus == 1000.0
    assert case.protocol.steps[0].current_density == 1.0
    assert case.protocol.pictures == (1200.0, 4200.0)
    assert case.geometry.tip_radius is None


def test_a_case_cannot_be_changed(case_model, minimal):
    case = parse_case(minimal, "void.toml")
    with pytest.raises(ValueError, match="frozen"):
        case.geometry.length = 3.0


def test_overrides_apply_in_order_and_leave_the_tables_alone(case_model, case_text):
    data = tomllib.loads(case_text)
    assignments = [
        "geometry.length=90 um",
        'title="a = b"',
        "protocol.steps.1.duration=5 min",
        "geometry.length=80 um",
        "geometry.cells=4",
    ]
    case = parse_case(override(data, assignments), "void.toml")
    assert (
        case.geometry.length,
        case.title,
        case.protocol.steps[1].duration,
        case.geometry.cells,
    ) == (80.0, "a = b", 300.0, 4)
    assert data == tomllib.loads(case_text)
    assert parse_case(override(data, ["protocol.steps=[]"]), "void.toml").protocol.steps == ()


def test_the_effective_case_reads_as_expected(case_model, minimal):
    text = write_case(
        parse_case(override(minimal, ['title=say "hi"', "flow.law=power-law"]), "void.toml")
    )
    assert (
        text
        == r"""title = "say \"hi\""

[system]
name = "spindle_void"

[geometry]
shape = "spindle"
length = "60.0 um"
width = "12.0 um"
cells = 8
curved = true

[matrix]
young_modulus = "1 GPa"
poisson_ratio = 0.33

[flow]
law = "power-law"
exponent = 5.0

[protocol]
pictures = ["1200.0 s", "4200.0 s"]

[[protocol.steps]]
current_density = "1.0 A/m^2"
duration = "4200.0 s"
"""
    )


OWN_UNITS = """
[system]
name = "spindle_void"
[geometry]
length = "0.0073 cm"
[matrix]
young_modulus = "1.1 GPa"
poisson_ratio = "33 %"
[protocol]
pictures = ["7.1 min", "3600 s"]
[[protocol.steps]]
current_density = "0.07 mA/cm^2"
duration = "0.3 h"
[[protocol.steps]]
current_density = "-0.1 mA/cm^2"
duration = "33.3 min"
"""


def test_a_written_case_keeps_the_users_own_units(case_model):
    case = parse_case(tomllib.loads(OWN_UNITS), "void.toml")
    text = write_case(case)
    for line in OWN_UNITS.strip().splitlines():
        assert line in text.splitlines()
    again = parse_case(tomllib.loads(text), "written")
    assert again == case and write_case(again) == text
    numbers = {
        "length": (case.geometry.length, 73.0),
        "current": (case.protocol.steps[0].current_density, 0.7),
        "duration": (case.protocol.steps[1].duration, 1998.0),
    }
    for found, right in numbers.values():
        assert found == right


def test_in_internal_units_equal_cases_are_written_alike(case_model):
    case = parse_case(tomllib.loads(OWN_UNITS), "void.toml")
    internal = write_case(case, as_given=False)
    assert 'length = "73.0 um"' in internal and "poisson_ratio = 0.33" in internal
    old = parse_case(tomllib.loads(internal), "written by an earlier version")
    assert old == case
    assert write_case(old, as_given=False) == internal
    assert write_case(old) == internal  # its texts are what is given now


def test_a_text_that_no_longer_holds_is_not_written(case_model):
    case = parse_case(tomllib.loads(OWN_UNITS), "void.toml")
    longer = case.model_copy(update={"geometry": case.geometry.model_copy(update={"length": 90.0})})
    assert 'length = "90.0 um"' in write_case(longer)
    assert 'length = "0.0073 cm"' in write_case(case)


def test_a_sweep_says_which_command_is_meant(case_model, tmp_path):
    path = tmp_path / "lengths.toml"
    path.write_text('[sweep]\ncase = "void.toml"\n[sweep.set]\n"geometry.length" = ["1 um"]\n')
    with pytest.raises(InputError, match=r"many runs of a case; run it with `anodex sweep .*toml`"):
        read_case(path)


numbers = st.floats(min_value=1e-300, max_value=1e300)
texts = st.text(st.characters(exclude_categories=["Cs"]))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    title=texts,
    length=st.floats(min_value=12, max_value=1000),
    modulus=numbers,
    tip_radius=st.none() | numbers,
    steps=st.lists(st.tuples(st.floats(allow_nan=False, allow_infinity=False), numbers)),
)
def test_a_written_case_reads_back_equal(case_model, title, length, modulus, tip_radius, steps):
    case = case_model.model_validate(
        {
            "title": title,
            "system": {"name": "spindle_void"},
            "geometry": {"length": f"{length!r} um"}
            | ({} if tip_radius is None else {"tip_radius": f"{tip_radius!r} um"}),
            "matrix": {"young_modulus": f"{modulus!r} MPa"},
            "protocol": {
                "steps": [
                    {"current_density": f"{current!r} A/m^2", "duration": f"{time!r} s"}
                    for current, time in steps
                ]
            },
        }
    )
    text = write_case(case)
    again = parse_case(tomllib.loads(text), "written")
    assert again == case
    assert write_case(again) == text


def test_a_file_is_read_with_overrides(case_model, case_text, tmp_path):
    path = tmp_path / "void.toml"
    path.write_bytes(b"\xef\xbb\xbf" + case_text.replace("\n", "\r\n").encode())
    case = read_case(path, ["geometry.length=90 um"])
    assert case.geometry.length == 90.0
    path.write_text(write_case(case), encoding="utf-8")
    assert read_case(path) == case


def test_paths_start_from_the_case_file_and_those_of_set_from_where_the_command_runs(
    case_model, case_text, tmp_path, monkeypatch
):
    class Layer(Table):
        picture: Path

    class WithPaths(case_model):
        data: Path | None = None
        layers: tuple[Layer, ...] = ()

    monkeypatch.setattr(
        registry, "load", lambda name: SimpleNamespace(part={"case": WithPaths}.get)
    )
    folder = tmp_path / "cases"
    folder.mkdir()
    (folder / "case.toml").write_text(
        f'data = "a.npy"\n{case_text}\n[[layers]]\npicture = "deep/b.png"\n[[layers]]\npicture = '
        '"/c.png"\n'
    )
    monkeypatch.chdir(tmp_path)
    case = read_case("cases/case.toml")
    assert case.data == folder / "a.npy"
    assert [layer.picture for layer in case.layers] == [folder / "deep" / "b.png", Path("/c.png")]
    assert read_case("cases/case.toml", ["data=d.npy"]).data == Path("d.npy")
    (tmp_path / "effective.toml").write_text(write_case(case))
    assert read_case(tmp_path / "effective.toml") == case


def test_a_height_map_beside_the_case_is_found_and_a_missing_one_named_with_its_folder(tmp_path):
    path = tmp_path / "case.toml"
    path.write_text(
        '[system]\nname = "contoured_interface"\n[geometry]\nshape = "height-map"\ndimension = '
        '"2d"\nheight_map = "map.txt"\n'
    )
    with pytest.raises(
        InputError, match=f"key 'geometry.height_map'.*there is no such file in {tmp_path};"
    ):
        read_case(path)
    (tmp_path / "map.txt").write_text("0 1 0 2\n")
    assert read_case(path).geometry.height_map == tmp_path / "map.txt"
