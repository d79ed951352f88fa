"""`anodex compare`, and `anodex list` of results."""

import subprocess
import sys

import pytest
from matplotlib.image import imread
from mpi4py import MPI

from anodex.models.results.lock import LOCK, locked
from anodex.models.results.observable import Observable
from anodex.models.results.result import Result
from anodex.scripts.comparison import Comparison, difference

pytestmark = pytest.mark.serial


@pytest.fixture
def pair(anodex, fake, case_file, tmp_path):
    """Two finished results of the fake system that differ in one setting."""
    for name, length in (("short", "28 um"), ("long", "56 um")):
        done = anodex("run", case_file, "-o", tmp_path / name, "--set", f"geometry.length={length}")
        assert done.code == 0, done.err
    return tmp_path / "short", tmp_path / "long"


def test_what_differs_comes_first(anodex, pair):
    answer = anodex("compare", *pair)
    assert answer.code == 0, answer.err
    lines = answer.out.splitlines()
    header = lines[0].split()
    assert header == ["observable", "unit", "short", "long", "difference"]
    area = next(line for line in lines if line.startswith("area")).split()
    assert area == ["area", "um^2", "784", "3136", "+300", "%"]
    names = [line.split()[0] for line in lines[2:] if line.strip()]
    assert names.index("area") < names.index("bowl")
    assert names[names.index("setting") + 2 :] == ["geometry.length"]
    assert all(text in answer.out for text in ("28 um", "56 um"))


def test_three_results_and_equal_names(anodex, pair, tmp_path):
    other = tmp_path / "deep" / "short"
    other.parent.mkdir()
    pair[0].rename(other)
    answer = anodex("compare", other, pair[1], pair[1])
    assert answer.code == 0, answer.err
    assert answer.out.splitlines()[0].count(str(pair[1])) == 2
    assert answer.out.count("+300 %") == 2


def test_columns_are_drawn(anodex, pair, tmp_path):
    picture = tmp_path / "picture.png"
    answer = anodex("compare", *pair, "--plot", "decay", "-o", picture)
    assert answer.code == 0, answer.err
    assert str(picture) in answer.out and imread(picture).size
    answer = anodex("compare", *pair, "--plot", "decoy", "-o", tmp_path / "none.png")
    assert answer.code == 2 and "did you mean 'decay'" in answer.err
    assert not (tmp_path / "none.png").exists()


def test_a_run_that_is_not_finished_still_compares(anodex, pair):
    (pair[1] / "summary.json").unlink()
    answer = anodex("compare", *pair)
    assert answer.code == 0, answer.err
    assert "long is not finished" in answer.out and "geometry.length" in answer.out


def test_one_result_is_refused(anodex, pair):
    answer = anodex("compare", pair[0])
    assert answer.code == 2 and "two folders" in answer.err
    assert anodex("compare", pair[0], pair[0].parent / "gone").code == 4


@pytest.mark.parametrize(
    ("name", "first", "other", "expected"),
    [
        ("a", Observable(2.0, "um"), Observable(1.0, "um"), -0.5),
        ("a", Observable(-2.0, "um"), Observable(-1.0, "um"), 0.5),
        ("a", Observable(0.0, "um"), Observable(0.0, "um"), 0.0),
        ("a", Observable(0.0, "um"), Observable(1.0, "um"), float("inf")),
        ("a", Observable(1.0, "um"), Observable(1.0, "nm"), float("inf")),
        ("a", Observable(1.0, "um"), Observable(None, "um"), float("inf")),
        ("a", Observable(1.0, "um"), None, float("inf")),
        ("a", Observable("tip", ""), Observable("box", ""), float("inf")),
        ("force_balance_error", Observable(1e-15, "1"), Observable(1e-14, "1"), 0.0),
        ("force_balance_error", Observable(1e-15, "1"), Observable(1e-3, "1"), 1e12),
    ],
)
def test_relative_differences(name, first, other, expected):
    assert difference(name, first, other) == pytest.approx(expected)


def test_lists_of_settings_differ_entry_by_entry(pair):
    found = Comparison.of([Result(folder) for folder in pair])
    assert found.settings == [("geometry.length", "28 um", "56 um")]
    assert found.names == ["short", "long"] and found.unfinished == []


# anodex list DIR


def test_results_are_listed_with_state_and_size(anodex, pair, tmp_path):
    (pair[1] / "summary.json").unlink()
    answer = anodex("list", tmp_path)
    assert answer.code == 0, answer.err
    lines = {line.split()[0]: line for line in answer.out.splitlines()[2:]}
    assert list(lines) == [str(pair[1]), str(pair[0])]  # by name: long, short
    assert " fake " in lines[str(pair[0])] and " finished " in lines[str(pair[0])]
    assert " cut off " in lines[str(pair[1])] and lines[str(pair[1])].endswith(" MB")


def test_a_run_that_goes_on_is_running(anodex, pair, tmp_path):
    """The lock is that of another process, as the runs of users are."""
    (pair[1] / "summary.json").unlink()
    hold = (
        "import fcntl, sys\n"
        f"file = open({str(pair[1] / LOCK)!r}, 'a')\n"
        "fcntl.flock(file, fcntl.LOCK_EX)\n"
        "print('held', flush=True)\n"
        "sys.stdin.read()\n"
    )
    words = [sys.executable, "-c", hold]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"held\n"
        assert " running " in anodex("list", pair[1]).out
        process.stdin.close()
    assert " cut off " in anodex("list", pair[1]).out
    with locked(pair[1], MPI.COMM_SELF):  # looking has locked nothing
        pass


def test_folders_without_results(anodex, tmp_path):
    answer = anodex("list", tmp_path)
    assert answer.code == 0 and "no results" in answer.out
    assert anodex("list", tmp_path / "gone").code == 4
