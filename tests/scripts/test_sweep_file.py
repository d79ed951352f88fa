"""Sweep files: mistakes in the words that the user sees, before any member runs; members, their
names and the numbers of the table.
"""

import re
import time
import tomllib
from pathlib import Path

import pytest

from anodex.scripts.sweep_file import (
    Member,
    Sweep,
    combinations,
    parse_sweep,
    read_sweep,
)
from anodex.scripts.sweep_names import member_name
from anodex.scripts.sweep_table import Column, parameter, shown_columns

pytestmark = pytest.mark.serial


def test_wrong_members_are_reported_before_the_first_starts(anodex, fake, grid, tmp_path):
    grid.write_text(grid.read_text().replace('"28 um"', '"28 s"').replace('"dot"', '"dto"'))
    answer = anodex("sweep", grid, "-o", tmp_path / "out")
    assert answer.code == 2
    assert (
        "3 of 4 members" in answer.err and "geometry.length" in answer.err and "dot" in answer.err
    )
    assert not (tmp_path / "out").exists()


def test_most_wrong_members_are_only_counted(anodex, fake, grid, tmp_path):
    grid.write_text(
        grid.read_text().replace(
            '["28 um", "0.06 mm"]', str([f"{length} s" for length in range(1, 16)])
        )
    )
    answer = anodex("sweep", grid, "-o", tmp_path / "out")
    assert (
        answer.code == 2
        and "30 of 30 members are wrong" in answer.err
        and answer.err.rstrip().endswith("... and 20 more")
    )


def test_a_sweep_of_wrong_members_alone_is_not_read_to_its_end(anodex, fake, grid, tmp_path):
    lengths = [f"{length} s" for length in range(5000)]
    grid.write_text(grid.read_text().replace('["28 um", "0.06 mm"]', str(lengths)))
    answer = anodex("sweep", grid, "-o", tmp_path / "out")
    assert answer.code == 2 and "500 or more of 10000 members are wrong" in answer.err


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
            "key 'figure.kind': 'barz' is none of 'curves', 'bars', 'map', 'classes'; "
            "did you mean 'bars'?",
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
        (
            'group = "geometry.shape"',
            'over = "geometry.sahpe"',
            "key 'figure.over': 'geometry.sahpe' is not swept; did you mean",
        ),
        ("[sweep]", "[sweep", "TOML"),
    ],
)
def test_wrong_sweep_files(anodex, fake, grid, tmp_path, old, new, words):
    grid.write_text(
        grid.read_text()
        .replace(old, new)
        .replace('["spindle", "dot"]', '["dot"]' if words is None else '["spindle", "dot"]')
    )
    answer = anodex("sweep", grid, "-o", tmp_path / "out")
    assert answer.code == 2
    assert (words or "one length") in answer.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("mode", "shapes"), [("list", '["spindle", "dot"]'), ("grid", '["dot"]')])
def test_map_needs_a_grid_of_two_keys(anodex, fake, grid, tmp_path, mode, shapes):
    given = (
        grid.read_text()
        .replace("[sweep]", f'[sweep]\nmode = "{mode}"')
        .replace('["spindle", "dot"]', shapes)
    )
    grid.write_text(
        given.replace(
            'y = "area"\ngroup = "geometry.shape"', 'kind = "map"\ny = "geometry.shape"\nz = "area"'
        )
    )
    answer = anodex("sweep", grid, "-o", tmp_path / "out")
    assert answer.code == 2 and 'a map needs mode "grid" and at least two values' in answer.err


def test_panel_shows_chosen_members_alone(grid):
    chosen = grid.read_text().replace(
        'group = "geometry.shape"', 'where = { "geometry.shape" = "dot" }'
    )
    given = parse_sweep(tomllib.loads(chosen), "grid.toml")
    members = tuple(Member(member_name(values), values, "") for values in combinations(given.sweep))
    plan = Sweep("", members, (), given.figure.panels)
    columns = {"member": Column("member", "", [member.name for member in members])}
    shown = shown_columns(plan, plan.panels[0], columns)
    assert shown["member"].entries == ["length=28um_shape=dot", "length=0.06mm_shape=dot"]


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


def test_what_varies_stands_in_front_of_a_long_name():
    path = Path(__file__).parents[2] / "cases" / "cell_stack_sweep.toml"
    names = [member.name for member in read_sweep(path).members]
    assert len(set(names)) == len(names) == 36
    assert names[0].startswith("gap=20um_stiffness=rigid_pressure=5MPa_compaction=false_compliant")
    assert max(map(len, names)) < 90


def test_a_long_name_says_the_values_of_arrays():
    steps = [{"current_density": f"{n} A/m^2", "duration": "70 min"} for n in (1, 2, 3, 4)]
    assert member_name({"protocol.steps": steps}).startswith("steps=1A-m-2+70min+2A-m-2+70mi-")


@pytest.mark.parametrize(
    ("titles", "names"),
    [
        (["a b", "ab"], [r"title=ab-\w{8}", "title=ab"]),
        (["a b", "a  b"], [r"title=ab-\w{8}", r"title=ab-\w{8}"]),
        (["ab", "Ab"], ["title=ab", r"title=Ab-\w{8}"]),
        (["a b", "c d"], ["title=ab", "title=cd"]),  # as they always were
    ],
)
def test_two_cases_never_share_a_folder(fake, grid, titles, names):
    given = grid.read_text().partition("[sweep.set]")[0]
    grid.write_text(f"{given}[sweep.set]\ntitle = {titles}\n")
    found = [member.name for member in read_sweep(grid).members]
    assert len({name.casefold() for name in found}) == 2
    for name, right in zip(found, names, strict=True):
        assert re.fullmatch(right, name)


def test_one_case_in_two_spellings_has_one_folder(fake, grid):
    given = grid.read_text().partition("[sweep.set]")[0]
    grid.write_text(f'{given}[sweep.set]\n"geometry.length" = ["28 um", "28um"]\n')
    assert {member.name for member in read_sweep(grid).members} == {"length=28um"}


HOSTILE = {
    "a million members": (
        "".join(f'"a.k{n}" = {list(range(10))}\n' for n in range(6)),
        "set has 1e+06 members; allowed are 10000",
    ),
    "more than all atoms": (
        "".join(f'"a.k{n}" = {list(range(100))}\n' for n in range(50)),
        "set has 1e+100 members",
    ),
    "an equals sign": ('"title=x" = ["a"]', "key 'title=x': a key has no '='"),
    "an equals sign in a table": ('"geometry=x.length" = ["1 um"]', "a key has no '='"),
    "a quote": ('"geo\'metry" = [1]', "key 'geo'metry': unknown"),
    "a line": ('"a\\nb" = [1]', "key 'a\\nb': unknown"),
    "no list": ('title = "x"', "key 'sweep.set.title': 'x' is wrong"),
    "a date": ("title = [2026-01-01]\n'a' = [1]", "key 'a': unknown"),
    "empty key": ('"" = [1]', "not of the form table.key=value"),
    "number for a table": ('"geometry" = [1]', "is no table"),
}


@pytest.mark.parametrize(("swept", "words"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_sweeps_are_refused_at_once(anodex, fake, grid, tmp_path, swept, words):
    given = grid.read_text().partition("[sweep.set]")[0]
    grid.write_text(f"{given}[sweep.set]\n{swept}\n")
    start = time.process_time()
    answer = anodex("sweep", grid, "-o", tmp_path / "out")
    assert time.process_time() - start < 1.0
    assert answer.code == 2 and words in answer.err and "Traceback" not in answer.err
    assert not (tmp_path / "out").exists()


def test_each_of_run_and_sweep_names_the_other(anodex, fake, grid, case_file, tmp_path):
    answer = anodex("run", grid, "-o", tmp_path / "out")
    assert answer.code == 2 and f"run it with `anodex sweep {grid}`" in answer.err
    answer = anodex("sweep", case_file, "-o", tmp_path / "out")
    assert answer.code == 2 and f"run it with `anodex run {case_file}`" in answer.err
    assert not (tmp_path / "out").exists()


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
