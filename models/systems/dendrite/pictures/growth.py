"""The morphology of a dendrite run at several times, and as a moving picture."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from anodex.models.drawing.animation import save_frames
from anodex.models.drawing.style import label, save
from anodex.models.results.history import TIME
from anodex.models.results.result import Result
from anodex.models.systems.dendrite.pictures.events import moments
from anodex.models.systems.dendrite.pictures.frames import (
    ABOVE,
    Morphology,
    draw_key,
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

SHOWN = 4  # times
MOST_FRAMES = 60
FILM_PIXELS = 600  # of the longer side, as many as a moving picture shows
SIZE = (11.0, 4.2)  # inches
MARGINS = {"left": 0.07, "right": 0.98, "bottom": 0.13, "top": 0.84, "wspace": 0.25}


def draw_growth(result: Result, path: Path) -> Path:
    """The first, the last and two states between, as far as there are so many; the first short is
    one of them.
    """
    morphology = Morphology.of(result)
    short = moments(morphology).get("short")
    times = with_short(_spread(morphology.series.times, SHOWN), short, SHOWN)
    frames = [morphology.frame(time, ()) for time in times]
    across = min(2, len(frames))
    down = -(-len(frames) // across)
    width, height = morphology.size
    figure, axes = plt.subplots(
        down,
        across,
        figsize=(across * width, down * height + ABOVE),
        squeeze=False,
        sharex=True,
        sharey=True,
    )
    for place, frame in zip(axes.flat, frames, strict=False):
        draw_states(place, morphology, frame)
        words = "short" if frame.time == short else ""
        place.set_title(titled(frame.time, words, morphology.cut), loc="left")
    for spare in axes.flat[len(frames) :]:
        spare.remove()
    draw_key(figure, frames)
    name_axes(axes)
    return save(figure, path)


def animate(result: Result, path: Path) -> Path:
    """Write the growth as GIF: the morphology, and the leakage current or the cell voltage with a
    dot that moves along.
    """
    morphology = replace(Morphology.of(result), pixels=FILM_PIXELS)
    # a layout for each frame takes longer than all else
    with plt.rc_context({"figure.constrained_layout.use": False}):
        figure = plt.figure(figsize=SIZE)
        return save_frames(figure, _frames(morphology, figure), path)


def _frames(morphology: Morphology, figure: Figure) -> Iterator[None]:
    times, rows = morphology.series.times, morphology.history
    name, words = signal(morphology)
    ends = [morphology.frame(time, ()) for time in (times[0], times[-1])]
    short = moments(morphology).get("short")
    for time in with_short(_spread(times, MOST_FRAMES), short, MOST_FRAMES):
        figure.clear()
        scene, curve = figure.subplots(1, 2, width_ratios=[1.9, 1], gridspec_kw=MARGINS)
        draw_states(scene, morphology, morphology.frame(time, ()))
        draw_key(figure, ends, "upper right")
        name_axes(np.array([[scene]]))
        figure.suptitle(titled(time, morphology.cut), x=0.02, ha="left", fontweight="bold")
        draw_signal(curve, morphology, color="0.6")
        if name == LEAKAGE:
            draw_threshold(curve, morphology)
        curve.plot(time, np.interp(time, rows[TIME], rows[name]), "o", color="black")
        curve.set(xlabel="time [s]", title=label(words))
        yield


def with_short(times: np.ndarray, short: float | None, most: int) -> np.ndarray:
    """Times [s], one of which is that of a short, if there is one: where there are as many as may
    be, it takes the place of the nearest one that is neither the first nor the last.
    """
    if short is None or short in times:
        return times
    kept = times
    if len(times) >= most > 2:
        kept = np.delete(times, 1 + np.abs(times[1:-1] - short).argmin())
    return np.sort(np.append(kept, short))


def _spread(times: np.ndarray, most: int) -> np.ndarray:
    """At most so many of some times [s], spread evenly, the first and the last among them; where
    events are, more are stored.
    """
    even = np.linspace(times[0], times[-1], most)
    return np.unique([times[np.abs(times - time).argmin()] for time in even])
