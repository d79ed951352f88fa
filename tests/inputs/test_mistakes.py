"""Mistakes in case files, in the words that the user sees: each with its key and a remedy."""

import tomllib

import pytest

from anodex.models.errors import InputError
from anodex.models.inputs.casefile import parse_case, read_case
from anodex.models.inputs.overrides import override

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
def test_a_mistake_is_named_with_its_key_and_remedy(case_model, case_text, assignment, message):
    with pytest.raises(InputError) as error:
        parse_case(override(tomllib.loads(case_text), [assignment]), "void.toml")
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


def test_mistakes_name_the_file(case_model, case_text, tmp_path):
    path = tmp_path / "void.toml"
    path.write_text(case_text.replace("young_modulus", "youngs_modulus"))
    with pytest.raises(InputError) as error:
        read_case(path)
    assert str(error.value).startswith(f"{path}: 2 mistakes\n")
