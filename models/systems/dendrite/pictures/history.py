"""Curves of a dendrite run against time."""

from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from anodex.models.drawing.history import is_flat, say_constants
from anodex.models.drawing.style import label, save
from anodex.models.results.events import changes
from anodex.models.results.history import TIME
from anodex.models.results.result import Result
from anodex.models.systems.dendrite.pictures.frames import Morphology
from anodex.models.systems.dendrite.short import classify

LEAKAGE, TIP = "leakage_current_density [A/m^2]", "tip_position [um]"
VOLTAGE, CONTACT = "cell_voltage [V]", "contact [1]"
CONTACT_CURRENT = "contact_current_density [A/m^2]"
ROWS = {
    "deposited_thickness [um]": "deposited thickness [um]",
    TIP: "farthest lithium x [um]",
    "current_density [A/m^2]": "current density [A/m^2]",
    VOLTAGE: "cell voltage [V]",
    LEAKAGE: "leakage current density at 1 V [A/m^2]",
    CONTACT_CURRENT: "leakage current density [A/m^2]",
    "dead_lithium_fraction [1]": "dead over deposited lithium [1]",
    "max_hydrostatic_pressure [MPa]": "largest hydrostatic pressure [MPa]",
}
FROM_ZERO = ("deposited_thickness [um]", "current_density [A/m^2]", "dead_lithium_fraction [1]")
CLOSE = 6  # contacts made or lost that are shown in detail
HOUR = 3600.0  # s


def draw_history(result: Result, path: Path) -> Path | None:
    """A panel for each column of `ROWS` that the run has and that changes, and in words those that
    do not; None for a single row.
    """
    morphology = Morphology.of(result)
    times, history = morphology.history[TIME], morphology.history
    if len(times) < 2:
        return None
    known = [name for name in ROWS if has(morphology, name)]
    names = [name for name in known if not is_flat(history[name])]
    down = -(-len(names) // 2)
    figure, axes = plt.subplots(down, 2, figsize=(9.5, 2.6 * down), sharex=True, squeeze=False)
    for place, name in zip(axes.flat, names, strict=False):
        if name == LEAKAGE:
            draw_leakage(place, morphology)
            mark_short(place, morphology)
        else:
            place.plot(times, history[name], color="C0", clip_on=False)
        if name == TIP:
            length = morphology.case.geometry.length
            place.axhline(length, color="0.4", linestyle=":", label="counter electrode")
            place.legend(loc="best")
        if name in FROM_ZERO:
            low, high = np.nanmin(history[name]), np.nanmax(history[name])
            place.set_ylim(min(0.0, 1.05 * low), 1.05 * high if high > 0 else 1.0)
        place.set_title(label(ROWS[name]), loc="left")
        place.margins(x=0)
    for spare in axes.flat[len(names) :]:
        spare.remove()
    for place in axes.flat[max(0, len(names) - 2) : len(names)]:
        place.set_xlabel("time [s]")
        place.tick_params(labelbottom=True)
        place.xaxis.set_major_locator(MaxNLocator(6))
    say_constants(figure, {ROWS[name]: history[name] for name in known if name not in names})
    return save(figure, path)


def draw_voltage_history(result: Result, path: Path) -> Path | None:
    """The cell voltage, and below it the leakage, with the times at which lithium touches the
    counter electrode: of the whole run, and of its first contacts; None without a voltage or for a
    single row.
    """
    morphology = Morphology.of(result)
    history = morphology.history
    times = history[TIME]
    if not has(morphology, VOLTAGE) or len(times) < 2:
        return None
    rows = {VOLTAGE: ("cell voltage [mV]", 1e3)}
    # results of earlier versions do not have it
    if has(morphology, CONTACT_CURRENT) and not is_flat(history[CONTACT_CURRENT]):
        rows[CONTACT_CURRENT] = ROWS[CONTACT_CURRENT], 1.0
    spans = [(times[0], times[-1], HOUR, "time [h]")]
    happened = changes(times, history[CONTACT])["time [s]"]
    if len(happened) > 2:
        first, last = happened[0], happened[: CLOSE + 1][-1]
        spans.append((first - (last - first) / CLOSE, last, 1.0, "time [s]"))
    figure, axes = plt.subplots(
        len(rows),
        len(spans),
        figsize=(5.0 * len(spans), 0.6 + 1.8 * len(rows)),
        squeeze=False,
        sharey="row",
        sharex="col",
    )
    for places, (start, end, unit, words) in zip(axes.T, spans, strict=True):
        for place, (name, (_, scale)) in zip(places, rows.items(), strict=True):
            place.plot(times / unit, history[name] * scale, color="C0", linewidth=0.9)
            mark_contacts(place, times / unit, history[CONTACT])
            place.set_xlim(start / unit, end / unit)
        places[-1].set_xlabel(words)
    for place, (words, _) in zip(axes[:, 0], rows.values(), strict=True):
        place.set_title(label(words), loc="left")
    touches = "lithium touches the counter electrode"
    if len(happened):
        figure.legend(axes[0, 0].collections, [touches], loc="outside upper right")
    else:
        never = touches.replace("touches", "never touches")
        axes[0, 0].set_title(never, loc="right", color="0.4", fontsize="small")
    return save(figure, path)


def mark_contacts(axes: Axes, times: np.ndarray, touching: np.ndarray, color: str = "C0") -> None:
    """Shade the times of contact, from the lower to the upper edge."""
    axes.fill_between(
        times,
        0,
        1,
        where=touching > 0,
        step="pre",
        color=color,
        alpha=0.15,
        lw=0,
        transform=axes.get_xaxis_transform(),
    )


def has(morphology: Morphology, name: str) -> bool:
    """Whether a run has a column with numbers in it."""
    return name in morphology.history and bool(np.isfinite(morphology.history[name]).any())


def signal(morphology: Morphology) -> tuple[str, str]:
    """Column by which a short is seen, and its words: the leakage current, the cell voltage, or how
    far lithium has come.
    """
    name = next(name for name in (LEAKAGE, VOLTAGE, TIP) if has(morphology, name))
    return name, ROWS[name]


def draw_signal(axes: Axes, morphology: Morphology, text: str = "", color: str = "C0") -> None:
    """That column against time; behind a cell voltage the times of contact."""
    name, _ = signal(morphology)
    if name == LEAKAGE:
        draw_leakage(axes, morphology, text, color)
        return
    times = morphology.history[TIME]
    axes.plot(times, morphology.history[name], color=color, label=text, linewidth=0.9)
    if name == VOLTAGE:
        mark_contacts(axes, times, morphology.history[CONTACT], color)


def draw_leakage(axes: Axes, morphology: Morphology, text: str = "", color: str = "C0") -> None:
    """The leakage current against time, on a logarithmic axis."""
    axes.plot(morphology.history[TIME], morphology.history[LEAKAGE], color=color, label=text)
    axes.set_yscale("log")


def mark_short(axes: Axes, morphology: Morphology) -> None:
    """The current from which on it is a short, and when it was first reached."""
    times, currents = morphology.history[TIME], morphology.history[LEAKAGE]
    draw_threshold(axes, morphology)
    short = classify(times, currents, currents[0], morphology.case.leakage.factor)
    if short.time is not None:
        axes.axvline(
            short.time,
            color="C1",
            linestyle=":",
            label=f"{short.kind} short at {short.time:.3g} s",
        )
    axes.legend(loc="best")


def draw_threshold(axes: Axes, morphology: Morphology) -> None:
    """The least leakage current of a short."""
    start, factor = morphology.history[LEAKAGE][0], morphology.case.leakage.factor
    axes.axhline(
        factor * start,
        color="0.4",
        linestyle="--",
        linewidth=1.0,
        label=f"short: {factor:g} times the start",
    )
