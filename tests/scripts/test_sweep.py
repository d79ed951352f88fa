"""`anodex sweep`, on a system that needs no solver; its members run in processes of their own."""

import csv
import os
import signal
import subprocess
import sys
import time

import pytest

pytestmark = pytest.mark.serial


def rows(folder):
    return list(csv.DictReader((folder / "sweep.csv").open()))


def test_grid_runs_every_combination(anodex, fake, grid, tmp_path):
    answer = anodex("sweep", grid, "-o", tmp_path / "out", "-j", 2)
    assert answer.code == 0, answer.out + answer.err
    table = rows(tmp_path / "out")
    assert list(table[0]) == [
        "member",
        "state",
        "geometry.length [um]",
        "geometry.shape",
        "area [um^2]",
        "never [s]",
    ]
    assert [
        (row["geometry.length [um]"], row["geometry.shape"], float(row["area [um^2]"]))
        for row in table
    ] == [
        ("28.0", "spindle", 784.0),
        ("28.0", "dot", 784.0),
        ("60.0", "spindle", 3600.0),
        ("60.0", "dot", 3600.0),
    ]
    assert {row["state"] for row in table} == {"done"}
    assert (tmp_path / "out" / "length=28um_shape=dot" / "summary.json").exists()
    assert (tmp_path / "out" / "figures" / "sweep.png").stat().st_size > 10_000


def test_finished_members_are_kept_and_the_others_resumed(anodex, fake, pair, tmp_path):
    out = tmp_path / "out"
    assert anodex("sweep", pair, "-o", out).code == 0
    before = {path: path.stat().st_mtime_ns for path in out.glob("*/summary.json")}
    lost = out / "length=28um_shape=dot" / "summary.json"
    lost.unlink()
    answer = anodex("sweep", pair, "-o", out)
    assert answer.code == 0 and "1 of 2 members are finished already" in answer.out
    assert {path for path, time in before.items() if path.stat().st_mtime_ns != time} == {lost}


def test_failing_member_does_not_stop_the_others(anodex, fake, pair, tmp_path):
    pair.write_text(pair.read_text().replace('"28 um"', '"13 um"'))
    answer = anodex("sweep", pair, "-o", tmp_path / "out", "-j", 1)
    assert answer.code == 3
    assert answer.out.count("FAILED") == 1 and "exit code 3" in answer.out
    assert [row["state"] for row in rows(tmp_path / "out")] == ["missing", "done"]
    assert "field 'fake'" in (tmp_path / "out" / "cases" / "length=13um_shape=dot.log").read_text()


def test_one_process_runs_many_members_each_with_a_log_of_its_own(anodex, fake, grid, tmp_path):
    grid.write_text(grid.read_text().replace('["area", "never"]', '["area", "process"]'))
    assert anodex("sweep", grid, "-o", tmp_path / "out", "-j", 1).code == 0
    assert len({row["process [1]"] for row in rows(tmp_path / "out")}) == 1
    logs = [path.read_text() for path in (tmp_path / "out" / "cases").glob("*.log")]
    assert len(logs) == 4
    assert all(log.count("printed by C") == log.count("results in") == 1 for log in logs)


def test_member_that_kills_its_process_fails_alone(anodex, fake, grid, tmp_path):
    grid.write_text(
        grid.read_text()
        .replace('"28 um"', '"666 um"')
        .replace('["area", "never"]', '["area", "process"]')
    )
    answer = anodex("sweep", grid, "-o", tmp_path / "out", "-j", 1)
    assert answer.code == 3
    assert (
        answer.out.count("FAILED") == 2
        and "failed with exit code -9: length=666um_shape=dot" in answer.out
    )
    assert [row["state"] for row in rows(tmp_path / "out")] == [
        "missing",
        "missing",
        "done",
        "done",
    ]


def test_list_takes_the_values_side_by_side(anodex, fake, grid, tmp_path):
    grid.write_text(grid.read_text().replace("[sweep]", '[sweep]\nmode = "list"'))
    assert anodex("sweep", grid, "-o", tmp_path / "out").code == 0
    assert [
        (row["geometry.length [um]"], row["geometry.shape"]) for row in rows(tmp_path / "out")
    ] == [
        ("28.0", "spindle"),
        ("60.0", "dot"),
    ]


def test_unknown_observable_is_named_after_the_first_member_and_that_is_kept(
    anodex, fake, pair, tmp_path
):
    out, right = tmp_path / "out", pair.read_text()
    pair.write_text(right.replace('["area", "never"]', '["aera"]'))
    answer = anodex("sweep", pair, "-o", out, "-j", 1)
    assert (
        answer.code == 2
        and "did you mean 'area'?" in answer.err
        and "finished members are kept" in answer.err
    )
    assert [path.parent.name for path in out.glob("*/summary.json")] == ["length=28um_shape=dot"]
    answer = anodex("sweep", pair, "-o", out, "-j", 1)
    assert answer.code == 2 and "[1/1]" not in answer.out  # known before another one starts
    pair.write_text(right)
    answer = anodex("sweep", pair, "-o", out)
    assert answer.code == 0 and "1 of 2 members are finished already" in answer.out


def test_observables_that_hang_on_a_word_are_awaited(anodex, fake, grid, tmp_path):
    """Only dots have the observable `roundness`."""
    grid.write_text(grid.read_text().replace('["area", "never"]', '["roundness"]'))
    answer = anodex("sweep", grid, "-o", tmp_path / "out", "-j", 1)
    assert answer.code == 0, answer.err
    assert [row["roundness [1]"] for row in rows(tmp_path / "out")] == ["", "1.0", "", "1.0"]


def test_another_case_in_the_folder_is_refused(anodex, fake, pair, tmp_path, case_file):
    assert anodex("sweep", pair, "-o", tmp_path / "out").code == 0
    case_file.write_text('title = "Other"\n' + case_file.read_text())
    answer = anodex("sweep", pair, "-o", tmp_path / "out")
    assert answer.code == 2 and "title" in answer.err


def test_table_only_runs_nothing(anodex, fake, pair, tmp_path):
    assert anodex("sweep", pair, "-o", tmp_path / "out", "--table").code == 0
    assert {row["state"] for row in rows(tmp_path / "out")} == {"missing"}
    assert not list((tmp_path / "out").glob("length*"))


def test_slurm_scripts_work_as_plain_scripts(anodex, fake, pair, tmp_path):
    """Without Slurm: each task of the array, then the table, with a stand-in for the installed
    command.
    """
    out = tmp_path / "out"
    answer = anodex("sweep", pair, "-o", out, "--slurm", "--set", "title=Other")
    assert answer.code == 0 and "submit.sh" in answer.out
    assert not list(out.glob("length*"))
    assert "--array=1-2\n" in (out / "members.sbatch").read_text()
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "anodex").write_text(f'#!/bin/sh\nexec {sys.executable} {fake.__file__} "$@"\n')
    (programs / "anodex").chmod(0o755)
    environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}", "SLURM_NTASKS": "1"}
    for task in (1, 2):
        subprocess.run(
            ["bash", out / "members.sbatch"],
            env={**environment, "SLURM_ARRAY_TASK_ID": str(task)},
            check=True,
        )
    subprocess.run(["bash", out / "table.sbatch"], env=environment, check=True)
    assert [row["state"] for row in rows(out)] == ["done"] * 2


def test_interrupt_ends_the_members(fake, pair, tmp_path):
    """A sweep that is told to stop takes its members along, and leaves a folder that can be
    resumed.
    """
    pair.write_text(pair.read_text().replace('"28 um"', '"999 um"'))
    sweep = subprocess.Popen(
        [sys.executable, fake.__file__, "sweep", str(pair), "-o", str(tmp_path / "out"), "-j", "1"],
        stderr=subprocess.PIPE,
        text=True,
    )
    log = tmp_path / "out" / "cases" / "length=999um_shape=dot.log"
    deadline = time.monotonic() + 30
    while (
        "sleeping" not in (log.read_text() if log.exists() else "") and time.monotonic() < deadline
    ):
        time.sleep(0.05)
    sweep.send_signal(signal.SIGTERM)
    _, err = sweep.communicate(timeout=30)
    assert sweep.returncode == 130 and "Give the same command again" in err
    assert "Interrupted" in log.read_text()
