"""Small problems of the system: a cosine in the plane on a coarse mesh, with changes."""

import numpy as np
import pytest
from mpi4py import MPI

from anodex.models.results.quantity import row_of
from anodex.models.systems.contoured_interface.case import Case
from anodex.models.systems.contoured_interface.critical import find_critical_site
from anodex.models.systems.contoured_interface.problem import ContouredInterface, build_bodies
from anodex.models.systems.contoured_interface.quantities import (
    CRITICAL,
    QUANTITIES,
    SOLUTION,
    InterfaceNumbers,
)

COMM = MPI.COMM_WORLD
COSINE = {
    "shape": "cosine",
    "dimension": "2d",
    "height": "25 um",
    "separation": "150 um",
    "refinement": 0.5,
}


@pytest.fixture(scope="session")
def make_case():
    """Function that gives the case with changes to its tables."""

    def make(geometry: dict | None = None, **tables) -> Case:
        return Case(geometry={**COSINE, **(geometry or {})}, **tables)

    return make


@pytest.fixture
def make(make_case):
    """Function that builds the problem of a case with changes, not yet solved."""
    made = []

    def build(comm: MPI.Comm = COMM, **tables) -> ContouredInterface:
        case = make_case(**tables)
        made.append(ContouredInterface(case, build_bodies(case, comm)))
        return made[-1]

    yield build
    for problem in made:
        problem.destroy()


@pytest.fixture
def solved(make):
    """The same, solved for its applied current."""

    def solve(comm: MPI.Comm = COMM, **tables) -> ContouredInterface:
        problem = make(comm, **tables)
        problem.solve(problem.case.loading.current_density)
        return problem

    return solve


@pytest.fixture
def numbers():
    """Function that gives the numbers of a solved problem, None for what does not exist; it may
    leave the problem at the critical current.
    """

    def values(problem: ContouredInterface) -> dict[str, float | None]:
        solution = row_of(SOLUTION, InterfaceNumbers(problem))
        row = solution | row_of(CRITICAL, find_critical_site(problem))
        return {
            entry.name: None if np.isnan(row[entry.column]) else row[entry.column]
            for entry in QUANTITIES
        }

    return values


@pytest.fixture
def numbers_of(solved, numbers):
    """The same of a case with changes."""
    return lambda **tables: numbers(solved(**tables))


@pytest.fixture
def cosine_map(shared_tmp_path):
    """Geometry of the same cosine as a height map, one period with periodic sides."""
    path = shared_tmp_path / "cosine.txt"
    if COMM.rank == 0:
        np.savetxt(path, np.cos(2 * np.pi * np.arange(64) / 64))
    COMM.barrier()
    return {"shape": "height-map", "height_map": str(path)}


@pytest.fixture(scope="session")
def plated_case(make_case):
    """Function that gives a low cosine that goes through a cycle of the paper, with changes."""
    tables = {
        "geometry": {"height": "10 um", "separation": "50 um"},
        "loading": {"current_density": "0.5 mA/cm^2"},
        "flow": {"law": "none"},
        "plating": {"cycles": 1},
    }
    return lambda **changes: make_case(**{**tables, **changes})


@pytest.fixture(scope="session")
def run_plated(plated_case, run_once):
    """Function that runs such a case; the same one runs once."""
    return lambda **changes: run_once(plated_case(**changes))
