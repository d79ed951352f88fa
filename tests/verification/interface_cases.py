"""Cases of the contoured interface whose numbers are checked, each solved once."""

import json
from functools import lru_cache

from mpi4py import MPI

from anodex.models.materials.lithium import LITHIUM
from anodex.models.systems.contoured_interface.case import Case
from anodex.models.systems.contoured_interface.problem import ContouredInterface, build_bodies
from anodex.models.systems.contoured_interface.quantities import SOLUTION, InterfaceNumbers

COMM = MPI.COMM_WORLD
NO_FLOW = {"law": "none"}
APPLIED = 10.0  # A/m^2, the default current density
OMEGA = LITHIUM["molar_volume"].to("um^3/amol")
DERIVED = "derived in docs/systems/contoured_interface/verification.md"


def interface(**tables) -> ContouredInterface:
    """The problem of a case."""
    case = Case(**tables)
    return ContouredInterface(case, build_bodies(case, COMM))


@lru_cache
def numbers(text: str) -> dict[str, float]:
    """Observables of the case whose tables `text` holds as JSON."""
    problem = interface(**json.loads(text))
    problem.solve(problem.case.loading.current_density)
    numbers = InterfaceNumbers(problem)
    found = {quantity.name: float(quantity.of(numbers)) for quantity in SOLUTION}
    problem.destroy()
    return found


def observable(name: str, **tables) -> float:
    """One observable of a case; cases are solved once."""
    return numbers(json.dumps(tables))[name]


def contour(height: float, separation: float, shape: str = "egg-box", **more) -> dict:
    dimension = {"cosine": "2d", "trochoid": "2d"}.get(shape, "3d")
    return {
        "shape": shape,
        "height": f"{height} um",
        "separation": f"{separation} um",
        "dimension": dimension,
        **more,
    }
