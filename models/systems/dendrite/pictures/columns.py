"""States of runs or of moments side by side: morphology, and fields below it."""

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib import pyplot as plt
from matplotlib.figure import Figure, FigureBase

from anodex.models.drawing.style import WIDEST
from anodex.models.systems.dendrite.pictures.frames import (
    ABOVE,
    Frame,
    Morphology,
    Shown,
    draw_bar,
    draw_key,
    draw_shown,
    draw_states,
    name_axes,
)

BESIDE = 0.8  # inches, for the colour bars


@dataclass(frozen=True)
class Column:
    """Panels below each other: the morphology of each of some frames, and fields of the last.

    Attributes
    ----------
    run, frames, titles
        Frames of a run, with a title each.
    """

    run: Morphology
    frames: Sequence[Frame]
    titles: Sequence[str]


def columns_figure(columns: Sequence[Column], shown: Sequence[Shown], below: float = 0.0) -> Figure:
    """A figure of the size that columns with some fields need, and so many inches more."""
    width, height = columns[0].run.size
    rows = len(columns[0].frames) + len(shown)
    wide = len(columns) * width + BESIDE
    smaller = min(1.0, WIDEST / wide)
    return plt.figure(figsize=(smaller * wide, smaller * rows * height + below + ABOVE))


def draw_columns(figure: FigureBase, columns: Sequence[Column], shown: Sequence[Shown]) -> None:
    """Panels of all columns, each field in the same colours in all of them."""
    states = len(columns[0].frames)
    axes = figure.subplots(
        states + len(shown), len(columns), squeeze=False, sharex=True, sharey=True
    )
    for places, column in zip(axes.T, columns, strict=True):
        for place, frame, title in zip(places, column.frames, column.titles, strict=False):
            draw_states(place, column.run, frame)
            place.set_title(title, loc="left")
    last = [column.frames[-1] for column in columns]
    for row, field in zip(axes[states:], shown, strict=True):
        scale = field.scale(last)
        for place, column, frame in zip(row, columns, last, strict=True):
            draw_shown(place, column.run, frame, field, scale)
        draw_bar(row[-1], field, scale, last)
    draw_key(figure, [frame for column in columns for frame in column.frames])
    name_axes(axes)
