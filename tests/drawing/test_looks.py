"""The judge of pictures finds what it should: each figure here has one fault."""

from pathlib import Path
from runpy import run_path

import numpy as np
import pytest
from matplotlib import pyplot
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize, PowerNorm

from anodex.models.drawing.style import SQUARE_ROOT, WIDEST, bar_above, bar_beside, style

pytestmark = pytest.mark.serial

LOOKS = run_path(str(Path(__file__).with_name("looks.py")))
TIMES = np.linspace(0.0, 10.0, 11)


@pytest.fixture
def panel():
    """Axes of a figure without fault."""
    with style():
        figure, axes = pyplot.subplots(figsize=(5, 4))
        axes.plot(TIMES, TIMES**2, label="square")
        axes.set(xlabel="time [s]", ylabel="area [m$^2$]")
        axes.legend()
        yield axes
    pyplot.close(figure)


def no_words(axes):
    axes.set_ylabel("")


def offset(axes):
    axes.lines[0].set_ydata(1e9 * TIMES)
    axes.relim()
    axes.autoscale_view()


def flat(axes):
    axes.lines[0].set_ydata(np.full(len(TIMES), 3.0))
    axes.get_legend().remove()


def empty(axes):
    axes.lines[0].remove()


def without_numbers(axes):
    axes.lines[0].set_ydata(np.full(len(TIMES), np.nan))


def over_curve(axes):
    axes.legend(loc="upper right")


def too_wide(axes):
    axes.figure.set_figwidth(WIDEST + 1)


def crowded(axes):
    axes.set_xticks(TIMES, [f"{time:.8f}" for time in TIMES])


def too_long_bar(axes):
    axes.set_aspect(0.02)
    axes.figure.colorbar(ScalarMappable(Normalize(0, 1)), ax=axes, label="share [1]")


def signed_bar(axes):
    bar_beside(axes, ScalarMappable(Normalize(-1, 3), "RdBu_r"), "strain [1]")


def uneven_bar(axes):
    bar_beside(axes, ScalarMappable(PowerNorm(0.5, 0, 3)), "stress [MPa]")


def wordless_bar(axes):
    bar_beside(axes, ScalarMappable(Normalize(0, 1)), "")


def bar_without_colours(axes):
    bar = axes.figure.colorbar(ScalarMappable(Normalize(0, 1)), ax=axes, label="share [1]")
    bar.set_ticks([-0.5, 0, 1])


def title_under_bar(axes):
    bar_above(axes, ScalarMappable(Normalize(0, 1)), "share [1]")
    axes.set_title("two\nlines")


FAULTS = {
    no_words: "no words at its y axis",
    offset: "'1e10' at an axis",
    flat: "flat lines alone",
    empty: "is empty",
    without_numbers: "is empty",
    over_curve: "a legend over square",
    too_wide: "11.0 inches wide",
    crowded: "overlap",
    too_long_bar: "times as long as its panel",
    signed_bar: "do not change at zero",
    uneven_bar: "not even",
    wordless_bar: "has no words",
    bar_without_colours: "beyond its colours",
    title_under_bar: "runs into",
}


def test_a_good_figure_has_no_faults(panel):
    bar_above(panel, ScalarMappable(Normalize(-2, 2), "RdBu_r"), "strain [1]")
    bar_beside(panel, ScalarMappable(PowerNorm(0.5, 0, 3)), f"stress [MPa], {SQUARE_ROOT}")
    panel.set_title("one line", loc="left")
    assert LOOKS["faults"](panel.figure) == []


@pytest.mark.parametrize("spoil", FAULTS, ids=lambda spoil: spoil.__name__)
def test_a_fault_is_found(panel, spoil):
    spoil(panel)
    assert any(FAULTS[spoil] in fault for fault in LOOKS["faults"](panel.figure))


def test_pictures_with_faults_are_refused_and_films_are_not(panel, tmp_path):
    save = LOOKS["judged"](type(panel.figure).savefig)
    save(panel.figure, tmp_path / "good.png", format="png")
    flat(panel)
    save(panel.figure, tmp_path / "frame.rgba", format="rgba")
    with pytest.raises(AssertionError, match="flat lines alone"):
        save(panel.figure, tmp_path / "bad.png", format="png")
    assert not (tmp_path / "bad.png").exists()
