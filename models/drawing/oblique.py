"""Bodies in space seen along a direction, with ticks and words along edges of their box."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyvista
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from anodex.models.drawing.render import inside

TICK, NUMBER, WORDS = 4.0, 12.0, 29.0  # points from an edge: ends of ticks, numbers, and the words
BESIDE = 14.0  # points more where numbers stand beside an upright edge
MOST_TICKS = 4
UPRIGHT = 1e-3  # columns over the length of an edge
SHORT = 0.15  # of the width of a picture: an edge that has numbers at its ends alone


@dataclass(frozen=True)
class View:
    """What was seen, and where in it places are.

    Attributes
    ----------
    image
        Colours, shape (rows, columns, 4), top row first.
    matrix
        From places in space to columns and rows of the image, in homogeneous coordinates, shape
        (2, 4).
    """

    image: np.ndarray
    matrix: np.ndarray

    def pixels(self, points: np.ndarray) -> np.ndarray:
        """Column and row of places, shape (..., 3), in the image, shape (..., 2)."""
        return np.asarray(points) @ self.matrix[:, :3].T + self.matrix[:, 3]


@dataclass(frozen=True)
class Edge:
    """An edge that is an axis.

    Attributes
    ----------
    start, end
        Places in space [um].
    values
        What the axis says at the two.
    text
        Name and unit.
    begins
        Whether its first end has a number; without one where another axis ends.
    """

    start: Sequence[float]
    end: Sequence[float]
    values: tuple[float, float]
    text: str
    begins: bool = True


def seen_from(eye: Sequence[float], plotter: pyvista.Plotter) -> View:
    """What a plotter holds, without perspective and cropped; inside `offscreen`. `eye` is the
    direction from the middle towards the eye.
    """
    plotter.enable_parallel_projection()
    plotter.view_vector(eye, viewup=(0, 0, 1))
    plotter.reset_camera()
    image = plotter.screenshot(transparent_background=True, return_img=True)
    height, width = image.shape[:2]
    seen = plotter.camera.GetCompositeProjectionTransformMatrix(width / height, -1, 1)
    # without perspective the last row is (0, 0, 0, 1)
    across, up = pyvista.array_from_vtkmatrix(seen)[:2]
    rows, columns = inside(image)
    shift = np.array([0.0, 0.0, 0.0, 1.0])
    to_columns = width / 2 * (across + shift) - columns.start * shift
    to_rows = height / 2 * (shift - up) - rows.start * shift
    return View(image[rows, columns], np.stack([to_columns, to_rows]))


def draw_view(axes: Axes, view: View, edges: Sequence[Edge]) -> None:
    """Draw what was seen, and along edges ticks, numbers and words on the side that is turned away
    from the middle.
    """
    axes.imshow(view.image, interpolation="antialiased")
    axes.set_axis_off()
    axes.autoscale(False)
    middle = np.array(view.image.shape[1::-1]) / 2
    for edge in edges:
        ends = view.pixels(np.array([edge.start, edge.end]))
        along = (ends[1] - ends[0]) / np.linalg.norm(ends[1] - ends[0])
        away = np.array([along[1], -along[0]])
        away *= np.sign(away @ (ends.mean(axis=0) - middle))
        down = away * (1, -1)  # rows of an image go down, points of a text go up
        axes.plot(*ends.T, color="black", linewidth=0.8, clip_on=False)
        is_short = np.linalg.norm(ends[1] - ends[0]) < SHORT * view.image.shape[1]
        is_upright = abs(along[0]) < UPRIGHT
        more = BESIDE if is_upright else 0.0
        for tick in edge.values if is_short else _ticks(*edge.values):
            share = (tick - edge.values[0]) / (edge.values[1] - edge.values[0])
            if share == 0 and not edge.begins:
                continue
            place = ends[0] + share * (ends[1] - ends[0])
            axes.annotate(
                "",
                place,
                down * TICK,
                textcoords="offset points",
                arrowprops={"arrowstyle": "-", "linewidth": 0.8, "shrinkA": 0, "shrinkB": 0},
                annotation_clip=False,
            )
            axes.annotate(
                f"{tick + 0.0:.3g}".replace("-", "\N{MINUS SIGN}"),
                place,
                down * (NUMBER + more / 2),
                textcoords="offset points",
                ha="center",
                va="center",
                annotation_clip=False,
            )
        angle = np.degrees(np.arctan2(-along[1], along[0]))
        axes.annotate(
            edge.text,
            ends.mean(axis=0),
            down * (WORDS + more),
            textcoords="offset points",
            ha="center",
            va="center",
            rotation=90 if is_upright else (angle + 90) % 180 - 90,
            annotation_clip=False,
        )


def _ticks(low: float, high: float) -> np.ndarray:
    """Round numbers from one end of an axis to the other."""
    ticks = MaxNLocator(MOST_TICKS, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    slack = 1e-6 * (high - low)
    return ticks[(ticks >= low - slack) & (ticks <= high + slack)]
