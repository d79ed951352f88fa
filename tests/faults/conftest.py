"""Runs that are killed, or find the disk full, at a change of a file that can be chosen."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from anodex.models.errors import SetupError
from anodex.models.results.history import read_history
from anodex.models.results.series import read_fields
from anodex.models.results.summary import read_summary

HERE = Path(__file__).parent
COUNT, KILL, FULL = 0, 1, 2
KILLED = -9
TOLERANCE = 1e-8
COARSE = tomllib.loads((HERE.parent / "systems" / "coarse.toml").read_text("utf-8"))
# A few steps, one or two times with fields, a checkpoint after each step.
CASES = {
    "spindle_void": (
        *COARSE["spindle_void"],
        "output.times=[]",
        "output.checkpoint_interval=1",
        'protocol.steps=[{current_density="0.1 mA/cm^2", duration="1 s"}]',
    ),
    "dendrite": (
        *COARSE["dendrite"],
        "interface.width=3 um",
        "loading.duration=0.02 s",
        "output.frames=1",
        "output.checkpoint_interval=1",
    ),
    "cell_stack": (
        "geometry.refinement=0.25",
        "geometry.gap=50 um",
        "numerics.step_tolerance=0.1",
        "compaction.enabled=false",
        "tube.compliant=false",
        "stages.last=stacking",
        "stacking.ramp=1 s",
        "stacking.hold=1 s",
        "output.frames=1",
        "output.checkpoint_interval=1",
    ),
    "elastic_sei": (
        "surface.shape=cosine",
        "surface.wavelength=10 um",
        "surface.amplitude=0.1 um",
        "numerics.refinement=0.5",
        "film.scatter=0.0",
        "output.times=[]",
        "output.checkpoint_interval=1",
        'protocol.steps=[{current_density="0.5 mA/cm^2", duration="4 s"}]',
    ),
    "cell_stack, pressed": (
        "geometry.refinement=0.25",
        "numerics.step_tolerance=0.1",
        "compaction.pressure=60 MPa",
        "compaction.cathode_pressure=0 MPa",
        "tube.compliant=false",
        "stages.last=stacking",
        "stacking.ramp=1 s",
        "stacking.hold=1 s",
        "output.frames=1",
        "output.checkpoint_interval=1",
    ),
}


@dataclass(frozen=True)
class Ended:
    """How a command ended: exit code (negative for a signal), number of changes it has made in its
    folder, and what it printed.
    """

    code: int
    changes: int
    said: str


class Server:
    """A process that runs `anodex` in copies of itself, so that nothing is imported twice."""

    def __init__(self, library: Path, scratch: Path):
        self._log = scratch / "said"
        environment = {**os.environ, "LD_PRELOAD": str(library), "OMP_NUM_THREADS": "1"}
        command = [sys.executable, "-W", "ignore", HERE / "server.py", library]
        with open(scratch / "server.log", "wb") as log:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=environment,
            )

    def warm_up(self, words: Sequence[str]) -> None:
        """Run a command in the process itself: what it compiles serves the copies."""
        assert self._ask(words=words, mode=None)["code"] == 0

    def run(self, words: Sequence[str], folder: Path, mode: int = COUNT, nth: int = -1) -> Ended:
        """Run a command in a copy; at its nth change in a folder comes what the mode says."""
        answer = self._ask(words=words, folder=str(folder), mode=mode, nth=nth, log=str(self._log))
        return Ended(**answer, said=self._log.read_text(errors="replace"))

    def _ask(self, **order) -> dict:
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


class Trial:
    """The short run of a system in a folder of its own, beside the one that nothing befell.

    Attributes
    ----------
    folder
        Of the run that faults befall.
    whole
        Result folder of the other.
    """

    def __init__(self, server: Server, system: str, whole: Path, folder: Path):
        self.server, self.system, self.whole, self.folder = server, system, whole, folder

    def run(self, *more: str, mode: int = COUNT, nth: int = -1) -> Ended:
        """Run the case into the folder."""
        return self.server.run(self.words(*more), self.folder, mode, nth)

    def words(self, *more: str) -> list[str]:
        """Arguments of `anodex` for that."""
        return words(self.system, "-o", str(self.folder), *more)

    def begin_anew(self) -> None:
        """Empty the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def lost(self) -> list[str]:
        """What of the whole run's rows and frames the files do not hold in order, as a run that
        was stopped leaves them.
        """
        problems = []
        if (self.folder / "history.csv").exists():
            problems += _unlike_the_start(
                read_history(self.folder / "history.csv"), read_history(self.whole / "history.csv")
            )
        for path in sorted(series_in(self.folder)):
            problems += _frames_unlike(path, self.whole / path.name, whole=False)
        return problems

    def differing(self) -> list[str]:
        """In what the finished result differs from the whole one."""
        found, expected = (
            read_history(folder / "history.csv") for folder in (self.folder, self.whole)
        )
        problems = _unlike_the_start(found, expected)
        if len(found["time [s]"]) != len(expected["time [s]"]):
            problems.append("history.csv: another number of rows")
        names = {path.name for path in (*series_in(self.whole), *series_in(self.folder))}
        for name in sorted(names):
            problems += _frames_unlike(self.folder / name, self.whole / name, whole=True)
        found, expected = (
            read_summary(folder / "summary.json")["observables"]
            for folder in (self.folder, self.whole)
        )
        if list(found) != list(expected):
            problems.append("summary.json: other observables")
        for name in set(found) & set(expected):
            if not _alike(found[name]["value"], expected[name]["value"]):
                problems.append(f"summary.json: {name}")
        return problems


def series_in(folder: Path) -> list[Path]:
    """Time series of fields; neither a half that a kill has left, nor the last time alone."""
    found = folder.glob("[!.]*.xdmf")
    return [path for path in found if not path.stem.endswith("_last")]


def words(system: str, *more: str) -> list[str]:
    """Arguments of `anodex` for the short run of a system, one of `CASES`."""
    settings = (word for change in CASES[system] for word in ("--set", change))
    return ["run", system.partition(",")[0], *settings, *more]


def _alike(found: float | str | None, expected: float | str | None) -> bool:
    if not (isinstance(found, float) and isinstance(expected, float)):
        return found == expected
    return abs(found - expected) <= TOLERANCE * max(abs(expected), 1.0)


def _unlike_the_start(found: dict, expected: dict) -> list[str]:
    if list(found) != list(expected):
        return ["history.csv: other columns"]
    problems = []
    for name, values in expected.items():
        rows = len(found[name])
        size = 1.0 if name.endswith("error [1]") else np.nanmax(np.abs(values), initial=1e-300)
        if rows > len(values) or not np.allclose(
            found[name], values[:rows], rtol=0, atol=TOLERANCE * size, equal_nan=True
        ):
            problems.append(f"history.csv: {name}")
    return problems


def _frames_unlike(path: Path, expected: Path, whole: bool) -> list[str]:
    try:
        found = read_fields(path)
        old = read_fields(expected)
        if whole and len(found.times) != len(old.times):
            return [f"{path.name}: another number of times"]
        for moment in found.times:
            new_data, old_data = (series.grid(moment) for series in (found, old))
            for name in old_data.array_names:
                new_values, values = new_data[name], old_data[name]
                size = np.nanmax(np.abs(values), initial=1e-300)
                if not np.allclose(new_values, values, atol=TOLERANCE * size, equal_nan=True):
                    return [f"{path.name}: {name} at {moment:g} s"]
    except SetupError as error:
        return [] if "holds no fields yet" in str(error) and not whole else [str(error)]
    return []


@pytest.fixture(scope="session")
def library(tmp_path_factory) -> Path:
    """The compiled library of `faults.c`."""
    path = tmp_path_factory.mktemp("faults") / "faults.so"
    subprocess.run(
        ["cc", "-shared", "-fPIC", "-Wall", "-Werror", "-o", path, HERE / "faults.c"], check=True
    )
    return path


@pytest.fixture(scope="session")
def server(library, tmp_path_factory):
    """The server of this session."""
    made = Server(library, tmp_path_factory.mktemp("server"))
    yield made
    made.process.stdin.close()
    made.process.wait(60)


@pytest.fixture(scope="session")
def wholes(server, tmp_path_factory):
    """Function that gives the whole run of a system and the number of its changes; the same one
    runs once.
    """
    found: dict[str, tuple[Path, int]] = {}

    def make(system: str) -> tuple[Path, int]:
        if system not in found:
            base = tmp_path_factory.mktemp(system)
            server.warm_up(words(system, "-o", str(base / "warm")))
            ended = server.run(words(system, "-o", str(base / "whole")), base / "whole")
            assert ended.code == 0, ended.said
            found[system] = base / "whole", ended.changes
        return found[system]

    return make


@pytest.fixture
def trial(server, wholes, tmp_path):
    """Function that gives the `Trial` of a system."""
    return lambda system: Trial(server, system, wholes(system)[0], tmp_path / "run")


@pytest.fixture
def tally(record_property):
    """Counter whose sums over all tests are shown in the end."""
    counted: Counter[str] = Counter()
    yield counted
    record_property("tally", dict(counted))


def pytest_terminal_summary(terminalreporter) -> None:
    """Show the sums of all tallies."""
    total: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", None) == "teardown":
                for name, value in report.user_properties:
                    total.update(value if name == "tally" else {})
    for report in terminalreporter.stats.get("passed", []) if not total else []:
        for name, value in report.user_properties:
            total.update(value if name == "tally" else {})
    if total:
        terminalreporter.write_line(
            "faults: " + ", ".join(f"{total[k]} {k}" for k in sorted(total))
        )
