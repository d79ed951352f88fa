"""Figures of sweeps, from made-up columns: what a reader sees on the axes."""

import numpy as np
import pytest
from matplotlib import pyplot
from matplotlib.image import imread

from anodex.models.drawing.style import STYLE, WIDEST, style
from anodex.models.errors import InputError
from anodex.scripts.sweep_figure import draw, draw_classes, draw_series
from anodex.scripts.sweep_map import contour_levels, draw_map
from anodex.scripts.sweep_panels import Bars, Classes, Curves, Map
from anodex.scripts.sweep_table import Column

pytestmark = pytest.mark.serial


def grid(**rows):
    """Columns of a sweep of two heights over three shapes; `rows` are observables, a value for
    each member.
    """
    columns = {
        "geometry.height": Column("geometry.height", "um", [50.0, 50.0, 50.0, 5.0, 5.0, 5.0]),
        "geometry.shape": Column("geometry.shape", "", ["egg-box", "pyramids", "frustums"] * 2),
    }
    return columns | {name: Column(name, "A/m^2", list(values)) for name, values in rows.items()}


CURVES = {"x": "geometry.height", "y": "current", "group": "geometry.shape"}
CURRENT = (3.0, 4.0, 5.0, 1.0, 1.5, 2.0)


@pytest.fixture
def axes():
    with style():
        figure, axes = pyplot.subplots()
        yield axes
        pyplot.close(figure)


def twin(axes):
    (found,) = [place for place in axes.figure.axes if place is not axes]
    return found


def legend(axes):
    return [text.get_text() for text in axes.get_legend().get_texts()]


def test_curves_run_along_x_one_for_each_group(axes):
    draw_series(axes, Curves(**CURVES, names={"egg-box": "egg box"}), grid(current=CURRENT))
    curves = {line.get_label(): line.get_xydata().tolist() for line in axes.get_lines()}
    assert curves == {
        "egg box": [[5, 1], [50, 3]],
        "pyramids": [[5, 1.5], [50, 4]],
        "frustums": [[5, 2], [50, 5]],
    }
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("height [µm]", "current [A/m$^{2}$]")
    assert axes.get_legend().get_title().get_text() == "shape"


def test_own_labels_keep_the_unit(axes):
    draw_series(
        axes, Curves(**CURVES, x_label="$H_0$", y_label="largest current"), grid(current=CURRENT)
    )
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("$H_0$ [µm]", "largest current [A/m$^{2}$]")


def test_missing_value_is_a_gap(axes):
    columns = {"x": Column("x", "", [1, 2, 3, None]), "y": Column("y", "1", [1.0, None, 3.0, 4.0])}
    draw_series(axes, Curves(x="x", y="y"), columns)
    np.testing.assert_array_equal(axes.get_lines()[0].get_xydata(), [[1, 1], [2, np.nan], [3, 3]])
    assert axes.get_ylabel() == "y"


def test_second_axis_has_its_own_colour_and_the_groups_their_dashes(axes):
    columns = grid(current=CURRENT, pressure=[100 * value for value in CURRENT])
    draw_series(axes, Curves(**CURVES, y2="pressure", y2_scale="log"), columns)
    other = twin(axes)
    assert other.get_yscale() == "log" and other.spines["right"].get_visible()
    assert [len({line.get_color() for line in place.get_lines()}) for place in (axes, other)] == [
        1,
        1,
    ]
    assert (
        axes.get_lines()[0].get_color()
        == axes.yaxis.label.get_color()
        != other.yaxis.label.get_color()
    )
    assert len({line.get_linestyle() for line in other.get_lines()}) == 3
    assert legend(other) == ["egg-box", "pyramids", "frustums"]


def test_legend_stands_above_all_curves(axes):
    columns = grid(current=CURRENT, pressure=[100 * value for value in CURRENT])
    draw_series(axes, Curves(**CURVES, y2="pressure", y2_scale="log"), columns)
    other = twin(axes)
    axes.figure.canvas.draw()
    bottom = other.get_legend().get_window_extent().ymin
    for place in (axes, other):
        tops = [
            place.transData.transform(line.get_xydata())[:, 1].max() for line in place.get_lines()
        ]
        assert max(tops) < bottom


def test_bars_of_a_group_stand_side_by_side_at_named_ticks(axes):
    names = {"egg-box": "egg box"}
    draw_series(
        axes,
        Bars(kind="bars", x="geometry.shape", y="current", group="geometry.height", names=names),
        grid(current=CURRENT),
    )
    assert [tick.get_text() for tick in axes.get_xticklabels()] == [
        "egg box",
        "pyramids",
        "frustums",
    ]
    tall, low = ([(bar.get_x(), bar.get_height()) for bar in bars] for bars in axes.containers)
    assert [height for _, height in tall] == [3, 4, 5] and [height for _, height in low] == [
        1,
        1.5,
        2,
    ]
    assert all(left < right for (left, _), (right, _) in zip(tall, low, strict=True))
    assert legend(axes) == ["50", "5"]


def test_bars_of_two_axes_do_not_cover_each_other(axes):
    columns = {
        name: Column(name, "", values)
        for name, values in {"x": ["a", "b"], "y": [1.0, 2.0], "p": [3.0, None]}.items()
    }
    draw_series(axes, Bars(kind="bars", x="x", y="y", y2="p"), columns)
    (left,), (right,) = axes.containers, twin(axes).containers
    assert left[0].get_x() + left[0].get_width() <= right[0].get_x() + 1e-12
    assert left[0].get_facecolor() != right[0].get_facecolor()


def test_few_values_on_a_logarithmic_axis_are_all_labelled(axes):
    draw_series(axes, Curves(**CURVES, x_scale="log"), grid(current=CURRENT))
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["5", "50"]


def test_long_names_are_turned_and_short_ones_not(axes):
    for names, angle in ((["a", "b"], 0), (["a-word-of-some-length"] * 4, 30)):
        columns = {
            "x": Column("x", "", [f"{name}{number}" for number, name in enumerate(names)]),
            "y": Column("y", "", [1] * len(names)),
        }
        draw_series(axes, Curves(x="x", y="y"), columns)
        assert axes.get_xticklabels()[0].get_rotation() == angle


def test_words_on_y_are_refused(axes):
    with pytest.raises(InputError, match="'egg-box' is no number"):
        draw_series(axes, Curves(x="geometry.height", y="geometry.shape"), grid())


def plane(z, missing=()):
    """Columns of a sweep of x = 1, 10, 100 over y = 0.1, 1, 10, with z(x, y)."""
    pairs = [(x, y) for x in (1.0, 10.0, 100.0) for y in (0.1, 1.0, 10.0)]
    values = {"a.x": [x for x, _ in pairs], "a.y": [y for _, y in pairs]}
    values["z"] = [None if pair in missing else z(*pair) for pair in pairs]
    return {name: Column(name, "MPa", entries) for name, entries in values.items()}


MAP = {"kind": "map", "x": "a.x", "y": "a.y", "z": "z", "x_scale": "log", "y_scale": "log"}


def star(axes):
    (found,) = [line for line in axes.get_lines() if line.get_marker() == "*"]
    return found.get_xydata()[0].tolist()


@pytest.mark.parametrize(
    ("optimum", "place", "text"),
    [
        ("max", [10, 1], "★ max 7 MPa at 10 MPa, 1 MPa"),
        ("min", [100, 10], "★ min 3 MPa at 100 MPa, 10 MPa"),
    ],
)
def test_map_marks_the_best_member_and_writes_its_value(axes, optimum, place, text):
    draw_map(
        axes,
        Map(**MAP, optimum=optimum),
        plane(lambda x, y: 7 - np.log10(x / 10) ** 2 - np.log10(y) ** 2 - (x * y == 1000) * 2),
    )
    assert star(axes) == place
    assert axes.get_title(loc="left") == text
    assert twin(axes).get_ylabel() == "z [MPa]"


def test_a_map_names_places(axes):
    draw_map(axes, Map(**MAP, marks={"paper": (20.0, 3.0)}), plane(lambda x, y: x * y))
    (mark,) = [line for line in axes.get_lines() if line.get_marker() == "D"]
    assert mark.get_xydata().tolist() == [[20.0, 3.0]]
    assert "paper" in [text.get_text() for text in axes.texts]


def test_contours_are_straight_in_what_the_axes_show(axes):
    """z = log10(x) + log10(y) has straight contours on two logarithmic axes."""
    draw_map(axes, Map(**MAP), plane(lambda x, y: np.log10(x * y)))
    lines = axes.collections[-1]
    level = list(lines.levels).index(1.0)
    points = lines.get_paths()[level].vertices
    np.testing.assert_allclose(np.log10(points).sum(axis=1), 1.0, atol=1e-4)


def test_logarithmic_z_has_contours_of_a_ratio(axes):
    draw_map(axes, Map(**MAP, z_scale="log"), plane(lambda x, y: x * y))
    levels = axes.collections[0].levels
    assert levels[0] <= 0.1 and levels[-1] >= 1000 and np.all(levels > 0)
    assert axes.collections[0].norm(10.0) == pytest.approx(0.5)


def test_failed_member_leaves_a_hole_in_the_map(axes):
    draw_map(axes, Map(**MAP), plane(lambda x, y: x + y, missing=[(100.0, 10.0)]))
    filled = axes.collections[0]
    inside = [
        any(path.contains_point(point) for path in filled.get_paths())
        for point in ((5.0, 0.5), (50.0, 5.0))
    ]
    assert inside == [True, False]


@pytest.mark.parametrize(
    "missing",
    [
        [],
        [(1.0, 1.0), (10.0, 1.0), (100.0, 1.0)],
        [(x, y) for x in (1, 10, 100) for y in (0.1, 1, 10)],
    ],
)
@pytest.mark.filterwarnings("error")
def test_map_without_contours_is_drawn_without_complaint(axes, missing):
    """All values equal; no two neighbours done; none done."""
    draw_map(axes, Map(**MAP), plane(lambda x, y: 1.0, missing))
    assert not axes.collections


def test_zero_on_a_logarithmic_axis_of_a_map_is_refused(axes):
    columns = plane(lambda x, y: x) | {"a.x": Column("a.x", "", [0.0] * 9)}
    with pytest.raises(InputError, match='x_scale = "linear"'):
        draw_map(axes, Map(**MAP), columns)


def test_levels_are_round_and_hold_all_values():
    np.testing.assert_allclose(contour_levels(0.3, 7.9, "linear"), np.arange(9))
    np.testing.assert_allclose(contour_levels(0.3, 7.9, "log"), [0.2, 0.5, 1, 2, 5, 10])


def test_panels_stand_side_by_side_in_one_picture(tmp_path):
    panels = [(Curves(**CURVES, title="current"), grid(current=CURRENT))] * 3
    path = draw("Contours", panels, tmp_path / "figures" / "sweep.png")
    height, width, _ = imread(path).shape
    assert 2.5 < width / height < 3  # three panels side by side, as wide as a page takes
    assert width == pytest.approx(WIDEST * STYLE["savefig.dpi"], rel=0.03)
    assert list(path.parent.iterdir()) == [path]


def test_a_title_of_any_text_is_drawn(tmp_path):
    bad = "5 $ a $x^{ $\\nothing"
    panel = Curves(**CURVES, title=bad, x_label=bad, y_label=bad, names={"egg-box": bad * 50})
    words = Bars(
        **{**CURVES, "x": "geometry.shape", "group": None}, kind="bars", names={"pyramids": bad}
    )
    columns = grid(current=CURRENT)
    picture = draw(bad, [(panel, columns), (words, columns)], tmp_path / "a.png")
    assert imread(picture).size


def test_members_over_a_key_make_one_point_their_median_with_their_range(axes):
    columns = {
        "pressure": Column("pressure", "MPa", [0, 0, 0, 10, 10, 10, 20]),
        "seed": Column("seed", "", [1, 2, 3, 1, 2, 3, 1]),
        "gap": Column("gap", "s", [1.0, 5.0, 2.0, 4.0, None, 8.0, None]),
    }
    draw_series(axes, Curves(x="pressure", y="gap", over="seed"), columns)
    (drawn,) = axes.containers
    line, _, (bars,) = drawn.lines
    np.testing.assert_array_equal(line.get_xydata(), [[0, 2], [10, 6], [20, np.nan]])
    low_and_high = [bar[:, 1].tolist() for bar in bars.get_segments()[:2]]
    assert low_and_high == [[1, 5], [4, 8]]


def test_classes_are_dots_in_the_colour_of_their_word(axes):
    columns = {
        "wagner": Column("wagner", "1", [0.1, 1.0, 0.1, 1.0]),
        "pressure": Column("pressure", "1", [0.0, 0.0, 0.5, 0.5]),
        "kind": Column("kind", "", ["hard", "flat", "hard", None]),
    }
    panel = Classes(
        kind="classes", x="wagner", y="pressure", z="kind", x_scale="log", names={"hard": "stays"}
    )
    draw_classes(axes, panel, columns)
    dots = {line.get_label(): line.get_xydata().tolist() for line in axes.get_lines()}
    assert dots == {"stays": [[0.1, 0], [0.1, 0.5]], "flat": [[1, 0]]}
    assert len({line.get_color() for line in axes.get_lines()}) == 2
    assert axes.get_xscale() == "log" and legend(axes) == ["stays", "flat"]
