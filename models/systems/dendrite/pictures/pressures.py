"""Morphology, pressure and strain of one run or of several side by side, as in figure 4 of the
paper.
"""

from collections.abc import Sequence
from itertools import count
from pathlib import Path

from anodex.models.drawing.style import label, save, style
from anodex.models.results.history import TIME
from anodex.models.results.result import Result
from anodex.models.systems.dendrite.pictures.columns import Column, columns_figure, draw_columns
from anodex.models.systems.dendrite.pictures.events import moments
from anodex.models.systems.dendrite.pictures.frames import (
    CONCENTRATION,
    STRESSES,
    Morphology,
    titled,
)
from anodex.models.systems.dendrite.pictures.history import (
    LEAKAGE,
    draw_signal,
    draw_threshold,
    signal,
)

CURVE_HEIGHT = 2.8  # inches


def draw_state(result: Result, path: Path) -> Path:
    """The state of one run at its first short, which says more than what comes after it, or the
    last one: morphology, with mechanics pressure and strain, and ions where they may run short,
    below each other.
    """
    morphology = Morphology.of(result)
    short = moments(morphology).get("short")
    time, words = (morphology.series.times[-1], "") if short is None else (short, "short")
    title = titled(time, words, morphology.pressure, morphology.cut)
    column = Column(morphology, [morphology.frame(time)], [title])
    shown = morphology.those_of((*STRESSES, CONCENTRATION))
    figure = columns_figure([column], shown)
    draw_columns(figure, [column], shown)
    return save(figure, path)


def draw_pressures(folders: Sequence[Path], path: Path, *times: float) -> Path:
    """Draw the states of runs in columns, and their leakage currents or cell voltages against time
    below, and return the path.

    Parameters
    ----------
    folders
        Result folders of one geometry under several external pressures, finished or not, in the
        order of the columns.
    path
        PNG that is written.
    times
        Of the states [s], in rows; pressure and strain are those of the last. Left out, the last
        time that all runs have reached.

    Raises
    ------
    SetupError
        When a folder holds no fields yet, or the picture cannot be written.
    """
    runs = [Morphology.of(Result(folder)) for folder in folders]
    shown_at = times or [min(run.series.times[-1] for run in runs)]
    columns = [_column(run, shown_at) for run in runs]
    shown = runs[0].those_of(STRESSES)
    with style():
        figure = columns_figure(columns, shown, CURVE_HEIGHT)
        above = figure.get_figheight() - CURVE_HEIGHT
        upper, lower = figure.subfigures(2, 1, height_ratios=[above, CURVE_HEIGHT])
        draw_columns(upper, columns, shown)
        axes = lower.subplots()
        for run, number in zip(runs, count(), strict=False):
            draw_signal(axes, run, run.pressure, f"C{number}")
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


def _column(run: Morphology, times: Sequence[float]) -> Column:
    frames = [run.frame(time) for time in times]
    pressures = [run.pressure] + [""] * (len(frames) - 1)
    titles = [
        titled(frame.time, pressure, run.cut)
        for frame, pressure in zip(frames, pressures, strict=True)
    ]
    return Column(run, frames, titles)
