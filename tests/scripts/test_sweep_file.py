"""Sweep files: mistakes in the words that the user sees, before any member runs; members, their
names and the numbers of the table.
"""

import re
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
