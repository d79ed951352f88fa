"""Cases of lithium between two potentials, and their problems, for the checks."""

import numpy as np
from mpi4py import MPI

from anodex.models.laws.constants import FARADAY, GAS
from anodex.models.materials.lithium import LITHIUM
from anodex.models.systems.dendrite.case import Case
from anodex.models.systems.dendrite.meshing import build_mesh
from anodex.models.systems.dendrite.two_potential.problem import TwoPotentialGrowth
from anodex.models.time.stepping import march

COMM = MPI.COMM_WORLD
VOLUME_OF_CHARGE = LITHIUM["molar_volume"].to("um^3/amol") / FARADAY  # um^3/pC
CONDUCTIVITY = 7.8e5  # pA/(V um)
FRONT = 15.0  # um
DRIVEN = GAS * 298 / FARADAY  # V


def case_of(length: float, width: float, **tables) -> Case:
    """Lithium up to `FRONT` [um] in a box without pores; tables add to these."""
    given = {
        "geometry": {
            "length": f"{length} um",
            "width": f"{width} um",
            "lithium_thickness": f"{FRONT} um",
            "protrusions": 0,
            "porosity": 0,
        },
        "mechanics": {"enabled": False},
    }
    return Case.model_validate(
        {name: {**given.get(name, {}), **tables.get(name, {})} for name in given | tables}
    )


def problem_of(case: Case, shape=None) -> TwoPotentialGrowth:
    """The problem of a case; its lithium starts where `shape`, which gets points of shape
    (points, 3), gives a positive distance [um] to its surface.
    """
    problem = TwoPotentialGrowth(case, build_mesh(case, COMM))
    if shape is not None:
        distance = shape(problem.space.tabulate_dof_coordinates())
        problem.phase.x.array[:] = (1 + np.tanh(2 * distance / case.interface.width)) / 2
    problem.begin()
    return problem


def run(problem: TwoPotentialGrowth, duration: float, watch=lambda time: None) -> None:
    """March a problem, from its start."""

    def after(time, *_):
        problem.accept()
        watch(time)

    march(problem, 0.0, [duration], problem.schedule.control, lambda time: False, after)
