"""Texts that users wrote are drawn as they are, whatever they hold."""

import matplotlib
import pytest
from matplotlib import pyplot
from matplotlib.image import imread

from anodex.models.drawing.style import is_drawable, save, style, with_power
from anodex.models.errors import InputError

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


@pytest.mark.parametrize(
    ("text", "power", "expected"),
    [
        ("error [1]", -16, "error [10$^{\N{MINUS SIGN}16}$]"),
        ("current [A]", 5, "current [10$^{5}$ A]"),
        ("words", 6, "words [10$^{6}$]"),
    ],
)
def test_a_power_of_ten_stands_with_the_unit(text, power, expected):
    assert with_power(text, power) == expected


@pytest.mark.parametrize("words", ["label", "title"])
def test_no_number_stands_at_the_end_of_an_axis(tmp_path, words):
    with style():
        figure, (left, right) = pyplot.subplots(1, 2)
        left.plot([0, 1], [1200.001, 1200.002])
        right.plot([0, 1], [0, 6e-16])
        if words == "label":
            right.set_ylabel("error [1]")
        else:
            right.set_title("error [1]", loc="left")
        save(figure, tmp_path / "a.png")
    shown = [axes.yaxis.get_offset_text() for axes in (left, right)]
    assert not any(text.get_visible() and text.get_text() for text in shown)
    assert "10" in (right.get_ylabel() if words == "label" else right.get_title("left"))
    assert right.yaxis.get_majorticklabels()[1].get_text() in ("0", "1")


def test_a_style_file_comes_on_top_of_the_common_look(tmp_path):
    (tmp_path / "own.mplstyle").write_text("font.size: 7  # points\nlines.linewidth: 0.5\n")
    with style(tmp_path / "own.mplstyle"):
        assert matplotlib.rcParams["font.size"] == 7
        assert matplotlib.rcParams["axes.spines.top"] is False
    with style():
        assert matplotlib.rcParams["font.size"] == 10


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "cannot read the style file"),
        (b"\xff\xfe\x00", "cannot read the style file"),
        (b"font.size: large words\n", "font.size"),
        (b"fnot.size: 7\n", "fnot.size"),
        (b"font.size 7\n", "colon"),
    ],
    ids=["missing", "no text", "value", "key", "colon"],
)
def test_a_style_file_that_is_wrong_is_refused(tmp_path, text, said):
    file = tmp_path / "own.mplstyle"
    if text is not None:
        file.write_bytes(text)
    with pytest.raises(InputError, match=said) as caught, style(file):
        pass
    assert str(file) in str(caught.value) and "https" not in str(caught.value)
