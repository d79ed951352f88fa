"""An interface that moves as it is plated and stripped, against exact solutions."""

import json
from functools import lru_cache, partial
from typing import Any

import numpy as np
from mpi4py import MPI
from scipy.optimize import brentq

from anodex.models.systems.contoured_interface.case import Case
from anodex.models.systems.contoured_interface.plating import (
    VOLUME_OF_CHARGE,
    PlatedInterface,
    straight_mesh,
)
from anodex.models.systems.contoured_interface.plating_observer import PlatingObserver
from anodex.models.time.stepping import march
from anodex.verification.check import Check
from anodex.verification.interface_cases import DERIVED, NO_FLOW, contour

SEPARATION, CONDUCTIVITY = 50.0, 2e5  # um, pA/(V um)
WAVE = 2 * np.pi / SEPARATION
PLATING, STRIPPING = 5.0, 2.0  # A/m^2
EVEN = {"area_resistance": "1e7 ohm*cm^2"}


@lru_cache
def history(text: str) -> list[dict[str, float]]:
    """Numbers at the start and after each half of a cycle, and their times [s], of the case whose
    tables `text` holds as JSON.
    """
    case = Case(**json.loads(text))
    problem: Any = PlatedInterface(case, straight_mesh(case, MPI.COMM_WORLD))  # has its own scheme
    observer = PlatingObserver(problem)
    jumps = [*problem.schedule.jumps, problem.schedule.end]
    rows: list[dict[str, float]] = []

    def note(time: float) -> None:
        measured = observer.measure()
        row = {entry.name: float(entry.of(measured)) for entry in observer.quantities}
        rows.append({**row, "time": time})

    def at_event(time: float) -> bool:
        problem.switch(time)
        return time in jumps

    def after_step(time: float, *_) -> None:
        problem.accept()
        if time in jumps:
            note(time)

    problem.begin()
    note(0.0)
    march(problem, 0.0, jumps[1:], problem.schedule.control, at_event, after_step)
    problem.destroy()
    return rows


def plated(height: float, capacity: float = 1.0, refinement: float = 1, **tables):
    """The same of a contour that goes through a cycle at 0.5 and 0.2 mA/cm^2."""
    given = {
        "geometry": contour(height, SEPARATION, "cosine", refinement=refinement),
        "electrolyte": {"conductivity": "2 mS/cm"},
        "loading": {"current_density": f"{PLATING} A/m^2"},
        "flow": NO_FLOW,
        "plating": {
            "cycles": 1,
            "capacity": f"{capacity} mA*hour/cm^2",
            "stripping_current_density": f"{STRIPPING} A/m^2",
        },
    }
    return history(json.dumps(given | tables))


def rate(half: int, wagner: float) -> tuple[float, float]:
    """Growth of a shallow wave in a half of a cycle [1/s]: (Omega/F) k i / (1 + kappa Z k)."""
    kinetics = {"area_resistance": f"{wagner / WAVE / CONDUCTIVITY} V*um^2/pA"}
    before, after = plated(0.1, kinetics=kinetics)[half : half + 2]
    grown = np.log(after["contour_height"] / before["contour_height"])
    current = (PLATING, -STRIPPING)[half]
    exact = VOLUME_OF_CHARGE * WAVE * current / (1 + wagner)
    return grown / (after["time"] - before["time"]), exact


def trochoid() -> tuple[float, float]:
    """Primary current at the crest at the first instant, kA = 1/2, as that of an interface that
    rests.
    """
    case = Case(
        geometry=contour(1 / WAVE, SEPARATION, "trochoid", refinement=8),
        kinetics={"law": "none"},
        flow=NO_FLOW,
        plating={"cycles": 1},
    )
    problem = PlatedInterface(case, straight_mesh(case, MPI.COMM_WORLD))
    problem.begin()
    problem.destroy()
    return float(problem.ratio.max()), 2.0


def even_current(height: float, capacity: float, refinement: float = 1) -> tuple[float, float]:
    """Height of a cosine on which an even current has plated: that of the curve at the same
    distance from it everywhere, of which the branches that cross are cut off.
    """
    plating = plated(height, capacity, refinement, kinetics=EVEN)[1]
    return plating["contour_height"], offset_height(height, plating["mean_rise"])


def past_its_edge() -> tuple[float, float]:
    """The same once the valley has closed to an edge, which is as wide as the nodes can show:
    extrapolated to none, to first order.
    """
    (coarse, _), (fine, exact) = (even_current(25.0, 3.0, refinement) for refinement in (0.5, 1))
    return 2 * fine - coarse, exact


def offset_height(height: float, rise: float) -> float:
    """From valley to peak of the curve at one distance from a cosine, above which it has risen by
    a mean [um].
    """
    x = SEPARATION * np.linspace(0.0, 0.5, 401)
    start = SEPARATION * np.linspace(-0.5, 1.0, 6001)
    cosine = height / 2 * np.cos(WAVE * start)
    apart = (x[:, None] - start) ** 2

    def offset(distance: float) -> np.ndarray:
        reach = np.where(apart <= distance**2, cosine + np.sqrt(np.abs(distance**2 - apart)), -1e9)
        return reach.max(axis=1)

    distance = brentq(lambda d: np.trapezoid(offset(d), x) / x[-1] - rise, 0.1 * rise, 2 * rise)
    return float(np.ptp(offset(distance)))


def undone() -> tuple[float, float]:
    """Height of a cosine without edges after plating and stripping, whose speeds are opposite."""
    start, _, end = plated(10.0, kinetics={"area_resistance": "10 ohm*cm^2"})
    return end["contour_height"], start["contour_height"]


def volume() -> tuple[float, float]:
    return plated(25.0)[-1]["front_volume_error"], 0.0


def charge() -> tuple[float, float]:
    return plated(25.0)[-1]["charge_balance_error"], 0.0


LINEAR = "linear stability, evolution of a moving boundary"
OFFSET = "Huygens' construction"
PLATING_CHECKS = [
    Check(
        "plated shallow cosine, kappa Z k = 1: growth [1/s]", LINEAR, partial(rate, 0, 1.0), 2e-3
    ),
    Check(
        "stripped shallow cosine, kappa Z k = 1: decay [1/s]", LINEAR, partial(rate, 1, 1.0), 2e-3
    ),
    Check(
        "plated shallow cosine, kappa Z k = 25: growth [1/s]", LINEAR, partial(rate, 0, 25.0), 2e-3
    ),
    Check("plated trochoid, primary current at the crest, at first", DERIVED, trochoid, 1e-5),
    Check(
        "cosine H15S50, even current, 1 mAh/cm^2: height [um]",
        OFFSET,
        partial(even_current, 15.0, 1.0),
        1e-4,
    ),
    Check(
        "cosine H25S50, even current, past its edge, 3 mAh/cm^2: height [um]",
        OFFSET,
        past_its_edge,
        1e-2,
    ),
    Check("cosine H10S50: stripping undoes plating: height [um]", "symmetry", undone, 1e-4),
    Check("plated and stripped: volume", "conservation of volume", volume, 1e-10, relative=False),
    Check("plated and stripped: charge", "conservation of charge", charge, 1e-10, relative=False),
]
