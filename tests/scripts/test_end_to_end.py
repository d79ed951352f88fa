"""The installed command on the shipped case, as a user calls it: run, two ranks, hard kill,
resume, sweep.
"""

import csv
import json
import signal
import subprocess
import sys
import time
from importlib.resources import files
from pathlib import Path

import pytest

from anodex.scripts.optimise_file import read_optimise

pytestmark = pytest.mark.serial

ANODEX = [sys.executable, "-m", "anodex.scripts.main"]
SHORT = [
    "--set",
    'protocol.steps=[{current_density="0.1 mA/cm^2", duration="10 min"}]',
    "--set",
    "geometry.refinement=0.25",
]


def anodex(*words, ranks=1):
    launch = ["mpirun", "-n", str(ranks)] if ranks > 1 else []
    return subprocess.run(
        [*launch, *ANODEX, *map(str, words)], capture_output=True, text=True, timeout=300
    )


def observables(folder):
    return json.loads((folder / "summary.json").read_text())["observables"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Result folder of the uninterrupted short run."""
    folder = tmp_path_factory.mktemp("whole") / "result"
    done = anodex("run", "spindle_void", "-o", folder, *SHORT, "--plot")
    assert done.returncode == 0, done.stderr
    return folder


def assert_same_numbers(found, expected):
    """The physics to 1e-8; numbers that are zero but for rounding are left out."""
    for name in (
        "stress_concentration_factor",
        "peak_tip_von_mises",
        "time_of_peak_tip_von_mises",
        "peak_tip_concentration",
    ):
        assert found[name]["value"] == pytest.approx(expected[name]["value"], rel=1e-8), name


@pytest.mark.smoke
def test_shipped_case_leaves_what_the_contract_says(whole):
    files = {path.name for path in whole.iterdir()}
    assert files >= {
        "summary.json",
        "history.csv",
        "fields.xdmf",
        "fields.h5",
        "case.toml",
        "run.log",
        "checkpoint.h5",
        "figures",
    }
    assert list((whole / "figures").glob("*.png"))
    header = (whole / "history.csv").read_text().split("\n")[0].split(",")
    assert header[0] == "time [s]" and {
        "tip_concentration [mol/m^3]",
        "tip_von_mises [MPa]",
        "energy_release_rate [J/m^2]",
    } <= set(header)
    assert observables(whole)["peak_tip_von_mises"]["unit"] == "MPa"


@pytest.mark.smoke
def test_two_ranks_give_the_same_numbers_and_one_speaks(whole, tmp_path):
    done = anodex("run", "spindle_void", "-o", tmp_path / "result", *SHORT, ranks=2)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("results in") == 1
    assert_same_numbers(observables(tmp_path / "result"), observables(whole))


def test_bad_input_on_two_ranks_writes_nothing(tmp_path):
    done = anodex(
        "run", "spindle_void", "-o", tmp_path / "result", "--set", "geometry.lenght=90 um", ranks=2
    )
    assert done.returncode == 2
    assert done.stderr.count("geometry.lenght") == 1 and "length" in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "number",
    # SIGQUIT ends a run as SIGTERM does
    [signal.SIGKILL, signal.SIGTERM, pytest.param(signal.SIGQUIT, marks=pytest.mark.slow)],
)
def test_resume_after_a_kill_equals_the_uninterrupted_run(whole, tmp_path, number):
    folder = tmp_path / "result"
    run = subprocess.Popen(
        [*ANODEX, "run", "spindle_void", "-o", str(folder), *SHORT],
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 120
    while not (folder / "checkpoint.h5").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    run.send_signal(number)
    assert run.wait(timeout=60) == (-number if number == signal.SIGKILL else 130)
    assert not (folder / "summary.json").exists()
    done = anodex("run", "spindle_void", "-o", folder, *SHORT, "--resume")
    assert done.returncode == 0, done.stderr
    assert "resumed at" in (folder / "run.log").read_text()
    assert_same_numbers(observables(folder), observables(whole))


NOTHING = ["run", "spindle_void", "--set", "protocol.steps=[]", "--set", "geometry.refinement=0.25"]


@pytest.mark.smoke
@pytest.mark.parametrize("stream", ["2>log", "2>/dev/full", "2>&1 | true", "<&- >&- 2>&-"])
def test_nothing_to_march_wherever_the_words_go(tmp_path, stream):
    """A case without steps is done at its start, and no stream of words ends a healthy run."""
    command = f'"$@" {stream}; exit ${{PIPESTATUS[0]}}'
    done = subprocess.run(
        ["bash", "-c", command, "bash", *ANODEX, *NOTHING, "-o", "result"],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        timeout=120,
    )
    assert done.returncode == 0
    assert observables(tmp_path / "result")["time_steps"]["value"] == 0
    if stream == "2>log":
        assert (tmp_path / "log").read_text().startswith("100%  0/0 s")


def test_nothing_to_march_on_a_terminal(on_a_terminal, tmp_path):
    code, said = on_a_terminal([*ANODEX, *NOTHING, "-o", str(tmp_path / "result")])
    assert code == 0 and "0/0 s [" in said and "results in" in said
    assert observables(tmp_path / "result")["time_steps"]["value"] == 0


@pytest.mark.smoke
def test_ranks_share_the_bar_of_their_terminal(on_a_terminal, tmp_path):
    words = ["mpirun", "-n", "2", *ANODEX, *NOTHING, "-o", str(tmp_path / "result")]
    code, said = on_a_terminal(words)
    assert code == 0 and "0/0 s [" in said


def shipped(kind: str) -> list[Path]:
    """Files of one kind of study that come with the suite."""
    found = [Path(str(path)) for path in files("anodex.cases").iterdir()]
    chosen = [path for path in found if path.suffix == ".toml" and f"[{kind}]" in path.read_text()]
    assert chosen
    return chosen


def test_shipped_samples_and_optimisations_are_valid(anodex, tmp_path):
    for path in shipped("sample"):
        done = anodex("sample", path, "-o", tmp_path / path.stem, "--table")
        assert done.code == 0, done.err
        assert len(list(csv.reader((tmp_path / path.stem / "samples.csv").open()))) > 2
    for path in shipped("optimise"):
        assert read_optimise(path).start.size


def test_shipped_sweeps_are_valid(anodex, tmp_path):
    for path in shipped("sweep"):
        done = anodex("sweep", path, "-o", tmp_path / path.stem, "--table")
        assert done.code == 0, done.err
        assert len(list(csv.reader((tmp_path / path.stem / "sweep.csv").open()))) > 2
