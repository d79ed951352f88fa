"""Sweeps from Python, on a system that needs no solver."""

import subprocess
import sys

import numpy as np
import pytest

import anodex
from anodex.models.errors import InputError

pytestmark = pytest.mark.serial
LENGTHS = {"geometry.length": ["28 um", "0.06 mm"]}


@pytest.fixture(scope="module")
def pandas():
    return pytest.importorskip("pandas")


def test_members_come_with_their_values(fake):
    swept = anodex.sweep("fake", LENGTHS, jobs=2, progress=False)
    assert [values for values, _ in swept] == [
        {"geometry.length": "28 um"},
        {"geometry.length": "0.06 mm"},
    ]
    assert [result["area"] for _, result in swept] == [784.0, 3600.0]
    assert [result["area"] for result in swept.results] == [784.0, 3600.0]
    assert repr(swept).endswith("2 of 2 members done)")


def test_table_has_a_row_for_each_member(fake, pandas):
    values = {**LENGTHS, "geometry.shape": ["spindle", "dot"]}
    table = anodex.sweep("fake", values, jobs=2, progress=False).to_pandas()
    assert list(table["geometry.length [um]"]) == [28.0, 28.0, 60.0, 60.0]
    assert list(table["geometry.shape"]) == ["spindle", "dot"] * 2
    assert list(table["area [um^2]"]) == [784.0, 784.0, 3600.0, 3600.0]


def test_notebook_shows_the_table(fake):
    html = anodex.sweep("fake", LENGTHS, jobs=1, progress=False)._repr_html_()
    assert "<th>area [um^2]</th>" in html and "<td>3600</td>" in html


def test_temporary_folder_goes_with_the_last_result(fake):
    swept = anodex.sweep("fake", LENGTHS, jobs=1, progress=False)
    folder, first = swept.folder, swept.results[0]
    del swept
    assert first["area"] == 784.0 and folder.exists()
    del first
    assert not folder.exists()


def test_folder_keeps_finished_members(fake, tmp_path):
    anodex.sweep("fake", LENGTHS, folder=tmp_path, jobs=1, progress=False)
    before = (tmp_path / "length=28um" / "summary.json").stat().st_mtime_ns
    longer = {"geometry.length": ["28 um", "30 um"]}
    swept = anodex.sweep("fake", longer, folder=tmp_path, jobs=1, progress=False)
    assert [result["area"] for result in swept.results] == [784.0, 900.0]
    assert (tmp_path / "length=28um" / "summary.json").stat().st_mtime_ns == before


def test_failing_member_is_named_and_the_others_are_there(fake, pandas):
    with pytest.warns(UserWarning, match=r"1 of 2 failed: length=13um \(.*last good state"):
        swept = anodex.sweep("fake", {"geometry.length": ["13 um", "28 um"]}, progress=False)
    assert swept.results[0] is None and swept.results[1]["area"] == 784.0
    assert list(swept.to_pandas()["state"]) == ["missing", "done"]


def test_lists_side_by_side_and_further_changes(fake):
    values = {"geometry.length": ["28 um", "30 um"], "title": ["a", "b"]}
    changes = {"geometry.shape": "dot"}
    swept = anodex.sweep("fake", values, mode="list", changes=changes, progress=False)
    assert [result.case.title for result in swept.results] == ["a", "b"]
    assert all(result["roundness"] == 1.0 for result in swept.results)


def test_values_of_numpy(fake):
    values = {"geometry.length": [f"{length} um" for length in np.array([28.0, 30.0])]}
    swept = anodex.sweep("fake", values, progress=False)
    assert [result["area"] for result in swept.results] == [784.0, 900.0]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"geometry.lenght": ["28 um"]}, "did you mean 'length'"),
        ({"geometry.length": ["28 um", "28 s"]}, "1 of 2 members are wrong"),
        ({"geometry.length": []}, "empty list"),
        ({}, "set"),
    ],
)
def test_mistakes_are_found_before_anything_runs(fake, tmp_path, values, words):
    with pytest.raises(InputError, match=words):
        anodex.sweep("fake", values, folder=tmp_path / "out", progress=False)
    assert not (tmp_path / "out").exists()


def test_sweep_under_mpirun_says_what_to_do():
    code = (
        "import anodex\ntry: anodex.sweep('spindle_void', {'geometry.length': ['30 um']})\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    command = ["mpirun", "-n", "2", sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.stdout.count("InputError a sweep starts its own processes") == 2
