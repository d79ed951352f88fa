"""Figure of a sample: bands, and bars of the indices of each key."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib import pyplot
from matplotlib.axes import Axes

from anodex.models.drawing.style import CURVES, WIDEST, label, save, style
from anodex.scripts.sample_bands import Band
from anodex.scripts.sample_file import SamplePlan
from anodex.scripts.sample_indices import Blame
from anodex.scripts.sweep_axes import axis_label
from anodex.scripts.sweep_table import Column

PANEL_SIZE = (4.6, 3.4)  # inches
ROOM = 0.15  # for the legend above bars and their intervals, as a share of the axis
BAR = 0.38  # width, for two bars beside each other
SHADES = ((0, 4, 0.2, "90 % of the draws"), (1, 3, 0.35, "50 %"))  # between which quantiles


def draw(plan: SamplePlan, bands: Sequence[Band], bars: Sequence[Blame], path: Path) -> Path:
    """Draw a panel for each band and one for the indices of each number; returns the path."""
    count = len(bands) + len(bars)
    across = min(count, 3 if count > 4 else 2)
    down = -(-count // across)
    with style():
        figure, places = pyplot.subplots(
            down,
            across,
            figsize=(min(WIDEST, PANEL_SIZE[0] * across), PANEL_SIZE[1] * down),
            squeeze=False,
        )
        figure.suptitle(plan.members.title)
        axes = list(places.flat)
        for own, place in zip(bands, axes, strict=False):
            draw_band(place, own)
        for blame, place in zip(bars, axes[len(bands) :], strict=False):
            draw_indices(place, blame, list(plan.ranges))
        for spare in axes[count:]:
            spare.remove()
        return save(figure, path)


def draw_band(axes: Axes, found: Band) -> None:
    """Median and shades over x; words on x become ticks."""
    entries = found.x.entries
    words = any(isinstance(entry, str) for entry in entries)
    x = np.arange(len(entries)) if words else np.array(entries, dtype=float)
    if words:
        axes.set_xticks(x, entries)
    for low, high, alpha, name in SHADES:
        axes.fill_between(
            x, found.values[low], found.values[high], color=CURVES[0], alpha=alpha, lw=0, label=name
        )
    axes.plot(x, found.values[2], color=CURVES[0], label="median")
    axes.set_xlabel(axis_label(found.x, ""))
    axes.set_ylabel(axis_label(Column(found.name, found.unit, []), ""))
    axes.legend(loc="best", fontsize=8)


def draw_indices(axes: Axes, blame: Blame, keys: Sequence[str]) -> None:
    """Two bars for each key, first-order and total, with their intervals."""
    found, at = blame.found, np.arange(len(keys))
    assert found is not None
    for side, color, name, values, ends in (
        (-0.5, CURVES[0], "alone", found.first, found.first_range),
        (0.5, CURVES[1], "with others", found.total, found.total_range),
    ):
        axes.bar(at + side * BAR, values, BAR, color=color, label=name)
        axes.vlines(at + side * BAR, *ends, color="black", lw=1)
    axes.axhline(0, color="black", lw=0.6)
    names = [label(key.rpartition(".")[2]).replace(" ", "\n") for key in keys]
    axes.set_xticks(at, names, fontsize=8)
    axes.set_ylabel("share of the variance")
    axes.set_title(label(blame.title), loc="left")
    low, high = axes.get_ylim()
    axes.set_ylim(low, high + ROOM * (high - low))
    axes.legend(loc="upper center", ncols=2, fontsize=8, columnspacing=1, handlelength=1.2)
