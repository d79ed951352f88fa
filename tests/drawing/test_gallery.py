"""Which pictures are drawn, and as what."""

import numpy as np
import pytest
from matplotlib import pyplot
from matplotlib.colors import PowerNorm

from anodex.models.drawing import gallery
from anodex.models.drawing.style import bar_above, bar_beside, save, ticks_apart
from anodex.models.errors import InputError

pytestmark = pytest.mark.serial

BEGINNINGS = {"png": b"\x89PNG", "pdf": b"%PDF", "svg": b"<?xml"}


def draw(result, path):
    figure, axes = pyplot.subplots()
    axes.plot([0, 1], [0, 1])
    return save(figure, path)


def draw_moving(result, path):
    path.write_bytes(b"GIF")
    return path


PICTURES = {"growth.png": draw, "growth.gif": draw_moving, "history.png": draw}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "case.toml").touch()
    (tmp_path / "figures").mkdir()
    return tmp_path


@pytest.mark.parametrize("kind", gallery.KINDS)
def test_pictures_come_in_the_kind_that_is_asked_for(folder, kind):
    drawn = gallery.draw_all(PICTURES, folder, kind=kind)
    assert [path.name for path in drawn] == [f"growth.{kind}", "growth.gif", f"history.{kind}"]
    assert drawn[0].read_bytes().startswith(BEGINNINGS[kind])


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("growth",), ["growth.png", "growth.gif"]),
        (("growth.gif",), ["growth.gif"]),
        (("history", "history.png"), ["history.png"]),
    ],
)
def test_names_choose(folder, names, expected):
    assert [path.name for path in gallery.draw_all(PICTURES, folder, names)] == expected


def test_what_is_not_there_is_refused(folder):
    with pytest.raises(InputError, match="did you mean 'history'"):
        gallery.draw_all(PICTURES, folder, ["histroy"])
    with pytest.raises(InputError, match="png, pdf, svg"):
        gallery.draw_all(PICTURES, folder, kind="jpg")
    assert not list((folder / "figures").iterdir())


@pytest.mark.parametrize("most", [0.079, 0.27, 1.81, 208.0])
def test_numbers_of_a_square_root_scale_stand_apart(most):
    scale = PowerNorm(0.5, 0.0, most)
    ticks = ticks_apart(scale)
    assert ticks[0] == 0 and ticks[-1] <= most and len(ticks) > 2
    assert np.diff(scale(ticks)).min() > 0.2


def test_bars_are_as_long_as_their_panel():
    figure, axes = pyplot.subplots()
    axes.set_aspect(0.3)
    colours = axes.scatter([0, 1], [0, 1], c=[0, 1])
    bar_beside(axes, colours, "a")
    bar_above(axes, colours, "b")
    figure.draw_without_rendering()
    panel, beside, above = [place.get_window_extent() for place in (axes, *axes.child_axes)]
    assert beside.height == pytest.approx(panel.height) and beside.x0 > panel.x1
    assert above.width == pytest.approx(panel.width) and above.y0 > panel.y1
    pyplot.close(figure)
