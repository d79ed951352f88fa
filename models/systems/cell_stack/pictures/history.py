"""Pressure, pressed-out length and thickness of the lithium against time."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from anodex.models.drawing.steps import key_of_steps, shade_steps
from anodex.models.drawing.style import WIDEST, save
from anodex.models.results.history import TIME
from anodex.models.results.protocol import read_steps
from anodex.models.results.result import Result
from anodex.models.systems.cell_stack.case import STAGES
from anodex.models.systems.cell_stack.pictures.shown import IN_FRAME, Shown, in_words, shown

HOUR, MINUTE = 3600.0, 60.0  # s
LONG = 2 * HOUR  # of a time that is told in hours
ROWS = {
    "stack pressure [MPa]": "stack_pressure [MPa]",
    "pressed-out length [µm]": "extruded_length [um]",
    "foil thickness [µm]": "foil_thickness [um]",
}
SHADES = dict(zip(IN_FRAME, ("white", "0.95", "0.88"), strict=True))


def draw_history(result: Result, path: Path) -> Path | None:
    """Pressure, pressed-out length and thickness: through stacking in logarithmic time, from the
    charge on in hours or minutes.
    """
    seen = shown(result)
    parts = [
        rows for rows in (seen.during("stacking"), seen.during(*IN_FRAME)) if len(rows[TIME]) > 1
    ]
    if not parts:
        return None
    begins = "frame was closed" if seen.case.protocol.steps else "charge began"
    figure, axes = plt.subplots(
        len(ROWS),
        len(parts),
        figsize=(WIDEST / 2 * len(parts), 7.2),
        sharex="col",
        sharey="row",
        squeeze=False,
    )
    for column, rows in zip(axes.T, parts, strict=True):
        if rows["stage [1]"][0] == STAGES.index("stacking") + 1:
            times: np.ndarray = rows[TIME] - seen.starts["stacking"]
            times[0] = np.nan  # its start is not on a logarithmic axis
            column[0].set_xscale("log")
            column[0].set_title("stacking", loc="left")
            column[-1].set_xlabel("time since the stacking began [s]")
        else:
            is_long = rows[TIME][-1] - seen.framed > LONG
            unit, word = (HOUR, "h") if is_long else (MINUTE, "min")
            times = (rows[TIME] - seen.framed) / unit
            if seen.case.protocol.steps:
                _shade_cycles(column, seen, unit)
                key = key_of_steps(read_steps(seen.result.folder), "stripping")
                figure.legend(handles=key, loc="outside lower right", ncols=2)
            else:
                _name_stages(column, seen, times[-1], unit)
                _mark_dip(column[0], seen, unit)
            column[-1].xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 4, 5, 10]))
            column[-1].set_xlabel(f"time since the {begins} [{word}]")
        for place, name in zip(column, ROWS.values(), strict=True):
            place.plot(times, rows[name], color="C0")
            place.margins(x=0)
    for place, text in zip(axes[:, 0], ROWS, strict=True):
        place.set_ylabel(text)
    axes[0, 0].set_ylim(bottom=0)
    axes[1, 0].set_ylim(bottom=0)
    return save(figure, path)


def _shade_cycles(column: Sequence[Axes], seen: Shown, unit: float) -> None:
    """Shade the steps of a protocol that strip, and dot where conditions have ended steps."""
    for place in column:
        shade_steps(place, read_steps(seen.result.folder), unit, seen.framed)
    column[0].set_title("cycles", loc="left")


def _name_stages(column: Sequence[Axes], seen: Shown, end: float, unit: float) -> None:
    """Shade the stages in the frame up to a time in a `unit` [s], and name them."""
    names = []
    for stage, shade in SHADES.items():
        duration = seen.case.durations.get(stage, 0.0) / unit
        start = (seen.starts.get(stage, 0.0) - seen.starts["charge"]) / unit
        if not duration or start >= end:
            continue
        names.append(stage)
        for place in column:
            place.axvspan(start, min(start + duration, end), color=shade, linewidth=0, zorder=0)
    column[0].set_title(", then ".join(names), loc="left")


def _mark_dip(axes: Axes, seen: Shown, unit: float) -> None:
    """Mark the lowest pressure of the charge, where it is neither its first nor its last."""
    charge = seen.during("charge")
    pressure, times = (
        charge["stack_pressure [MPa]"],
        (charge[TIME] - seen.starts["charge"]) / unit,
    )
    lowest = int(pressure.argmin())
    if not 0 < lowest < len(pressure) - 1:
        return
    axes.plot(times[lowest], pressure[lowest], "o", color="C1", markersize=5)
    above = pressure[lowest] < 0.25 * pressure.max()
    text = f"dip by relaxation: {pressure[lowest]:.3g} MPa after {in_words(times[lowest] * unit)}"
    axes.annotate(
        text,
        (times[lowest], pressure[lowest]),
        (6, 8 if above else -14),
        textcoords="offset points",
        color="C1",
    )
