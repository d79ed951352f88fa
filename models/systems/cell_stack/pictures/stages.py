"""The stages of a run as a moving picture: powder and tube while they are pressed, then the
lithium at the edge of the foil.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from anodex.models.drawing.animation import save_frames
from anodex.models.drawing.style import label
from anodex.models.results.history import TIME
from anodex.models.results.result import Result
from anodex.models.results.series import FieldSeries
from anodex.models.systems.cell_stack.pictures.bodies import (
    read_body,
    stress_colouring,
)
from anodex.models.systems.cell_stack.pictures.lithium import distance_text, draw_edge, edge_window
from anodex.models.systems.cell_stack.pictures.pressing import draw_die, pressing_colourings
from anodex.models.systems.cell_stack.pictures.shown import Shown, in_words, shown

MOST_FRAMES = 15  # of a stage
SIZE = (11.0, 5.0)  # inches
MARGINS = {"left": 0.08, "right": 0.98, "bottom": 0.11, "top": 0.91, "wspace": 0.18}
LONG = 7200.0  # s, of a stage whose time is told in hours
PRESSURE_CURVE = "stack_pressure [MPa]"

Scene = Callable[[Axes, float], None]  # draws the state at a time [s]


def draw_stages(result: Result, path: Path) -> Path:
    """Write the stages as GIF, atomically, and return its path.

    Raises
    ------
    SetupError
        If the file cannot be written.
    """
    seen = shown(result)
    # a layout for each frame takes longer than all else
    with plt.rc_context({"figure.constrained_layout.use": False}):
        figure = plt.figure(figsize=SIZE)
        return save_frames(figure, _frames(seen, figure), path)


def _frames(seen: Shown, figure: Figure) -> Iterator[None]:
    """Draw frame after frame into the figure."""
    if seen.compaction is not None:
        scene = _pressing_scene(seen, seen.compaction)
        yield from _stage_frames(seen, figure, "compaction", seen.compaction, scene)
    if seen.lithium is not None:
        scene = _lithium_scene(seen, seen.lithium)
        for stage in seen.starts:
            if stage != "compaction" and seen.case.durations[stage]:
                yield from _stage_frames(seen, figure, stage, seen.lithium, scene)


def _stage_frames(
    seen: Shown, figure: Figure, stage: str, series: FieldSeries, draw_scene: Scene
) -> Iterator[None]:
    """Frames of a stage: its scene, and the stack pressure with a dot that moves along."""
    start, duration, rows = seen.starts[stage], seen.case.durations[stage], seen.during(stage)
    times = series.times[(series.times >= start) & (series.times <= start + duration)]
    seconds, unit = (3600.0, "h") if duration > LONG else (60.0, "min")
    for place in np.unique(
        np.linspace(0, len(times) - 1, min(len(times), MOST_FRAMES)).round().astype(int)
    ):
        time = float(times[place])
        figure.clear()
        scene, curve = figure.subplots(1, 2, width_ratios=[1.9, 1], gridspec_kw=MARGINS)
        draw_scene(scene, time)
        figure.suptitle(f"{stage}, {in_words(time - start)}", x=0.02, ha="left", fontweight="bold")
        passed = (rows[TIME] - start) / seconds
        curve.plot(passed, rows[PRESSURE_CURVE], color="0.6")
        if len(passed):
            now = (time - start) / seconds
            curve.plot(now, np.interp(now, passed, rows[PRESSURE_CURVE]), "o", color="black")
        curve.set(
            xlabel=f"time since the {stage} began [{unit}]",
            ylabel=label(PRESSURE_CURVE),
            ylim=(0, None),
        )
        yield


def _pressing_scene(seen: Shown, series: FieldSeries) -> Scene:
    bodies = [read_body(series, time) for time in series.times]
    density, stress = pressing_colourings(seen, bodies)

    def draw(axes: Axes, time: float) -> None:
        draw_die(axes, seen, read_body(series, time), density, stress)
        axes.set(xlabel="radius [mm]", ylabel="height [mm]")
        axes.figure.colorbar(
            density.bar,
            ax=axes,
            location="left",
            label="relative density [1]",
            shrink=0.6,
            pad=0.12,
        )
        axes.figure.colorbar(stress.bar, ax=axes, label=stress.text, shrink=0.6)

    return draw


def _lithium_scene(seen: Shown, series: FieldSeries) -> Scene:
    bodies = [read_body(series, time) for time in series.times]
    stress, window = stress_colouring(bodies), edge_window(seen, bodies)

    def draw(axes: Axes, time: float) -> None:
        draw_edge(axes, seen, read_body(series, time), seen.tube(time), stress, window)
        axes.set(xlabel=distance_text(seen), ylabel="height above the pellet [µm]")
        axes.figure.colorbar(stress.bar, ax=axes, label=stress.text, shrink=0.6)

    return draw
