"""Short runs of the system on a coarse mesh, each made once and shared."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from anodex.models.inputs.casefile import read_case
from anodex.models.results.history import read_history
from anodex.models.results.summary import read_summary

SHIPPED = Path(__file__).parents[3] / "cases" / "spindle_void.toml"
COARSE = "geometry.refinement=0.25"
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
def shorter_case():
    """Function that gives the case of still shorter runs: of many steps, or on several ranks."""
    return lambda *changes: read_case(SHIPPED, [COARSE, SHORTER, *changes])


@pytest.fixture(scope="session")
def run_shorter(run_once, shorter_case):
    """Function that runs such a case on all ranks; the same one runs once."""
    return lambda *changes: run_once(shorter_case(*changes))


@pytest.fixture(scope="session")
def command():
    """Function that gives the words of `anodex run` for the shorter case on some ranks:
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
    """Result folder of that command on one rank, run to its end."""
    folder = tmp_path_factory.mktemp("finished") / "result"
    done = subprocess.run(command(folder, 1), capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="session")
def assert_alike():
    """Function that compares the columns of two histories to 1e-8 of their size; those that are
    zero but for round-off to 1e-8.
    """

    def compare(found: Mapping, expected: Mapping) -> None:
        assert list(found) == list(expected)
        for name, values in expected.items():
            small = name.endswith(("[1]", "distance_to_tip [um]"))
            size = 1.0 if small else np.nanmax(np.abs(values), initial=0.0)
            np.testing.assert_allclose(found[name], values, rtol=0, atol=1e-8 * size, err_msg=name)

    return compare


@pytest.fixture(scope="session")
def assert_same(assert_alike):
    """Function that compares two result folders: observables and history to 1e-8 of their size."""

    def compare(found: Path, expected: Path) -> None:
        assert_alike(*(read_history(folder / "history.csv") for folder in (found, expected)))
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
