"""Case files of every system: each mistake is named with its key and what to do about it, nothing
is written on a mistake, and what is read reads back equal when it is written out.

`cases.toml` beside the tests of a system holds its mistakes and what it allows.
"""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from anodex.models import registry
from anodex.models.errors import InputError
from anodex.models.inputs.casefile import read_case, write_case

SHIPPED = Path(__file__).parents[2] / "cases"
SPINDLE = SHIPPED / "spindle_void.toml"
TABLES = {
    system: tomllib.loads((Path(__file__).parent / system / "cases.toml").read_text("utf-8"))
    for system in registry.OWN
}

# Whole files: what one says, the key that the message names, the remedy that it offers.
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

# Words after `anodex run`, and what the message says; one mistake of each system at least.
WRONG_CALLS = {
    "misspelled": (
        [SPINDLE, "--set", "geometry.lenght=90 um"],
        ["geometry.lenght", "length"],
    ),
    "wide": ([SPINDLE, "--set", "geometry.width=90 um"], ["geometry.width", "swap them"]),
    "late picture": (
        [SPINDLE, "--set", 'output.times=["3 h"]'],
        ["output.times", "lengthen protocol.steps"],
    ),
    "missing file": ([SHIPPED / "absent.toml"], ["absent.toml"]),
    "wide gap": (
        [SHIPPED / "cell_stack.toml", "--set", "geometry.gap=4 mm"],
        ["geometry.gap (4000 um)", "smaller than the wall of the tube"],
    ),
    "steep": (
        [SHIPPED / "contoured_interface.toml", "--set", "geometry.height=151 um"],
        ["geometry.height (151 um)", "geometry.separation (150 um)"],
    ),
    "no electrolyte": (
        [SHIPPED / "dendrite.toml", "--set", "geometry.length=205 um"],
        ["geometry.protrusion_height", "below geometry.length (205 um)"],
    ),
}


def rows(which: str) -> list:
    """A parameter for each row of the tables "wrong" or "right": its system and its values."""
    return [
        pytest.param(system, row, id=f"{system}: {name}")
        for system, tables in TABLES.items()
        for name, row in tables[which].items()
    ]


@pytest.fixture
def start(tmp_path):
    """Function that gives the case file of a system to which the changes of its rows are made.

    It says nothing but the system; that of the spindle void is the shipped one, because some of
    its rows change a step of a protocol.
    """

    def make(system: str) -> Path:
        if system == "spindle_void":
            return SPINDLE
        path = tmp_path / "case.toml"
        path.write_text(f'[system]\nname = "{system}"\n')
        return path

    return make


def assert_reads_back_equal(case, path: Path) -> None:
    """Write a case to a file and compare what is read there."""
    text = write_case(case)
    path.write_text(text, encoding="utf-8")
    again = read_case(path)
    assert again == case
    assert write_case(again) == text


@pytest.mark.parametrize(("system", "row"), rows("wrong"))
def test_a_mistake_is_named_with_its_key_and_a_remedy(start, system, row):
    changes, key, remedy = row
    path = start(system)
    with pytest.raises(InputError) as caught:
        read_case(path, changes)
    message = str(caught.value)
    assert message.startswith((f"{path}: ", "--set "))
    assert key in message
    assert remedy in message


@pytest.mark.parametrize(("system", "changes"), rows("right"))
def test_what_is_allowed_reads_back_equal(start, tmp_path, system, changes):
    assert_reads_back_equal(read_case(start(system), changes), tmp_path / "written.toml")


@pytest.mark.parametrize(
    "path",
    [path for path in sorted(SHIPPED.glob("*.toml")) if "[system]" in path.read_text()],
    ids=lambda path: path.stem,
)
def test_a_shipped_case_reads_back_equal(tmp_path, path):
    assert_reads_back_equal(read_case(path), tmp_path / "written.toml")


@pytest.mark.parametrize(("text", "key", "remedy"), WRONG_FILES.values(), ids=WRONG_FILES)
def test_a_wrong_file_is_told_what_it_lacks(tmp_path, text, key, remedy):
    path = tmp_path / "case.toml"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        read_case(path)
    assert key in str(caught.value)
    assert remedy in str(caught.value)


def test_a_missing_file_names_its_neighbour():
    with pytest.raises(InputError, match=r"spindle_viod\.toml.*did you mean 'spindle_void\.toml'"):
        read_case(SHIPPED / "spindle_viod.toml")


def test_all_mistakes_come_at_once():
    with pytest.raises(InputError, match="2 mistakes") as caught:
        read_case(SPINDLE, ["geometry.lenght=90 um", "matrix.poisson_ratio=0.5"])
    assert "geometry.lenght" in str(caught.value) and "matrix.poisson_ratio" in str(caught.value)


@pytest.mark.serial
@pytest.mark.parametrize(("words", "parts"), WRONG_CALLS.values(), ids=WRONG_CALLS)
def test_the_command_says_so_and_writes_nothing(tmp_path, words, parts):
    command = [
        sys.executable,
        "-m",
        "anodex.scripts.main",
        "run",
        *map(str, words),
        "-o",
        str(tmp_path / "result"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=120)
    assert done.returncode == 2
    assert all(part in " ".join(done.stderr.split()) for part in parts)
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
