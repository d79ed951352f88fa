"""A short as it happens: before it, at it, when it opens."""

from pathlib import Path

import numpy as np

from anodex.models.drawing.style import save
from anodex.models.results.events import changes
from anodex.models.results.history import TIME
from anodex.models.results.result import Result
from anodex.models.systems.dendrite.pictures.columns import Column, columns_figure, draw_columns
from anodex.models.systems.dendrite.pictures.frames import (
    CONCENTRATION,
    SHEAR,
    STRESSES,
    Morphology,
    titled,
)
from anodex.models.systems.dendrite.pictures.history import CONTACT, LEAKAGE, has


def draw_events(result: Result, path: Path) -> Path | None:
    """The last state that was stored before the first short, the first one in it, and the first one
    after it has opened, or the last of all where it has not; None without a short.
    """
    run = Morphology.of(result)
    columns = [
        Column(run, [run.frame(time)], [titled(time, words, run.cut)])
        for words, time in moments(run).items()
    ]
    if not columns:
        return None
    shown = run.those_of((STRESSES[0], SHEAR, CONCENTRATION))
    figure = columns_figure(columns, shown)
    draw_columns(figure, columns, shown)
    return save(figure, path)


def events(run: Morphology) -> np.ndarray:
    """Times at which a short was made or lost, in turn [s]: contacts, or crossings of the threshold
    of the leakage current.
    """
    history = run.history
    if has(run, CONTACT):
        states = history[CONTACT]
    elif not has(run, LEAKAGE):
        return np.array([])
    else:
        leakage = history[LEAKAGE]
        states = leakage > run.case.leakage.factor * leakage[0]
    return changes(history[TIME], states)["time [s]"]


def moments(run: Morphology) -> dict[str, float]:
    """What is to be seen -> when it was stored [s]; none without a short."""
    stored, happened = run.series.times, events(run)
    if not len(happened) or not np.any(stored >= happened[0]):
        return {}
    found = {}
    if np.any(stored < happened[0]):
        found["before the short"] = float(stored[stored < happened[0]][-1])
    found["short"] = float(stored[stored >= happened[0]][0])
    if len(happened) > 1 and np.any(stored >= happened[1]):
        found["open again"] = float(stored[stored >= happened[1]][0])
    elif stored[-1] > found["short"]:
        found["still short"] = float(stored[-1])
    return found
