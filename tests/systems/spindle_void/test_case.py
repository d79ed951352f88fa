"""Wrong case files: each mistake is named with its key and what to do about it."""

import subprocess
import sys
from pathlib import Path

import pytest

from anodex.models.errors import InputError
from anodex.models.inputs.casefile import read_case, write_case

SHIPPED = Path(__file__).parents[3] / "cases" / "spindle_void.toml"
BUTLER_VOLMER = "kinetics.law=butler-volmer"
CRACK = "geometry.shape=crack"
CREEP = "matrix.creep=power-law"

# Changes to the shipped case, the key that the message names, the remedy that it offers.
WRONG = {
    "misspelled key": (["geometry.lenght=90 um"], "geometry.lenght", "did you mean 'length'"),
    "misspelled table": (["geometri.length=90 um"], "geometri", "did you mean 'geometry'"),
    "misspelled key in an array": (
        ["protocol.steps.1.curent_density=1 A/m^2"],
        "protocol.steps.1.curent_density",
        "'current_density'",
    ),
    "key of another table": (
        ["geometry.young_modulus=1 GPa"],
        "geometry.young_modulus",
        "known: shape, length",
    ),
    "wrong dimension": (
        ["geometry.length=90 s"],
        "geometry.length",
        "a length is wanted, for example '1 um'",
    ),
    "wrong dimension of a current": (
        ["protocol.steps.0.current_density=1 mA"],
        "protocol.steps.0.current_density",
        "current density is wanted",
    ),
    "unknown unit": (
        ["matrix.young_modulus=1 GPaa"],
        "matrix.young_modulus",
        "for example '1 MPa'",
    ),
    "bare number": (["geometry.length=90"], "geometry.length", "has no unit; a length is wanted"),
    "unit of a pure number": (
        ["matrix.poisson_ratio=0.3 um"],
        "matrix.poisson_ratio",
        "a pure number is wanted",
    ),
    "nan": (["geometry.length=nan um"], "geometry.length", "a length is wanted"),
    "TOML nan": (["matrix.poisson_ratio=nan"], "matrix.poisson_ratio", "a pure number is wanted"),
    "infinite": (["matrix.young_modulus=1e999 Pa"], "matrix.young_modulus", "is not finite"),
    "true": (["geometry.width=true"], "geometry.width", "a length is wanted"),
    "negative": (["geometry.length=-90 um"], "geometry.length", "allowed: 1 um <= value <= 400 um"),
    "zero": (["matrix.diffusivity=0 m^2/s"], "matrix.diffusivity", "allowed: 0 um^2/s < value"),
    "incompressible": (
        ["matrix.poisson_ratio=0.5"],
        "matrix.poisson_ratio",
        "allowed: 0 <= value < 0.5",
    ),
    "too large": (
        ["geometry.length=0.5 mm"],
        "geometry.length",
        "allowed: 1 um <= value <= 400 um",
    ),
    "transference of one": (
        ["electrolyte.transference_number=1"],
        "electrolyte.transference_number",
        "allowed: 0 <= value < 1",
    ),
    "too cold": (
        ["electrolyte.temperature=25 K"],
        "electrolyte.temperature",
        "allowed: 200 K <= value",
    ),
    "no duration": (
        ["protocol.steps.0.duration=0 s"],
        "protocol.steps.0.duration",
        "allowed: 0 s < value",
    ),
    "unknown shape": (["geometry.shape=spindel"], "geometry.shape", "did you mean 'spindle'"),
    "unknown dimension": (
        ["geometry.dimension=2d"],
        "geometry.dimension",
        "'plane-strain', 'axisymmetric' or '3d'",
    ),
    "unknown kinetics": (
        ["kinetics.law=tafel"],
        "kinetics.law",
        "'galvanostatic' or 'butler-volmer'",
    ),
    "unknown creep": (["matrix.creep=yes"], "matrix.creep", "'none' or 'power-law'"),
    "unknown reservoir": (
        ["loading.reservoir=outer_z"],
        "loading.reservoir",
        "'outer_y', 'outer_x' or 'none'",
    ),
    "text instead of a table": (["geometry=5"], "geometry", "write [geometry]"),
    "text instead of an array": (["output.times=20 min"], "output.times", "array"),
    "broken number of steps": (
        ["output.checkpoint_interval=2.5"],
        "output.checkpoint_interval",
        "integer",
    ),
    "wide": (
        ["geometry.width=90 um"],
        "geometry.width (90 um) exceeds geometry.length (60 um)",
        "swap them",
    ),
    "blunt tip": (
        ["geometry.tip_radius=100 um"],
        "geometry.tip_radius (100 um)",
        "allowed: 0.006 um to 5.94 um, or 0 um for a sharp tip",
    ),
    "tip sharper than the mesh": (
        ["geometry.tip_radius=1 pm"],
        "geometry.tip_radius (1e-06 um)",
        "allowed: 0.006 um",
    ),
    "needle": (
        ["geometry.width=0.5 um"],
        "geometry.tip_radius (0.00208333 um, as it is left out)",
        "allowed: 0.006 um",
    ),
    "blunt crack": (
        [CRACK, "geometry.tip_radius=7 um"],
        "geometry.tip_radius (7 um)",
        "allowed: 1.2 um to 6 um",
    ),
    "narrow crack end": (
        [CRACK, "geometry.tip_radius=1 um"],
        "geometry.tip_radius (1 um)",
        "allowed: 1.2 um to 6 um",
    ),
    "sharp crack of some width": (
        [CRACK, "geometry.tip_radius=0 um"],
        "geometry.tip_radius (0 um)",
        "allowed: 1.2 um to 6 um",
    ),
    "ellipse with a tip": (
        ["geometry.shape=ellipse", "geometry.tip_radius=3 um"],
        "geometry.tip_radius (3 um)",
        "1.2 um; leave it out",
    ),
    "oval dot": (
        ["geometry.shape=dot"],
        "geometry.width (12 um) is not geometry.length (60 um)",
        "set both to its diameter",
    ),
    "spindle without width": (
        ["geometry.width=0 um"],
        "geometry.width (0 um)",
        'needs shape "crack"',
    ),
    "ideal crack that dissolves": (
        [CRACK, "geometry.width=0 um"],
        "geometry.width = 0 um",
        "set protocol.steps = []",
    ),
    "ideal crack with a tip": (
        [CRACK, "geometry.width=0 um", "geometry.tip_radius=1 um", "protocol.steps=[]"],
        "geometry.tip_radius (1 um)",
        "leave it out",
    ),
    "short box": (["geometry.box_length=40 um"], "geometry.box_length (40 um", "60 um or more"),
    "low box": (["geometry.box_height=6 um"], "geometry.box_height (6 um", "12 um or more"),
    "no counter electrode": (
        [BUTLER_VOLMER, "loading.reservoir=none"],
        "loading.reservoir",
        "to 'outer_y' or 'outer_x'",
    ),
    "directed Butler-Volmer": (
        [BUTLER_VOLMER, "kinetics.distribution=longitudinal"],
        "kinetics.distribution",
        "leave it out",
    ),
    "unused kinetics": (
        ["kinetics.stress_shift=normal"],
        "kinetics.stress_shift does nothing",
        "change kinetics.law",
    ),
    "unused creep": (
        ["matrix.creep_exponent=4"],
        "matrix.creep_exponent does nothing",
        "change matrix.creep",
    ),
    "long first step": (
        ["numerics.first_step=1 h"],
        "numerics.first_step",
        "change the one that is out of order",
    ),
    "smallest above largest": (
        ["numerics.smallest_step=1 h"],
        "numerics.smallest_step",
        "change the one that is out of order",
    ),
    "loose tolerance": (["numerics.step_tolerance=0.5"], "numerics.step_tolerance", "value <= 0.1"),
    "picture after the end": (
        ['output.times=["20 min", "3 h"]'],
        "output.times holds 10800 s",
        "lengthen protocol.steps",
    ),
    "wrong system": (["system.name=spindle"], "system.name", "did you mean 'spindle_void'"),
    "no value": (["geometry.length"], "geometry.length", "table.key=value"),
    "into a value": (["geometry.length.um=5"], "geometry.length", "set 'geometry.length' itself"),
    "step that is not there": (
        ["protocol.steps.2.duration=3 s"],
        "protocol.steps",
        "has 2 entries",
    ),
}

# Whole files instead of the shipped one.
WRONG_FILES = {
    "empty": ("", "system.name", "write [system]"),
    "no TOML": ("[geometry]\nlength = 60 um\n", "not TOML", 'length = "60 um"'),
    "no system": ('[geometry]\nlength = "60 um"\n', "system.name", "known: spindle_void"),
    "step without duration": (
        '[system]\nname = "spindle_void"\n[[protocol.steps]]\ncurrent_density = "1 A/m^2"\n',
        "protocol.steps.0.duration",
        "missing, and it has no default",
    ),
}


@pytest.mark.parametrize(("changes", "key", "remedy"), WRONG.values(), ids=WRONG)
def test_wrong_value(changes, key, remedy):
    with pytest.raises(InputError) as caught:
        read_case(SHIPPED, changes)
    assert key in str(caught.value)
    assert remedy in str(caught.value)


@pytest.mark.parametrize(("text", "key", "remedy"), WRONG_FILES.values(), ids=WRONG_FILES)
def test_wrong_file(tmp_path, text, key, remedy):
    path = tmp_path / "case.toml"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        read_case(path)
    assert key in str(caught.value)
    assert remedy in str(caught.value)


def test_missing_file_names_its_neighbour():
    with pytest.raises(InputError, match=r"spindle_viod\.toml.*did you mean 'spindle_void\.toml'"):
        read_case(SHIPPED.with_name("spindle_viod.toml"))


def test_all_mistakes_come_at_once():
    with pytest.raises(InputError, match="2 mistakes") as caught:
        read_case(SHIPPED, ["geometry.lenght=90 um", "matrix.poisson_ratio=0.5"])
    assert "geometry.lenght" in str(caught.value) and "matrix.poisson_ratio" in str(caught.value)


@pytest.mark.parametrize(
    "changes",
    [
        [],
        [
            "geometry.length=28 um",
            "geometry.width=0.0002 inch",
            "electrolyte.temperature=25 degC",
            "matrix.young_modulus=333.3 kPa",
        ],
        [BUTLER_VOLMER, "kinetics.stress_shift=normal", CREEP, "matrix.creep_exponent=4.5"],
        [CRACK, "geometry.width=0 um", "protocol.steps=[]"],
        [
            "geometry.tip_radius=0 um",
            'protocol.steps=[{current_density="1 A/m^2", duration="1 min"}]',
        ],
        ['output.times=["1 min"]', 'title=A "quoted" µ\\name'],
    ],
    ids=["shipped", "units", "laws", "ideal crack", "short protocol", "text"],
)
def test_case_written_out_reads_back_equal(tmp_path, changes):
    case = read_case(SHIPPED, changes)
    path = tmp_path / "case.toml"
    path.write_text(write_case(case), encoding="utf-8")
    assert read_case(path) == case
    assert write_case(read_case(path)) == path.read_text(encoding="utf-8")


def test_units_arrive_inside():
    case = read_case(SHIPPED)
    assert (case.geometry.length, case.geometry.effective_tip_radius, case.geometry.half_box) == (
        60.0,
        1.2,
        (480.0, 480.0),
    )
    assert (
        case.matrix.young_modulus,
        case.matrix.diffusivity,
        case.matrix.partial_molar_volume,
    ) == (1000.0, 1.0, 2e-6)
    assert case.electrolyte.concentration == 1000.0
    assert [(step.current_density, step.duration) for step in case.protocol.steps] == [
        (1.0, 4200.0),
        (-1.0, 1800.0),
    ]
    assert case.protocol.end == 6000.0


@pytest.mark.serial
@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ([str(SHIPPED), "--set", "geometry.lenght=90 um"], ["geometry.lenght", "length"]),
        ([str(SHIPPED), "--set", "geometry.width=90 um"], ["geometry.width", "swap them"]),
        (
            [str(SHIPPED), "--set", 'output.times=["3 h"]'],
            ["output.times", "lengthen protocol.steps"],
        ),
        ([str(SHIPPED.with_name("absent.toml"))], ["absent.toml"]),
    ],
    ids=["misspelled", "wide", "late picture", "missing file"],
)
def test_command_says_so_and_writes_nothing(tmp_path, words, parts):
    command = [
        sys.executable,
        "-m",
        "anodex.scripts.main",
        "run",
        *words,
        "-o",
        str(tmp_path / "result"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=120)
    assert done.returncode == 2
    assert all(part in " ".join(done.stderr.split()) for part in parts)
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
