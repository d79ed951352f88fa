"""The numbers of a contoured interface."""

import logging

import numpy as np

from anodex.models.errors import ConvergenceError
from anodex.models.laws.constants import FARADAY
from anodex.models.materials.lithium import LITHIUM
from anodex.models.results.observable import Observable
from anodex.models.systems.contoured_interface.dendrite import GrowthCriterion, growth_criterion
from anodex.models.systems.contoured_interface.problem import ContouredInterface, InterfaceState

MILLIAMPERE_PER_SQUARE_CENTIMETRE = 10.0  # A/m^2
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


def observables(problem: ContouredInterface) -> dict[str, Observable]:
    """All numbers of the summary.

    Where current and pressure do not scale with the applied current, the problem is solved again at
    the critical one and keeps that state.
    """
    return _field_observables(problem) | _critical_observables(problem)


def _field_observables(problem: ContouredInterface) -> dict[str, Observable]:
    state, electrolyte = problem.state, problem.electrolyte
    applied = problem.case.loading.current_density
    tip = int(np.argmax(problem.points[:, -1]))  # where lithium protrudes deepest
    ratios = np.sort(state.current / applied)[[0, -1]] if applied else (None, None)
    flowing = state.pressure is not None
    pressures = {
        "max_excess_pressure": state.pressure.max() if flowing else None,
        "tip_excess_pressure": state.pressure[tip] if flowing else None,
        "max_excess_normal_pressure": state.normal_pressure.max() if flowing else None,
        "tip_excess_normal_pressure": state.normal_pressure[tip] if flowing else None,
    }
    plain = {
        "area_ratio": electrolyte.area_ratio,
        "max_current_density_ratio": ratios[1],
        "min_current_density_ratio": ratios[0],
        "tip_current_density_ratio": state.current[tip] / applied if applied else None,
        "coupling_current_change": problem.current_change,
        "current_balance_error": abs(electrolyte.collected() / applied - 1) if applied else None,
        "volume_balance_error": _volume_error(problem) if flowing else None,
    }
    found = {name: Observable(_number(value), "1") for name, value in plain.items()}
    return found | {name: Observable(_number(value), "MPa") for name, value in pressures.items()}


def _volume_error(problem: ContouredInterface) -> float:
    """Largest difference between what the current plates, what enters the lithium, what leaves
    it and what is lost inside, relative.
    """
    lithium = problem.lithium
    wanted = problem.case.loading.current_density * lithium.molar_volume / FARADAY
    return max(
        *(abs(rate / wanted - 1) for rate in lithium.volume_rates()),
        abs(lithium.lost_volume() / wanted),
    )


def _critical_observables(problem: ContouredInterface) -> dict[str, Observable]:
    """Critical current density over the plan area, the same over that of a flat interface, and
    the height of the place that decides it.
    """
    case = problem.case
    criterion = growth_criterion(
        case.dendrite,
        case.creep,
        case.loading.stack_pressure,
        LITHIUM["molar_volume"].to("um^3/amol"),
    )
    critical = ratio = height = None
    if criterion.budget <= 0:  # the stack alone opens the crack
        critical = 0.0
    # the pressure at a sharp edge is infinite
    elif case.loading.current_density > 0 and not case.geometry.sharp:
        local = critical_current(problem, criterion)
        if local is not None:
            critical, ratio = (
                local.min() / MILLIAMPERE_PER_SQUARE_CENTIMETRE,
                local.min() / criterion.flat_critical_current,
            )
            height = problem.points[local.argmin(), -1]
    return {
        "critical_current_density": Observable(_number(critical), "mA/cm^2"),
        "critical_current_ratio": Observable(_number(ratio), "1"),
        "critical_site_height": Observable(_number(height), "um"),
    }


def critical_current(problem: ContouredInterface, criterion: GrowthCriterion) -> np.ndarray | None:
    """Current density over the plan area [A/m^2] at which the crack at each node would grow,
    consistent at the smallest of them.

    None where there is no solution at that current: it may lie far from the applied one, and from
    anything physical.
    """
    applied, state = problem.case.loading.current_density, problem.state
    for _ in range(MOST_SOLUTIONS):
        local = _scaled_critical_current(criterion, state, applied)
        if (
            problem.scales
            or abs(local.min() / applied - 1) < SETTLED
            or not 0 < local.min() < np.inf
        ):
            return local
        applied = float(local.min())
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


def _scaled_critical_current(
    criterion: GrowthCriterion, state: InterfaceState, applied: float
) -> np.ndarray:
    """The same from one state: currents grow with the applied current density, pressures with
    its power 1/n.
    """
    pressure = np.zeros_like(state.current) if state.pressure is None else state.pressure
    return criterion.critical_current(
        state.current / applied, pressure / applied ** (1 / criterion.exponent)
    )


def _number(value) -> float | None:
    return None if value is None else float(value)
