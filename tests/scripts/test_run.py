"""`anodex run`, `mesh` and `plot`, on a system that needs no solver. All ranks call together."""

import json
import tomllib

import meshio
import pytest
from mpi4py import MPI

from anodex.models.results.checkpoint import write_checkpoint
from anodex.models.systems.folder_state import differences
from anodex.scripts.shipped import find_case

RANK = MPI.COMM_WORLD.rank


def remove(path):
    """Remove a file on one rank while the others wait."""
    if RANK == 0:
        path.unlink()
    MPI.COMM_WORLD.barrier()


def test_run_leaves_what_the_contract_says(anodex, fake, case_file, shared_tmp_path):
    folder = shared_tmp_path / "deep" / "result"
    answer = anodex("run", case_file, "-o", folder, "--set", "geometry.shape=dot", "--plot")
    assert answer.code == 0, answer.err
    assert tomllib.loads((folder / "case.toml").read_text())["geometry"]["shape"] == "dot"
    summary = json.loads((folder / "summary.json").read_text())
    assert summary["system"] == "fake"
    assert summary["observables"]["area"] == {"value": 784.0, "unit": "um^2"}
    assert f"{MPI.COMM_WORLD.size} rank" in (folder / "run.log").read_text()
    assert "area" in answer.out and "784" in answer.out and "um^2" in answer.out
    assert str(folder) in answer.out and "fake.png" in answer.out


def test_effective_case_runs_again_to_the_same_numbers(anodex, fake, case_file, shared_tmp_path):
    assert anodex("run", case_file, "-o", shared_tmp_path / "first").code == 0
    assert (
        anodex(
            "run", shared_tmp_path / "first" / "case.toml", "-o", shared_tmp_path / "second"
        ).code
        == 0
    )
    first, second = (
        json.loads((shared_tmp_path / name / "summary.json").read_text())["observables"]
        for name in ("first", "second")
    )
    assert first == second


def test_default_folder_is_named_after_the_case(
    anodex, fake, case_file, shared_tmp_path, monkeypatch
):
    monkeypatch.chdir(shared_tmp_path)
    assert anodex("run", case_file).code == 0
    assert (shared_tmp_path / "results" / "small" / "summary.json").exists()


def test_bad_input_writes_nothing(anodex, fake, case_file, shared_tmp_path):
    answer = anodex(
        "run", case_file, "-o", shared_tmp_path / "result", "--set", "geometry.lenght=90 um"
    )
    assert answer.code == 2
    if RANK == 0:
        assert "geometry.lenght" in answer.err and "length" in answer.err
        assert "Traceback" not in answer.err
    else:
        assert answer.err == ""
    assert not (shared_tmp_path / "result").exists()


def test_existing_run_is_not_overwritten(anodex, fake, case_file, shared_tmp_path):
    assert anodex("run", case_file, "-o", shared_tmp_path / "result").code == 0
    before = (shared_tmp_path / "result" / "summary.json").read_text()
    answer = anodex(
        "run", case_file, "-o", shared_tmp_path / "result", "--set", "geometry.length=90 um"
    )
    assert answer.code == 4
    assert RANK > 0 or "--resume" in answer.err
    assert (shared_tmp_path / "result" / "summary.json").read_text() == before


def test_no_convergence_is_code_3_and_leaves_no_summary(anodex, fake, case_file, shared_tmp_path):
    answer = anodex(
        "run", case_file, "-o", shared_tmp_path / "result", "--set", "geometry.length=13 um"
    )
    assert answer.code == 3
    assert RANK > 0 or (
        "field 'fake' [um]" in answer.err and str(shared_tmp_path / "result") in answer.err
    )
    assert "field 'fake'" in (shared_tmp_path / "result" / "run.log").read_text()
    assert not (shared_tmp_path / "result" / "summary.json").exists()


def test_resume_of_a_new_folder_begins(anodex, fake, case_file, shared_tmp_path):
    assert anodex("run", case_file, "-o", shared_tmp_path / "result", "--resume").code == 0
    assert (
        json.loads((shared_tmp_path / "result" / "summary.json").read_text())["observables"][
            "resumed"
        ]["value"]
        == "False"
    )


def test_resume_of_a_finished_run_says_so(anodex, fake, case_file, shared_tmp_path):
    folder = shared_tmp_path / "result"
    assert anodex("run", case_file, "-o", folder).code == 0
    before = (folder / "summary.json").stat().st_mtime_ns
    answer = anodex("run", case_file, "-o", folder, "--resume")
    assert answer.code == 0 and "finished" in answer.out
    assert (folder / "summary.json").stat().st_mtime_ns == before
    assert "fake.png" in anodex("run", case_file, "-o", folder, "--resume", "--plot").out


def test_resume_goes_on_and_refuses_another_case(anodex, fake, case_file, shared_tmp_path):
    folder = shared_tmp_path / "result"
    assert anodex("run", case_file, "-o", folder).code == 0
    remove(folder / "summary.json")
    answer = anodex("run", case_file, "-o", folder, "--resume", "--set", "geometry.length=29 um")
    assert answer.code == 2
    assert RANK > 0 or all(word in answer.err for word in ("geometry.length", "28", "29"))
    assert not (folder / "summary.json").exists()

    write_checkpoint(folder / "checkpoint.h5", MPI.COMM_WORLD, {}, {"time": 0.0})
    answer = anodex("run", case_file, "-o", folder, "--resume")
    assert answer.code == 0 and "No checkpoint" not in answer.out
    assert (
        json.loads((folder / "summary.json").read_text())["observables"]["resumed"]["value"]
        == "True"
    )


def test_resume_without_a_checkpoint_begins_again(anodex, fake, case_file, shared_tmp_path):
    folder = shared_tmp_path / "result"
    assert anodex("run", case_file, "-o", folder).code == 0
    remove(folder / "summary.json")
    answer = anodex("run", case_file, "-o", folder, "--resume")
    assert answer.code == 0
    assert RANK > 0 or "No checkpoint" in answer.out
    assert (
        json.loads((folder / "summary.json").read_text())["observables"]["resumed"]["value"]
        == "False"
    )


def test_mesh_writes_the_mesh_of_the_changed_case(anodex, fake, case_file, shared_tmp_path):
    answer = anodex(
        "mesh", case_file, "-o", shared_tmp_path / "void.msh", "--set", "geometry.length=90 um"
    )
    assert answer.code == 0, answer.err
    written = meshio.read(shared_tmp_path / "void.msh")
    assert written.points.max() == 90
    assert len(written.cells_dict["triangle"]) == 18
    assert anodex("mesh", case_file, "-o", shared_tmp_path / "void.xyzzy").code == 2


def test_plot_needs_a_result_folder(anodex, fake, case_file, shared_tmp_path):
    assert anodex("plot", shared_tmp_path / "nothing").code == 4
    assert anodex("run", case_file, "-o", shared_tmp_path / "result").code == 0
    answer = anodex("plot", shared_tmp_path / "result")
    assert answer.code == 0 and "fake.png" in answer.out


def test_plot_draws_what_was_named(anodex, fake, case_file, shared_tmp_path):
    folder = shared_tmp_path / "result"
    assert anodex("run", case_file, "-o", folder).code == 0
    answer = anodex("plot", folder, "other")
    assert answer.code == 0
    assert "other.png" in answer.out and "fake.png" not in answer.out
    assert not (folder / "figures" / "fake.png").exists()
    answer = anodex("plot", folder, "ohter")
    assert answer.code == 2
    assert RANK > 0 or "did you mean 'other'?" in answer.err


def test_plot_takes_names_and_a_format_as_options(anodex, fake, case_file, shared_tmp_path):
    folder = shared_tmp_path / "result"
    assert anodex("run", case_file, "-o", folder).code == 0
    answer = anodex("plot", folder, "--only", "other", "--format", "pdf")
    assert answer.code == 0, answer.err
    assert "other.pdf" in answer.out and "fake" not in answer.out
    answer = anodex("plot", folder, "--format", "jpg")
    assert answer.code == 2
    assert RANK > 0 or "png, pdf, svg" in answer.err


def test_system_without_a_case_file_runs_its_defaults(anodex, fake, shared_tmp_path):
    folder = shared_tmp_path / "result"
    assert anodex("run", "fake", "-o", folder, "--set", "geometry.length=30 um").code == 0
    case = tomllib.loads((folder / "case.toml").read_text())
    assert case["geometry"] == {"length": "30 um", "shape": "spindle"}


def test_differences_name_each_key():
    old = {"a": {"b": "1 um", "c": [{"d": 1}]}, "gone": True}
    new = {"a": {"b": "2 um", "c": [{"d": 1}, {"d": 2}]}}
    assert differences(old, old) == []
    assert [line.split(":")[0] for line in differences(old, new)] == ["a.b", "gone", "a.c.1.d"]


def test_paths_with_a_folder_stay_paths():
    assert str(find_case("folder/spindle_void")) == "folder/spindle_void"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("spindel_void", "did you mean 'spindle_void'?"),
        ("spindel_void.toml", "did you mean 'spindle_void'?"),
        ("smal.toml", "did you mean 'small.toml'?"),
        ("nothing_like_it", "no shipped case; `anodex list`"),
        ("n" * 300, "no shipped case; `anodex list`"),  # too long for a file
    ],
)
def test_misspelt_cases_are_told_the_nearest_file_or_shipped_case(
    anodex, case_file, monkeypatch, given, words
):
    monkeypatch.chdir(case_file.parent)
    answer = anodex("run", given)
    assert answer.code == 2
    assert RANK > 0 or (
        words in answer.err and "anodex list" in answer.err and str(case_file.parent) in answer.err
    )
