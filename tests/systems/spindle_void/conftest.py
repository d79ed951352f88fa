"""Short runs of the system on a coarse mesh, each made once and shared."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from anodex.models.inputs.casefile import read_case
from anodex.models.results.history import read_history
from anodex.models.results.summary import read_summary

SHIPPED = Path(__file__).parents[3] / "cases" / "spindle_void.toml"
COARSE = "geometry.refinement=0.5"
SHORT = (
    'protocol.steps=[{current_density="0.1 mA/cm^2", duration="5 min"}, {current_density="-0.1 '
    'mA/cm^2", duration="2 min"}]'
)
SHORTER = (
    'protocol.steps=[{current_density="0.1 mA/cm^2", duration="1 min"}, {current_density="-0.1 '
    'mA/cm^2", duration="20 s"}]'
)


@pytest.fixture(scope="session")
def run_case(run_once):
    """Function that runs the shipped case, coarse and short, on all ranks, with changes as
    `--set` takes them; the same ones run once.
    """
    return lambda *changes: run_once(read_case(SHIPPED, [COARSE, SHORT, *changes]))


@pytest.fixture(scope="session")
def command():
    """Function that gives the words of `anodex run` for the coarse short case on some ranks:
    `command(folder, ranks, *changes)`.
    """

    def words(folder: Path, ranks: int, *changes: str) -> list[str]:
        launch = ["mpirun", "-n", str(ranks)] if ranks > 1 else []
        settings = [word for change in (COARSE, SHORTER, *changes) for word in ("--set", change)]
        return [
            *launch,
            sys.executable,
            "-m",
            "anodex.scripts.main",
            "run",
            str(SHIPPED),
            "-o",
            str(folder),
            *settings,
        ]

    return words


@pytest.fixture(scope="session")
def finished(command, tmp_path_factory):
    """Function that gives the result folder of that command, run to its end; the same one runs
    once.
    """
    folders: dict[tuple, Path] = {}

    def make(ranks: int, *changes: str) -> Path:
        if (ranks, changes) not in folders:
            folder = tmp_path_factory.mktemp("finished") / "result"
            done = subprocess.run(
                command(folder, ranks, *changes), capture_output=True, text=True, timeout=300
            )
            assert done.returncode == 0, done.stderr
            folders[ranks, changes] = folder
        return folders[ranks, changes]

    return make


@pytest.fixture(scope="session")
def assert_same():
    """Function that compares two result folders: observables and history to 1e-8 of their size."""

    def compare(found: Path, expected: Path) -> None:
        (new, old) = (read_history(folder / "history.csv") for folder in (found, expected))
        assert list(new) == list(old)
        for name in old:
            if not name.endswith("[1]"):  # the balances and the spread are zero but for rounding
                size = np.nanmax(np.abs(old[name]), initial=0.0)
                np.testing.assert_allclose(
                    new[name], old[name], rtol=0, atol=1e-8 * size, err_msg=name
                )
        (new, old) = (
            read_summary(folder / "summary.json")["observables"] for folder in (found, expected)
        )
        assert list(new) == list(old)
        for name in old:
            assert new[name]["unit"] == old[name]["unit"]
            if not name.endswith(("error", "distance_to_tip")):
                assert new[name]["value"] == pytest.approx(old[name]["value"], rel=1e-8), name
            else:
                assert new[name]["value"] == pytest.approx(old[name]["value"], abs=1e-8), name

    return compare
