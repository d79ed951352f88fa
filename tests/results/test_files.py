import json
import logging
import math
from pathlib import Path

import numpy as np
import pytest
from mpi4py import MPI

from anodex.models.errors import SetupError
from anodex.models.results.files import replacing, same_outcome
from anodex.models.results.folder import ResultFolder
from anodex.models.results.history import History, read_history
from anodex.models.results.log import open_log
from anodex.models.results.observable import Observable
from anodex.models.results.summary import read_summary, write_summary

COMM = MPI.COMM_WORLD
COLUMNS = ["tip_stress [MPa]", "tip_concentration [mol/m^3]"]


def alter(change):
    """Run `change` on rank 0 while the others wait."""
    COMM.barrier()
    if COMM.rank == 0:
        change()
    COMM.barrier()


def test_failure_on_one_rank_is_raised_on_all():
    last = COMM.size - 1
    with (
        pytest.raises(SetupError, match="cannot write there: no room"),
        same_outcome(COMM, "write there"),
    ):
        if COMM.rank == last:
            raise OSError("no room")


def test_failed_write_keeps_the_old_file(tmp_path):
    path = tmp_path / "file"
    path.write_text("old")
    with pytest.raises(ValueError, match="half way"), replacing(path) as temporary:
        temporary.write_text("ne")
        raise ValueError("half way")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_folder_is_made_with_room_for_figures(shared_tmp_path):
    folder = ResultFolder.create(shared_tmp_path / "a" / "b", COMM)
    assert folder.figures.is_dir()
    folder.write_text("case.toml", "µ = 1\n")
    assert folder.case.read_text(encoding="utf-8") == "µ = 1\n"
    assert ResultFolder.open(folder.path, COMM) == folder


def test_folder_with_a_run_is_refused_and_untouched(shared_tmp_path):
    folder = ResultFolder.create(shared_tmp_path / "run", COMM)
    folder.write_text("case.toml", "first")
    alter(folder.figures.rmdir)
    with pytest.raises(SetupError, match="--resume"):
        ResultFolder.create(folder.path, COMM)
    assert [path.name for path in folder.path.iterdir()] == ["case.toml"]


def test_force_removes_the_earlier_run_and_nothing_else(shared_tmp_path):
    folder = ResultFolder.create(shared_tmp_path / "run", COMM)
    checkpoints = ("checkpoint.h5", "previous-checkpoint.h5")
    left = ("case.toml", "summary.json", "run.log", "figures/old.png", *checkpoints)
    fields = ("fields.xdmf", "fields.h5", "of_any_system.xdmf", "of_any_system.h5", "begun.xdmf")
    alter((folder.path / "fields.frames").mkdir)
    folder.write_text("fields.frames/000000.h5", "first")
    other = ("data.h5", "notes.txt")
    for name in (*left, *fields, *other):
        folder.write_text(name, "first")
    ResultFolder.create(folder.path, COMM, force=True)
    found = sorted(path.name for path in folder.path.rglob("*"))
    assert found == ["data.h5", "figures", "notes.txt"]


def test_force_spares_what_looks_like_fields_where_there_was_no_run(shared_tmp_path):
    path = shared_tmp_path / "mesh.xdmf"
    alter(lambda: path.write_text("mine"))
    ResultFolder.create(shared_tmp_path, COMM, force=True)
    assert path.read_text() == "mine"


@pytest.mark.parametrize("name", ["summary.json", "history.csv", "case.toml"])
def test_what_a_run_would_overwrite_is_refused_also_without_a_case(shared_tmp_path, name):
    alter(lambda: (shared_tmp_path / name).write_text("mine"))
    with pytest.raises(SetupError, match="already holds"):
        ResultFolder.create(shared_tmp_path, COMM)
    assert [path.name for path in shared_tmp_path.iterdir()] == [name]


def test_what_an_early_kill_leaves_is_no_run(shared_tmp_path):
    alter((shared_tmp_path / "figures").mkdir)
    alter((shared_tmp_path / ".lock").touch)
    alter((shared_tmp_path / ".part-case.toml").touch)
    assert ResultFolder.create(shared_tmp_path, COMM).figures.is_dir()


def test_figures_of_someone_are_no_place_for_a_run(shared_tmp_path):
    alter((shared_tmp_path / "figures").mkdir)
    alter((shared_tmp_path / "figures" / "mine.png").touch)
    with pytest.raises(SetupError, match="already holds"):
        ResultFolder.create(shared_tmp_path, COMM)


def test_a_name_that_is_not_utf8_is_refused(shared_tmp_path):
    with pytest.raises(SetupError, match="r\ufffdsultat is not in UTF-8"):
        ResultFolder.create(shared_tmp_path / "r\udce9sultat", COMM)


def test_folder_under_a_file_is_refused_on_every_rank(shared_tmp_path):
    alter((shared_tmp_path / "file").touch)
    with pytest.raises(SetupError, match="cannot make the result folder"):
        ResultFolder.create(shared_tmp_path / "file" / "run", COMM)


def test_open_refuses_a_folder_without_a_run(shared_tmp_path):
    with pytest.raises(SetupError, match="holds no run"):
        ResultFolder.open(shared_tmp_path, COMM)


def test_history_keeps_every_digit(shared_tmp_path):
    path = shared_tmp_path / "history.csv"
    history = History(path, COMM, COLUMNS)
    history.append(0.1, {COLUMNS[0]: np.float64(1 / 3), COLUMNS[1]: math.nan})
    history.append(np.float64(0.2), {COLUMNS[1]: 1e-300, COLUMNS[0]: 7})
    assert (
        path.read_text().splitlines()[0] == "time [s],tip_stress [MPa],tip_concentration [mol/m^3]"
    )
    table = read_history(path)
    assert list(table) == ["time [s]", *COLUMNS]
    np.testing.assert_array_equal(table[COLUMNS[0]], [1 / 3, 7.0])
    np.testing.assert_array_equal(table[COLUMNS[1]], [math.nan, 1e-300])
    for name in table:
        np.testing.assert_array_equal(history.column(name), table[name])


def test_history_refuses_other_columns(shared_tmp_path):
    history = History(shared_tmp_path / "history.csv", COMM, COLUMNS)
    with pytest.raises(ValueError, match="tip_stres "):
        history.append(0.0, {"tip_stres [MPa]": 1.0, COLUMNS[1]: 2.0})
    with pytest.raises(ValueError, match="comma"):
        History(shared_tmp_path / "other.csv", COMM, ["a,b [-]"])


def test_history_resumes_from_where_it_was_marked(shared_tmp_path):
    path = shared_tmp_path / "history.csv"
    history = History(path, COMM, COLUMNS)
    for time in (1.0, 2.0, 3.0):
        history.append(time, dict.fromkeys(COLUMNS, 10 * time))
        if time == 2.0:
            mark = history.mark()

    def cut_short():
        with open(path, "a") as file:
            file.write("4.0,4")

    alter(cut_short)
    np.testing.assert_array_equal(read_history(path)["time [s]"], [1.0, 2.0, 3.0])
    COMM.barrier()
    resumed = History(path, COMM, COLUMNS, mark)
    resumed.append(2.5, dict.fromkeys(COLUMNS, 25.0))
    np.testing.assert_array_equal(resumed.times, [1.0, 2.0, 2.5])
    np.testing.assert_array_equal(read_history(path)[COLUMNS[0]], [10.0, 20.0, 25.0])


def test_history_of_other_columns_is_not_resumed(shared_tmp_path):
    path = shared_tmp_path / "history.csv"
    mark = History(path, COMM, COLUMNS).mark()
    with pytest.raises(SetupError, match="has the columns"):
        History(path, COMM, COLUMNS[:1], mark)


@pytest.mark.parametrize(
    "damage",
    {
        "lost": lambda lines: [lines[0], *lines[2:]],
        "doubled": lambda lines: [*lines[:2], *lines[1:]],
        "swapped": lambda lines: [lines[0], lines[2], lines[1], lines[3]],
        "changed": lambda lines: [lines[0], lines[1].replace("10.0", "10.5"), *lines[2:]],
        "not finite": lambda lines: [lines[0], lines[1].replace("1.0,", "nan,"), *lines[2:]],
        "cut": lambda lines: lines[:2],
        "no text": lambda lines: ["\0" * 100, *lines],
    }.items(),
    ids=lambda entry: entry[0],
)
def test_history_with_other_rows_than_were_marked_is_refused(shared_tmp_path, damage):
    path = shared_tmp_path / "history.csv"
    history = History(path, COMM, COLUMNS)
    for time in (1.0, 2.0, 3.0):
        history.append(time, dict.fromkeys(COLUMNS, 10 * time))
    before = path.read_text()
    alter(lambda: path.write_text("".join(damage[1](before.splitlines(keepends=True)))))
    found = path.read_text()
    assert found != before
    with pytest.raises(SetupError, match=r"history.csv is damaged: its first 3 rows"):
        History(path, COMM, COLUMNS, history.mark())
    assert path.read_text() == found


@pytest.mark.parametrize("text", ["", "x [s]\n1\n", "time [s],a [m]\n1\n", "time [s]\nword\n"])
def test_file_that_is_no_history_is_refused(tmp_path, text):
    (tmp_path / "history.csv").write_text(text)
    with pytest.raises(SetupError, match="cannot read the history"):
        read_history(tmp_path / "history.csv")


def test_summary_is_plain_json(shared_tmp_path):
    folder = ResultFolder.create(shared_tmp_path / "run", COMM)
    observables = {
        "peak": Observable(np.float64(1.5), "MPa"),
        "never": Observable(None, "s"),
        "undefined": Observable(math.nan, "MPa"),
        "endless": Observable(math.inf, "s"),
        "verdict": Observable("tip", ""),
    }
    write_summary(folder, "a title", "spindle_void", observables, wall_time=2.0)

    def no_constant(name):
        raise AssertionError(f"{name} is not JSON")

    read = json.loads(folder.summary.read_text(), parse_constant=no_constant)
    assert read == read_summary(folder.summary)
    assert set(read) == {"case", "system", "versions", "wall_time", "observables"}
    assert {name: entry["value"] for name, entry in read["observables"].items()} == {
        "peak": 1.5,
        "never": None,
        "undefined": None,
        "endless": None,
        "verdict": "tip",
    }
    assert read["observables"]["peak"]["unit"] == "MPa"
    assert {"anodex", "python", "dolfinx", "petsc", "mpi", "gmsh", "numpy"} <= set(read["versions"])


def test_missing_and_damaged_summary_say_what_to_do(tmp_path):
    with pytest.raises(SetupError, match="has not finished"):
        read_summary(tmp_path / "summary.json")
    (tmp_path / "summary.json").write_text('{"case": ')
    with pytest.raises(SetupError, match="cannot read"):
        read_summary(tmp_path / "summary.json")


def test_log_is_written_by_one_rank_and_continued(shared_tmp_path, capsys):
    path = shared_tmp_path / "run.log"
    with open_log(path, COMM) as logger:
        logger.info("begin")
    with open_log(path, COMM) as logger:
        logger.info("resumed")
        logger.warning("careful")
    logger.warning("afterwards")
    COMM.barrier()
    lines = path.read_text().splitlines()
    assert [line.split()[-1] for line in lines] == ["begin", "resumed", "careful"]
    assert capsys.readouterr().err == ("WARNING: careful\n" if COMM.rank == 0 else "")


def test_log_leaves_the_logger_as_it_was(shared_tmp_path):
    logger = logging.getLogger("anodex")
    before = logger.level, logger.propagate, list(logger.handlers)
    with pytest.raises(ValueError), open_log(shared_tmp_path / "run.log", COMM):
        raise ValueError
    assert (logger.level, logger.propagate, list(logger.handlers)) == before


@pytest.mark.serial
def test_log_on_a_full_disk_has_gaps_and_says_so_once(capsys):
    with open_log(Path("/dev/full"), COMM) as logger:
        logger.info("first step")
        logger.info("second step")
    assert capsys.readouterr().err == (
        "WARNING: /dev/full has gaps from here on: No space left on device\n"
    )


@pytest.mark.serial
def test_warnings_reach_the_terminal_or_nobody(capsys, monkeypatch, tmp_path):
    with open_log(tmp_path / "run.log", COMM) as logger:
        logger.warning("a warning")
        assert capsys.readouterr().err == "WARNING: a warning\n"
        monkeypatch.setattr("sys.stderr", None)
        logger.warning("another")
    assert "another" in (tmp_path / "run.log").read_text()
