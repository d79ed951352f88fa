"""Lithium at the rim of the foil, at the start and after each stage, and its thickness over the
radius.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from anodex.models.drawing.style import WIDEST, bar_above, bar_beside, save
from anodex.models.results.result import Result
from anodex.models.systems.cell_stack.pictures.bodies import (
    PELLET_COLOUR,
    PRESSURE,
    ROD_COLOUR,
    TUBE_COLOUR,
    VON_MISES,
    Body,
    Colouring,
    bore,
    draw_body,
    even_colouring,
    read_body,
    stress_colouring,
)
from anodex.models.systems.cell_stack.pictures.shown import Shown, shown

EDGE = 600.0  # um of the foil shown at its edge
MARGIN, LEAST_MARGIN = 0.08, 60.0  # around the lithium, over its height and in um

# least and largest radius, from the rod's, and height [um]
Window = tuple[float, float, float, float]


def draw_lithium(result: Result, path: Path) -> Path | None:
    """The edge of the foil to scale at some times, coloured by pressure and by von Mises stress;
    below, its profile.

    Times stand side by side where the lithium is higher than wide, else one below the other. None
    before there is lithium.
    """
    seen = shown(result)
    if seen.lithium is None:
        return None
    times = seen.stage_ends()
    bodies = {title: read_body(seen.lithium, time) for title, time in times.items()}
    colourings = lithium_colourings(seen, list(bodies.values()))
    window = edge_window(seen, list(bodies.values()))
    shape, count = (window[3] - window[2]) / (window[1] - window[0]), len(bodies)
    is_tall = shape > 1
    rows, columns = (2, count) if is_tall else (count, 2)
    width = min(3.1, (WIDEST - 1.2) / columns) if is_tall else WIDEST / 2
    heights = rows * ((width - 0.5) * shape + 0.3) + 1.2, 3.0
    figure = plt.figure(figsize=(WIDEST, sum(heights)))
    upper, lower = figure.subfigures(2, 1, height_ratios=heights)
    axes = upper.subplots(rows, columns, squeeze=False, sharex=True, sharey=True)
    for places, colouring in zip(axes if is_tall else axes.T, colourings, strict=True):
        for place, (title, time) in zip(places, times.items(), strict=True):
            draw_edge(place, seen, bodies[title], seen.tube(time), colouring, window)
            place.set_title(title, loc="left")
        if is_tall:
            bar_beside(places[-1], colouring.bar, colouring.text)
        else:
            bar_above(places[0], colouring.bar, colouring.text)
    for place in axes[:, 0]:
        place.set_ylabel("height [µm]")
    for place in axes[-1]:
        place.set_xlabel(distance_text(seen))
    _draw_profiles(lower.subplots(), seen, bodies)
    return save(figure, path)


def lithium_colourings(seen: Shown, bodies: list[Body]) -> tuple[Colouring, Colouring]:
    """Of pressure and von Mises stress in the part at the edge that is shown."""
    inner = seen.case.geometry.inner_radius - EDGE
    return even_colouring(bodies, PRESSURE, inner), stress_colouring(bodies, inner)


def edge_window(seen: Shown, bodies: list[Body]) -> Window:
    """A picture that holds all of the lithium at the edge."""
    radius = seen.case.geometry.inner_radius
    widest, highest = (max(float(body.points[:, axis].max()) for body in bodies) for axis in (0, 1))
    margin = max(MARGIN * highest, LEAST_MARGIN)
    return -min(EDGE, radius), widest - radius + margin, -margin, highest + margin


def draw_edge(
    axes: Axes,
    seen: Shown,
    lithium: Body,
    tube: Body | None,
    colouring: Colouring,
    window: Window,
) -> None:
    """Lithium at the edge of the foil between pellet, rod and tube, lengths in um, to scale."""
    radius, is_die = seen.case.geometry.inner_radius, seen.case.geometry.type == "die"
    left, right, bottom, top = window
    thickness = foil_thickness(lithium)
    end = 0.0 if is_die else 2 * right  # the plates of a pouch go on
    outline = {"edgecolor": "black", "linewidth": 0.5}
    axes.add_patch(
        Rectangle((2 * left, thickness), end - 2 * left, top, facecolor=ROD_COLOUR, **outline)
    )
    axes.add_patch(
        Rectangle(
            (2 * left, 2 * bottom),
            4 * right - 2 * left,
            -2 * bottom,
            facecolor=PELLET_COLOUR,
            **outline,
        )
    )
    names = [
        (left / 2, (thickness + top) / 2, "rod" if is_die else "plate", 0),
        (left / 2, bottom / 2, "pellet", 0),
    ]
    if is_die:
        wall = _wall(lithium, tube, bottom, top)
        axes.fill_betweenx(
            wall[:, 1], wall[:, 0] - radius, 2 * right, facecolor=TUBE_COLOUR, **outline
        )
        names.append((right + bottom / 2, top / 2, "tube", 90))
    draw_body(
        axes,
        Body(lithium.points - [radius, 0.0], lithium.start, lithium.cells, lithium.values),
        colouring,
    )
    if colouring.is_none(lithium):
        nothing = "no stress" if colouring.name == VON_MISES else "no pressure"
        names.append((left / 2, thickness / 2, nothing, 0))
    for x, y, name, angle in names:
        axes.text(x, y, name, rotation=angle, ha="center", va="center", fontsize="small")
    axes.set(xlim=(left, right), ylim=(bottom, top), aspect="equal")


def _wall(lithium: Body, tube: Body | None, bottom: float, top: float) -> np.ndarray:
    """Wall along the lithium and beyond it, where it goes straight on if no tube is modelled;
    radius and height [um], shape (nodes, 2).
    """
    along = outer_edge(lithium)
    beyond = bore(tube) if tube else np.array([[along[0, 0], 2 * bottom], [along[-1, 0], 2 * top]])
    return np.concatenate(
        [beyond[beyond[:, 1] < along[0, 1]], along, beyond[beyond[:, 1] > along[-1, 1]]]
    )


def outer_edge(lithium: Body) -> np.ndarray:
    """Outermost node of each row of the mesh, radius and height [um], upwards, shape (rows, 2)."""
    _, row = np.unique(lithium.start[:, 1].round(6), return_inverse=True)
    order = np.lexsort((-lithium.points[:, 0], row))
    _, outermost = np.unique(row[order], return_index=True)
    return lithium.points[order[outermost]]


def upper_edge(lithium: Body, radius: float) -> np.ndarray:
    """Radius and height [um] of the lithium's surface along the rod's face, up its side, and
    down the wall, shape (points, 2).
    """
    thickness = foil_thickness(lithium)
    wall = outer_edge(lithium)[::-1]
    beyond = [[radius, wall[0, 1]]] if wall[0, 1] > thickness else []
    return np.array([[0.0, thickness], [radius, thickness], *beyond, *wall.tolist()])


def foil_thickness(lithium: Body) -> float:
    """On the axis [um]."""
    return float(lithium.points[lithium.start[:, 0] == 0.0, 1].max())


def _draw_profiles(edge: Axes, seen: Shown, bodies: Mapping[str, Body]) -> None:
    """The shape of the lithium at the edge; the legend tells the thickness of the foil under the
    rod, which is the same everywhere.
    """
    radius = seen.case.geometry.inner_radius
    for (title, body), dashes in zip(
        bodies.items(), (":", "--", "-", "-.", (0, (5, 1, 1, 1))), strict=False
    ):
        edge.plot(
            *(upper_edge(body, radius) - [radius, 0.0]).T,
            linestyle=dashes,
            label=f"{title}: {foil_thickness(body):.5g} µm",
        )
    widest = max(float(body.points[:, 0].max()) for body in bodies.values()) - radius
    edge.set(
        xlabel=distance_text(seen),
        ylabel="height of the lithium [µm]",
        xlim=(-widest, 1.15 * widest),
        ylim=(0, None),
    )
    edge.legend(
        loc="center left",
        bbox_to_anchor=(1.0, 0.5),
        title="foil thickness",
    )


def distance_text(seen: Shown) -> str:
    return (
        "radius beyond the rod's [µm]"
        if seen.case.geometry.type == "die"
        else "distance beyond the electrode's edge [µm]"
    )
