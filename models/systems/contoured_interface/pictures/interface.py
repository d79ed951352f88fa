"""What the pictures of a contoured interface share: the interface of a result folder, its
periods and its colours.
"""

from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import pyvista
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize

from anodex.models.drawing.style import arrows
from anodex.models.inputs.casefile import read_case
from anodex.models.results.series import read_fields
from anodex.models.systems.contoured_interface.case import Case

CURRENT, PRESSURE, NORMAL_PRESSURE = (
    "current_density [A/m^2]",
    "excess_pressure [MPa]",
    "excess_normal_pressure [MPa]",
)
POTENTIAL, VELOCITY = "potential [V]", "velocity [um/s]"
RATIO, MILLIVOLTS = "local over applied current density [1]", "potential [mV]"
FALL = "fall of the potential [mV/um]"  # where the current goes
COLOURS = {RATIO: "viridis", CURRENT: "viridis", MILLIVOLTS: "viridis", PRESSURE: "RdBu_r"}
LITHIUM = "0.88"  # where no field is drawn in it
UNIFORM = 1e-6  # a field that varies less, in its unit, counts as uniform
CLIPPED = 0.2  # percent of the places at either end that get no colours of their own
PEAKED = 1.3  # where they would make the range so much longer, as at sharp edges
LEAST_STEEPNESS = 0.1  # height over separation; flatter contours are drawn higher
NEAR = 1e-6  # of a period: the same place but for rounding
VIEW = (-0.45, -1.0, 0.8)  # from the middle towards the eye
PERIODS = 2
PIXELS = 800  # of the width of a vertical cut
LINES = 16  # of current and of flow in a period


@dataclass(frozen=True)
class Interface:
    """The modelled part of the interface with its fields, and how whole periods follow from it."""

    case: Case
    part: pyvista.UnstructuredGrid

    @property
    def local(self) -> str:
        """The current that is shown: over the applied one, if there is any."""
        return RATIO if RATIO in self.part.point_data else CURRENT

    @property
    def flows(self) -> bool:
        return PRESSURE in self.part.point_data

    @property
    def coloured(self) -> tuple[str, ...]:
        return (self.local, PRESSURE) if self.flows else (self.local,)

    @property
    def mirrored(self) -> bool:
        """Whether mirror images complete the period; the part of a height map is all of it."""
        return self.case.geometry.shape != "height-map"

    @property
    def vertical(self) -> int:
        """Axis of the heights."""
        return int(self.case.geometry.dimension[0]) - 1

    @property
    def heights(self) -> np.ndarray:
        return self.part.points[:, self.vertical]

    @property
    def period(self) -> np.ndarray:
        """Lengths [um], shape (vertical,)."""
        return (1 + self.mirrored) * np.ptp(self.part.points[:, : self.vertical], axis=0)

    @property
    def cut(self) -> float:
        """Place y [um] of the vertical cut: a mirror plane, or through the highest point of a
        height map.
        """
        return (
            0.0
            if self.mirrored or self.vertical == 1
            else float(self.part.points[self.heights.argmax(), 1])
        )

    @property
    def reach(self) -> float:
        """How far from the mean plane a cut is drawn [um]; what the contour does fades within a
        period.
        """
        return np.ptp(self.heights) / 2 + 0.6 * self.period[0]

    def copies(self, periods: int) -> list[pyvista.UnstructuredGrid]:
        """The part, its mirror images and their translations, that make up some periods along
        each axis.
        """
        signs = (1, -1) if self.mirrored else (1,)
        copies = []
        for mirror in product(signs, repeat=self.vertical):
            for shift in product(range(periods), repeat=self.vertical):
                copy = self.part.copy()
                copy.points[:, : self.vertical] = (
                    copy.points[:, : self.vertical] * mirror + np.array(shift) * self.period
                )
                copies.append(copy)
        return copies


def read_interface(folder: Path) -> Interface:
    """The interface of a result folder."""
    case = read_case(folder / "case.toml")
    surface = read_fields(folder / "interface.xdmf").grid(0.0)
    if case.loading.current_density:
        surface[RATIO] = surface[CURRENT] / case.loading.current_density
    return Interface(case, surface)


# Colours


def color_scale(name: str, values: np.ndarray) -> Normalize:
    """Ends of the colours for a field; those of a pressure lie at equal distance from zero,
    where its colours change.
    """
    ends = np.nanmin(values), np.nanmax(values)
    usual = np.nanpercentile(values, (CLIPPED, 100 - CLIPPED))
    low, high = usual if np.ptp(ends) > PEAKED * np.ptp(usual) else ends
    if name == PRESSURE:
        high = max(abs(low), abs(high))
        low = -high
    return Normalize(*apart(low, high))


def color_bar(name: str, values: np.ndarray, **place) -> None:
    """Colour bar with arrows where values lie beyond its ends."""
    scale = color_scale(name, values)
    plt.colorbar(ScalarMappable(scale, COLOURS[name]), extend=arrows(scale, values), **place)


def apart(low: float, high: float) -> tuple[float, float]:
    """The two ends of a range, wider where they are one but for rounding."""
    return (low, high) if high - low > UNIFORM else (low - 0.1, high + 0.1)


def text_range(values: np.ndarray) -> str:
    low, high = np.nanmin(values), np.nanmax(values)
    text = (
        f"{low:.3g} to {high:.3g}"
        if high - low > UNIFORM
        else f"uniform, {round(high, 6) + 0.0:.3g}"
    )
    return text.replace("-", "\N{MINUS SIGN}")


def on_cut(interface: Interface) -> np.ndarray:
    """Whether a node lies on the vertical cut; in a plane case all do."""
    points = interface.part.points
    return (
        np.abs(points[:, 1] - interface.cut) < NEAR * interface.period[0]
        if interface.vertical == 2
        else np.ones(len(points), bool)
    )


def whole_period(
    interface: Interface, chosen: np.ndarray, values: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Places x and values of the chosen nodes, from left to right, with their mirror images."""
    x, values = interface.part.points[chosen, 0], values[chosen]
    if interface.mirrored:
        x, values = np.concatenate([x, -x]), np.concatenate([values, values])
    order = np.argsort(x)
    return x[order], values[order]


def name_bodies(axes: Axes) -> None:
    box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 2.5}
    axes.text(0.015, 0.97, "electrolyte", transform=axes.transAxes, va="top", bbox=box)
    axes.text(0.015, 0.03, "lithium", transform=axes.transAxes, va="bottom", bbox=box)
