"""The numbers of a contoured interface: one row, which the run takes as it is."""

from dataclasses import replace
from math import nan

import numpy as np

from anodex.meshes.contour_mesh import smallest_radius
from anodex.models.laws.constants import FARADAY
from anodex.models.results.quantity import FIRST, LARGEST, LAST, Column, Quantity, Reduction
from anodex.models.systems.contoured_interface.problem import ContouredInterface


def number(name: str, unit: str, words: str) -> Quantity:
    """A quantity whose value at the start, the only one at rest, is an observable of the same
    name.
    """
    return Quantity(name, unit, words, {name: FIRST})


# Of the solution at the applied current: `InterfaceNumbers`.
SOLUTION = (
    number("area_ratio", "1", "area of the interface over its plan area"),
    number("contour_height", "um", "height from valley to peak, before edges are rounded"),
    number(
        "smallest_radius",
        "um",
        "smallest radius of curvature of the contour; none of a flat one, nor of a height map in "
        "space",
    ),
    number("max_current_density_ratio", "1", "largest current density over the applied one"),
    number("min_current_density_ratio", "1", "smallest current density over the applied one"),
    number(
        "tip_current_density_ratio",
        "1",
        "current density over the applied one where lithium protrudes deepest",
    ),
    number(
        "coupling_current_change",
        "1",
        "largest change of the current density that the pressure makes, over the largest current "
        "density",
    ),
    number(
        "current_balance_error", "1", "difference of the current collected and applied, relative"
    ),
    number(
        "volume_balance_error",
        "1",
        "largest difference of the lithium plated, let in, taken away and lost, relative",
    ),
    number("max_excess_pressure", "MPa", "largest pressure on the interface above the stack's"),
    number(
        "tip_excess_pressure",
        "MPa",
        "pressure above the stack's where lithium protrudes deepest",
    ),
    number(
        "max_excess_normal_pressure",
        "MPa",
        "largest compressive stress across the interface above the stack pressure",
    ),
    number(
        "tip_excess_normal_pressure",
        "MPa",
        "compressive stress across the interface above the stack pressure where lithium protrudes "
        "deepest",
    ),
)
# Of the search for the critical current: `anodex.models.systems.contoured_interface.critical`.
CRITICAL = (
    number(
        "critical_current_density",
        "mA/cm^2",
        "current density over the plan area at which the first crack grows",
    ),
    number("critical_current_ratio", "1", "critical current density over that of a flat interface"),
    number("critical_site_height", "um", "height over the mean plane of the place that decides it"),
    number(
        "critical_crack_length", "um", "length at which the crack there needs most current to grow"
    ),
)
QUANTITIES = SOLUTION + CRITICAL

# Of an interface that is plated and stripped.


def _plated(column: Column) -> float:
    """After the last plating, which the last stripping follows."""
    plated = column.times[-1] - column.case.half_cycles[-1]
    return float(column.values[np.abs(column.times - plated).argmin()])


def _smallest(column: Column) -> float | None:
    known = column.values[np.isfinite(column.values)]
    return float(known.min()) if known.size else None


PLATED = Reduction("after the last plating", _plated)
SMALLEST = Reduction("smallest", _smallest)
# of a front as it is, between the ends of halves of cycles too: `PlatedNumbers`
FOLLOWED = (
    "area_ratio",
    "contour_height",
    "smallest_radius",
    "max_current_density_ratio",
    "min_current_density_ratio",
    "tip_current_density_ratio",
    "current_balance_error",
)


def _moving(quantity: Quantity) -> Quantity:
    """The same of an interface that moves."""
    name, column = quantity.name, quantity.column
    reduced = {name: FIRST, f"{name}_plated": PLATED, f"{name}_end": LAST}
    if name == "critical_current_ratio":
        reduced[f"{name}_least"] = SMALLEST
    if name.endswith("_error"):
        reduced = {name: LARGEST}
    measure = None if name in FOLLOWED else lambda numbers: numbers.at_rest(column)
    return replace(quantity, reduced=reduced, measure=measure)


PLATING = (
    Quantity(
        "plated_capacity",
        "mAh/cm^2",
        "charge that was plated less what was stripped, over the plan area",
        {"plated_capacity": LAST},
    ),
    Quantity("mean_rise", "um", "rise of the mean height since the start", {"mean_rise": LAST}),
    Quantity(
        "filled_height",
        "um",
        "height from valley to peak that the contour has lost since the start; negative where it "
        "has grown",
        {"filled_height": LAST, "filled_height_plated": PLATED},
    ),
    Quantity(
        "charge_balance_error",
        "1",
        "charge through the interface that is missing, over all that was given either way",
        {"charge_balance_error": LARGEST},
    ),
    Quantity(
        "front_volume_error",
        "1",
        "volume of the electrolyte that is missing beside the lithium of the charge, over all that "
        "was exchanged",
        {"front_volume_error": LARGEST},
    ),
)
PLATED_QUANTITIES = (*(_moving(quantity) for quantity in QUANTITIES), *PLATING)


class InterfaceNumbers:
    """Numbers of the present state for `SOLUTION`, nan where one has no meaning; collective.

    Parameters
    ----------
    problem
        Solved for the applied current; it is only read.
    """

    def __init__(self, problem: ContouredInterface):
        self._problem, self._state = problem, problem.state
        self._applied = problem.case.loading.current_density
        self._tip = int(np.argmax(problem.points[:, -1]))  # where lithium protrudes deepest

    @property
    def area_ratio(self) -> float:
        return self._problem.electrolyte.area_ratio

    @property
    def contour_height(self) -> float:
        return self._problem.case.contour.height

    @property
    def smallest_radius(self) -> float:
        return smallest_radius(self._problem.case.contour)

    @property
    def max_current_density_ratio(self) -> float:
        return self._ratios().max()

    @property
    def min_current_density_ratio(self) -> float:
        return self._ratios().min()

    @property
    def tip_current_density_ratio(self) -> float:
        return self._ratios()[self._tip]

    @property
    def coupling_current_change(self) -> float:
        change = self._state.current_change
        return nan if change is None else change

    @property
    def current_balance_error(self) -> float:
        collected = self._problem.electrolyte.collected()
        return abs(collected / self._applied - 1) if self._applied else nan

    @property
    def volume_balance_error(self) -> float:
        """Largest difference between what the current plates, what enters the lithium, what leaves
        it and what is lost inside, relative.
        """
        lithium = self._problem.lithium
        if lithium is None:
            return nan
        wanted = self._applied * lithium.molar_volume / FARADAY
        off = (abs(rate / wanted - 1) for rate in lithium.volume_rates())
        return max(*off, abs(lithium.lost_volume() / wanted))

    @property
    def max_excess_pressure(self) -> float:
        return self._pressures("pressure").max()

    @property
    def tip_excess_pressure(self) -> float:
        return self._pressures("pressure")[self._tip]

    @property
    def max_excess_normal_pressure(self) -> float:
        return self._pressures("normal_pressure").max()

    @property
    def tip_excess_normal_pressure(self) -> float:
        return self._pressures("normal_pressure")[self._tip]

    def _ratios(self) -> np.ndarray:
        """Local current density over the applied one, shape (nodes,)."""
        if not self._applied:
            return np.full_like(self._state.current, nan)
        return self._state.current / self._applied

    def _pressures(self, name: str) -> np.ndarray:
        """One of the pressures of the state [MPa], shape (nodes,)."""
        found = getattr(self._state, name)
        return np.full_like(self._state.current, nan) if found is None else found
