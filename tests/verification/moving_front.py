"""Speed of a flat front of lithium against that of a sharp interface."""

from functools import lru_cache, partial
from itertools import pairwise

import numpy as np
from mpi4py import MPI

from anodex.models.laws.constants import FARADAY, GAS
from anodex.models.laws.phase_field import front_speed
from anodex.models.systems.dendrite.case import Case
from anodex.models.systems.dendrite.meshing import build_mesh
from anodex.models.systems.dendrite.problem import DendriteGrowth
from anodex.models.time.stepping import implicit_runge_kutta_step
from anodex.verification.check import Check
from anodex.verification.phase_field import OVERPOTENTIAL, WIDTH, extrapolated

COMM = MPI.COMM_WORLD


def planar(cells_per_width: float, **tables) -> Case:
    """A thin strip with a flat front."""
    given = {
        "model": {"name": "paper"},
        "geometry": {
            "length": "48 um",
            "width": "3 um",
            "lithium_thickness": "15 um",
            "protrusions": 0,
            "porosity": 0,
            "cells_per_width": cells_per_width,
        },
        "electrolyte": {"potential": "constant"},
        "mechanics": {"enabled": False},
    }
    return Case.model_validate(given | tables)


@lru_cache
def speed(
    step: float,
    cells_per_width: float,
    overpotential: float = OVERPOTENTIAL,
    duration: float = 8.0,
    pressure: float | None = None,
) -> float:
    """Speed of a flat front [um/s], from the second half of its way; with stress where a
    pressure [MPa] is given, be it 0.
    """
    loading = {"overpotential": f"{overpotential} V", "external_pressure": f"{pressure or 0} MPa"}
    # The tolerance says how well stress and phase field settle in a stage.
    case = planar(
        cells_per_width,
        loading=loading,
        mechanics={"enabled": pressure is not None},
        numerics={"step_tolerance": 1e-3},
    )
    problem = DendriteGrowth(case, build_mesh(case, COMM))
    problem.begin()
    steps = round(duration / step)
    for number in range(steps):
        if number == steps // 2:
            halfway = problem.deposited[0]
        implicit_runge_kutta_step(problem, number * step, step)
    found = (
        (problem.deposited[0] - halfway)
        / problem.charge_density
        / case.geometry.width
        / (step * (steps - steps // 2))
    )
    problem.destroy()
    return float(found)


def sharp_speed() -> float:
    """Of the sharp front [um/s]."""
    case, scaled = planar(4), FARADAY * OVERPOTENTIAL / (GAS * 298)
    return front_speed(WIDTH, case.reaction_rate * (np.exp(-scaled / 2) - np.exp(scaled / 2)))


def limit_speed() -> tuple[float, float]:
    """Extrapolated in the step and then in the cells."""
    by_cells = [extrapolated(speed(0.2, cells), speed(0.1, cells)) for cells in (4.0, 8.0)]
    return extrapolated(*by_cells), sharp_speed()


def stress_drive(case: Case, pressure: float) -> float:
    """Energy that a volume of electrolyte which becomes lithium takes up, less the work done on it
    [MPa]: between mirrors the axial stress and the lateral strains go through a flat front
    unchanged."""
    given, gains = case.mechanics, []
    for young, poisson, swelling in (
        (given.lithium_young_modulus, given.lithium_poisson_ratio, given.plating_strain),
        (given.electrolyte_young_modulus, given.electrolyte_poisson_ratio, 0.0),
    ):
        bulk, shear = young / (3 * (1 - 2 * poisson)), young / (2 * (1 + poisson))
        strain = (bulk * swelling - pressure) / (bulk + 4 / 3 * shear)
        gains.append(
            bulk / 2 * (strain - swelling) ** 2 + 2 / 3 * shear * strain**2 + pressure * strain
        )
    return gains[0] - gains[1]


def speed_under_pressure(pressure: float) -> tuple[float, float]:
    """Of a flat front that swells, extrapolated in the step and then in the cells, and of the
    sharp front [um/s].
    """
    by_cells = [
        extrapolated(speed(0.2, cells, pressure=pressure), speed(0.1, cells, pressure=pressure))
        for cells in (4.0, 8.0)
    ]
    case = planar(4, mechanics={"enabled": True})
    return extrapolated(*by_cells), sharp_speed() - front_speed(
        WIDTH, case.interface.mobility * stress_drive(case, pressure)
    )


def step_order() -> tuple[float, float]:
    """Order of the speed's error in the step."""
    speeds = [speed(step, 4.0) for step in (0.4, 0.2, 0.1)]
    first, second = (abs(fine - coarse) for coarse, fine in pairwise(speeds))
    return float(np.log2(first / second)), 2.0


def speed_at_rest() -> tuple[float, float]:
    return speed(1.0, 4.0, overpotential=0.0), 0.0


@lru_cache
def speed_at_any_overpotential(
    overpotential: float, exchange_current: float = 16.0
) -> tuple[float, float]:
    """Of a flat front whose relaxation follows the reaction, and of the sharp one [um/s]; from the
    second half of 4 um.
    """
    case = planar(
        8,
        loading={"overpotential": f"{overpotential} V"},
        kinetics={"exchange_current_density": f"{exchange_current} A/m^2"},
        interface={"relaxation_law": "following"},
    )
    scaled = FARADAY * overpotential / (GAS * 298)
    exact = front_speed(WIDTH, case.reaction_rate * (np.exp(-scaled / 2) - np.exp(scaled / 2)))
    step, steps = 0.04 / exact, 100
    problem = DendriteGrowth(case, build_mesh(case, COMM))
    problem.begin()
    for number in range(steps):
        if number == steps // 2:
            halfway = problem.deposited[0]
        implicit_runge_kutta_step(problem, number * step, step)
    way = (problem.deposited[0] - halfway) / problem.charge_density / case.geometry.width
    problem.destroy()
    return float(way / (step * (steps - steps // 2))), float(exact)


def speeds_at_two_exchange_currents() -> tuple[float, float]:
    """That at 24 A/m^2 over that at 8 A/m^2."""
    fast, slow = (speed_at_any_overpotential(-0.5, current)[0] for current in (24.0, 8.0))
    return fast / slow, 3.0


SPEED = (
    "sharp interface: 3/2 delta L_eta {exp(-a f eta) - exp((1-a) f eta)}; Hong and Viswanathan "
    "(2018)"
)
STRESS = "sharp interface: the same less 3/2 delta L_xi (jump of energy - stress : strain)"
FRONT_CHECKS = [
    Check("flat front: speed, extrapolated in step and mesh [um/s]", SPEED, limit_speed, 1e-2),
    Check(
        "flat front: speed slowed by its own stress [um/s]",
        STRESS,
        partial(speed_under_pressure, 0.0),
        4e-3,
        slow=True,  # the next has the same terms, and one more
    ),
    Check(
        "flat front: speed under 10 MPa [um/s]", STRESS, partial(speed_under_pressure, 10.0), 4e-3
    ),
    *(
        Check(
            f"flat front, relaxation that follows: speed at {overpotential} V [um/s]",
            SPEED,
            partial(speed_at_any_overpotential, overpotential),
            1e-2,
        )
        for overpotential in (-0.02, -0.1, -0.2, -0.35, -0.5, -0.6)
    ),
    Check(
        "flat front, relaxation that follows: speed at 24 over that at 8 A/m^2, -0.5 V [-]",
        SPEED,
        speeds_at_two_exchange_currents,
        1e-2,
    ),
    Check(
        "flat front: order of the speed in the step [-]",
        "order of the time stepping",
        step_order,
        0.4,
        relative=False,
    ),
    Check(
        "flat front: speed without overpotential [um/s]",
        "exact",
        speed_at_rest,
        1e-8,
        relative=False,
    ),
]
