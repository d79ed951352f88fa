"""`anodex sweep`, on a system that needs no solver; its members run in processes of their own."""

import csv
import os
import re
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

from anodex.scripts.sweep_file import (
    Member,
    Sweep,
    combinations,
    member_name,
    parse_sweep,
    read_sweep,
)
from anodex.scripts.sweep_table import Column, parameter, shown_columns

pytestmark = pytest.mark.serial

GRID = """
[sweep]
title = "Area of the fake"
case = "small.toml"
[sweep.set]
"geometry.length" = ["28 um", "0.06 mm"]
"geometry.shape" = ["spindle", "dot"]
[table]
observables = ["area", "never"]
[figure]
x = "geometry.length"
y = "area"
group = "geometry.shape"
"""

PAIR = GRID.replace('["spindle", "dot"]', '["dot"]')


@pytest.fixture
def grid(case_file):
    path = case_file.with_name("grid.toml")
    path.write_text(GRID)
    return path


@pytest.fixture
def pair(grid):
    """Two members only."""
    grid.write_text(PAIR)
    return grid


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
    pair.write_text(PAIR.replace('"28 um"', '"13 um"'))
    answer = anodex("sweep", pair, "-o", tmp_path / "out", "-j", 1)
    assert answer.code == 3
    assert answer.out.count("FAILED") == 1 and "exit code 3" in answer.out
    assert [row["state"] for row in rows(tmp_path / "out")] == ["missing", "done"]
    assert "field 'fake'" in (tmp_path / "out" / "cases" / "length=13um_shape=dot.log").read_text()


def test_one_process_runs_many_members_each_with_a_log_of_its_own(anodex, fake, grid, tmp_path):
    grid.write_text(GRID.replace('["area", "never"]', '["area", "process"]'))
    assert anodex("sweep", grid, "-o", tmp_path / "out", "-j", 1).code == 0
    assert len({row["process [1]"] for row in rows(tmp_path / "out")}) == 1
    logs = [path.read_text() for path in (tmp_path / "out" / "cases").glob("*.log")]
    assert len(logs) == 4
    assert all(log.count("printed by C") == log.count("results in") == 1 for log in logs)


def test_member_that_kills_its_process_fails_alone(anodex, fake, grid, tmp_path):
    grid.write_text(
        GRID.replace('"28 um"', '"666 um"').replace('["area", "never"]', '["area", "process"]')
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


def test_wrong_members_are_reported_before_the_first_starts(anodex, fake, grid, tmp_path):
    grid.write_text(GRID.replace('"28 um"', '"28 s"').replace('"dot"', '"dto"'))
    answer = anodex("sweep", grid, "-o", tmp_path / "out")
    assert answer.code == 2
    assert (
        "3 of 4 members" in answer.err and "geometry.length" in answer.err and "dot" in answer.err
    )
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('case = "small.toml"', 'csae = "small.toml"', "case"),
        ('case = "small.toml"', 'case = "smal.toml"', "smal.toml"),
        ('title = "Area', 'mode = "list"\ntitle = "Area', None),
        ('["spindle", "dot"]', "[]", "geometry.shape"),
        ('["spindle", "dot"]', '"dot"', "geometry.shape"),
        ('x = "geometry.length"', 'x = "geometry.width"', "geometry.width"),
        ('group = "geometry.shape"', 'group = "geometry.sahpe"', "geometry.sahpe"),
        ("[figure]", "[figrue]", "figure"),
        ("[figure]", "[figure]\nclour = 1", "key 'figure.clour': unknown"),
        ('y = "area"', 'y = "area"\nx_sacle = "log"', "did you mean 'x_scale'"),
        ('y = "area"', "", "key 'figure.y': missing"),
        (
            "[figure]",
            '[figure]\nkind = "barz"',
            "key 'figure.kind': 'barz' is none of 'curves', 'bars', 'map'; did you mean 'bars'?",
        ),
        ("[figure]", '[figure]\nkind = "map"', "key 'figure.group': unknown"),
        (
            "[figure]",
            '[[figure.panels]]\nx = "a"\ny = "b"\n[[figure.panels]]\ny3 = "a"',
            "key 'figure.panels.1.y3': unknown; did you mean",
        ),
        (
            "[figure]",
            '[[figure.panels]]\nkind = "map"\nz = "a"',
            "key 'figure.panels.0.group': unknown",
        ),
        (
            "[figure]",
            '[figure]\nkind = "bars"\ny2 = "never"',
            "table 'figure': bars have a group or a y2",
        ),
        ("[figure]", "[figure]\npanels = []", "figure.panels"),
        ('group = "geometry.shape"', "", "several members have the same geometry.length; "),
        (
            'group = "geometry.shape"',
            'kind = "map"\nz = "never"',
            "key 'figure.y': 'area' is not swept",
        ),
        (
            'group = "geometry.shape"',
            'where = { "geometry.sahpe" = "dot" }',
            "key 'figure.where': 'geometry.sahpe' is not swept; did you mean",
        ),
        (
            'group = "geometry.shape"',
            'where = { "geometry.shape" = "cube" }',
            'geometry.shape never is "cube"; swept are',
        ),
        ("[sweep]", "[sweep", "TOML"),
    ],
)
def test_wrong_sweep_files(anodex, fake, grid, tmp_path, old, new, words):
    grid.write_text(
        GRID.replace(old, new).replace(
            '["spindle", "dot"]', '["dot"]' if words is None else '["spindle", "dot"]'
        )
    )
    answer = anodex("sweep", grid, "-o", tmp_path / "out")
    assert answer.code == 2
    assert (words or "one length") in answer.err
    assert not (tmp_path / "out").exists()


def test_panel_shows_chosen_members_alone():
    chosen = GRID.replace('group = "geometry.shape"', 'where = { "geometry.shape" = "dot" }')
    given = parse_sweep(tomllib.loads(chosen), "grid.toml")
    members = tuple(Member(member_name(values), values, "") for values in combinations(given.sweep))
    plan = Sweep("", members, (), given.figure.panels)
    columns = {"member": Column("member", "", [member.name for member in members])}
    shown = shown_columns(plan, plan.panels[0], columns)
    assert shown["member"].entries == ["length=28um_shape=dot", "length=0.06mm_shape=dot"]


@pytest.mark.parametrize(("mode", "shapes"), [("list", '["spindle", "dot"]'), ("grid", '["dot"]')])
def test_map_needs_a_grid_of_two_keys(anodex, fake, grid, tmp_path, mode, shapes):
    given = GRID.replace("[sweep]", f'[sweep]\nmode = "{mode}"').replace(
        '["spindle", "dot"]', shapes
    )
    grid.write_text(
        given.replace(
            'y = "area"\ngroup = "geometry.shape"', 'kind = "map"\ny = "geometry.shape"\nz = "area"'
        )
    )
    answer = anodex("sweep", grid, "-o", tmp_path / "out")
    assert answer.code == 2 and 'a map needs mode "grid" and at least two values' in answer.err


def test_most_wrong_members_are_only_counted(anodex, fake, grid, tmp_path):
    grid.write_text(
        GRID.replace('["28 um", "0.06 mm"]', str([f"{length} s" for length in range(1, 16)]))
    )
    answer = anodex("sweep", grid, "-o", tmp_path / "out")
    assert (
        answer.code == 2
        and "30 of 30 members are wrong" in answer.err
        and answer.err.rstrip().endswith("... and 20 more")
    )


def test_list_takes_the_values_side_by_side(anodex, fake, grid, tmp_path):
    grid.write_text(GRID.replace("[sweep]", '[sweep]\nmode = "list"'))
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
    out = tmp_path / "out"
    pair.write_text(PAIR.replace('["area", "never"]', '["aera"]'))
    answer = anodex("sweep", pair, "-o", out, "-j", 1)
    assert (
        answer.code == 2
        and "did you mean 'area'?" in answer.err
        and "finished members are kept" in answer.err
    )
    assert [path.parent.name for path in out.glob("*/summary.json")] == ["length=28um_shape=dot"]
    answer = anodex("sweep", pair, "-o", out, "-j", 1)
    assert answer.code == 2 and "[1/1]" not in answer.out  # known before another one starts
    pair.write_text(PAIR)
    answer = anodex("sweep", pair, "-o", out)
    assert answer.code == 0 and "1 of 2 members are finished already" in answer.out


def test_observables_that_hang_on_a_word_are_awaited(anodex, fake, grid, tmp_path):
    """Only dots have the observable `roundness`."""
    grid.write_text(GRID.replace('["area", "never"]', '["roundness"]'))
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
    pair.write_text(PAIR.replace('"28 um"', '"999 um"'))
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


def test_the_examples_of_the_documentation_are_valid():
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "sweeps.md").read_text()
    example, panels, plane = (
        tomllib.loads(block) for block in re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    )
    assert parse_sweep(example, "example").figure.panels[0].group == "matrix.creep"
    assert [panel.kind for panel in parse_sweep(example | panels, "example").figure.panels] == [
        "curves",
        "bars",
    ]
    example["sweep"]["set"] = {
        "geometry.length": ["28 um", "60 um"],
        "geometry.width": ["6 um", "12 um"],
    }
    assert parse_sweep(example | plane, "example").figure.panels[0].optimum == "max"


def test_names_are_readable_and_differ():
    assert (
        member_name({"geometry.length": "28 um", "kinetics.law": "butler-volmer"})
        == "length=28um_law=butler-volmer"
    )
    assert member_name({"a.n": 2, "a.flag": True}) == "n=2_flag=true"
    odd = [
        {"a.current": "1 mA/cm^2"},
        {"a.current": "1 mA-cm-2"},
        {"a.x": 1, "b.x": 2},
        {"a.x": 2, "b.x": 1},
        {"a.s": [{"t": "1 s"}] * 30},
    ]
    names = [member_name(values) for values in odd]
    assert len(set(names)) == len(odd) and all(
        len(name) < 100 and "/" not in name for name in names
    )
    assert names[0].startswith("current=1mA-cm-2-")


def test_truth_is_written_as_in_the_sweep_file():
    assert parameter("a", [True, 2, [1]], False).entries == ["true", 2, "[1]"]


def test_quantities_are_numbers_in_the_first_unit():
    assert parameter("a", ["1 mm", "20 um"], True).entries == pytest.approx([1.0, 0.02])
    assert parameter("a", ["1 mm", "20 um"], True).label == "a [mm]"
    assert parameter("a", ["25 degC", "298.15 K"], True).entries == pytest.approx([25.0, 25.0])
    # a word may stand for a quantity
    assert parameter("a", ["rigid", "20 um"], True).entries == ["rigid", "20 um"]
    assert parameter("a", [1, 2], True).label == "a"


def test_words_that_look_like_quantities_stay_words():
    """`2d` became two days."""
    assert parameter("a", ["2d", "3d"], False) == Column("a", "", ["2d", "3d"])


def test_the_case_says_which_swept_keys_are_quantities(tmp_path):
    path = tmp_path / "sweep.toml"
    path.write_text("""
[sweep]
case = "contoured_interface"
[sweep.set]
"geometry.dimension" = ["2d"]
"geometry.shape" = ["cosine", "flat"]
"geometry.height" = ["20 um"]
"kinetics.anodic_coefficient" = ["50 %"]
"coupling.pressure_kinetics" = [false]
""")
    assert read_sweep(path).quantities == {"geometry.height", "kinetics.anodic_coefficient"}
