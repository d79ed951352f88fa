"""How a run of any system may end: with finite numbers in time, with advice, or cut off."""

import math
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from runpy import run_path

import numpy as np
import pytest
from matplotlib.figure import Figure
from mpi4py import MPI

from anodex.models.drawing import style
from anodex.models.errors import ConvergenceError, InputError
from anodex.models.inputs.casefile import parse_case
from anodex.models.results.progress import SilentProgress
from anodex.models.results.series import read_fields
from anodex.models.systems.session import run_case
from anodex.scripts.main import call

COMM = MPI.COMM_WORLD
JUDGED = run_path(str(Path(__file__).parents[1] / "drawing" / "looks.py"))["judged"]
LONGEST = 120  # seconds: on a quiet machine a sixth of it
LONGEST_FAILURE = 60  # seconds of the processor, however busy it is; all take less than ten


class Cut(Exception):
    """What a kill looks like from inside."""


@dataclass(frozen=True)
class Failed:
    """What a piece of work on another rank said when it failed."""

    said: str


class CutProgress(SilentProgress):
    """Cuts a run off at its first step after a time [s]."""

    def __init__(self, time: float):
        super().__init__()
        self.time = time

    def update(self, value: float, text: str = "") -> None:
        if value > self.time:
            raise Cut


@pytest.fixture
def coarse_pictures(monkeypatch):
    """Pictures of few pixels, which are drawn sooner; a test fails where a journal would not take
    one.
    """
    monkeypatch.setattr(Figure, "savefig", JUDGED(Figure.savefig))
    monkeypatch.setitem(style.STYLE, "savefig.dpi", 60)


@pytest.fixture
def run_alone(tmp_path):
    """Function that runs a case, given as tables, on this rank as the command does, and gives its
    numbers by name.
    """

    def run(tables: Mapping) -> dict[str, float | str | None]:
        case = parse_case(tables, "random")
        return dict(run_case(case, tmp_path / "result", MPI.COMM_SELF, progress=SilentProgress()))

    return run


@pytest.fixture
def numbers_or_advice(stopped_after):
    """Function that gives the numbers which another finds within LONGEST, all finite; None where
    that raises an error with one of some words of advice: `numbers_or_advice(solve, *advice)`.
    """

    def attempt(solve: Callable[[], Mapping], *advice: str) -> dict[str, float] | None:
        try:
            with stopped_after(LONGEST):
                found = solve()
        except (ConvergenceError, InputError) as error:
            assert any(word in str(error) for word in advice), error
            return None
        values = {name: value for name, value in found.items() if not isinstance(value, str | None)}
        assert all(math.isfinite(value) for value in values.values()), values
        return values

    return attempt


@pytest.fixture(scope="session")
def assert_same():
    """Function that compares two results: observables and history to a share of their size; rows of
    the history at the same times.

    `looser` gives other tolerances to columns of the history.
    """

    def compare(found, expected, tolerance: float = 1e-8, looser: Mapping[str, float] = {}) -> None:
        assert list(found.history) == list(expected.history)
        for name, values in expected.history.items():
            if not name.endswith("error [1]"):  # zero but for rounding
                size = np.nanmax(np.abs(values), initial=1e-300)
                np.testing.assert_allclose(
                    found.history[name],
                    values,
                    rtol=0,
                    atol=looser.get(name, tolerance) * size,
                    err_msg=name,
                )
        assert list(found.observables) == list(expected.observables)
        for name, entry in expected.observables.items():
            assert found.observables[name].unit == entry.unit
            if entry.value is None or isinstance(entry.value, str):
                assert found.observables[name].value == entry.value, name
            elif not name.endswith("balance_error"):
                assert found.observables[name].value == pytest.approx(
                    entry.value, rel=tolerance, abs=1e-8
                ), name

    return compare


@pytest.fixture(scope="session")
def assert_fields_hold():
    """Function that compares the fields.xdmf of two result folders, time by time."""

    def compare(folder: Path, expected: Path, tolerance: float = 1e-8) -> None:
        if COMM.rank == 0:
            found, whole = (read_fields(path / "fields.xdmf") for path in (folder, expected))
            np.testing.assert_array_equal(found.times, whole.times)
            for moment in whole.times:
                new, old = (series.grid(moment).point_data for series in (found, whole))
                assert list(new) == list(old)
                for name in old:
                    # nan where it means nothing
                    size = np.nanmax(np.abs(old[name]), initial=1e-300)
                    np.testing.assert_allclose(
                        new[name], old[name], atol=tolerance * size, err_msg=name
                    )

    return compare


@pytest.fixture(scope="session")
def assert_refused():
    """Function that checks what `attempt_case` gives of wrong input: it is named, and nothing is
    written.
    """

    def check(attempted: tuple[int, str, Path], words: str) -> None:
        code, said, folder = attempted
        assert code == 2, said
        assert words in said
        assert not folder.exists()

    return check


@pytest.fixture(scope="session")
def assert_no_solution():
    """Function that checks what `attempt_case` gives of a case without a solution: the reason is
    told, and what was found before stays.
    """

    def check(attempted: tuple[int, str, Path], words: str) -> None:
        code, said, folder = attempted
        assert code == 3, said
        assert words in said
        assert "stopped:" in (folder / "run.log").read_text(encoding="utf-8")
        assert (folder / "history.csv").exists()

    return check


@pytest.fixture(scope="session")
def cut_off(run_in_folder):
    """Function that runs a case in a folder up to its first step after a time [s], as if it had
    been killed there.
    """

    def make(path: Path, case, time: float) -> None:
        with pytest.raises(Cut):
            run_in_folder(path, case, progress=CutProgress(time))

    return make


@pytest.fixture(scope="session")
def shared_out():
    """Function that does pieces of work, each on one rank, side by side: `shared_out({name:
    function})` gives all ranks what each piece returned.

    Where one fails the others are done nevertheless, so that no rank waits for ever.
    """

    def attempt(work: Callable):
        try:
            return work()
        except Exception:
            return Failed(traceback.format_exc())

    def do(pieces: Mapping[str, Callable]) -> dict:
        mine = list(pieces.items())[COMM.rank :: COMM.size]
        done = COMM.allgather({name: attempt(work) for name, work in mine})
        found = {name: result for of_rank in done for name, result in of_rank.items()}
        failed = [one.said for one in found.values() if isinstance(one, Failed)]
        assert not failed, "\n".join(failed)
        return found

    return do


@pytest.fixture
def attempt_case(capsys, shared_tmp_path, monkeypatch):
    """Function that runs a case, given as text, with changes on all ranks, where that fails.

    Returns exit code, what rank 0 says, and the result folder.
    """
    monkeypatch.delenv("ANODEX_DEBUG", raising=False)
    case, folder = shared_tmp_path / "case.toml", shared_tmp_path / "result"

    def attempt(text: str, changes: Sequence[str]) -> tuple[int, str, Path]:
        if COMM.rank == 0:
            case.write_text(text, encoding="utf-8")
        COMM.barrier()
        capsys.readouterr()
        start = time.process_time()
        settings = [word for change in changes for word in ("--set", change)]
        code = call(["run", str(case), "-o", str(folder), *settings], COMM)
        COMM.barrier()
        assert time.process_time() - start < LONGEST_FAILURE
        said = COMM.bcast(" ".join(capsys.readouterr().err.split()))
        assert "Traceback" not in said
        assert not (folder / "summary.json").exists()
        return code, said, folder

    return attempt
