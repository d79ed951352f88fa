"""`anodex sample`, on a system that needs no solver; draws, bands and indices."""

import csv
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import sobol_indices, uniform

from anodex.scripts.draws import indices, shares
from anodex.scripts.key_ranges import Range

pytestmark = pytest.mark.serial

SAMPLE = """
[sample]
case = "small.toml"
number = 8
seed = 3
observables = ["ishigami", "area"]
[sample.keys]
"unknowns.first" = [-3.14159265, 3.14159265]
"unknowns.second" = [-3.14159265, 3.14159265]
"unknowns.third" = [-3.14159265, 3.14159265]
"""
NAMES = ("first", "second", "third")
TABLES = ("samples.csv", "bands.csv", "sensitivity.csv")
BANDS = """
[sample]
case = "small.toml"
number = 16
indices = false
observables = ["rate"]
curves = ["decay"]
[sample.keys]
"unknowns.modulus" = "database"
"""


def ishigami_indices() -> tuple[np.ndarray, np.ndarray]:
    """First-order and total, Saltelli et al., Global Sensitivity Analysis, 2008, section 4.6."""
    a, b = 7, 0.1
    alone = np.array([(1 + b * np.pi**4 / 5) ** 2 / 2, a**2 / 8, 0])
    together = b**2 * np.pi**8 * (1 / 18 - 1 / 50)
    variance = alone.sum() + together
    return alone / variance, (alone + together * np.array([1, 0, 1])) / variance


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.open()))


@pytest.fixture
def ishigami():
    path = Path(__file__).with_name("fake_anodex.py")
    spec = spec_from_file_location("fake_functions", path)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return lambda points: module.ishigami(*np.moveaxis(points, -1, 0))


@pytest.fixture
def file(case_file):
    """Function that writes the file of a sample beside the case."""

    def written(text: str) -> Path:
        path = case_file.with_name("doubt.toml")
        path.write_text(text)
        return path

    return written


def test_indices_of_ishigamis_function_to_two_percent(ishigami):
    points = np.pi * (2 * shares(2**14, 3, seed=0, mixed=True) - 1)
    found = indices(ishigami(points), seed=0)
    first, total = ishigami_indices()
    np.testing.assert_allclose(found.first, first, rtol=0.02, atol=0.02 * first.max())
    np.testing.assert_allclose(found.total, total, rtol=0.02)
    assert (found.first_range[0] <= found.first).all()
    assert (found.first <= found.first_range[1]).all()


def test_draws_are_arranged_as_scipy_does(ishigami):
    """Its own call of the function gives the same indices, to what draws of this number leave."""
    number = 2**12
    theirs = sobol_indices(
        func=lambda x: ishigami(x.T)[None],
        n=number,
        dists=[uniform(-np.pi, 2 * np.pi)] * 3,
        rng=np.random.default_rng(0),
    )
    points = np.pi * (2 * shares(number, 3, seed=0, mixed=True) - 1)
    ours = indices(ishigami(points), seed=0)
    np.testing.assert_allclose(ours.total, np.ravel(theirs.total_order), atol=0.02)


def test_a_point_differs_from_its_first_draw_in_one_key_at_a_time():
    draws = shares(4, 3, seed=1, mixed=True)
    for key in range(3):
        changed = draws[:, 2 + key] != draws[:, 0]
        assert (changed == (np.arange(3) == key)).all()
        assert (draws[:, 2 + key, key] == draws[:, 1, key]).all()


def test_more_points_keep_those_of_fewer():
    np.testing.assert_array_equal(shares(8, 2, 5, True), shares(16, 2, 5, True)[:8])
    assert (shares(8, 2, 6, True) != shares(8, 2, 5, True)).any()


def test_wide_ranges_are_drawn_by_their_logarithm():
    assert Range(1.0, 100.0, "um").at(0.5) == 10.0
    assert Range(1.0, 9.0, "um").at(0.5) == 5.0
    assert Range(-1.0, 100.0, "um").at(0.5) == 49.5


@pytest.mark.parametrize("values", [np.ones((4, 4)), np.array([[1, 2, 3, np.nan]] * 4)])
def test_no_indices_of_what_does_not_vary_or_is_missing(values):
    assert indices(values, 0) is None


def test_command_gives_the_indices_of_its_draws(anodex, fake, file, tmp_path, ishigami):
    answer = anodex("sample", file(SAMPLE), "-o", tmp_path / "out", "-j", 2)
    assert answer.code == 0, answer.out + answer.err
    assert "no indices of area" in answer.out
    table = rows(tmp_path / "out" / "samples.csv")
    assert len(table) == 8 * 5 and {row["state"] for row in table} == {"done"}
    points = np.array([[float(row[f"unknowns.{name}"]) for name in NAMES] for row in table])
    expected = indices(ishigami(points).reshape(8, 5), seed=3)
    found = rows(tmp_path / "out" / "sensitivity.csv")
    assert [row["key"] for row in found[:3]] == [
        f"unknowns.{n}" for n in ("first", "second", "third")
    ]
    np.testing.assert_allclose(
        [float(row["first"]) for row in found[:3]], expected.first, rtol=1e-9
    )
    np.testing.assert_allclose(
        [float(row["total"]) for row in found[:3]], expected.total, rtol=1e-9
    )
    assert {row["total"] for row in found[3:]} == {""}
    assert (tmp_path / "out" / "figures" / "sample.png").stat().st_size > 10_000


@pytest.mark.slow
def test_going_on_gives_the_same_tables(anodex, fake, file, tmp_path):
    out, path = tmp_path / "out", file(SAMPLE.replace("number = 8", "number = 2"))
    assert anodex("sample", path, "-o", out).code == 0
    tables = {
        name: (out / name).read_text() for name in ("samples.csv", "sensitivity.csv", "bands.csv")
    }
    lost = sorted(out.glob("*/summary.json"))[::3]
    for summary in lost:
        summary.unlink()
    answer = anodex("sample", path, "-o", out)
    assert answer.code == 0 and f"{10 - len(lost)} of 10 members are finished already" in answer.out
    assert tables == {name: (out / name).read_text() for name in tables}


def test_bands_along_the_time_from_the_range_of_the_data_base(anodex, fake, file, tmp_path):
    assert anodex("sample", file(BANDS), "-o", tmp_path / "out").code == 0
    found = rows(tmp_path / "out" / "bands.csv")
    last = [row for row in found if row["name"] == "decay"][-1]
    assert float(last["at"]) == 4.0 and last["draws"] == "16"
    rates = [float(row["rate [GPa]"]) for row in rows(tmp_path / "out" / "samples.csv")]
    assert 4.9 <= min(rates) < 5.5 and 7.5 < max(rates) <= 8.0  # lithium, young_modulus
    np.testing.assert_allclose(
        float(last["95 %"]), np.quantile(np.exp(-4 * np.array(rates)), 0.95), rtol=1e-9
    )
    assert not (tmp_path / "out" / "sensitivity.csv").exists()


def test_bands_along_a_key(anodex, fake, file, tmp_path):
    text = SAMPLE.replace("number = 8", "number = 2").replace('"ishigami", ', "")
    along = '[sample.along]\n"geometry.length" = ["10 um", "20 um"]\n'
    assert anodex("sample", file(text + along), "-o", tmp_path / "out").code == 0
    found = rows(tmp_path / "out" / "bands.csv")
    assert [(row["at"], float(row["50 %"])) for row in found] == [("10.0", 100.0), ("20.0", 400.0)]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[-3.14159265, 3.14159265]", '"database"', "has no range for 'unknowns.first'"),
        ("[-3.14159265, 3.14159265]", '"data base"', "is no range"),
        ("unknowns.first", "unknowns.frist", "did you mean 'unknowns.first'?"),
        ('"ishigami"', '"ishigmai"', "did you mean 'ishigami'?"),
        ("[-3.14159265, 3.14159265]", "[3, -3]", "not below"),
        ("[-3.14159265, 3.14159265]", '["3 um", 4]', "only one of"),
        ("[-3.14159265, 3.14159265]", '["3 um", "4 um"]', "wanted"),
        ("[-3.14159265, 3.14159265]", '["3 um", "4 s"]', "do not measure the same"),
        ("[-3.14159265, 3.14159265]", '["1", "1e999"]', "finite"),
        ("[-3.14159265, 3.14159265]", '["3 mu", 4]', "unit"),
        ("number = 8", "number = 9", "give 8 or 16"),
        ("number = 8", "nubmer = 8", "did you mean 'number'?"),
        ("number = 8", "number = 4096", "20480 runs"),
        ('case = "small.toml"', 'case = "smal.toml"', "is no file here"),
        ('"area"]', '"area"]\ncurves = ["dcay"]', "did you mean 'decay'?"),
    ],
)  # fmt: skip
def test_mistakes_are_named(anodex, fake, file, tmp_path, old, new, said):
    answer = anodex("sample", file(SAMPLE.replace(old, new)), "-o", tmp_path / "out", "-j", 1)
    assert answer.code == 2 and said in answer.err.replace("\n", " "), answer.err


def test_keys_without_a_range_leave_nothing_behind(anodex, fake, file, tmp_path):
    text = SAMPLE.replace("[-3.14159265, 3.14159265]", '"database"')
    answer = anodex("sample", file(text), "-o", tmp_path / "out")
    assert answer.code == 2 and answer.err.count("has no range") == 3
    assert "unknowns.modulus" in answer.err and not (tmp_path / "out").exists()


def test_files_are_for_their_own_commands(anodex, fake, file, tmp_path, grid):
    path = file(SAMPLE)
    for command in ("sweep", "run"):
        answer = anodex(command, path, "-o", tmp_path / "out")
        assert answer.code == 2 and f"anodex sample {path}" in answer.err
    answer = anodex("sample", grid, "-o", tmp_path / "out")
    assert answer.code == 2 and f"anodex sweep {grid}" in answer.err
