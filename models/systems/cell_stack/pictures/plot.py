"""Pictures of a cell-stack run, from its result folder alone."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from anodex.models.drawing.style import CURVES, save, style
from anodex.models.errors import SetupError
from anodex.models.results.history import TIME
from anodex.models.systems.cell_stack.case import STAGES
from anodex.models.systems.cell_stack.pictures.bodies import Result, in_words, read_result
from anodex.models.systems.cell_stack.pictures.lithium import draw_lithium
from anodex.models.systems.cell_stack.pictures.pressing import draw_pressing
from anodex.models.systems.cell_stack.pictures.stages import animate

HOUR = 3600.0  # s
ROWS = {
    "stack pressure [MPa]": "stack_pressure [MPa]",
    "pressed-out length [µm]": "extruded_length [um]",
    "foil thickness [µm]": "foil_thickness [um]",
}
IN_FRAME = STAGES[STAGES.index("charge") :]
SHADES = dict(zip(IN_FRAME, ("white", "0.95", "0.88"), strict=True))


def plot(path: Path) -> list[Path]:
    """Draw all pictures and an animation into `path`/figures and return their paths; serial.

    Works on the folder of a run that still goes on, with what is there.

    Raises
    ------
    SetupError
        When the folder holds no fields yet.
    """
    result, figures = read_result(path), path / "figures"
    if result.compaction is None and result.lithium is None:
        raise SetupError(
            f"{path} holds neither compaction.xdmf nor fields.xdmf yet; wait for the first step of "
            "the run"
        )
    pictures = []
    with style():
        if result.compaction is not None:
            pictures.append(draw_pressing(result, figures / "compaction.png"))
        if len(result.during("compaction")[TIME]) > 1:
            pictures.append(_draw_heckel(result, figures / "density.png"))
        if result.lithium is not None:
            pictures.append(draw_lithium(result, figures / "lithium.png"))
        if len(result.during("stacking", *IN_FRAME)[TIME]) > 1:
            pictures.append(_draw_history(result, figures / "history.png"))
        pictures.append(animate(result, figures / "stages.gif"))
    return pictures


def _draw_heckel(result: Result, path: Path) -> Path:
    """Relative density and Heckel's ln(1 / (1 - D)) against the pressure of the punch, through
    pressing and release.
    """
    rows = result.during("compaction")
    pressure, density = rows["stack_pressure [MPa]"], rows["relative_density [1]"]
    peak = int(pressure.argmax())
    start = result.case.geometry.initial_relative_density
    rigid = -np.log(1 - start) + result.case.powder.heckel_constant * pressure[: peak + 1]
    figure, axes = plt.subplots(1, 2, figsize=(9.5, 3.8))
    for place, to_shown in zip(
        axes, (lambda values: values, lambda values: -np.log(1 - values)), strict=True
    ):
        place.plot(pressure[: peak + 1], to_shown(density[: peak + 1]), label="pressing")
        place.plot(
            pressure[peak:],
            to_shown(density[peak:]),
            "--",
            label="release, cathode layer" if _presses_twice(result) else "release",
        )
        place.plot(
            pressure[: peak + 1],
            to_shown(1 - np.exp(-rigid)),
            ":",
            color="0.4",
            label="Heckel, in a rigid die",
        )
        place.set_xlabel("pressure of the punch [MPa]")
    axes[0].plot(pressure[peak], density[peak], "o", color="black", markersize=5)
    axes[0].set_title(
        f"{density[peak]:.4f} at {pressure[peak]:.4g} MPa; {density[-1]:.4f} at {pressure[-1]:.4g} "
        "MPa",
        loc="left",
    )
    axes[0].set_ylabel("relative density [1]")
    axes[1].set_ylabel("ln(1 / (1 \N{MINUS SIGN} relative density)) [1]")
    axes[0].legend(loc="lower right")
    return save(figure, path)


def _presses_twice(result: Result) -> bool:
    return result.case.compaction.cathode_pressure > 0


def _draw_history(result: Result, path: Path) -> Path:
    """Pressure, pressed-out length and thickness: through stacking in logarithmic time, from the
    charge on in hours.
    """
    parts = [
        rows
        for rows in (result.during("stacking"), result.during(*IN_FRAME))
        if len(rows[TIME]) > 1
    ]
    figure, axes = plt.subplots(
        len(ROWS),
        len(parts),
        figsize=(5.2 * len(parts), 7.2),
        sharex="col",
        sharey="row",
        squeeze=False,
    )
    for column, rows in zip(axes.T, parts, strict=True):
        if rows["stage [1]"][0] == STAGES.index("stacking") + 1:
            times = rows[TIME] - result.starts["stacking"]
            times[0] = np.nan  # its start is not on a logarithmic axis
            column[0].set_xscale("log")
            column[0].set_title("stacking", loc="left")
            column[-1].set_xlabel("time since the stacking began [s]")
        else:
            times = (rows[TIME] - result.starts["charge"]) / HOUR
            _name_stages(column, result, times[-1])
            _mark_dip(column[0], result)
            column[-1].xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 4, 5, 10]))
            column[-1].set_xlabel("time since the charge began [h]")
        for place, name in zip(column, ROWS.values(), strict=True):
            place.plot(times, rows[name], color=CURVES[0])
            place.margins(x=0)
    for place, text in zip(axes[:, 0], ROWS, strict=True):
        place.set_ylabel(text)
    axes[0, 0].set_ylim(bottom=0)
    axes[1, 0].set_ylim(bottom=0)
    return save(figure, path)


def _name_stages(column: Sequence[Axes], result: Result, end: float) -> None:
    """Shade the stages in the frame up to a time [h], and name them."""
    names = []
    for stage, shade in SHADES.items():
        duration = result.case.durations.get(stage, 0.0) / HOUR
        start = (result.starts.get(stage, 0.0) - result.starts["charge"]) / HOUR
        if not duration or start >= end:
            continue
        names.append(stage)
        for place in column:
            place.axvspan(start, min(start + duration, end), color=shade, linewidth=0, zorder=0)
    column[0].set_title(", then ".join(names), loc="left")


def _mark_dip(axes: Axes, result: Result) -> None:
    """Mark the lowest pressure of the charge, where it is neither its first nor its last."""
    charge = result.during("charge")
    pressure, times = (
        charge["stack_pressure [MPa]"],
        (charge[TIME] - result.starts["charge"]) / HOUR,
    )
    lowest = int(pressure.argmin())
    if not 0 < lowest < len(pressure) - 1:
        return
    axes.plot(times[lowest], pressure[lowest], "o", color=CURVES[1], markersize=5)
    above = pressure[lowest] < 0.25 * pressure.max()
    text = f"dip by relaxation: {pressure[lowest]:.3g} MPa after {in_words(times[lowest] * HOUR)}"
    axes.annotate(
        text,
        (times[lowest], pressure[lowest]),
        (6, 8 if above else -14),
        textcoords="offset points",
        color=CURVES[1],
    )
