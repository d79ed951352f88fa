"""The examples run, find what they say, and their pages show them as they are."""

import importlib.util
import runpy
from pathlib import Path

import matplotlib
import numpy as np
import pytest

pytestmark = pytest.mark.serial
ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))


@pytest.fixture
def example(monkeypatch):
    """Function that runs an example and gives its names."""
    monkeypatch.delenv("SIZE", raising=False)
    matplotlib.use("agg")

    def run(name: str) -> dict:
        names = runpy.run_path(str(ROOT / "examples" / f"{name}.py"))
        names["pyplot"].close("all")
        return names

    return run


@pytest.fixture(scope="module")
def renderer():
    """The script that makes the pages."""
    spec = importlib.util.spec_from_file_location("render", ROOT / "docs" / "render_examples.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_void_is_drawn(example):
    names = example("void")
    assert names["result"]["peak_tip_von_mises"] > 0
    assert names["highest"] > 1000
    figures = names["result"].folder / "figures"
    assert [path.name for path in figures.iterdir()] == ["fields.png"]


def test_diffusivity_is_found_again(example):
    names = example("fit_diffusivity")
    assert names["fitted"] == pytest.approx(names["TRUE"], rel=0.05)
    assert len(names["runs"]) <= 20


def test_three_cells_tell_no_law_of_growth(example):
    names = example("layer_thickness")
    slope, covariance = np.polyfit(
        np.log(names["charge"]), np.log(names["thickness"]), 1, cov="unscaled"
    )
    error = names["scatter"] * np.sqrt(covariance[0, 0])
    assert names["best"] == pytest.approx(slope[0], abs=1e-3)
    # Student's t with one degree of freedom: Fisher's distribution is its square
    assert names["sure"][1] - names["best"] == pytest.approx(12.706 * error, rel=1e-3)
    assert names["sure"][0] < 0 < names["between"] < names["sure"][1]


@pytest.mark.parametrize("source", EXAMPLES, ids=lambda path: path.stem)
def test_page_is_that_of_the_example(renderer, source):
    page = (ROOT / "docs" / "examples" / f"{source.stem}.md").read_text()
    for _, text in renderer.cells(source.read_text()):
        assert text in page, "render the page again: python3 docs/render_examples.py"


def test_cells_print_and_draw_as_in_a_notebook(renderer, tmp_path):
    source = tmp_path / "small.py"
    source.write_text(
        "# %% [markdown]\n# # Title\n#\n# Prose.\n\n# %%\nfrom matplotlib import pyplot\n\nx = 2\n"
        "print(x)\n\n# %%\npyplot.plot([x, 3])\n"
    )
    page = renderer.render(source, tmp_path / "pages").read_text()
    assert "# Title\n\nProse." in page and "```text\n2\n```" in page
    assert "![what this draws](small_1.png)" in page
    assert (tmp_path / "pages" / "small_1.png").stat().st_size > 1000
