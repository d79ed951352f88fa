"""The critical current: where, and at which current density, the first crack grows."""

import logging
from dataclasses import dataclass
from math import nan

import numpy as np

from anodex.models.errors import ConvergenceError
from anodex.models.fracture.filled_crack import FilledCrack, GrowthCriterion
from anodex.models.laws.constants import MILLIAMPERE_PER_SQUARE_CENTIMETRE
from anodex.models.materials.lithium import LITHIUM
from anodex.models.systems.contoured_interface.case import Case
from anodex.models.systems.contoured_interface.problem import ContouredInterface, InterfaceState

SETTLED = 1e-4  # relative change of the critical current from one solution to the next
MOST_SOLUTIONS = 20
# Pressures fall with the power 1/n of the current, overpotentials with the current itself.
ADVICE = (
    ". At small currents the pressure outweighs the kinetics: set coupling.pressure_kinetics = "
    "false, "
    "or raise dendrite.crack_width or lower loading.stack_pressure, which puts the critical "
    "current higher"
)

log = logging.getLogger("anodex")


@dataclass(frozen=True)
class CriticalSite:
    """The place of the interface whose crack grows first; nan for what does not exist.

    Attributes
    ----------
    critical_current_density
        Over the plan area [mA/cm^2].
    critical_current_ratio
        The same over that of a flat interface.
    critical_site_height
        Of the place over the mean plane [um].
    critical_crack_length
        At which the crack there needs most current to grow on [um].
    """

    critical_current_density: float = nan
    critical_current_ratio: float = nan
    critical_site_height: float = nan
    critical_crack_length: float = nan


def crack_criterion(case: Case, length: float | None = None) -> GrowthCriterion:
    """When the crack of a case grows that has a length [um]; its depth at first if left out."""
    crack, stack = case.dendrite, case.loading.stack_pressure
    length = length or crack.crack_depth
    filled = FilledCrack(
        depth=length,
        filled_length=crack.filled_share * length,
        width=crack.crack_width,
        toughness=crack.toughness,
        surface_energy=crack.surface_energy,
        geometry_factor=crack.geometry_factor,
    )
    molar_volume = LITHIUM["molar_volume"].to("um^3/amol")
    return filled.criterion(case.creep, stack, molar_volume, crack.closing(stack))


def find_critical_site(problem: ContouredInterface) -> CriticalSite:
    """Find it from the state at the applied current.

    Where current and pressure do not scale with the applied current, the problem is solved again at
    the critical one and keeps that state.
    """
    case, criterion = problem.case, crack_criterion(problem.case)
    if criterion.budget <= 0:  # the stack alone opens the crack
        return CriticalSite(critical_current_density=0.0)
    # The pressure at a sharp edge is infinite, and the criterion's lithium creeps at every stress.
    yields = case.creep.yield_stress > 0
    if case.loading.current_density <= 0 or case.geometry.sharp or yields:
        return CriticalSite()
    by_length = critical_current(problem)
    if by_length is None:
        return CriticalSite()
    local = by_length.max(axis=0)
    site = int(local.argmin())
    return CriticalSite(
        critical_current_density=float(local[site]) / MILLIAMPERE_PER_SQUARE_CENTIMETRE,
        # a crack in a flat interface, without stress, is hardest to grow at first
        critical_current_ratio=float(local[site]) / criterion.flat_critical_current,
        critical_site_height=float(problem.points[site, -1]),
        critical_crack_length=case.dendrite.lengths[by_length[:, site].argmax()],
    )


def critical_current(problem: ContouredInterface) -> np.ndarray | None:
    """Current density over the plan area [A/m^2] at which the crack at each node grows at each
    length on its way, shape (lengths, nodes); consistent at that which decides.

    None where there is no solution at that current: it may lie far from the applied one, and from
    anything physical.
    """
    applied, state = problem.case.loading.current_density, problem.state
    for _ in range(MOST_SOLUTIONS):
        by_length = _scaled_critical_current(problem.case, state, applied)
        smallest = float(by_length.max(axis=0).min())
        if problem.scales or abs(smallest / applied - 1) < SETTLED or not 0 < smallest < np.inf:
            return by_length
        applied = smallest
        log.info("solving again at the critical current, %g A/m^2 so far", applied)
        try:
            state = problem.solve(applied)
        except ConvergenceError as error:
            log.info("at %g A/m^2: %s", applied, error)
            log.warning(
                "no critical current is reported: the search from the applied %g A/m^2 came to %g "
                "A/m^2, where there is no solution%s",
                problem.case.loading.current_density,
                applied,
                ADVICE if problem.case.coupling.pressure_kinetics else "",
            )
            return None
    log.warning(
        "no critical current is reported, as it did not settle in %d solutions; the last was at %g "
        "A/m^2",
        MOST_SOLUTIONS,
        applied,
    )
    return None


def _scaled_critical_current(case: Case, state: InterfaceState, applied: float) -> np.ndarray:
    """The same from one state: currents grow with the applied current density, pressures and
    stresses with its power 1/n.
    """
    pressure = np.zeros_like(state.current) if state.pressure is None else state.pressure
    lengths, root = case.dendrite.lengths, applied ** (1 / case.creep.exponent)
    opening = np.zeros((len(lengths), 1)) if state.opening is None else state.opening
    return np.array(
        [
            crack_criterion(case, length).critical_current(
                state.current / applied, (pressure + opened) / root
            )
            for length, opened in zip(lengths, opening, strict=True)
        ]
    )
