"""Cases and runs from Python; all ranks call together."""

import os
import subprocess
import sys

import numpy as np
import pytest
from mpi4py import MPI

import anodex
from anodex.models.errors import InputError, SetupError

COMM = MPI.COMM_WORLD

SCRIPT = """
import anodex, sys
result = anodex.run("spindle_void", {changes}, progress=False)
value, history, drawn = result["peak_tip_von_mises"], result.history, result.plot("history")
grid = result.fields("10 s")
sys.stdout.write(f"{{value:.12g}} {{len(history)}} {{grid.n_points}} {{len(drawn)}}\\n")
"""


@pytest.fixture(scope="module")
def result(coarse):
    """A run in a temporary folder."""
    return anodex.run("spindle_void", coarse, progress=False)


def test_case_takes_values_as_a_case_file_has_them(coarse):
    case = anodex.case("spindle_void", {"geometry.length": "0.09 mm", **coarse})
    assert case.geometry.length == 90.0
    assert case.geometry.refinement == 0.25
    assert case.protocol.steps[0].current_density == 1.0
    again = anodex.case(case, {"protocol.steps.0.duration": "5 s"})
    assert (again.protocol.end, case.protocol.end) == (5.0, 10.0)
    assert again.geometry == case.geometry
    assert anodex.case(case) is case


@pytest.mark.parametrize(
    "value", [0.5, np.float64(0.5), np.array(0.5)], ids=["float", "numpy", "array"]
)
def test_numbers_of_numpy_are_numbers(value):
    case = anodex.case("spindle_void", {"geometry.refinement": value})
    assert case.geometry.refinement == 0.5


def test_case_does_not_change():
    case = anodex.case("spindle_void")
    with pytest.raises(ValueError, match="frozen"):
        case.geometry.length = 1.0


@pytest.mark.parametrize(
    ("given", "changes", "words"),
    [
        ("spindel_void", {}, "did you mean 'spindle_void'"),
        ("spindle_void", {"geometry.lenght": "90 um"}, "did you mean 'length'"),
        ("spindle_void", {"geometry.length": "90 s"}, "a length is wanted"),
        ("spindle_void", {"geometry.length": None}, "key 'geometry.length': None is no value"),
    ],
)
def test_mistakes_are_explained(given, changes, words):
    with pytest.raises(InputError, match=words):
        anodex.case(given, changes)


def test_result_has_numbers_history_and_fields(result):
    assert 0 < result["peak_tip_von_mises"] == max(result.history["tip_von_mises [MPa]"])
    assert "peak_tip_von_mises" in result and dict(result)["peak_tip_von_mises"] > 0
    grid = result.fields("10 s")
    assert grid.n_points > 100 and "concentration [mol/m^3]" in grid.point_data
    with pytest.raises(InputError, match="did you mean 'peak_tip_von_mises'"):
        result["peak_tip_von_misses"]


def test_result_is_shown_in_a_notebook(result):
    html = result._repr_html_()
    assert "<td>peak_tip_von_mises</td>" in html and "<td>MPa</td>" in html
    assert "peak_tip_von_mises" in result._ipython_key_completions_()


def test_one_rank_draws_and_all_go_on(result):
    drawn = result.plot("history")
    assert [path.name for path in drawn] == (["history.png"] if COMM.rank == 0 else [])
    assert drawn._repr_html_().startswith("<img") == (COMM.rank == 0)


def test_temporary_folder_goes_with_its_result(coarse):
    result = anodex.run("spindle_void", coarse, progress=False)
    folder = result.folder.parent
    COMM.barrier()
    assert folder.exists() and COMM.bcast(folder) == folder
    del result
    COMM.barrier()
    assert not folder.exists()


def test_folder_holds_what_the_command_would_leave(coarse, shared_tmp_path, monkeypatch):
    monkeypatch.chdir(shared_tmp_path)
    result = anodex.run("spindle_void", coarse, "deep/result", progress=False)
    COMM.barrier()
    monkeypatch.chdir("/")
    assert result.folder == shared_tmp_path / "deep" / "result"
    names = {"case.toml", "run.log", "summary.json", "history.csv", "fields.xdmf"}
    assert names <= {path.name for path in result.folder.iterdir()}
    again = anodex.open_result(result.folder)
    assert again.observables == result.observables and again.case == result.case

    with pytest.raises(SetupError, match="already holds a run"):
        anodex.run("spindle_void", coarse, result.folder, progress=False)
    kept = anodex.run("spindle_void", coarse, result.folder, resume=True, progress=False)
    assert kept.observables == result.observables
    other = {**coarse, "geometry.length": "90 um"}
    with pytest.raises(InputError, match=r"geometry\.length: '60"):
        anodex.run("spindle_void", other, result.folder, resume=True, progress=False)


def test_case_of_another_machine_is_no_result(tmp_path):
    with pytest.raises(SetupError, match="holds no run"):
        anodex.open_result(tmp_path)


def test_each_rank_may_run_a_case_of_its_own(coarse, tmp_path):
    length = f"{60 + 10 * COMM.rank} um"
    changes = {**coarse, "geometry.length": length}
    result = anodex.run("spindle_void", changes, tmp_path, MPI.COMM_SELF, progress=False)
    assert result.case.geometry.length == 60 + 10 * COMM.rank
    assert result.plot("history")


@pytest.mark.serial
def test_three_lines_on_two_ranks_in_any_folder(result, coarse, tmp_path):
    command = ["mpirun", "-n", "2", sys.executable, "-c", SCRIPT.format(changes=coarse)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=120)
    assert done.returncode == 0, done.stderr
    lines = sorted(line.split() for line in done.stdout.splitlines())
    rows, points = len(result.history), result.fields(10.0).n_points
    assert [line[3] for line in lines] == ["0", "1"]  # one rank has drawn
    for value, found_rows, found_points, _ in lines:
        assert float(value) == pytest.approx(result["peak_tip_von_mises"], rel=1e-8)
        assert (int(found_rows), int(found_points)) == (rows, points)
    assert not os.listdir(tmp_path)
