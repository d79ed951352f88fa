"""A map of a sweep: contours over two swept keys, the members as dots, the best as a star."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm, Normalize
from matplotlib.patheffects import withStroke
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator
from scipy.interpolate import RegularGridInterpolator

from anodex.models.drawing.style import label
from anodex.models.errors import InputError
from anodex.scripts.sweep_axes import axis_label, numbers, set_scale
from anodex.scripts.sweep_panels import Map
from anodex.scripts.sweep_table import Column

FINE = 200  # points along each side of a map
SAME = 1e-6  # relative difference that makes no contours
# from values to places on an axis, and back
SCALING = {"linear": (np.positive, np.positive), "log": (np.log, np.exp)}
HALO = (withStroke(linewidth=2.5, foreground="white"),)  # lets text be read on every colour


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
    for text, mark in panel.marks.items():
        axes.plot(*mark, "D", color="white", markeredgecolor="black", markersize=8, clip_on=False)
        right, up = axes.transAxes.inverted().transform(axes.transData.transform(mark)) > 0.5
        axes.annotate(
            text,
            mark,
            (-9 if right else 9, -9 if up else 9),
            textcoords="offset points",
            ha="right" if right else "left",
            va="top" if up else "bottom",
            path_effects=HALO,
        )
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
