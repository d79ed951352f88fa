"""`anodex optimise`, on functions whose optimum is known."""

import csv
import tomllib
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import rosen, rosen_der

from anodex.scripts.optimise_file import Limits, read_optimise
from anodex.scripts.optimise_search import Search, Step, search, slopes

pytestmark = pytest.mark.serial

FILE = """
[optimise]
case = "small.toml"
observable = "bowl"
sense = "min"
tolerance = 1e-3
[optimise.keys]
"unknowns.first" = [-1, 2]
"unknowns.second" = [-1, 2]
"""
INSIDE = "[optimise.constraints]\nradius = { most = 0.70710678 }\n"
START = ("--set", "unknowns.first=-0.5", "--set", "unknowns.second=0.5")


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.open()))


@pytest.fixture
def file(case_file):
    """Function that writes the file of an optimisation beside the case."""

    def written(text: str) -> Path:
        path = case_file.with_name("best.toml")
        path.write_text(text)
        return path

    return written


class Direct(Search):
    """A search over a function of two numbers, without runs."""

    def __init__(self, plan, function):
        super().__init__(plan, Path(), None, None)
        self.function = function

    def at(self, points):
        for point in points:
            numbers = {"bowl": self.function(3 * point - 1)}  # the ranges of FILE
            self.steps.append(Step(point.copy(), {}, None, {}, numbers, True))
        return self.steps[-len(points) :]


@pytest.fixture
def optimum(anodex, file, tmp_path):
    """Function that optimises and gives the best values of the keys."""

    def found(text: str, out: str = "out") -> np.ndarray:
        answer = anodex("optimise", file(text), "-o", tmp_path / out, "-j", 1, *START)
        assert answer.code == 0, answer.out + answer.err
        unknowns = tomllib.loads((tmp_path / out / "optimum.toml").read_text())["unknowns"]
        return np.array([unknowns["first"], unknowns["second"]])

    return found


@pytest.mark.parametrize("method", ["search", "gradient"])
def test_the_known_optimum_is_found(fake, optimum, tmp_path, method):
    text = FILE.replace("[optimise.keys]", f'method = "{method}"\n[optimise.keys]')
    np.testing.assert_allclose(optimum(text), [1, 0.5], atol=5e-3)
    table = rows(tmp_path / "out" / "path.csv")
    assert float(table[-1]["best [1]"]) == min(float(row["bowl [1]"]) for row in table) < 1e-4
    assert (tmp_path / "out" / "figures" / "optimise.png").stat().st_size > 10_000


@pytest.mark.parametrize("method", ["search", "gradient"])
def test_constraints_are_kept(fake, optimum, tmp_path, method):
    """Within the circle of radius sqrt(1/2) the least value lies on the circle."""
    text = FILE.replace("[optimise.keys]", f'method = "{method}"\n[optimise.keys]')
    angles = np.linspace(0, np.pi / 2, 100_001)
    circle = np.sqrt(0.5) * np.array([np.cos(angles), np.sin(angles)])
    least = fake.bowl(*circle).min()
    best = optimum(text + INSIDE)
    assert np.hypot(*best) <= np.sqrt(0.5) * (1 + 1e-6)
    assert fake.bowl(*best) == pytest.approx(least, rel=0.01)


def test_going_on_gives_the_same_path(anodex, fake, file, tmp_path):
    text = FILE.replace("tolerance = 1e-3", "tolerance = 1e-2")
    out, words = tmp_path / "out", ("-j", 1, *START)
    few = file(text.replace("[optimise.keys]", "runs = 7\n[optimise.keys]"))
    assert "all 7 runs used" in anodex("optimise", few, "-o", out, *words).out
    assert len(rows(out / "path.csv")) == 7
    path = file(text.replace("[optimise.keys]", "runs = 20\n[optimise.keys]"))
    before = {summary: summary.stat().st_mtime_ns for summary in out.glob("*/summary.json")}
    assert anodex("optimise", path, "-o", out, *words).code == 0
    assert all(summary.stat().st_mtime_ns == time for summary, time in before.items())
    assert anodex("optimise", path, "-o", tmp_path / "anew", *words).code == 0
    for name in ("path.csv", "optimum.toml"):
        assert (out / name).read_text() == (tmp_path / "anew" / name).read_text()


def test_numbers_of_an_array_may_change(anodex, fake, file, tmp_path):
    text = """
[optimise]
case = "small.toml"
observable = "total"
sense = "max"
tolerance = 0.01
[optimise.keys]
"unknowns.heights.0" = ["-1 um", "2 um"]
"unknowns.heights.1" = ["-1 um", "3000 nm"]
"""
    heights = 'unknowns.heights=["0 um", "0 um"]'
    answer = anodex("optimise", file(text), "-o", tmp_path / "out", "-j", 1, "--set", heights)
    assert answer.code == 0, answer.err
    assert float(rows(tmp_path / "out" / "path.csv")[-1]["best [um]"]) == pytest.approx(5.0)


def test_a_run_that_fails_is_passed_by(anodex, fake, file, tmp_path):
    """The case refuses lengths beyond 1000 um, and what it starts from is the best there is."""
    text = FILE.replace("bowl", "area").replace('"min"', '"max"').replace("1e-3", "1e-2")
    keys = text.partition("[optimise.keys]")[0] + "[optimise.keys]\n"
    path = file(keys + '"geometry.length" = ["900 um", "1100 um"]\n')
    answer = anodex(
        "optimise", path, "-o", tmp_path / "out", "-j", 1, "--set", "geometry.length=950 um"
    )
    assert answer.code == 0, answer.err
    table = rows(tmp_path / "out" / "path.csv")
    assert "missing" in {row["state"] for row in table}
    assert 990**2 < float(table[-1]["best [um^2]"]) <= 1000**2


def test_no_run_keeps_the_constraints(anodex, fake, file, tmp_path):
    text = FILE.replace("[optimise.keys]", "runs = 3\n[optimise.keys]") + INSIDE.replace(
        "0.7", "-0.7"
    )
    answer = anodex("optimise", file(text), "-o", tmp_path / "out", "-j", 1, *START)
    assert answer.code == 3 and "none of the 3 runs" in answer.err
    assert not (tmp_path / "out" / "optimum.toml").exists()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"unknowns.first"', '"unknowns.frist"', "did you mean 'unknowns.first'?"),
        ("[-1, 2]", "[2, -1]", "not below"),
        ("[-1, 2]", "[1, 2]", "lies outside 1 to 2"),
        ('"unknowns.first"', '"geometry.shape"', "no number to start from"),
        ('"bowl"', '"bolw"', "did you mean 'bowl'?"),
        ('"min"', '"mni"', "did you mean 'min'?"),
        ("tolerance", "tolerence", "did you mean 'tolerance'?"),
        ("[optimise.keys]", "[optimise.constraints]\nradius = {}\n[optimise.keys]", "least value"),
    ],
)
def test_mistakes_are_named(anodex, fake, file, tmp_path, old, new, said):
    path = file(FILE.replace(old, new))
    answer = anodex("optimise", path, "-o", tmp_path / "out", "-j", 1, *START)
    assert answer.code == 2 and said in answer.err, answer.err
    assert not (tmp_path / "out" / "path.csv").exists()


@pytest.mark.parametrize("method", ["search", "gradient"])
def test_the_bottom_of_a_bent_valley_is_found(fake, file, method):
    text = FILE.replace("[optimise.keys]", f'method = "{method}"\n[optimise.keys]')
    words = ["unknowns.first=-0.5", "unknowns.second=0.5"]
    found = Direct(read_optimise(file(text), words), rosen)
    search(found)
    assert found.best.numbers["bowl"] < 1e-3
    np.testing.assert_allclose(3 * found.best.shares - 1, [1, 1], atol=0.03)


def test_differences_are_of_second_order(fake, file):
    words = ["unknowns.first=-0.5", "unknowns.second=0.5"]
    exact, errors = 3 * rosen_der([-0.5, 0.5]), []
    for step in ("1e-2", "1e-3"):
        text = FILE.replace("[optimise.keys]", f"step = {step}\n[optimise.keys]")
        found = Direct(read_optimise(file(text), words), rosen)
        difference = np.linalg.norm(slopes(found, found.plan.start)[0] - exact)
        errors.append(difference / np.linalg.norm(exact))
    assert errors[1] == pytest.approx(errors[0] / 100, rel=0.05) and errors[1] < 1e-4


def test_limits_are_kept_but_for_round_off():
    limits = Limits(least=1, most=2)
    assert (
        limits.kept(1) and limits.kept(2 + 1e-7) and not limits.kept(2.1) and not limits.kept(0.9)
    )
