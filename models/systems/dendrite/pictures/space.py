"""Lithium and pores in space."""

from contextlib import closing
from pathlib import Path

import numpy as np
import pyvista
from matplotlib import pyplot as plt
from matplotlib.patches import Patch

from anodex.models.drawing.render import offscreen, seen_from
from anodex.models.drawing.style import save
from anodex.models.results.result import Result
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
SEEN_THROUGH = 0.4  # opacity of air, which would hide lithium behind it


def draw_space(result: Result, path: Path) -> Path | None:
    """Lithium, filled pores and air at the last stored time, without the electrolyte; None in the
    plane.
    """
    if result.case.geometry.depth is None:
        return None
    morphology = Morphology.of(result)
    time = morphology.series.times[-1]
    with offscreen():
        image = _view(morphology.series.grid(time))
    rows, columns = image.shape[:2]
    figure, axes = plt.subplots(figsize=(WIDTH, WIDTH * rows / columns + 0.8))
    axes.imshow(image, interpolation="antialiased")
    axes.set_axis_off()
    sides = " \N{MULTIPLICATION SIGN} ".join(
        f"{side:g}" for side in (*morphology.sides, morphology.case.geometry.depth)
    )
    axes.set_title(titled(time, morphology.pressure, f"{sides} µm"), loc="left")
    patches = [Patch(color=STATES[state], label=NAMES[state]) for state in (2, 0, -1)]
    figure.legend(handles=patches, loc="outside upper center", ncols=len(patches), handlelength=1.2)
    return save(figure, path)


def _view(grid: pyvista.UnstructuredGrid) -> np.ndarray:
    """Picture of the states in a wire frame, shape (rows, columns, 4); inside `offscreen`."""
    lithium, rest = (
        grid.clip_scalar(scalars=PHASE, value=FRONT, invert=below) for below in (False, True)
    )
    bodies = {
        2: lithium.clip_scalar(scalars=PORES, value=0.0, invert=False),
        0: lithium.clip_scalar(scalars=PORES, value=0.0, invert=True),
        -1: rest.clip_scalar(scalars=PORES, value=0.0, invert=True),
    }
    with closing(pyvista.Plotter(off_screen=True, window_size=(1800, 1400))) as plotter:
        plotter.add_mesh(grid.outline(), color="black", line_width=2)
        for state, body in bodies.items():
            if body.n_cells:
                plotter.add_mesh(
                    body.extract_surface(),
                    color=STATES[state],
                    ambient=0.45,
                    diffuse=0.6,
                    opacity=SEEN_THROUGH if state == -1 else 1.0,
                )
        return seen_from(VIEW, plotter)
