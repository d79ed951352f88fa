"""Axes of the figures of a sweep: their numbers, words and scales."""

import math
from dataclasses import replace

import numpy as np
from matplotlib.axis import Axis
from matplotlib.ticker import NullLocator

from anodex.models.drawing.style import label
from anodex.models.errors import InputError
from anodex.models.inputs.units import converted, parsed
from anodex.scripts.sweep_table import Column

MOST_TICKS = 8  # values on a logarithmic axis that are all labelled


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


def in_unit(column: Column, unit: str) -> Column:
    """A column in another unit; the same one where none is given.

    Raises
    ------
    InputError
        When the units measure different things.
    """
    if not unit:
        return column
    own, wanted = parsed(column.unit or "1"), parsed(unit)
    if own is None or wanted is None or own.dimensionality != wanted.dimensionality:
        raise InputError(
            f"the figure cannot draw '{column.label}' in '{unit}'; give a y_unit that measures the "
            "same, or leave it out"
        )
    entries = [None if math.isnan(y) else converted(y, own, wanted) for y in numbers(column)]
    return replace(column, unit=unit, entries=entries)


def set_scale(axis: Axis, scale: str, values: np.ndarray) -> None:
    """Scale of an axis; a logarithmic one labels the swept values where they are few."""
    axis.axes.set(**{f"{axis.axis_name}scale": scale})
    ticks = np.unique(values[np.isfinite(values)])
    if scale == "log" and 0 < len(ticks) <= MOST_TICKS:
        axis.set_ticks(ticks, [f"{float(f'{tick:.3g}'):g}" for tick in ticks])  # 3000, not 3e+03
        axis.set_minor_locator(NullLocator())
