"""Charge, current and ions of growing lithium, and the leakage through it, against exact ones."""

from functools import lru_cache, partial

import numpy as np
from dolfinx import fem
from mpi4py import MPI

from anodex.meshes.slab import SlabGeometry, build_slab
from anodex.meshes.tagged import TaggedMesh
from anodex.models.laws.constants import FARADAY, GAS
from anodex.models.parts.conduction import Conduction
from anodex.models.systems.dendrite.case import Case
from anodex.models.systems.dendrite.meshing import build_mesh
from anodex.models.systems.dendrite.observer import DendriteObserver
from anodex.models.systems.dendrite.problem import DendriteGrowth
from anodex.models.time.stepping import implicit_runge_kutta_step
from anodex.verification.check import Check
from anodex.verification.moving_front import planar

COMM = MPI.COMM_WORLD


def charge_of_growth() -> tuple[float, float]:
    """Charge that a growing lithium with a protrusion has taken from the electrodes, over its
    volume's.
    """
    case = Case.model_validate(
        {
            "model": {"name": "paper"},
            "geometry": {
                "length": "24 um",
                "width": "12 um",
                "lithium_thickness": "6 um",
                "protrusions": 1,
                "protrusion_height": "3 um",
                "pore_diameter": "4 um",
            },
            "mechanics": {"enabled": False},
        }
    )
    problem = DendriteGrowth(case, build_mesh(case, COMM))
    problem.begin()
    for number in range(5):
        implicit_runge_kutta_step(problem, 0.1 * number, 0.1)
    grown, entered = problem.deposited
    problem.destroy()
    return entered / grown, 1.0


def held_current() -> tuple[float, float]:
    """Current that flows where one is asked for [A/m^2]."""
    wanted = 8000.0
    case = planar(
        4, electrolyte={"potential": "solved"}, loading={"current_density": f"{wanted} A/m^2"}
    )
    problem = DendriteGrowth(case, build_mesh(case, COMM))
    problem.begin()
    for number in range(4):
        before = problem.deposited[0]
        implicit_runge_kutta_step(problem, 0.1 * number, 0.1)
    found = (problem.deposited[0] - before) / 0.1 / problem.case.geometry.cross_section
    problem.destroy()
    return float(found), wanted


@lru_cache
def ions_at_rest() -> tuple[float, float]:
    """Largest distance of ln c + f phi from zero, and the largest of ln c: ions without flux in
    the field of a battery at rest.
    """
    case = planar(
        4,
        electrolyte={"potential": "solved"},
        transport={"law": "nernst-planck"},
        kinetics={"exchange_current_density": "1e-12 A/m^2"},
        loading={"overpotential": "-0.05 V"},
    )
    problem = DendriteGrowth(case, build_mesh(case, COMM))
    problem.begin()
    for number in range(6):
        implicit_runge_kutta_step(problem, 10.0 * number, 10.0)
    logarithm, potential = problem.front.concentration.x.array, problem.potential.x.array
    away = float(np.abs(logarithm + FARADAY / (GAS * 298) * potential).max(initial=0.0))
    largest = float(logarithm.max(initial=0.0))
    problem.destroy()
    return COMM.allreduce(away, op=MPI.MAX), COMM.allreduce(largest, op=MPI.MAX)


def boltzmann() -> tuple[float, float]:
    return ions_at_rest()[0], 0.0


def boltzmann_at_lithium() -> tuple[float, float]:
    return ions_at_rest()[1], 0.05 * FARADAY / (GAS * 298)


def ions_of_growth(pressure: float | None) -> tuple[float, float]:
    """Ions that a growing lithium has taken, over its volume's: those that have come from the
    reservoir less those gained by the electrolyte. With stress that undoes much of the growth where
    a pressure [MPa] is given.
    """
    stressed = pressure is not None
    case = planar(
        4,
        electrolyte={"potential": "solved"},
        transport={"law": "nernst-planck"},
        kinetics={"exchange_current_density": "160 A/m^2"},
        loading={"overpotential": "-0.15 V"}
        | ({"external_pressure": f"{pressure} MPa"} if stressed else {}),
        mechanics={"enabled": stressed} | ({"plating_strain": 2.2e-3} if stressed else {}),
    )
    problem = DendriteGrowth(case, build_mesh(case, COMM))
    observer = DendriteObserver(problem)
    problem.begin()
    for number in range(10):
        implicit_runge_kutta_step(problem, 0.1 * number, 0.1)
    content = problem.front.content.x.array - problem.front.lithium.x.array
    gained = observer.amount(content) - observer.ions_at_start
    won = observer.amount(problem.front.lithium.x.array) - observer.lithium_at_start
    entered = problem.ions_entered[0] / problem.charge_density
    problem.destroy()
    return float(entered - gained) / won, 1.0


def _leakage(tagged: TaggedMesh, conductivity: fem.Function) -> float:
    """At 1 V [pA/um]."""
    leakage = Conduction(
        tagged,
        conductivity,
        fem.Function(fem.functionspace(tagged.mesh, ("Lagrange", 1))),
        held={"left": 1.0, "right": 0.0},
    )
    leakage.solve()
    found = -leakage.currents()["right"]
    leakage.destroy()
    return found


def filament(share: float = 0.25, ratio: float = 1e6) -> tuple[float, float]:
    """Leakage [pA/um] through a straight filament that takes a share of the width."""
    tagged = build_slab(SlabGeometry(20.0, 8.0, cell_size=1.0), COMM)
    conductivity = fem.Function(fem.functionspace(tagged.mesh, ("DG", 0)))
    conductivity.interpolate(lambda x: np.where(x[1] < 8.0 * share, ratio, 1.0))
    return _leakage(tagged, conductivity), (share * ratio + 1 - share) * 8.0 / 20.0


def gap(width: float = 4.0, ratio: float = 1e6) -> tuple[float, float]:
    """Leakage [pA/um] through lithium and what is left of the electrolyte, in series."""
    tagged = build_slab(SlabGeometry(20.0, 8.0, cell_size=1.0), COMM)
    conductivity = fem.Function(fem.functionspace(tagged.mesh, ("DG", 0)))
    conductivity.interpolate(lambda x: np.where(x[0] < 20.0 - width, ratio, 1.0))
    return _leakage(tagged, conductivity), 8.0 / ((20.0 - width) / ratio + width)


BALANCE = "conservation of lithium"
NERNST = "exact: c = exp(-f phi) without flux"
OHM = "exact: conductors side by side and in a row"
CURRENT_CHECKS = [
    Check(
        "charge entered over charge deposited [-]", "conservation of charge", charge_of_growth, 1e-6
    ),
    Check("ions taken over lithium won [-]", BALANCE, partial(ions_of_growth, None), 1e-6),
    Check(
        "ions taken over lithium won, under stress [-]",
        BALANCE,
        partial(ions_of_growth, 10.0),
        1e-6,
    ),
    Check("current held [A/m^2]", "definition", held_current, 1e-2),
    Check("ions at rest: ln c + f phi [-]", NERNST, boltzmann, 1e-4, relative=False),
    Check("ions at rest: ln c at the lithium [-]", NERNST, boltzmann_at_lithium, 1e-4),
    Check("leakage along a filament [pA/um]", OHM, filament, 1e-8),
    Check("leakage across a gap of 4 um [pA/um]", OHM, gap, 1e-8),
    Check("leakage across a gap of 1 um [pA/um]", OHM, partial(gap, 1.0), 1e-8),
]
