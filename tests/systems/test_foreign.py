"""A system that lives in another package, through the real command."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.serial

FOREIGN = Path(__file__).parents[1] / "foreign"
MANY_STEPS = ["--set", "numerics.largest_step=0.1 s", "--set", "solute.duration=10 s"]


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    """A folder with the package `decay`, as if pip had installed it there."""
    folder = tmp_path_factory.mktemp("packages")
    shutil.copytree(FOREIGN, folder / "decay", ignore=shutil.ignore_patterns("__pycache__"))
    about = folder / "decay-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: decay\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[anodex.systems]\ndecay = decay.case:SYSTEM\n")
    return folder


@pytest.fixture
def start(packages):
    """Function that starts the command where that package is installed."""

    def begin(*words, ranks=1):
        launch = ["mpirun", "-n", str(ranks)] if ranks > 1 else []
        return subprocess.Popen(
            [*launch, sys.executable, "-m", "anodex.scripts.main", *map(str, words)],
            env={**os.environ, "PYTHONPATH": str(packages)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return begin


@pytest.fixture
def anodex(start):
    """Function that calls the command, which must succeed, and gives what it prints."""

    def call(*words, ranks=1) -> str:
        process = start(*words, ranks=ranks)
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        return out

    return call


def observables(folder):
    return json.loads((folder / "summary.json").read_text())["observables"]


def test_it_is_listed_and_verified(anodex):
    assert "decay" in anodex("list")
    table = anodex("verify", "decay")
    assert "contrast of a wave" in table and "1 passed, 0 failed" in table


def assert_decayed(folder: Path, duration: float) -> None:
    """[s]."""
    found = observables(folder)["final_mean"]
    assert found["unit"] == "mol/m^3"
    assert found["value"] == pytest.approx(1000 * np.exp(-0.02 * duration), rel=1e-4)


def test_it_runs_on_two_ranks_and_is_drawn(anodex, tmp_path):
    folder = tmp_path / "result"
    anodex("run", "decay", "-o", folder, "--set", "solute.duration=30 s", ranks=2)
    assert_decayed(folder, 30.0)
    assert anodex("plot", folder).split() == [str(folder / "figures" / "history.png")]


def test_a_killed_run_goes_on(anodex, start, tmp_path):
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    anodex("run", "decay", "-o", whole, *MANY_STEPS)
    assert_decayed(whole, 10.0)
    process = start("run", "decay", "-o", cut, *MANY_STEPS)
    deadline = time.monotonic() + 60
    while not (cut / "checkpoint.h5").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert not (cut / "summary.json").exists()

    anodex("run", "decay", "-o", cut, *MANY_STEPS, "--resume")
    assert "resumed at" in (cut / "run.log").read_text()
    assert observables(cut) == observables(whole)
    found, expected = (list(csv.reader((path / "history.csv").open())) for path in (cut, whole))
    assert found == expected


def test_a_mistake_in_its_case_is_explained(start, tmp_path):
    process = start("run", "decay", "-o", tmp_path / "result", "--set", "solute.rat=1 1/s")
    _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "solute.rat" in err and "did you mean 'rate'" in err
