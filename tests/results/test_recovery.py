"""What a run that goes on takes for its start."""

import logging

import pytest
from mpi4py import MPI

from anodex.models.errors import SetupError
from anodex.models.results.checkpoint import read_checkpoint, write_checkpoint
from anodex.models.results.checkpoint_head import FORMAT, FormatError, read_checkpoint_head
from anodex.models.results.folder import ResultFolder
from anodex.models.results.history import History
from anodex.models.results.recovery import recover, time_reached
from anodex.models.results.sealed import write_sealed
from anodex.models.results.sums import SUMS, changed_files, write_sums

pytestmark = pytest.mark.serial

COMM = MPI.COMM_WORLD


@pytest.fixture
def folder(tmp_path) -> ResultFolder:
    """A run that has written checkpoints at 1 s and 2 s, and a row more."""
    made = ResultFolder.create(tmp_path / "run", COMM)
    made.write_text("case.toml", "a case")
    history = History(made.history, COMM, ["level [m]"])
    for time in (1.0, 2.0):
        history.append(time, {"level [m]": time})
        write_checkpoint(made.checkpoint, COMM, {}, {"time": time, "history": history.mark()})
    history.append(3.0, {"level [m]": 3.0})
    return made


def reached(folder: ResultFolder) -> float:
    return read_checkpoint(folder.checkpoint, COMM, {})["time"]


def test_the_last_checkpoint_is_taken_and_halves_go(folder):
    (folder.path / ".part-checkpoint.h5").touch()
    assert time_reached(folder.path) == 2.0
    assert recover(folder) and reached(folder) == 2.0
    assert not (folder.path / ".part-checkpoint.h5").exists()


@pytest.mark.parametrize("damage", ["cut", "missing", "row"])
def test_the_one_before_is_taken_with_a_warning(folder, caplog, damage):
    if damage == "cut":
        folder.checkpoint.write_bytes(folder.checkpoint.read_bytes()[:-1])
    elif damage == "missing":
        folder.checkpoint.unlink()
    else:
        folder.history.write_text(folder.history.read_text().replace("2.0,2.0", "2.0,7.0"))
    with caplog.at_level(logging.WARNING):
        assert recover(folder) and reached(folder) == 1.0
    assert "the run goes on from the checkpoint before it" in caplog.text
    assert not folder.previous_checkpoint.exists()


def test_rows_that_both_need_are_missed_by_name(folder):
    folder.history.write_text(folder.history.read_text().replace("1.0,1.0\n", ""))
    before = sorted(folder.path.iterdir())
    with pytest.raises(SetupError, match=r"history.csv is damaged: .*; put back a copy"):
        recover(folder)
    assert sorted(folder.path.iterdir()) == before


def test_another_format_is_no_damage(folder):
    """The one before is not taken instead, and nothing is moved."""
    head = {**read_checkpoint_head(folder.checkpoint), "format": FORMAT + 1}
    write_sealed(folder.checkpoint, COMM, head, {})
    before = sorted(folder.path.iterdir())
    with pytest.raises(FormatError, match="use anodex"):
        recover(folder)
    assert sorted(folder.path.iterdir()) == before


def test_nothing_begins_again(folder):
    folder.checkpoint.unlink()
    folder.previous_checkpoint.unlink()
    assert not recover(folder)
    assert time_reached(folder.path) == 0.0


def test_sums_tell_what_has_changed(folder):
    assert changed_files(folder.path) == []
    write_sums(folder)
    assert changed_files(folder.path) == []
    folder.history.write_text("other")
    assert changed_files(folder.path) == ["history.csv"]
    folder.history.unlink()
    assert changed_files(folder.path) == ["history.csv"]
    (folder.path / SUMS).write_bytes(b"\xff")
    assert changed_files(folder.path)
