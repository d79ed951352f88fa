"""Figure of a sweep: curves, bars and maps, panel by panel."""

import textwrap
from collections.abc import Sequence
from pathlib import Path
from string import ascii_lowercase

import numpy as np
from matplotlib import colormaps, pyplot
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import LogNorm, Normalize
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator
from scipy.interpolate import RegularGridInterpolator

from anodex.models.drawing.style import COLORMAP, CURVES, label, save, style
from anodex.models.errors import InputError
from anodex.scripts.sweep_panels import AnyPanel, Curves, Map, Series
from anodex.scripts.sweep_table import Column

PANEL_SIZE = (4.6, 3.6)  # inches
MARKERS, DASHES = "os^Dv<>", ("-", "--", ":", "-.")
MOST_TICKS = 8  # values on a logarithmic axis that are all labelled
WIDEST_NAMES = 40  # characters below a panel, before they are turned
LEGEND_COLUMNS = 2
FINE = 200  # points along each side of a map
SAME = 1e-6  # relative difference that makes no contours
# from values to places on an axis, and back
SCALING = {"linear": (np.positive, np.positive), "log": (np.log, np.exp)}
HALO = (withStroke(linewidth=2.5, foreground="white"),)  # lets text be read on every colour


def draw(title: str, panels: Sequence[tuple[AnyPanel, dict[str, Column]]], path: Path) -> Path:
    """Draw all panels, each with its columns, into one picture and return its path.

    Raises
    ------
    InputError
        When a panel asks for numbers where the members have words.
    """
    across = 2 if len(panels) == 4 else min(len(panels), 3)
    down = -(-len(panels) // across)
    with style():
        figure, places = pyplot.subplots(
            down, across, figsize=(PANEL_SIZE[0] * across, PANEL_SIZE[1] * down), squeeze=False
        )
        figure.suptitle(textwrap.fill(title, 60 * across))
        for (panel, columns), axes, letter in zip(
            panels, places.flat, ascii_lowercase, strict=False
        ):
            axes.set_title(
                f"({letter}) {panel.title}" if len(panels) > 1 else panel.title, loc="left"
            )
            if isinstance(panel, Map):
                draw_map(axes, panel, columns)
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
    groups = grouped(panel, columns)
    sides = [(axes, columns[panel.y])]
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
            if is_curve:
                place.plot(
                    at[members],
                    y[members],
                    color=color,
                    label=name,
                    **line_look(number, bool(panel.y2)),
                )
            else:
                count, own = len(sides) * len(groups), side + number  # one of the two is 0
                width = 0.8 / count
                place.bar(
                    at[members] + (own - (count - 1) / 2) * width,
                    y[members],
                    width,
                    color=color,
                    label=name,
                )
    if panel.group:
        draw_legend(axes, sides[1][0] if panel.y2 else None, axis_label(columns[panel.group], ""))


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


def draw_map(axes: Axes, panel: Map, columns: dict[str, Column]) -> None:
    """Draw filled and labelled contours of z over x and y, the members as dots, the best of them
    as a star, and its value in the title.
    """
    x, y, z = points = [numbers(columns[name]) for name in (panel.x, panel.y, panel.z)]
    axes.set(
        xlabel=axis_label(columns[panel.x], panel.x_label),
        ylabel=axis_label(columns[panel.y], panel.y_label),
    )
    for role, scale, values in (("x", panel.x_scale, x), ("y", panel.y_scale, y)):
        if scale == "log" and values.min() <= 0:
            raise InputError(
                f"the map cannot show {role} = {values.min():g} on a logarithmic axis; set "
                f'{role}_scale = "linear"'
            )
    if panel.z_scale == "log":
        z[~(z > 0)] = np.nan
    fill_map(axes, panel, *between(panel, points), axis_label(columns[panel.z], panel.z_label))
    axes.plot(x, y, ".", color="black", markersize=3, clip_on=False)
    set_scale(axes.xaxis, panel.x_scale, x)
    set_scale(axes.yaxis, panel.y_scale, y)
    if np.isfinite(z).any():
        best = np.nanargmin(z) if panel.optimum == "min" else np.nanargmax(z)
        axes.plot(
            x[best],
            y[best],
            "*",
            color="white",
            markeredgecolor="black",
            markersize=13,
            clip_on=False,
        )
        value, *place = (
            in_words(values[best], columns[name].unit)
            for values, name in ((z, panel.z), (x, panel.x), (y, panel.y))
        )
        # In the title, as a label beside the star would hide those of the contours.
        axes.set_title(
            f"{axes.get_title(loc='left')}\n★ {panel.optimum} {value} at "
            f"{', '.join(place)}".lstrip(),
            loc="left",
        )


def between(
    panel: Map, points: Sequence[np.ndarray]
) -> tuple[np.ndarray, np.ndarray, np.ma.MaskedArray]:
    """Fine x and y, shape (FINE,), and z there, shape (FINE, FINE), masked beside missing members,
    from the members' x, y and z.

    Between the members z is linear in what the axes show, so that contours do not bend on a
    logarithmic one.
    """
    to_x, to_y, to_z = (SCALING[scale] for scale in (panel.x_scale, panel.y_scale, panel.z_scale))
    x, column = np.unique(to_x[0](points[0]), return_inverse=True)
    y, row = np.unique(to_y[0](points[1]), return_inverse=True)
    z = np.full((len(x), len(y)), np.nan)
    z[column, row] = to_z[0](points[2])
    fine_x, fine_y = (np.linspace(values[0], values[-1], FINE) for values in (x, y))
    fine_z = RegularGridInterpolator((x, y), z)(tuple(np.meshgrid(fine_x, fine_y)))
    return to_x[1](fine_x), to_y[1](fine_y), to_z[1](np.ma.masked_invalid(fine_z))


def fill_map(
    axes: Axes, panel: Map, x: np.ndarray, y: np.ndarray, z: np.ma.MaskedArray, text: str
) -> None:
    """Draw the contours of z, with a bar that says `text`."""
    # too few members for a single patch, or nothing but round-off
    if not z.count() or np.isclose(z.min(), z.max(), rtol=SAME, atol=0):
        return
    levels = contour_levels(z.min(), z.max(), panel.z_scale)
    norm = (LogNorm if panel.z_scale == "log" else Normalize)(levels[0], levels[-1])
    filled = axes.contourf(x, y, z, levels, norm=norm)
    bar = axes.figure.colorbar(filled, ax=axes, label=text, ticks=levels, format="%g")
    bar.ax.yaxis.set_minor_locator(NullLocator())
    lines = axes.contour(x, y, z, levels, colors="black", linewidths=0.6)
    for number in axes.clabel(lines, fontsize=8, fmt="%g"):
        number.set(path_effects=HALO, clip_on=False)


def contour_levels(low: float, high: float, scale: str) -> np.ndarray:
    """Round levels from at most the lowest to at least the highest value."""
    locator = LogLocator(subs=(1, 2, 5)) if scale == "log" and high > 10 * low else MaxNLocator(8)
    ticks = np.asarray(locator.tick_values(low, high))
    return ticks[
        max(int(np.searchsorted(ticks, low, "right")) - 1, 0) : np.searchsorted(ticks, high) + 1
    ]


def in_words(value: float, unit: str) -> str:
    """A value with its unit for a title."""
    return f"{value:.3g}" + (
        "" if unit in ("", "1") else label(f" [{unit}]").replace("[", "").replace("]", "")
    )


def set_side(axes: Axes, column: Column, given: str, scale: str, color: str) -> None:
    """Label, scale and colour of the axis of y."""
    axes.set_yscale(scale)
    axes.set_ylabel(axis_label(column, given), color=color)
    axes.tick_params(axis="y", which="both", labelcolor=color)


def set_scale(axis: Axis, scale: str, values: np.ndarray) -> None:
    """Scale of an axis; a logarithmic one labels the swept values where they are few."""
    axis.axes.set(**{f"{axis.axis_name}scale": scale})
    ticks = np.unique(values[np.isfinite(values)])
    if scale == "log" and 0 < len(ticks) <= MOST_TICKS:
        axis.set_ticks(ticks, [f"{tick:g}" for tick in ticks])
        axis.set_minor_locator(NullLocator())


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


def grouped(panel: Series, columns: dict[str, Column]) -> dict[str, np.ndarray]:
    """Name -> numbers of its members, for each value of the group; all members where there is
    none.
    """
    entries = (
        [shown(entry, panel) for entry in columns[panel.group].entries]
        if panel.group
        else [""] * len(columns[panel.x].entries)
    )
    return {
        name: np.array([number for number, own in enumerate(entries) if own == name])
        for name in dict.fromkeys(entries)
    }


def shown(entry: float | str, panel: Series) -> str:
    """A value in words."""
    return panel.names.get(entry, entry) if isinstance(entry, str) else f"{entry:g}"


def axis_label(column: Column, given: str) -> str:
    """The given text, or the column's own name without its table, and the unit."""
    name = given or column.name.rpartition(".")[2].replace("_", " ")
    return name if column.unit in ("", "1") else name + label(f" [{column.unit}]")


def numbers(column: Column) -> np.ndarray:
    """Entries of a column, nan where there is none.

    Raises
    ------
    InputError
        When one is a word.
    """
    words = [entry for entry in column.entries if isinstance(entry, str)]
    if words:
        raise InputError(
            f"the figure cannot draw '{column.name}': '{words[0]}' is no number; words can stand "
            "on x or tell groups apart"
        )
    return np.array([np.nan if entry is None else entry for entry in column.entries], dtype=float)
