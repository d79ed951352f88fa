"""Figure of a sweep: curves, bars and maps, panel by panel."""

import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import ascii_lowercase

import numpy as np
from matplotlib import colormaps, pyplot
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from anodex.models.drawing.style import COLORMAP, CURVES, WIDEST, save, style
from anodex.models.inputs.units import cut
from anodex.scripts.sweep_axes import axis_label, in_unit, numbers, set_scale
from anodex.scripts.sweep_map import draw_map
from anodex.scripts.sweep_panels import AnyPanel, Classes, Curves, Map, Series
from anodex.scripts.sweep_table import Column

PANEL_SIZE = (4.6, 3.6)  # inches
TITLE = 12  # letters of the title to an inch
MARKERS, DASHES = "os^Dv<>", ("-", "--", ":", "-.")
WIDEST_NAMES = 40  # characters below a panel, before they are turned
LEGEND_COLUMNS = 2


def draw(title: str, panels: Sequence[tuple[AnyPanel, dict[str, Column]]], path: Path) -> Path:
    """Draw all panels, each with its columns, into one picture and return its path.

    Raises
    ------
    InputError
        When a panel asks for numbers where the members have words.
    """
    across = 2 if len(panels) == 4 else min(len(panels), 3)
    down = -(-len(panels) // across)
    wide = min(WIDEST, PANEL_SIZE[0] * across)
    with style():
        figure, places = pyplot.subplots(
            down, across, figsize=(wide, PANEL_SIZE[1] * down), squeeze=False
        )
        figure.suptitle(textwrap.fill(title, int(TITLE * wide)))
        for (panel, columns), axes, letter in zip(
            panels, places.flat, ascii_lowercase, strict=False
        ):
            axes.set_title(
                f"({letter}) {panel.title}" if len(panels) > 1 else panel.title, loc="left"
            )
            if isinstance(panel, Map):
                draw_map(axes, panel, columns)
            elif isinstance(panel, Classes):
                draw_classes(axes, panel, columns)
            else:
                draw_series(axes, panel, columns)
        for spare in places.flat[len(panels) :]:
            spare.remove()
        return save(figure, path)


def draw_series(axes: Axes, panel: Series, columns: dict[str, Column]) -> None:
    """Draw curves or bars, one for each group; those of y2 against an axis on the right."""
    x = columns[panel.x]
    axes.set_xlabel(axis_label(x, panel.x_label))
    is_curve = isinstance(panel, Curves)
    if isinstance(panel, Curves) and not any(isinstance(entry, str) for entry in x.entries):
        at = numbers(x)
        set_scale(axes.xaxis, panel.x_scale, at)
    else:
        at = name_ticks(axes, x, panel)
    groups = grouped(panel.group, panel, columns)
    sides = [(axes, in_unit(columns[panel.y], panel.y_unit))]
    set_side(axes, sides[0][1], panel.y_label, panel.y_scale, CURVES[0] if panel.y2 else "black")
    if panel.y2:
        sides.append((axes.twinx(), columns[panel.y2]))
        sides[1][0].spines["right"].set_visible(True)
        set_side(*sides[1], panel.y2_label, panel.y2_scale, CURVES[1])
    colors = (
        CURVES
        if len(groups) <= len(CURVES)
        else colormaps[COLORMAP](np.linspace(0, 0.9, len(groups)))
    )
    for side, (place, column) in enumerate(sides):
        y = numbers(column)
        for number, (name, members) in enumerate(groups.items()):
            color = CURVES[side] if panel.y2 else colors[number]
            members = members[np.isfinite(at[members])]
            members = members[np.argsort(at[members])]
            look = {"color": color, "label": name}
            if isinstance(panel, Curves) and panel.over:
                look |= line_look(number, bool(panel.y2))
                draw_spread(place, at[members], y[members], look)
            elif is_curve:
                look |= line_look(number, bool(panel.y2))
                place.plot(at[members], y[members], **look)
            else:
                count, own = len(sides) * len(groups), side + number  # one of the two is 0
                width = 0.8 / count
                place.bar(
                    at[members] + (own - (count - 1) / 2) * width,
                    y[members],
                    width,
                    **look,
                )
    axes.set_ylim(bottom=panel.y_from)
    if panel.group:
        draw_legend(axes, sides[1][0] if panel.y2 else None, axis_label(columns[panel.group], ""))


def draw_spread(axes: Axes, at: np.ndarray, y: np.ndarray, look: Mapping[str, str]) -> None:
    """A curve through the medians of all y at one place, with a bar from the least to the largest;
    a gap where there is none.
    """
    places = np.unique(at)
    known = [y[(at == place) & np.isfinite(y)] for place in places]
    low, middle, high = np.array(
        [np.percentile(values, (0, 50, 100)) if len(values) else [np.nan] * 3 for values in known]
    ).T
    axes.errorbar(places, middle, (middle - low, high - middle), capsize=3, **look)


def draw_classes(axes: Axes, panel: Classes, columns: dict[str, Column]) -> None:
    """Draw the members as dots, those with one z in one colour, in the order of the table."""
    x, y, kind = (columns[name] for name in (panel.x, panel.y, panel.z))
    axes.set_xlabel(axis_label(x, panel.x_label))
    set_side(axes, y, panel.y_label, panel.y_scale, "black")
    set_scale(axes.xaxis, panel.x_scale, at := numbers(x))
    for number, (name, members) in enumerate(grouped(panel.z, panel, columns).items()):
        axes.plot(
            at[members],
            numbers(y)[members],
            MARKERS[number % len(MARKERS)],
            color=CURVES[number % len(CURVES)],
            markersize=9,
            label=name,
        )
    title = axis_label(kind, panel.z_label)
    axes.legend(title=title, loc="center left", bbox_to_anchor=(1.01, 0.5))


def line_look(number: int, is_dashed: bool) -> dict[str, str]:
    """Marker and dashes of a group; dashes where the colour tells the axis instead."""
    return {
        "marker": MARKERS[number % len(MARKERS)],
        "linestyle": DASHES[number % len(DASHES)] if is_dashed else "-",
    }


def draw_legend(axes: Axes, twin: Axes | None, title: str) -> None:
    """Legend of the groups in room of its own above all curves; grey where the colours tell the
    two axes.
    """
    handles, names = axes.get_legend_handles_labels()
    if twin:
        handles = [
            Line2D([], [], color="0.3", **line_look(number, True)) for number in range(len(names))
        ]
    (twin or axes).legend(handles, names, title=title, loc="upper center", ncols=LEGEND_COLUMNS)
    for place in (axes, twin) if twin else (axes,):
        add_room_above(place, 0.15 + 0.09 * -(-len(names) // LEGEND_COLUMNS))


def add_room_above(axes: Axes, share: float) -> None:
    """Lengthen the axis of y upwards by a share of its length, whatever its scale."""
    to_scale = axes.yaxis.get_transform()
    low, high = to_scale.transform(np.array(axes.get_ylim()))
    axes.set_ylim(top=to_scale.inverted().transform(high + share * (high - low)))


def set_side(axes: Axes, column: Column, given: str, scale: str, color: str) -> None:
    """Label, scale and colour of the axis of y."""
    axes.set_yscale(scale)
    axes.set_ylabel(axis_label(column, given), color=color)
    axes.tick_params(axis="y", which="both", labelcolor=color)


def name_ticks(axes: Axes, column: Column, panel: Series) -> np.ndarray:
    """Give each value of x a tick with its name; returns the place of each member, nan where it
    has no value.
    """
    places = {
        entry: place
        for place, entry in enumerate(
            dict.fromkeys(entry for entry in column.entries if entry is not None)
        )
    }
    names = [textwrap.fill(shown(entry, panel), 14) for entry in places]
    width = sum(max(map(len, name.split("\n"))) for name in names)
    turned = (
        {"rotation": 30, "ha": "right", "rotation_mode": "anchor"} if width > WIDEST_NAMES else {}
    )
    axes.set_xticks(range(len(names)), names, **turned)
    axes.set_xlim(-0.5, len(names) - 0.5)
    return np.array([places.get(entry, np.nan) for entry in column.entries])


def grouped(
    group: str | None, panel: Series | Classes, columns: dict[str, Column]
) -> dict[str, np.ndarray]:
    """Name -> numbers of its members, for each value of the column `group` that is known; all
    members where there is no group.
    """
    if not group:
        return {"": np.arange(len(columns[panel.x].entries))}
    members: dict[str, list[int]] = {}
    for number, entry in enumerate(columns[group].entries):
        if entry is not None:
            members.setdefault(shown(entry, panel), []).append(number)
    return {name: np.array(numbers) for name, numbers in members.items()}


def shown(entry: float | str, panel: Series | Classes) -> str:
    """A value in words."""
    if not isinstance(entry, str):
        return f"{entry:g}"
    return cut(panel.names.get(entry, entry))
