"""Case files: defaults, mistakes in the words that the user sees, and the way back to TOML."""

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

CASE = """
[system]
name = "spindle_void"

[matrix]
young_modulus = "1 GPa"

[[protocol.steps]]
current_density = "0.1 mA/cm^2"
duration = "70 min"

[[protocol.steps]]
current_density = "-0.1 mA/cm^2"
duration = "30 min"
"""

MISTAKES = [
    # what is set, what the message must say
    ("geometry.lenght=60 um", "key 'geometry.lenght': unknown; did you mean 'length'?"),
    (
        "geometry.zzz=60 um",
        "key 'geometry.zzz': unknown; known: shape, length, width, tip_radius, cells, curved",
    ),
    ("geometri.length=60 um", "key 'geometri': unknown; did you mean 'geometry'?"),
    (
        "protocol.steps.1.durration=5 min",
        "key 'protocol.steps.1.durration': unknown; did you mean 'duration'?",
    ),
    (
        "geometry.length=60 s",
        "key 'geometry.length': '60 s' is a time; a length is wanted, for example '1 um'",
    ),
    (
        "geometry.length=60",
        "key 'geometry.length': 60 has no unit; a length is wanted, for example '1 um'",
    ),
    ("geometry.length=true", "key 'geometry.length': true is no number"),
    ("geometry.length=nan", "key 'geometry.length': nan is no number"),
    ("geometry.length=[60]", "key 'geometry.length': an array is no number"),
    (
        "geometry.length=-3 um",
        "key 'geometry.length': '-3 um' is out of range; allowed: 0 um < value <= 1000 um",
    ),
    (
        "geometry.length=2 mm",
        "key 'geometry.length': '2 mm' is out of range; allowed: 0 um < value <= 1000 um",
    ),
    ("geometry.length=60 parsec", "key 'geometry.length': '60 parsec' is out of range"),
    ("geometry.length=60 umm", "key 'geometry.length': unit 'umm' is unknown; a length is wanted"),
    (
        "geometry.tip_radius=0 um",
        "key 'geometry.tip_radius': '0 um' is out of range; allowed: 0 um < value",
    ),
    (
        "matrix.poisson_ratio=0.7",
        "key 'matrix.poisson_ratio': 0.7 is out of range; allowed: 0 <= value < 0.5",
    ),
    ("matrix.poisson_ratio=inf", "key 'matrix.poisson_ratio': inf is no number"),
    (
        "geometry.shape=spindel",
        "key 'geometry.shape': 'spindel' is none of 'spindle', 'ellipse', 'dot' or 'crack'; did "
        "you mean 'spindle'?",
    ),
    (
        "geometry.shape=3",
        "key 'geometry.shape': 3 is none of 'spindle', 'ellipse', 'dot' or 'crack'",
    ),
    ("geometry.width=90 um", "table 'geometry': width (90 um) exceeds length (60 um)"),
    ("geometry.cells=2.5", "key 'geometry.cells': 2.5 is wrong; it should be a valid integer"),
    ("geometry.cells='2'", "key 'geometry.cells': '2' is wrong; it should be a valid integer"),
    ("geometry.cells=true", "key 'geometry.cells': true is wrong; it should be a valid integer"),
    (
        "geometry.cells=0",
        "key 'geometry.cells': 0 is wrong; it should be greater than or equal to 1",
    ),
    ("geometry.curved=1", "key 'geometry.curved': 1 is wrong; it should be a valid boolean"),
    ("title=5", "key 'title': 5 is wrong; it should be a valid string"),
    ("geometry=3", "key 'geometry': 3 is no table; write [geometry] and its keys below"),
    ("protocol.steps=3", "key 'protocol.steps': 3 is wrong; it should be a valid array"),
    ("protocol.steps=[3]", "key 'protocol.steps.0': 3 is no table"),
    ("protocol.steps=[{duration='1 s'}]", "key 'protocol.steps.0.current_density': missing"),
    (
        "protocol.pictures=['1 um']",
        "key 'protocol.pictures.0': '1 um' is a length; a time is wanted",
    ),
    (
        "flow.law=power",
        "key 'flow.law': 'power' is none of 'elastic' or 'power-law'; did you mean 'power-law'?",
    ),
    ("flow=3", "key 'flow': 3 is no table; write [flow] and its keys below"),
    (
        "flow.exponent=3",
        "flow.exponent does nothing while flow.law is 'elastic'; leave it out or change flow.law",
    ),
    (
        "figure.kind=barz",
        "key 'figure.kind': 'barz' is none of 'bars', 'curve'; did you mean 'bars'?",
    ),
    ("figure.width=1 um", "key 'figure.kind': missing; it decides which other keys there are"),
    ("figure={kind='bars', widht='1 um'}", "key 'figure.widht': unknown; did you mean 'width'?"),
    ("flow.exponents=5", "key 'flow.exponents': unknown; did you mean 'exponent'?"),
    (
        "flow={law='power-law', exponents=5}",
        "key 'flow.exponents': unknown; did you mean 'exponent'?",
    ),
    (
        "flow={law='power-law', exponent=0.5}",
        "key 'flow.exponent': 0.5 is out of range; allowed: 1 <= value",
    ),
    ("matrix={}", "key 'matrix.young_modulus': missing, and it has no default"),
    (
        "system.name=spindle_viod",
        "key 'system.name': 'spindle_viod' is no system; did you mean 'spindle_void'?",
    ),
    ("system.name=zzz", "key 'system.name': 'zzz' is no system; known: spindle_void, cell_stack"),
    ("system.name=[1]", "key 'system.name': an array is no system"),
    ("system={}", "key 'system.name': missing"),
    ("system=3", "key 'system.name': missing"),
    ("system.nam=x", "key 'system.nam': unknown; did you mean 'name'?"),
    ("geometry.length", "--set 'geometry.length': not of the form table.key=value"),
    (".length=3", "--set '.length=3': not of the form table.key=value"),
    (
        "protocol.steps.2.duration=5 min",
        "'protocol.steps' has 2 entries, counted from 0; there is no '2'",
    ),
    (
        "protocol.steps.last.duration=5 min",
        "'protocol.steps' has 2 entries, counted from 0; there is no 'last'",
    ),
    (
        "protocol.pictures.0=5 min",
        "the case file gives no 'protocol.pictures'; write that array there first",
    ),
    (
        "matrix.young_modulus.value=5",
        "'matrix.young_modulus' is '1 GPa', not a table; set 'matrix.young_modulus' itself",
    ),
]


@pytest.mark.parametrize(
    ("assignment", "message"), MISTAKES, ids=[assignment for assignment, _ in MISTAKES]
)
def test_a_mistake_is_named_with_its_key_and_remedy(case_model, assignment, message):
    with pytest.raises(InputError) as error:
        parse_case(override(tomllib.loads(CASE), [assignment]), "void.toml")
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_all_mistakes_are_reported_together(case_model, minimal):
    minimal |= {
        "geometry": {"lenght": "1 um", "shape": "spindel"},
        "flow": {"law": "elastic", "exponent": 3},
    }
    with pytest.raises(InputError) as error:
        parse_case(minimal, "void.toml")
    assert str(error.value).splitlines() == [
        "void.toml: 3 mistakes",
        "  case: flow.exponent does nothing while flow.law is 'elastic'; leave it out or change "
        "flow.law",
        "  key 'geometry.lenght': unknown; did you mean 'length'?",
        "  key 'geometry.shape': 'spindel' is none of 'spindle', 'ellipse', 'dot' or 'crack'; did "
        "you mean 'spindle'?",
    ]


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


def test_overrides_apply_in_order_and_leave_the_tables_alone(case_model):
    data = tomllib.loads(CASE)
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
    assert data == tomllib.loads(CASE)
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
young_modulus = "1000.0 MPa"
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


def test_a_file_is_read_with_overrides(case_model, tmp_path):
    path = tmp_path / "void.toml"
    path.write_bytes(b"\xef\xbb\xbf" + CASE.replace("\n", "\r\n").encode())
    case = read_case(path, ["geometry.length=90 um"])
    assert case.geometry.length == 90.0
    path.write_text(write_case(case), encoding="utf-8")
    assert read_case(path) == case


def test_mistakes_name_the_file(case_model, tmp_path):
    path = tmp_path / "void.toml"
    path.write_text(CASE.replace("young_modulus", "youngs_modulus"))
    with pytest.raises(InputError) as error:
        read_case(path)
    assert str(error.value).startswith(f"{path}: 2 mistakes\n")


def test_paths_start_from_the_case_file_and_those_of_set_from_where_the_command_runs(
    case_model, tmp_path, monkeypatch
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
        f'data = "a.npy"\n{CASE}\n[[layers]]\npicture = "deep/b.png"\n[[layers]]\npicture = '
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
