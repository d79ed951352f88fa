"""The history of any run: a panel for each column."""

import textwrap
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from matplotlib import pyplot
from matplotlib.figure import Figure

from anodex.models.drawing.style import WIDEST, label, save
from anodex.models.results.history import TIME
from anodex.models.results.result import Result

ACROSS = 3  # panels
FLAT = 1e-9  # relative change of numbers that count as constant
LINE = 110  # characters below the panels


def draw_history(result: Result, path: Path) -> Path | None:
    """Every column of the history that changes, against time, and in words those that do not; None
    for a single row.
    """
    columns = result.columns
    known = {
        name: values
        for name, values in columns.items()
        if name != TIME and np.isfinite(values).any()
    }
    shown = {name: values for name, values in known.items() if not is_flat(values)}
    if len(columns[TIME]) < 2 or not shown:
        return None
    down = -(-len(shown) // ACROSS)
    figure, axes = pyplot.subplots(
        down, ACROSS, figsize=(WIDEST, 2.2 * down), sharex=True, squeeze=False
    )
    for place, (name, values) in zip(axes.flat, shown.items(), strict=False):
        place.plot(columns[TIME], values)
        place.set_title(label(name), loc="left")
        place.margins(x=0)
    for spare in axes.flat[len(shown) :]:
        spare.remove()
    for place in axes.flat[max(0, len(shown) - ACROSS) : len(shown)]:
        place.set_xlabel("time [s]")
        place.tick_params(labelbottom=True)
    say_constants(figure, {name: known[name] for name in known.keys() - shown.keys()})
    return save(figure, path)


def is_flat(values: np.ndarray) -> bool:
    """Whether numbers, some of which may be nan, are all the same but for round-off."""
    low, high = np.nanmin(values), np.nanmax(values)
    return bool(high - low <= FLAT * max(abs(low), abs(high)))


def say_constants(figure: Figure, columns: Mapping[str, np.ndarray]) -> None:
    """Write below the panels what has not changed, in place of panels with a flat line."""
    if not columns:
        return
    said = [
        f"{label(name.partition(' [')[0])} {np.nanmax(values):.4g} {unit_of(name)}".rstrip()
        for name, values in sorted(columns.items())
    ]
    text = textwrap.fill(f"constant: {', '.join(said)}", LINE)
    figure.supxlabel(text, x=0.01, ha="left", fontsize="small")


def unit_of(name: str) -> str:
    """Unit of a column as it is written behind a number; none for a plain one."""
    unit = label(name).partition(" [")[2].rstrip("]")
    return "" if unit == "1" else unit


PICTURES = {"history.png": draw_history}
