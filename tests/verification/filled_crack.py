"""Checks of the filled crack against exact solutions: `anodex verify filled_crack`."""

from functools import lru_cache
from math import pi, sqrt
from typing import Any, NamedTuple

import numpy as np
from mpi4py import MPI

from anodex.models.fracture.filled_crack import METRE, extrusion_pressure, extrusion_weight
from anodex.models.inputs.casefile import parse_case
from anodex.models.laws.constants import FARADAY
from anodex.models.laws.fracture import smallest_growing_crack
from anodex.models.systems.filled_crack.case import Case
from anodex.models.systems.filled_crack.growth import grown_length, root_rate
from anodex.models.systems.filled_crack.problem import GrowingCrack, build_mesh
from anodex.models.time.stepping import march
from anodex.verification.check import Check

COMM = MPI.COMM_WORLD
SNEDDON = "Sneddon, Proc. R. Soc. A 187 (1946) 229"
GRIFFITH = "Griffith, Phil. Trans. A 221 (1921) 163"
# where the mesh does not count
COARSE = {"length_scale": "3 um"}, {"refinement": 0.5, "farthest": 1.1}
FED = "volume at the pressure of growth, 2 sqrt(pi Gc/E') a^1.5, fed by 4 a w"


class History(NamedTuple):
    """Of a run: shape (rows,) each."""

    times: np.ndarray
    lengths: np.ndarray
    pressures: np.ndarray
    balance: np.ndarray  # volume that is missing over that which is there


def make_case(**tables: Any) -> Case:
    """A case with its tables; steps are long from the start on."""
    numerics = {"first_step": "2 s"} | tables.pop("numerics", {})
    return parse_case({"system": {"name": "filled_crack"}, "numerics": numerics, **tables}, "check")


def marched(case: Case) -> History:
    """Run a case without writing anything."""
    problem = GrowingCrack(case, build_mesh(case, COMM))
    rows = []

    def record(time: float, *_) -> None:
        problem.accept()
        missing = problem.held_volume() / problem.volume - 1
        rows.append((time, problem.crack_length, problem.pressure, abs(missing)))

    ended = GrowingCrack.ended
    control = problem.schedule.control
    march(problem, 0.0, [case.loading.duration], control, lambda _: False, record, ended=ended)
    problem.destroy()
    return History(*np.array(rows).T)


@lru_cache
def grown(shape: str) -> tuple[Case, History]:
    """Cracks that are fed at a given current until they are longer by a share."""
    farthest, refinement = {"centre": (1.3, 0.75), "penny": (1.1, 0.5)}[shape]
    numerics = {"farthest": farthest, "refinement": refinement}
    case = make_case(crack={"shape": shape}, numerics=numerics, loading={"duration": "2 min"})
    return case, marched(case)


@lru_cache
def opened(shape: str) -> tuple[float, float]:
    """Volume of a crack under a small pressure: computed, exact."""
    case = make_case(crack={"shape": shape}, numerics={"farthest": 1.1})
    problem = GrowingCrack(case, build_mesh(case, COMM))
    problem.solve_stage(0.0, 2.0, problem.state.snapshot())
    found = problem.held_volume(), case.volume(problem.pressure, case.crack.length)
    problem.destroy()
    return found


def pressure_at_growth(shape: str) -> tuple[float, float]:
    case, history = grown(shape)
    return float(history.pressures.max()), case.growth_pressure(case.crack.length)


def toughness() -> tuple[float, float]:
    """While the crack grows, in the middle between start and end."""
    case, history = grown("centre")
    middle = np.argmin(np.abs(history.lengths - 1.2 * case.crack.length))
    found = history.pressures[middle] * sqrt(pi * history.lengths[middle] / METRE)
    return float(found), case.electrolyte.toughness


def speed_of_growth() -> tuple[float, float]:
    """Slope of sqrt(a) in time between 1.1 and 1.3 times the length at the start."""
    case, history = grown("centre")
    growing = history.lengths > 1.1 * case.crack.length
    times, roots = history.times[growing], np.sqrt(history.lengths[growing])
    return float(np.polyfit(times, roots, 1)[0]), root_rate(case)


def time_of_growth() -> tuple[float, float]:
    """When the crack is a tenth longer."""
    case, history = grown("centre")
    times = np.linspace(0.0, case.loading.duration, 100_001)
    longer = 1.1 * case.crack.length
    exact = np.interp(longer, grown_length(case, times), times)
    return float(np.interp(longer, history.lengths, history.times)), float(exact)


def balance() -> tuple[float, float]:
    return float(grown("centre")[1].balance.max()), 0.0


def stall() -> tuple[float, float]:
    """2 mV do not suffice for a crack of 30 um: plating stalls."""
    fracture, numerics = COARSE
    case = make_case(
        filling={"overpotential": "2 mV"},
        loading={"duration": "1 h"},
        fracture=fracture,
        numerics=numerics,
    )
    return float(marched(case).pressures[-1]), FARADAY * 2e-3 / case.filling.molar_volume


def smallest_crack() -> tuple[float, float]:
    """Length [um] at which the crack grows at the pressure of 3 mV."""
    case, history = grown("centre")
    growing = history.lengths > 1.05 * case.crack.length
    volume, length = case.filling.molar_volume, history.lengths[growing]
    found = np.interp(-FARADAY * 3e-3 / volume, -history.pressures[growing], length)
    return float(found), float(smallest_growing_crack(case.electrolyte.toughness, 3e-3, volume))


def extrusion() -> tuple[float, float]:
    """A tenth of the critical current is squeezed out of a slot of 1 um in the end."""
    current = 0.1  # A/m^2
    fracture, numerics = COARSE
    case = make_case(
        filling={"extrusion": True, "current_density": f"{current} A/m^2"},
        loading={"duration": "5 h"},
        fracture=fracture,
        numerics=numerics | {"first_step": "100 s"},
    )
    law, history = case.filling.creep(), marched(case)
    velocity = case.filling.molar_volume / FARADAY * current
    # the damage at the tip has made the crack a little longer
    length, half_width = history.lengths[-1], case.filling.slot_width / 2
    exact = extrusion_pressure(law, velocity, length, half_width)
    return float(history.pressures[-1]), exact * extrusion_weight(1.0, law.exponent)


CHECKS = [
    Check("volume of a crack [um^2]", SNEDDON, lambda: opened("centre"), 0.01),
    Check("volume of a round crack [um^3]", SNEDDON, lambda: opened("penny"), 0.02),
    Check("pressure of growth [MPa]", GRIFFITH, lambda: pressure_at_growth("centre"), 0.03),
    Check("stress intensity while it grows [MPa m^0.5]", GRIFFITH, toughness, 0.01),
    Check("time until it is a tenth longer [s]", FED, time_of_growth, 0.03),
    Check("growth of the root of the length [um^0.5/s]", FED, speed_of_growth, 0.03),
    Check("volume of the crack that is missing, over it [1]", "balance", balance, 1e-10, False),
    Check("pressure at which 2 mV stall [MPa]", "F eta/Omega", stall, 1e-6),
    Check("smallest crack that grows at 3 mV [um]", "(K Omega/(F eta))^2/pi", smallest_crack, 0.03),
    Check(
        "pressure while lithium leaves a slot [MPa]",
        "power-law flow between plates, weighted for the tip (Tada)",
        extrusion,
        1e-3,
    ),
    Check(
        "pressure of growth of a round crack [MPa]",
        SNEDDON,
        lambda: pressure_at_growth("penny"),
        0.03,
        slow=True,
    ),
]
