"""Fronts, discs and bumps of lithium between two potentials against exact solutions."""

from collections.abc import Callable
from functools import lru_cache, partial
from itertools import pairwise

import numpy as np
import ufl
from dolfinx import fem
from mpi4py import MPI

from anodex.models.discrete.fields import constant, total
from anodex.models.laws.phase_field import interpolation
from anodex.models.systems.dendrite.two_potential.interface import Interface
from anodex.models.time.multistep import Weights
from anodex.verification.check import Check
from anodex.verification.potential_cases import (
    COMM,
    CONDUCTIVITY,
    DRIVEN,
    FRONT,
    VOLUME_OF_CHARGE,
    case_of,
    problem_of,
    run,
)

# A flat front: its speed is molar volume times current density over the Faraday constant.


def butler_volmer(voltage: float, exchange: float) -> float:
    """Current density that plates [A/m^2]."""
    return 2 * exchange * float(np.sinh(voltage / (2 * DRIVEN)))


@lru_cache
def flat_speed(
    voltage: float, exchange: float, cells: float = 4.0, tolerance: float = 0.02
) -> float:
    """Speed of a front over 10 um of its way, over what it is to be."""
    speed, way = VOLUME_OF_CHARGE * abs(butler_volmer(voltage, exchange)), 10.0
    case = case_of(
        48.0,
        3.0,
        geometry={"cells_per_width": cells},
        electrolyte={"potential": "constant"},
        kinetics={"exchange_current_density": f"{exchange} A/m^2"},
        loading={"overpotential": f"{-voltage} V"},
        numerics={
            "step_tolerance": tolerance,
            "first_step": f"{1e-3 / speed} s",
            "smallest_step": f"{1e-5 / speed} s",
            "largest_step": f"{10 / speed} s",
        },
    )
    problem = problem_of(case)
    start = problem.lithium()
    run(problem, way / speed)
    found = abs(problem.lithium() - start) / case.geometry.width / way
    problem.destroy()
    return found


def speed(voltage: float, exchange: float) -> tuple[float, float]:
    return flat_speed(voltage, exchange), 1.0


def fine_speed() -> tuple[float, float]:
    """The same with twice the cells and a quarter of the steps' length."""
    return flat_speed(0.1, 8.0, 8.0, 1.25e-3), 1.0


def order_in_cells(found: Callable[[float], float]) -> tuple[float, float]:
    """Order of a number that is found with so many cells across the interface."""
    coarse, middle, fine = (found(cells) for cells in (3.0, 6.0, 12.0))
    return float(np.log2((coarse - middle) / (middle - fine))), 2.0


def speed_order() -> tuple[float, float]:
    """Of the speed of a flat front."""
    return order_in_cells(lambda cells: flat_speed(0.1, 8.0, cells, 1.25e-3))


# What keeps the profile does not move the interface.


@lru_cache
def resting_circle() -> tuple[float, float]:
    """Radius of a disc after a time in which curvature would take away half of its area, if it
    drove the relaxation, over that at the start, and the largest change of the phase field in the
    second half of that time.
    """
    radius, width, middle = 6.0, 3.0, np.array([18.0, 12.0])
    case = case_of(30.0, 24.0, interface={"width": f"{width} um"})
    problem = problem_of(
        case, lambda x: radius - np.hypot(x[:, 0] - middle[0], x[:, 1] - middle[1])
    )
    resting = Interface(
        problem.composition, problem.normal.direction, constant(problem.mesh, 0.0), width, 0.5, 0.1
    )
    disc = fem.form(interpolation(problem.phase) * problem.dx)
    start = total(COMM, disc)
    diffusivity, steps = 0.5 * width * 0.1, 40
    step = radius**2 / 4 / diffusivity / steps
    for number in range(steps):
        if number == steps // 2:
            half = problem.phase.x.array.copy()
        problem.normal.update()
        resting.advance(step, Weights(1.0 if number else 0.0))
    left = total(COMM, disc) / start
    moved = float(np.abs(problem.phase.x.array - half).max(initial=0.0))
    resting.destroy()
    problem.destroy()
    return float(np.sqrt(left)), COMM.allreduce(moved, op=MPI.MAX)


# Bumps


@lru_cache
def bump_rate(width: float, energy: float = 0.3) -> tuple[float, float]:
    """Growth rate of a small bump [1/s] with an interface of a width [um], and that of a sharp
    one.
    """
    half_wave, current = 12.0, 100.0  # um, A/m^2
    wavenumber = np.pi / half_wave
    exchange = DRIVEN * CONDUCTIVITY * wavenumber  # so that kappa Z k = 1
    speed = VOLUME_OF_CHARGE * current
    case = case_of(
        FRONT + 36.0,
        half_wave,
        interface={"width": f"{width} um", "energy": f"{energy} J/m^2"},
        kinetics={"exchange_current_density": f"{exchange} A/m^2"},
        electrolyte={"conductivity": f"{CONDUCTIVITY} pA/(V*um)"},
        loading={"current_density": f"{current} A/m^2"},
        numerics={
            "first_step": f"{0.02 / speed} s",
            "smallest_step": f"{1e-4 / speed} s",
            "largest_step": f"{0.05 * width / speed} s",
        },
    )
    problem = problem_of(case, lambda x: FRONT + 0.4 * np.cos(wavenumber * x[:, 1]) - x[:, 0])
    y = ufl.SpatialCoordinate(problem.mesh)[1]
    form = fem.form(problem.phase * ufl.cos(wavenumber * y) * problem.dx)
    rows = []
    run(
        problem,
        2 * width / speed,
        lambda time: rows.append((time, 2 / half_wave * total(COMM, form))),
    )
    times, heights = np.array(rows).T
    late = times > 0.5 * times[-1]
    found = float(np.polyfit(times[late], np.log(heights[late]), 1)[0])
    problem.destroy()
    capillary = CONDUCTIVITY * VOLUME_OF_CHARGE * energy * wavenumber**2
    return found, VOLUME_OF_CHARGE * wavenumber * (current - capillary) / 2


def bump(energy: float = 0.3) -> tuple[float, float]:
    return bump_rate(2.0, energy)


def step_order() -> tuple[float, float]:
    """Order in the step, from the distances of the phase fields of a bump that grows."""
    case = case_of(
        30.0,
        9.0,
        electrolyte={"potential": "constant"},
        kinetics={"exchange_current_density": "8 A/m^2"},
        loading={"overpotential": "-0.1 V"},
    )
    duration = 3.0 / (VOLUME_OF_CHARGE * butler_volmer(0.1, 8.0))
    ends = []
    for steps in (20, 40, 80):
        problem = problem_of(case, lambda x: FRONT + np.cos(np.pi * x[:, 1] / 9) - x[:, 0])
        for number in range(steps):
            problem.advance(number * duration / steps, duration / steps)
            problem.accept()
        ends.append(problem.phase.x.array[: problem.space.dofmap.index_map.size_local].copy())
        problem.destroy()
    distances = [np.sqrt(COMM.allreduce(float(np.sum((a - b) ** 2)))) for a, b in pairwise(ends)]
    return float(np.log2(distances[0] / distances[1])), 2.0


SPEED = "exact: molar volume times Butler-Volmer current over the Faraday constant"
BUMP = (
    "linear stability of a plated surface: (Omega/F) k [i - kappa Omega gamma k^2/F]/"
    "(1 + kappa Z k)"
)
FRONT_CHECKS = [
    *(
        Check(
            f"two potentials: flat front at {voltage:g} V, {exchange:g} A/m^2 [-]",
            SPEED,
            partial(speed, voltage, exchange),
            1e-2,
        )
        for voltage, exchange in ((0.02, 8.0), (0.35, 8.0), (0.6, 8.0), (0.02, 24.0), (0.6, 24.0))
    ),
    Check("two potentials: flat front that dissolves [-]", SPEED, partial(speed, -0.1, 8.0), 1e-2),
    Check("two potentials: flat front, 8 cells across it [-]", SPEED, fine_speed, 1e-3),
    Check(
        "two potentials: order of the speed in the cells [-]",
        "order of the elements",
        speed_order,
        0.15,
        relative=False,
    ),
    Check(
        "two potentials: order in the steps [-]",
        "order of the scheme",
        step_order,
        0.3,
        relative=False,
    ),
    Check(
        "two potentials: radius of a disc at rest, over that at the start [-]",
        "exact: relaxation without curvature",
        lambda: (resting_circle()[0], 1.0),
        5e-3,
    ),
    Check(
        "two potentials: change of a disc at rest [-]",
        "exact: relaxation without curvature",
        lambda: (resting_circle()[1], 0.0),
        2e-2,
        relative=False,
    ),
    Check("two potentials: growth of a bump [1/s]", BUMP, bump, 2e-2),
    Check(
        "two potentials: growth of a bump, ten times the surface energy [1/s]",
        BUMP,
        partial(bump, 3.0),
        2e-2,
    ),
]
