"""Powder and tube before, under and after the pressure of stage 1, and the gap that it leaves."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from anodex.models.drawing.style import SQUARE_ROOT, WIDEST, bar_above, save
from anodex.models.results.result import Result
from anodex.models.systems.cell_stack.pictures.bodies import (
    DENSITY,
    LEFT,
    MILLIMETRE,
    PELLET_COLOUR,
    RIGHT,
    ROD_COLOUR,
    TUBE_COLOUR,
    Body,
    Colouring,
    bore,
    draw_body,
    even_colouring,
    pressed_face,
    read_body,
    stress_colouring,
)
from anodex.models.systems.cell_stack.pictures.shown import Shown, shown

REACH = 1.4  # of the tube shown beyond the loose powder, over the inner radius
BASE = 0.25  # height of pellet and rod below the gap, over the highest gap


def draw_pressing(result: Result, path: Path) -> Path | None:
    """Sections of the die, coloured by density on the left and by von Mises stress on the right;
    below, the gap along the rod. None where nothing is pressed.
    """
    seen = shown(result)
    if seen.compaction is None:
        return None
    bodies = {title: read_body(seen.compaction, time) for title, time in shown_times(seen).items()}
    density, stress = pressing_colourings(seen, list(bodies.values()))
    figure = plt.figure(figsize=(WIDEST, 6.6))
    upper, lower = figure.subfigures(2, 1, height_ratios=[1.3, 1])
    sections = upper.subplots(1, len(bodies), squeeze=False, sharey=True)[0]
    for axes, (title, body) in zip(sections, bodies.items(), strict=True):
        draw_die(axes, seen, body, density, stress)
        axes.set(title=title, xlabel="radius [mm]")
    sections[0].set_ylabel("height [mm]")
    bar_above(sections[0], density.bar, "left: relative density of\nthe powder [1]")
    bar_above(sections[-1], stress.bar, f"right: von Mises stress\n[MPa], {SQUARE_ROOT}")
    _draw_gap(lower.subplots(), seen, bodies)
    return save(figure, path)


def shown_times(seen: Shown) -> dict[str, float]:
    """Title -> time [s] of the states that are there: loose, under the pressure, and after
    release; none where nothing is pressed.
    """
    if seen.compaction is None:
        return {}
    given, last = seen.case.compaction, float(seen.compaction.times[-1])
    times = {"loose powder": 0.0}
    # the last step of pressing stops short of the pressure by its tolerance
    if last >= 0.999 * given.ramp:
        times[f"under {given.pressure:g} MPa"] = given.ramp
    if last >= given.duration * (1 - 1e-9):
        times["released"] = last
    return times


def pressing_colourings(seen: Shown, bodies: list[Body]) -> tuple[Colouring, Colouring]:
    """Of the powder's relative density, and of the von Mises stress."""
    return even_colouring([seen.powder(body) for body in bodies], DENSITY), stress_colouring(bodies)


def draw_die(axes: Axes, seen: Shown, body: Body, density: Colouring, stress: Colouring) -> None:
    """Section of pellet, tube and rods [mm], coloured by density left and by von Mises stress
    right of the axis.
    """
    powder = seen.powder(body)
    tube, face = body.without(powder), pressed_face(powder) / MILLIMETRE
    geometry = seen.case.geometry
    radius, outer = (
        geometry.inner_radius / MILLIMETRE,
        1.04 * seen.case.die.tube_outer_radius / MILLIMETRE,
    )
    reach = seen.case.powder_height / 2 / MILLIMETRE + REACH * radius
    draw_body(axes, tube, TUBE_COLOUR, LEFT, MILLIMETRE)
    draw_body(axes, powder, density, LEFT, MILLIMETRE)
    for part in (powder, tube):
        draw_body(axes, part, stress, RIGHT, MILLIMETRE)
    if stress.is_none(body):
        axes.text(radius / 2, 0.0, "no stress", ha="center", va="center", fontsize="small")
    for half in (1, -1):
        axes.add_patch(
            Rectangle(
                (-radius, half * face),
                2 * radius,
                half * 2 * reach,
                facecolor=ROD_COLOUR,
                edgecolor="black",
                linewidth=0.5,
            )
        )
        axes.text(0.0, half * (face + reach) / 2, "rod", ha="center", va="center")
    axes.set(xlim=(-outer, outer), ylim=(-reach, reach), aspect="equal")


def _draw_gap(axes: Axes, seen: Shown, bodies: Mapping[str, Body]) -> None:
    """Gap between rod and tube against the height above the pellet."""
    radius = seen.case.geometry.inner_radius
    reach = (seen.case.geometry.foil_thickness + seen.case.geometry.gap_length) / MILLIMETRE
    highest = 10.0
    for dashes, (title, body) in zip((":", "--", "-"), bodies.items(), strict=False):
        powder = seen.powder(body)
        wall, face = bore(body.without(powder)), pressed_face(powder)
        heights, gaps = (wall[:, 1] - face) / MILLIMETRE, wall[:, 0] - radius
        axes.plot(heights, gaps, dashes, color="black", label=title)
        highest = max(highest, 1.1 * gaps.max())
    below = -face / MILLIMETRE
    axes.fill_between(heights, gaps, highest, color=TUBE_COLOUR, linewidth=0)
    side = np.append(heights[heights < 0], 0.0)
    axes.fill_between(
        side, np.interp(side, heights, gaps), -BASE * highest, color=PELLET_COLOUR, linewidth=0
    )
    axes.add_patch(
        Rectangle(
            (0.0, -BASE * highest),
            reach,
            BASE * highest,
            facecolor=ROD_COLOUR,
            edgecolor="black",
            linewidth=0.5,
        )
    )
    for place, height, text in (
        (below / 2, -BASE / 2, "pellet"),
        (reach / 2, -BASE / 2, "rod"),
        (reach / 2, 0.85, "tube"),
    ):
        axes.text(place, height * highest, text, ha="center", va="center")
    axes.set(xlim=(below, reach), ylim=(-BASE * highest, highest))
    axes.set(xlabel="height above the pellet's face [mm]", ylabel="opening of the tube [µm]")
    axes.set_title(f"The gap that the tube leaves ({title})", loc="left")
    axes.legend(loc="upper right")
