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


def test_the_peak_at_a_tip_is_no_tension(example):
    names = example("spindle_void")
    across, peak = names["across"], names["peak"]
    assert names["result"]["time_of_peak_tip_von_mises"] == 600  # the current turns
    assert across[peak] == across.min() < -0.5 and 0 < across.max() < 0.2
    assert names["minutes"][across.argmax()] > 10
    assert names["grid"].point_data["concentration [mol/m^3]"].max() > 1200


def test_a_contour_helps_against_narrow_cracks_alone(example):
    narrow, wide = (example("contoured_interface")["ratios"][width] for width in (1, 5))
    assert narrow == sorted(narrow) and narrow[0] < 1 < narrow[-1]
    assert wide == sorted(wide, reverse=True) and wide[0] < 1


@pytest.mark.slow
def test_a_sleeve_halves_the_gap_and_not_the_pores(example):
    alone, held = example("cell_stack")["results"].values()
    for result in (alone, held):
        density = result["relative_density"]
        assert 0.83 < density < result["relative_density_loaded"] < density + 0.01
    assert held["relative_density"] - alone["relative_density"] < 0.005
    assert held["gap_at_pellet"] < 0.6 * alone["gap_at_pellet"]


def test_pressure_turns_a_hard_short_soft(example):
    calm, pressed = example("dendrite")["results"].values()
    assert (calm["short_kind"], pressed["short_kind"]) == ("hard", "soft")
    assert calm["contact_duty"] == 1 and pressed["contact_duty"] < 0.8


def test_scatter_and_not_stiffness_makes_sodium_rough(example):
    shipped, soft, even = example("elastic_sei")["roughness"].values()
    assert shipped < soft < 1.3 * shipped
    assert even < 0.3 * shipped


@pytest.mark.slow
def test_below_the_critical_current_a_flaw_rests(example):
    names = example("filled_crack")
    # the closed form of a sharp crack of 20 um
    assert names["critical"] == pytest.approx(1.27, rel=0.5)
    pressure = names["rests"].columns["pressure [MPa]"]
    assert pressure[-1] == pytest.approx(pressure[-2], rel=1e-3)
    assert names["rests"]["time_to_growth"] is None
    assert pressure[-1] < names["grown"]["pressure_at_growth"]


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
    assert "![Title](small_1.png)" in page
    assert (tmp_path / "pages" / "small_1.png").stat().st_size > 1000
