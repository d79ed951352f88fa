"""What a journal would send a figure back for, found without looking at it."""

from collections.abc import Callable
from itertools import combinations, pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Tick
from matplotlib.collections import QuadMesh
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Bbox

from anodex.models.drawing.gallery import KINDS
from anodex.models.drawing.history import is_flat
from anodex.models.drawing.style import SQUARE_ROOT, WIDEST

SIGNED = ("RdBu", "RdBu_r", "coolwarm", "bwr", "seismic", "PuOr", "PiYG")  # maps with a middle
OVERLAP = 1.0  # pixels of two texts that touch each other
ON_CURVE = 1.0  # pixels inside a legend from which on a curve runs through it


def faults(figure: Figure) -> list[str]:
    """What is wrong with a figure, in words; none where a journal would take it."""
    figure.draw_without_rendering()
    found = []
    if figure.get_figwidth() > WIDEST + 1e-9:
        found.append(f"{figure.get_figwidth():.1f} inches wide: texts get too small on a page")
    bars = [axes for axes in figure.findobj(Axes) if is_bar(axes)]
    for axes in figure.findobj(Axes):
        found += bar_faults(axes) if axes in bars else panel_faults(axes)
    found += text_faults(figure)
    return found


def judged(savefig: Callable) -> Callable:
    """`Figure.savefig` that raises an AssertionError where a picture, not one of a film, has
    faults.
    """

    def save(figure: Figure, *words, **options) -> None:
        found = faults(figure) if options.get("format") in KINDS else []
        assert not found, "\n".join(found)
        savefig(figure, *words, **options)

    return save


def is_bar(axes: Axes) -> bool:
    """Whether axes are those of a colour bar."""
    return hasattr(axes, "_colorbar")


def panel_faults(axes: Axes) -> list[str]:
    """Of axes that show something."""
    if not axes.get_visible():
        return []
    found, name = [], named(axes)
    drawn = [*axes.lines, *axes.collections, *axes.images, *axes.patches]
    if not any(holds_something(artist) for artist in drawn):
        found.append(f"{name} is empty")
    curves = [line for line in axes.lines if len(line.get_xdata(orig=False)) > 1]
    spans = axes.images or axes.collections or axes.patches
    if curves and not spans and all(map(is_level, curves)) and not says_so(axes):
        found.append(f"{name} shows flat lines alone")
    if axes.axison:
        for axis in (axes.xaxis, axes.yaxis):
            if not has_numbers(axis):
                continue
            words = axis.label.get_text() or (titles(axes) if axis is axes.yaxis else "")
            if not words:
                found.append(f"{name} has no words at its {axis.axis_name} axis")
            found += offset_faults(axis, name)
    return found + legend_faults(axes, name)


def offset_faults(axis, name: str) -> list[str]:
    """The power or the offset that Matplotlib writes at the end of an axis."""
    text = axis.get_offset_text()
    return [f"{name} has '{text.get_text()}' at an axis"] * bool(
        text.get_visible() and text.get_text()
    )


def bar_faults(axes: Axes) -> list[str]:
    """Of a colour bar: words, the kind of its scale, zero in the middle of signed colours."""
    bar = axes._colorbar
    name, found = f"the bar '{bar.ax.get_ylabel() or bar.ax.get_xlabel()}'", []
    words = bar.ax.get_ylabel() + bar.ax.get_xlabel()
    if not words and not any(titles(parent) for parent in parents(axes)):
        found.append(f"{name} has no words")
    if isinstance(bar.norm, PowerNorm) and SQUARE_ROOT not in words:
        found.append(f"{name} does not say that its scale is not even")
    if bar.cmap.name in SIGNED and not np.isclose(bar.norm.vmin, -bar.norm.vmax):
        found.append(f"{name} has signed colours that do not change at zero")
    found += offset_faults(bar.long_axis, name)
    ends = bar.long_axis.get_view_interval()
    if not np.allclose(sorted(ends), [bar.norm.vmin, bar.norm.vmax]):
        found.append(f"{name} goes on beyond its colours")
    # a bar beside several panels in a row or column is as long as all of them
    boxes = [parent.get_window_extent() for parent in parents(axes)]
    if boxes:
        panel, own = Bbox.union(boxes), axes.get_window_extent()
        upright = bar.orientation == "vertical"
        long, wanted = (own.height, panel.height) if upright else (own.width, panel.width)
        if long > 1.02 * wanted:
            found.append(f"{name} is {long / wanted:.2f} times as long as its panel")
    return found


def parents(axes: Axes) -> list[Axes]:
    """The panels that a colour bar belongs to."""
    given = getattr(axes, "_colorbar_info", {}).get("parents", [])
    inset = [
        panel for panel in axes.get_figure(root=True).findobj(Axes) if axes in panel.child_axes
    ]
    return list(given) or inset


def legend_faults(axes: Axes, name: str) -> list[str]:
    """A legend within a panel that hides a curve."""
    legend = axes.get_legend()
    if legend is None:
        return []
    box = legend.get_window_extent()
    hidden = []
    for line in axes.lines:
        points = np.ma.filled(np.ma.asarray(line.get_xydata(), dtype=float), np.nan)
        on_screen = line.get_transform().transform(points)
        if runs_through(on_screen, box) and line.get_visible():
            hidden.append(str(line.get_label()))
    return [f"{name} has a legend over {', '.join(hidden)}"] if hidden else []


def runs_through(points: np.ndarray, box: Bbox) -> bool:
    """Whether a polyline enters a box by more than `ON_CURVE`."""
    inner = box.padded(-ON_CURVE)
    fine = np.linspace(0.0, 1.0, 50)[:, None]
    for start, end in pairwise(points):
        if np.isfinite([start, end]).all():
            x, y = (start + fine * (end - start)).T
            if np.any((x > inner.x0) & (x < inner.x1) & (y > inner.y0) & (y < inner.y1)):
                return True
    return False


def text_faults(figure: Figure) -> list[str]:
    """Texts that overlap each other."""
    hidden = hidden_texts(figure)
    texts = {
        text: box
        for text in figure.findobj(Text)
        if text.get_visible()
        and text.get_text().strip()
        and text not in hidden
        and (box := extent(text)) is not None
    }
    straight = {text: box for text, box in texts.items() if text.get_rotation() in (0.0, 90.0)}
    found = [
        f"'{one.get_text()}' and '{other.get_text()}' overlap"
        for (one, a), (other, b) in combinations(straight.items(), 2)
        if overlap(a, b)
    ]
    for axes in figure.findobj(Axes):
        own = {*axes.findobj(Text), *(text for twin in twins(axes) for text in twin.findobj(Text))}
        panel = axes.get_window_extent()
        found += [
            f"'{text.get_text()}' runs into {named(axes)}"
            for text, box in straight.items()
            if text not in own and text.axes is not None and axes.axison and overlap(box, panel)
        ]
    return found


def overlap(a: Bbox, b: Bbox) -> bool:
    """Whether two boxes have more than a line of pixels in common."""
    return (
        min(a.x1, b.x1) - max(a.x0, b.x0) > OVERLAP and min(a.y1, b.y1) - max(a.y0, b.y0) > OVERLAP
    )


def twins(axes: Axes) -> list[Axes]:
    """Axes in the same place."""
    own = axes.get_position().bounds
    others = axes.get_figure(root=True).findobj(Axes)
    return [other for other in others if other.get_position().bounds == own]


def hidden_texts(figure: Figure) -> set[Text]:
    """Texts of axes that are switched off, and of ticks beyond the ends of an axis."""
    hidden: set[Text] = set()
    for axes in figure.findobj(Axes):
        for axis in (axes.xaxis, axes.yaxis):
            if not (axes.get_visible() and axes.axison and axis.get_visible()):
                hidden |= set(axis.findobj(Text))
            low, high = sorted(axis.get_view_interval())
            slack = 1e-9 * (high - low)
            for tick in axis.findobj(Tick):
                if not low - slack <= tick.get_loc() <= high + slack:
                    hidden |= {tick.label1, tick.label2}
    return hidden


def extent(text: Text) -> Bbox | None:
    """Of the letters alone, without arrow or box."""
    box = Text.get_window_extent(text) if isinstance(text, Annotation) else text.get_window_extent()
    return box if box.width > 0 and box.height > 0 else None


def has_numbers(axis) -> bool:
    """Whether an axis has numbers at its ticks."""
    return any(
        tick.label1.get_text() and tick.label1.get_visible() for tick in axis.get_major_ticks()
    )


def is_level(line: Line2D) -> bool:
    """Whether a curve, not a mark across all of the panel, is flat."""
    y = np.asarray(line.get_ydata(orig=False), dtype=float)
    return not np.isfinite(y).any() or is_flat(y)


def says_so(axes: Axes) -> bool:
    """Whether the title says that nothing changes."""
    return any(word in titles(axes) for word in ("no ", "uniform"))


def holds_something(artist) -> bool:
    """Whether an artist draws any number."""
    if isinstance(artist, Line2D):
        return bool(np.isfinite(np.asarray(artist.get_ydata(orig=False), dtype=float)).any())
    if isinstance(artist, QuadMesh):
        return bool(np.isfinite(artist.get_array()).any())
    return artist.get_visible()


def titles(axes: Axes) -> str:
    """All titles of a panel."""
    return " ".join(filter(None, (axes.get_title(loc) for loc in ("left", "center", "right"))))


def named(axes: Axes) -> str:
    """How to find a panel."""
    return f"the panel '{titles(axes) or axes.get_ylabel() or axes.get_xlabel()}'"
