"""Steps of a protocol in a picture of a history."""

from collections.abc import Sequence
from math import inf

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from anodex.models.results.protocol import BY_DURATION, StepTaken, read_steps
from anodex.models.results.result import Result
from anodex.models.time.course import Course


def steps_of(result: Result) -> list[StepTaken]:
    """Those that have ended; before any has, and in results of earlier versions, those of the
    case.
    """
    taken = read_steps(result.folder)
    return taken or Course(result.case.protocol.taken).taken(inf)


SHADE, DOTS = (
    {"color": "0.92", "linewidth": 0},
    {"color": "0.6", "linewidth": 0.8, "linestyle": ":"},
)


def shade_steps(axes: Axes, steps: Sequence[StepTaken], unit: float, origin: float = 0.0) -> None:
    """Shade steps of negative current, and dot a line where a condition has ended a step, on an
    axis of time in a `unit` [s] from an `origin` [s] on.
    """
    for step in steps:
        start, end = (step.start - origin) / unit, (step.end - origin) / unit
        if step.current_density < 0:
            axes.axvspan(start, end, zorder=0, **SHADE)
        if step.ended_by != BY_DURATION:
            axes.axvline(end, zorder=0.5, **DOTS)


def key_of_steps(steps: Sequence[StepTaken], negative: str) -> list[Artist]:
    """What a legend takes to say what `shade_steps` has drawn, if it has; `negative` is what a
    negative current does.
    """
    key: list[Artist] = []
    if any(step.current_density < 0 for step in steps):
        key.append(Patch(**SHADE, label=negative))
    if any(step.ended_by != BY_DURATION for step in steps):
        key.append(Line2D([], [], **DOTS, label="a condition ended the step"))
    return key
