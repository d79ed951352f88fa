"""The interface of a result, and how whole periods follow from the part that was modelled."""

from dataclasses import dataclass
from itertools import product
from typing import Self

import numpy as np
import pyvista

from anodex.models.results.result import Result
from anodex.models.systems.contoured_interface.case import Case
from anodex.models.systems.contoured_interface.names import CURRENT, INTERFACE, PRESSURE
from anodex.models.systems.contoured_interface.pictures.colours import RATIO

NEAR = 1e-6  # of a period: the same place but for rounding


@dataclass(frozen=True)
class Interface:
    """The modelled part of the interface with its fields, and how whole periods follow from it."""

    case: Case
    part: pyvista.UnstructuredGrid

    @classmethod
    def of(cls, result: Result) -> Self:
        """That of a result.

        Raises
        ------
        SetupError
            When the folder holds no fields yet.
        """
        part = result.series(INTERFACE).grid(0.0)
        applied = result.case.loading.current_density
        if applied:
            part[RATIO] = part[CURRENT] / applied
        return cls(result.case, part)

    @property
    def local(self) -> str:
        """The current that is shown: over the applied one, if there is any."""
        return RATIO if RATIO in self.part.point_data else CURRENT

    @property
    def flows(self) -> bool:
        return PRESSURE in self.part.point_data

    @property
    def moment(self) -> str:
        """Which state is shown of an interface that moves; empty for one that rests."""
        return ", before it is plated" if self.case.plating.cycles else ""

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
    def turned(self) -> bool:
        """Whether the axes of the mesh lie at 45 degrees to those of the contour; those of a result
        from before they did do not.
        """
        return self.case.contour.turned and self.period[0] < 0.9 * self.case.geometry.separation

    def along(self, places: np.ndarray) -> np.ndarray:
        """What points or vectors, shape (..., 3), have along the contour's own axis x."""
        return (places[..., 0] + places[..., 1]) / np.sqrt(2) if self.turned else places[..., 0]

    def places_on_cut(self, along: np.ndarray) -> np.ndarray:
        """x and y of points of the vertical cut, shape (..., 2)."""
        if self.turned:
            return np.stack([along, along], axis=-1) / np.sqrt(2)
        return np.stack([along, np.full_like(along, self.cut)], axis=-1)

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


def on_cut(interface: Interface) -> np.ndarray:
    """Whether a node lies on the vertical cut; in a plane case all do."""
    points = interface.part.points
    if interface.vertical == 1:
        return np.ones(len(points), bool)
    off = interface.places_on_cut(interface.along(points)) - points[:, :2]
    return np.linalg.norm(off, axis=1) < NEAR * interface.period[0]


def on_diagonal(interface: Interface) -> np.ndarray:
    """Whether a node lies on a diagonal of the contour, from peak to peak."""
    x, y = interface.part.points[:, :2].T
    return np.abs(y if interface.turned else y - x) < NEAR * interface.period[0]


def whole_period(
    interface: Interface, chosen: np.ndarray, values: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Places x and values of the chosen nodes, from left to right, with their mirror images."""
    x, values = interface.along(interface.part.points[chosen]), values[chosen]
    half = interface.case.geometry.separation / 2
    if interface.turned and x.max() < 0.9 * half:  # a diagonal: this far to the saddle alone
        x, values = np.concatenate([x, half - x]), np.concatenate([values, values])
    if interface.mirrored:
        x, values = np.concatenate([x, -x]), np.concatenate([values, values])
    order = np.argsort(x)
    return x[order], values[order]
