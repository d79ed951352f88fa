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
from anodex.models.systems.dendrite.pictures.frames import (
    ABOVE,
    Result,
    draw_bar,
    draw_key,
    draw_shown,
    draw_states,
    name_axes,
    read_result,
    titled,
)
from anodex.models.systems.dendrite.pictures.history import draw_leakage, draw_threshold

BESIDE = 0.8  # inches, for the colour bars
CURVE_HEIGHT = 2.8  # inches


def draw_state(result: Result, path: Path) -> Path:
    """The last state of one run: morphology and, with mechanics, pressure and strain below each
    other.
    """
    figure = _figure([result], 0.0)
    _draw_columns(figure, [result], result.series.times[-1])
    return save(figure, path)


def draw_pressures(folders: Sequence[Path], path: Path, time: float | None = None) -> Path:
    """Draw the states of runs in columns, and their leakage currents against time below, and return
    the path.

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
    results = [read_result(Path(folder)) for folder in folders]
    with style():
        figure = _figure(results, CURVE_HEIGHT)
        upper, lower = figure.subfigures(
            2, 1, height_ratios=[figure.get_figheight() - CURVE_HEIGHT, CURVE_HEIGHT]
        )
        _draw_columns(
            upper,
            results,
            min(result.series.times[-1] for result in results) if time is None else time,
        )
        axes = lower.subplots()
        for result, color in zip(results, cycle(CURVES), strict=False):
            draw_leakage(axes, result, result.pressure, color)
        draw_threshold(axes, results[0])
        end = max(result.history[TIME][-1] for result in results)
        axes.set(
            xlabel="time [s]",
            ylabel=label("leakage current density\nat 1 V [A/m^2]"),
            xlim=(0, end),
        )
        axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5))
        return save(figure, Path(path))


def _figure(results: Sequence[Result], below: float) -> Figure:
    width, height = results[0].size
    rows = 1 + len(results[0].shown)
    return plt.figure(figsize=(len(results) * width + BESIDE, rows * height + below + ABOVE))


def _draw_columns(figure: FigureBase, results: Sequence[Result], time: float) -> None:
    """Panels of the states at a time [s], each field in the same colours in all columns."""
    frames = [result.frame(time) for result in results]
    shown = results[0].shown
    axes = figure.subplots(1 + len(shown), len(results), squeeze=False, sharex=True, sharey=True)
    for place, result, frame in zip(axes[0], results, frames, strict=True):
        draw_states(place, result, frame)
        place.set_title(titled(frame.time, result.pressure, result.cut), loc="left")
    for row, field in zip(axes[1:], shown, strict=True):
        scale = field.scale(frames)
        for place, result, frame in zip(row, results, frames, strict=True):
            draw_shown(place, result, frame, field, scale)
        draw_bar(row[-1], field, scale, frames)
    draw_key(figure, frames)
    name_axes(axes)
