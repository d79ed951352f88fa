"""What a run of an interface that is plated and stripped shows of itself, step by step."""

from collections.abc import Mapping
from math import nan

import numpy as np
import ufl
from dolfinx import fem

from anodex.meshes.tagged import TaggedMesh
from anodex.models.discrete.fields import total
from anodex.models.laws.constants import MILLIAMPERE_HOUR_PER_SQUARE_CENTIMETRE
from anodex.models.moving.front import Front
from anodex.models.systems.contoured_interface.names import CURRENT, ELECTROLYTE, INTERFACE
from anodex.models.systems.contoured_interface.output import (
    electrolyte_fields,
    on_surface,
    tagged_surface,
)
from anodex.models.systems.contoured_interface.plating import (
    POINTS,
    VOLUME_OF_CHARGE,
    PlatedInterface,
)
from anodex.models.systems.contoured_interface.quantities import PLATED_QUANTITIES


class PlatingObserver:
    """Numbers and fields of an interface that moves (`anodex.models.time.march.Observer`).

    Parameters
    ----------
    problem
        The system; it is only read.
    """

    quantities = PLATED_QUANTITIES
    moving = True

    def __init__(self, problem: PlatedInterface):
        self.problem = problem
        self.area = fem.form(1.0 * ufl.dx(problem.mesh))

    def measure(self) -> "PlatedNumbers":
        """The present state, for the quantities; collective."""
        return PlatedNumbers(self.problem, total(self.problem.comm, self.area))

    def check(self, row: Mapping[str, float]) -> None:
        """Every state means something."""

    def note(self, row: Mapping[str, float]) -> str:
        """The height."""
        return f"height {row['contour_height [um]']:.4g} um"

    def meshes(self) -> Mapping[str, TaggedMesh]:
        """The electrolyte, and the interface."""
        return {
            ELECTROLYTE: self.problem.tagged,
            INTERFACE: tagged_surface(self.problem.surface),
        }

    def fields(self) -> Mapping[str, Mapping[str, fem.Function]]:
        """Potential and current in the electrolyte, and the current on the interface."""
        problem, electrolyte = self.problem, self.problem.electrolyte
        local = electrolyte.nodes.gather(electrolyte.current)
        return {
            ELECTROLYTE: electrolyte_fields(problem.case, electrolyte),
            INTERFACE: {CURRENT: on_surface(local, problem.surface)},
        }


class PlatedNumbers:
    """Numbers of the present state; nan stands for one that has no meaning.

    Parameters
    ----------
    problem
        The system.
    area
        Of the mesh of the electrolyte [um^2].
    """

    def __init__(self, problem: PlatedInterface, area: float):
        self._problem, self._area = problem, area
        self._front, self._ratio = problem.front, problem.ratio
        self._charge = problem.state.numbers["charge"]
        self.max_current_density_ratio = float(self._ratio.max())
        self.min_current_density_ratio = float(self._ratio.min())
        self.area_ratio = self._front.length / problem.width

    def at_rest(self, column: str) -> float:
        """A number of the interface as it would be at rest, where that was asked for."""
        return self._problem.instant.get(column, nan)

    @property
    def contour_height(self) -> float:
        return _height(self._front)

    @property
    def filled_height(self) -> float:
        return _height(self._problem.start) - _height(self._front)

    @property
    def smallest_radius(self) -> float:
        sharpest = float(np.abs(self._front.curvature).max())
        return 1 / sharpest if sharpest else nan

    @property
    def tip_current_density_ratio(self) -> float:
        places = self._front.between(np.arange(len(self._ratio)) / self._problem.contour.order)
        return float(self._ratio[places[:, 1].argmax()])

    @property
    def current_balance_error(self) -> float:
        return abs(self._problem.electrolyte.collected() / self._problem.applied - 1)

    @property
    def plated_capacity(self) -> float:
        passed = float(self._charge[2]) / self._problem.width
        return passed / MILLIAMPERE_HOUR_PER_SQUARE_CENTIMETRE

    @property
    def mean_rise(self) -> float:
        return self._gained / self._problem.width

    @property
    def charge_balance_error(self) -> float:
        through, exchanged, given = self._charge
        return abs(through - given) / exchanged if exchanged else 0.0

    @property
    def front_volume_error(self) -> float:
        """From the area that is left to the electrolyte below its top, which rises with it."""
        problem, exchanged = self._problem, self._charge[1]
        if not exchanged:
            return 0.0
        top = problem.contour.electrolyte_thickness + self.mean_rise
        gained = top * problem.width - self._area - problem.start.enclosed
        return abs(gained / VOLUME_OF_CHARGE - self._charge[2]) / exchanged

    @property
    def _gained(self) -> float:
        """Area of lithium since the start [um^2]."""
        return self._front.enclosed - self._problem.start.enclosed


def _height(front: Front) -> float:
    """From valley to peak [um]."""
    pieces = len(front.nodes) - 1
    return float(np.ptp(front.between(np.linspace(0.0, pieces, POINTS * pieces + 1))[:, 1]))
