"""Columns of the histories of several results, one over the other."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib import pyplot

from anodex.models.drawing.style import label, save, style
from anodex.models.errors import InputError
from anodex.models.inputs.spelling import hint
from anodex.models.results.history import TIME


def column_named(name: str, columns: Sequence[str]) -> str:
    """The column of a name, which may lack its unit.

    Raises
    ------
    InputError
        If there is none; names the nearest.
    """
    by_stem = {column.partition(" [")[0]: column for column in columns}
    found = by_stem.get(name, name)
    if found not in columns:
        raise InputError(f"there is no column '{name}'{hint(name, by_stem)}")
    return found


def draw_overlay(
    histories: Mapping[str, Mapping[str, np.ndarray]],
    names: Sequence[str],
    path: Path,
    at: float | None = None,
) -> Path:
    """Draw a panel for each column against time, with a curve for each result that has it.

    Parameters
    ----------
    histories
        Name of a result -> its columns, `name [unit]` -> values of shape (rows,).
    names
        Columns, with or without their units.
    at
        A time to mark with a line [s].

    Raises
    ------
    InputError
        If no result has a column.
    SetupError
        If the file cannot be written.
    """
    every = list(dict.fromkeys(name for history in histories.values() for name in history))
    columns = [column_named(name, every) for name in names]
    with style():
        figure, axes = pyplot.subplots(
            len(columns), 1, figsize=(7.0, 0.6 + 2.8 * len(columns)), sharex=True, squeeze=False
        )
        for place, column in zip(axes.flat, columns, strict=True):
            for number, (result, history) in enumerate(histories.items()):
                if column in history:
                    place.plot(
                        history[TIME],
                        history[column],
                        color=f"C{number}",
                        marker="o" if len(history[TIME]) == 1 else None,
                        label=result,
                    )
            if at is not None:
                place.axvline(at, color="grey", linewidth=0.8)
            place.set_ylabel(label(column))
            place.margins(x=0)
        axes.flat[0].legend()
        axes.flat[-1].set_xlabel(label(TIME))
        return save(figure, path)
