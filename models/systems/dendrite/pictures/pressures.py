"""Morphology, pressure and strain of one run or of several side by side, as in figure 4 of the
paper.
"""

from collections.abc import Sequence
from itertools import cycle
from pathlib import Path

from matplotlib import pyplot as plt
from matplotlib.figure import Figure, FigureBase

from anodex.models.drawing.style import CURVES, label, save, style
from anodex.models.results.history import TIME
from anodex.models.results.result import Result
from anodex.models.systems.dendrite.pictures.frames import (
    ABOVE,
    Morphology,
    draw_bar,
    draw_key,
    draw_shown,
    draw_states,
    name_axes,
    titled,
)
from anodex.models.systems.dendrite.pictures.history import (
    LEAKAGE,
    draw_signal,
    draw_threshold,
    signal,
)

BESIDE = 0.8  # inches, for the colour bars
CURVE_HEIGHT = 2.8  # inches


def draw_state(result: Result, path: Path) -> Path:
    """The last state of one run: morphology and, with mechanics, pressure and strain below each
    other.
    """
    morphology = Morphology.of(result)
    figure = _figure([morphology], 0.0)
    _draw_columns(figure, [morphology], morphology.series.times[-1])
    return save(figure, path)


def draw_pressures(folders: Sequence[Path], path: Path, time: float | None = None) -> Path:
    """Draw the states of runs in columns, and their leakage currents or cell voltages against time
    below, and return the path.

    Parameters
    ----------
    folders
        Result folders of one geometry under several external pressures, finished or not, in the
        order of the columns.
    path
        PNG that is written.
    time
        Of the states [s]; left out, the last that all runs have reached.

    Raises
    ------
    SetupError
        When a folder holds no fields yet, or the picture cannot be written.
    """
    runs = [Morphology.of(Result(folder)) for folder in folders]
    if time is None:
        time = min(run.series.times[-1] for run in runs)
    with style():
        figure = _figure(runs, CURVE_HEIGHT)
        above = figure.get_figheight() - CURVE_HEIGHT
        upper, lower = figure.subfigures(2, 1, height_ratios=[above, CURVE_HEIGHT])
        _draw_columns(upper, runs, time)
        axes = lower.subplots()
        for run, color in zip(runs, cycle(CURVES), strict=False):
            draw_signal(axes, run, run.pressure, color)
        name, words = signal(runs[0])
        if name == LEAKAGE:
            draw_threshold(axes, runs[0])
        axes.set(
            xlabel="time [s]",
            ylabel=label(words),
            xlim=(0, max(run.history[TIME][-1] for run in runs)),
        )
        axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5))
        return save(figure, Path(path))


def _figure(runs: Sequence[Morphology], below: float) -> Figure:
    width, height = runs[0].size
    rows = 1 + len(runs[0].shown)
    return plt.figure(figsize=(len(runs) * width + BESIDE, rows * height + below + ABOVE))


def _draw_columns(figure: FigureBase, runs: Sequence[Morphology], time: float) -> None:
    """Panels of the states at a time [s], each field in the same colours in all columns."""
    frames = [run.frame(time) for run in runs]
    shown = runs[0].shown
    axes = figure.subplots(1 + len(shown), len(runs), squeeze=False, sharex=True, sharey=True)
    for place, run, frame in zip(axes[0], runs, frames, strict=True):
        draw_states(place, run, frame)
        place.set_title(titled(frame.time, run.pressure, run.cut), loc="left")
    for row, field in zip(axes[1:], shown, strict=True):
        scale = field.scale(frames)
        for place, run, frame in zip(row, runs, frames, strict=True):
            draw_shown(place, run, frame, field, scale)
        draw_bar(row[-1], field, scale, frames)
    draw_key(figure, frames)
    name_axes(axes)
