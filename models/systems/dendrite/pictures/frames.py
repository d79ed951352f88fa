"""What the pictures of a dendrite share: states and fields on even pixels, and how they are
coloured.

In space the pictures show the plane half way through the depth. Displacements are far below a pixel
and not drawn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
import pyvista
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize, to_rgb
from matplotlib.figure import FigureBase
from matplotlib.patches import Patch

from anodex.models.drawing.style import COLORMAP, arrows, bar_beside, label
from anodex.models.results.result import Result
from anodex.models.results.series import FieldSeries
from anodex.models.systems.dendrite.case import Case

PHASE, PORES = "phase [1]", "pores [1]"
PRESSURE, STRAIN = "hydrostatic_pressure [MPa]", "volume_strain [1]"
VON_MISES, IONS = "von_mises [MPa]", "concentration_ratio [1]"
# by the paper's coding
NAMES = {-1: "air", 0: "pore filled with lithium", 1: "electrolyte", 2: "lithium"}
STATES = {-1: "#c2c2c2", 0: "#D55E00", 1: "#f4ecd8", 2: "#44607f"}  # their colours
FRONT = 0.5  # least phase field of what is drawn as lithium
PIXELS = 1200  # of the longer side
PANEL = 4.4  # inches, of the longer side
AROUND, ABOVE = (0.6, 0.45), 0.4  # inches, for the labels of a panel and for the legend
LONG = 1e5  # s, of a time that is told in hours
LEAST_HEIGHT = 0.7  # inches, of the labels beside a flat panel
# percent of the solids at either end that get no colours of their own: corners of pores
CLIPPED = 0.5


@dataclass(frozen=True)
class Shown:
    """A field of the solids, or of what is no lithium, and how it is drawn: in units of `unit`, and
    if `about_zero` in colours that change there, where its sign does.
    """

    name: str
    text: str
    unit: float
    colours: str
    about_zero: bool = False
    of_solids: bool = True

    def scale(self, frames: Sequence["Frame"]) -> Normalize:
        """Colours that suit all frames."""
        low, high = np.nanpercentile(self.values(frames), (CLIPPED, 100 - CLIPPED))
        if self.about_zero and low < 0 < high:
            high = max(abs(low), abs(high))
            low = -high
        return Normalize(low, high if high > low else low + 1.0)

    def map(self, scale: Normalize) -> str:
        """Name of the colours: signed ones where zero lies between the ends of a scale."""
        return COLORMAP if self.about_zero and not scale.vmin < 0 < scale.vmax else self.colours

    def values(self, frames: Sequence["Frame"]) -> np.ndarray:
        return np.concatenate([frame.fields[self.name].ravel() for frame in frames]) / self.unit


STRESSES = (
    Shown(PRESSURE, "hydrostatic pressure [MPa]", 1.0, "viridis"),
    Shown(STRAIN, "volume strain [10^-3]", 1e-3, "RdBu_r", about_zero=True),
)
SHEAR = Shown(VON_MISES, "von Mises stress [MPa]", 1.0, "viridis")
CONCENTRATION = Shown(IONS, "ions over those at x = length [1]", 1.0, "cividis", of_solids=False)
FIELDS = (*STRESSES, SHEAR, CONCENTRATION)


@dataclass(frozen=True)
class Frame:
    """What is drawn at one time [s]; rows of pixels from y = 0 upwards.

    Attributes
    ----------
    phase
        1 in lithium, 0 elsewhere, shape (rows, columns).
    states
        The paper's coding, -1 to 2, shape (rows, columns).
    fields
        Those of `FIELDS` that the run has, shape (rows, columns): nan in air, and that of the ions
        in lithium, where it is a number without meaning.
    """

    time: float
    phase: np.ndarray
    states: np.ndarray
    fields: dict[str, np.ndarray]


@dataclass(frozen=True)
class Morphology:
    """A dendrite result as pictures look at it, finished or not.

    Attributes
    ----------
    history
        Columns, `name [unit]` -> values of shape (rows,).
    pixels
        Of the longer side.
    """

    case: Case
    history: dict[str, np.ndarray]
    series: FieldSeries
    pixels: int = PIXELS

    @classmethod
    def of(cls, result: Result) -> Self:
        """That of a result.

        Raises
        ------
        SetupError
            When a file is missing or damaged, or the folder holds no fields yet.
        """
        series = result.series()  # first, as a folder without fields is refused in these words
        return cls(result.case, result.columns, series)

    @property
    def sides(self) -> tuple[float, float]:
        """Length and width [um]."""
        return self.case.geometry.length, self.case.geometry.width

    @property
    def size(self) -> np.ndarray:
        """Width and height of a panel with its labels [inches]."""
        return np.maximum(PANEL * np.array(self.sides) / max(self.sides), LEAST_HEIGHT) + AROUND

    @property
    def pressure(self) -> str:
        """In words; empty without mechanics."""
        if not self.case.mechanics.enabled:
            return ""
        return f"external pressure {self.case.loading.external_pressure:g} MPa"

    @property
    def cut(self) -> str:
        """Which plane of a box the pictures show; empty in the plane."""
        depth = self.case.geometry.depth
        return "" if depth is None else f"cut at z = {depth / 2:g} µm"

    def those_of(self, fields: Sequence[Shown]) -> tuple[Shown, ...]:
        """The fields among some that the run has."""
        names = {array.name for array in self.series.steps[-1].arrays}
        return tuple(field for field in fields if field.name in names)

    @property
    def middles(self) -> list[np.ndarray]:
        """Places x and y of the middles of the pixels [um], shapes (columns,) and (rows,)."""
        counts = [max(1, round(self.pixels * side / max(self.sides))) for side in self.sides]
        return [
            (np.arange(count) + 0.5) / count * side
            for count, side in zip(counts, self.sides, strict=True)
        ]

    def frame(self, time: float, fields: Sequence[Shown] = FIELDS) -> Frame:
        """The stored state nearest to `time` [s], with those among some fields that the run has."""
        step = int(np.abs(self.series.times - time).argmin())
        time, known = float(self.series.times[step]), self.those_of(fields)
        grid, wanted = self.series.grid(time), (PHASE, PORES, *(field.name for field in known))
        for name in set(grid.point_data.keys()) - set(wanted):
            del grid.point_data[name]
        shown = self.on_pixels(grid)
        phase, solid = shown[PHASE], shown[PORES] >= 0
        lithium = phase >= FRONT
        values = {
            field.name: np.where(
                lithium | solid if field.of_solids else ~lithium, shown[field.name], np.nan
            )
            for field in known
        }
        return Frame(time, phase, lithium + np.where(solid, 1, -1), values)

    @cached_property
    def raster(self) -> pyvista.ImageData:
        """The middles of the pixels."""
        x, y = self.middles
        return pyvista.ImageData(
            dimensions=(len(x), len(y), 1),
            spacing=(2 * x[0], 2 * y[0], 1.0),
            origin=(x[0], y[0], (self.case.geometry.depth or 0.0) / 2),
        )

    def on_pixels(self, grid: pyvista.UnstructuredGrid) -> dict[str, np.ndarray]:
        """The scalar fields at the nodes of a grid at the middles of the pixels, shape (rows,
        columns).
        """
        found = self.raster.sample(grid).point_data
        columns, rows, _ = self.raster.dimensions
        return {
            name: found[name].reshape(rows, columns)
            for name, values in grid.point_data.items()
            if values.ndim == 1
        }


# Drawing


def draw_states(axes: Axes, morphology: Morphology, frame: Frame) -> None:
    """Morphology, each state in its flat colour."""
    colours = np.array([to_rgb(colour) for colour in STATES.values()])
    _show(axes, morphology, colours[frame.states - min(STATES)])


def draw_shown(
    axes: Axes, morphology: Morphology, frame: Frame, field: Shown, scale: Normalize
) -> None:
    """A field in the solids, with the outline of the lithium."""
    if field.of_solids:
        axes.set_facecolor(STATES[-1])
    else:
        draw_states(axes, morphology, frame)  # what shows where ions have no number
    values = frame.fields[field.name] / field.unit
    _show(axes, morphology, values, norm=scale, cmap=field.map(scale))
    if frame.phase.min() < FRONT < frame.phase.max():
        axes.contour(*morphology.middles, frame.phase, [FRONT], colors="black", linewidths=0.6)


def draw_bar(axes: Axes, field: Shown, scale: Normalize, frames: Sequence[Frame]) -> None:
    """Colour bar of a field in several frames, beside a panel and as high."""
    colours, extend = ScalarMappable(scale, field.map(scale)), arrows(scale, field.values(frames))
    bar_beside(axes, colours, label(field.text), extend)


def draw_key(
    figure: FigureBase, frames: Sequence[Frame], place: str = "outside upper center"
) -> None:
    """Legend of the states that occur, by default above all panels."""
    occurring = np.unique(np.concatenate([frame.states.ravel() for frame in frames]))
    patches = [
        Patch(facecolor=STATES[state], edgecolor="black", linewidth=0.5, label=NAMES[state])
        for state in occurring[::-1]
    ]
    figure.legend(handles=patches, loc=place, ncols=len(patches), handlelength=1.2)


def titled(time: float, *parts: str) -> str:
    """Title from a time [s] and what else there is to say."""
    if time >= LONG:
        return ", ".join(filter(None, (f"{time / 3600:.4g} h", *parts)))
    return ", ".join(filter(None, (f"{time:.0f} s" if time >= 1000 else f"{time:.4g} s", *parts)))


def name_axes(axes: np.ndarray) -> None:
    """Lengths on the outer sides of panels in rows and columns."""
    for place in axes[-1]:
        place.set_xlabel("x [µm]")
    for place in axes[:, 0]:
        place.set_ylabel("y [µm]")


def _show(axes: Axes, morphology: Morphology, image: np.ndarray, **look) -> None:
    length, width = morphology.sides
    axes.imshow(
        image,
        extent=(0, length, 0, width),
        origin="lower",
        interpolation="antialiased",
        aspect="equal",
        **look,
    )
    for spine in axes.spines.values():
        spine.set(visible=True, linewidth=0.6)
