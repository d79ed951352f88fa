"""Texts that users wrote are drawn as they are, whatever they hold."""

import pytest
from matplotlib import pyplot
from matplotlib.image import imread

from anodex.models.drawing.style import is_drawable, save, style

pytestmark = pytest.mark.serial

BAD_MATH = "from $5 to $x^{ and $\\nothing{$"


@pytest.mark.parametrize(
    ("line", "right"),
    [
        ("plain", True),
        ("area [um$^{2}$]", True),
        ("5 $ a kilogram", True),  # a single dollar is no math
        ("$x^{$", False),
        ("$\\nothing$", False),
        ("$$", False),
        (BAD_MATH, False),
    ],
)
def test_math_that_cannot_be_read_is_known(line, right):
    assert is_drawable(line) is right


@pytest.mark.parametrize(
    "text",
    ["$x^{$", "$\\frac{1}$", BAD_MATH, "x" * 4000, "\n" * 4000],
    ids=["brace", "fraction", "both", "long", "lines"],
)
def test_any_text_is_drawn(tmp_path, text):
    with style():
        figure, axes = pyplot.subplots()
        axes.plot([1, 2], [1, 2], label=text)
        axes.set(title=text, xlabel=text, ylabel=text)
        axes.set_xticks([1, 2], [text[:50], "plain"])
        axes.legend(title=text)
        figure.suptitle(text)
        picture = save(figure, tmp_path / "a.png")
    height, width = imread(picture).shape[:2]
    assert max(height, width) < 20_000


def test_good_math_stays_math(tmp_path):
    with style():
        figure, axes = pyplot.subplots()
        axes.set_title("area [um$^{2}$]")
        save(figure, tmp_path / "a.png")
    assert axes.title.get_parse_math() and axes.title.get_text() == "area [um$^{2}$]"
