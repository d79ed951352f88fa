"""Lithium and pores in space."""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pyvista
from matplotlib import pyplot as plt
from matplotlib.patches import Patch

from anodex.models.drawing.oblique import Edge, View, draw_view, seen_from
from anodex.models.drawing.render import offscreen
from anodex.models.drawing.style import save
from anodex.models.results.result import Result
from anodex.models.systems.dendrite.pictures.events import moments
from anodex.models.systems.dendrite.pictures.frames import (
    FRONT,
    NAMES,
    PHASE,
    PORES,
    STATES,
    Morphology,
    titled,
)

VIEW = (0.9, -1.0, 0.75)  # from the middle towards the eye: the growth front is seen
WIDTH = 7.0  # inches
SEEN_THROUGH = 0.4  # opacity of air


def draw_space(result: Result, path: Path) -> Path | None:
    """Lithium, filled pores and air at the first short or else at the last stored time, without the
    electrolyte; None in the plane.
    """
    if result.case.geometry.depth is None:
        return None
    morphology = Morphology.of(result)
    short = moments(morphology).get("short")
    time, words = (morphology.series.times[-1], "") if short is None else (short, "short")
    grid = morphology.series.grid(time)
    bodies = _bodies(grid)
    with offscreen():
        view = _view(grid, bodies)
    rows, columns = view.image.shape[:2]
    figure, axes = plt.subplots(figsize=(WIDTH, WIDTH * rows / columns + 1.0))
    draw_view(axes, view, _edges(*morphology.sides, result.case.geometry.depth))
    figure.suptitle(titled(time, words, morphology.pressure), x=0.02, ha="left", size="medium")
    patches = [
        Patch(facecolor=STATES[state], alpha=opacity(state), edgecolor="black", label=NAMES[state])
        for state in bodies
    ]
    figure.legend(handles=patches, loc="outside lower center", ncols=len(patches), handlelength=1.2)
    return save(figure, path)


def opacity(state: int) -> float:
    """Of a body: air would hide lithium behind it."""
    return SEEN_THROUGH if state == -1 else 1.0


def _edges(length: float, width: float, depth: float) -> list[Edge]:
    """Edges of the box that are seen at the rim of the picture, as axes."""
    return [
        Edge((0, 0, 0), (length, 0, 0), (0, length), "x [µm]"),
        Edge((length, 0, 0), (length, width, 0), (0, width), "y [µm]", begins=False),
        Edge((0, 0, 0), (0, 0, depth), (0, depth), "z [µm]"),
    ]


def _bodies(grid: pyvista.UnstructuredGrid) -> dict[int, pyvista.UnstructuredGrid]:
    """State -> the part of the grid that is in it, of those that occur."""
    lithium, rest = (
        grid.clip_scalar(scalars=PHASE, value=FRONT, invert=below) for below in (False, True)
    )
    bodies = {
        2: lithium.clip_scalar(scalars=PORES, value=0.0, invert=False),
        0: lithium.clip_scalar(scalars=PORES, value=0.0, invert=True),
        -1: rest.clip_scalar(scalars=PORES, value=0.0, invert=True),
    }
    return {state: body for state, body in bodies.items() if body.n_cells}


def _view(grid: pyvista.UnstructuredGrid, bodies: Mapping[int, pyvista.UnstructuredGrid]) -> View:
    """The states in a wire frame; inside `offscreen`."""
    with closing(pyvista.Plotter(off_screen=True, window_size=(1800, 1400))) as plotter:
        plotter.add_mesh(grid.outline(), color="black", line_width=2)
        for state, body in bodies.items():
            plotter.add_mesh(
                body.extract_surface(),
                color=STATES[state],
                ambient=0.45,
                diffuse=0.6,
                opacity=opacity(state),
            )
        return seen_from(VIEW, plotter)
