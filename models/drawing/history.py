"""The history of any run: a panel for each column."""

from pathlib import Path

import numpy as np
from matplotlib import pyplot

from anodex.models.drawing.style import label, save
from anodex.models.results.history import TIME
from anodex.models.results.result import Result

ACROSS = 3  # panels


def draw_history(result: Result, path: Path) -> Path | None:
    """Every column of the history that has numbers, against time; None for a single row."""
    columns = result.columns
    shown = {
        name: values
        for name, values in columns.items()
        if name != TIME and np.isfinite(values).any()
    }
    if len(columns[TIME]) < 2 or not shown:
        return None
    down = -(-len(shown) // ACROSS)
    figure, axes = pyplot.subplots(
        down, ACROSS, figsize=(4.2 * ACROSS, 2.6 * down), sharex=True, squeeze=False
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
    return save(figure, path)


PICTURES = {"history.png": draw_history}
