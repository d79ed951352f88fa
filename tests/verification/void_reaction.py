"""Shrinkage by a reaction: the stress that it makes in a clamped layer."""

from functools import lru_cache

from mpi4py import MPI

from anodex.meshes.void_mesh import build_void
from anodex.models.discrete.fields import VertexAverage
from anodex.models.laws.elasticity import bulk_modulus
from anodex.models.systems.spindle_void.case import Case
from anodex.models.systems.spindle_void.problem import SpindleVoid
from anodex.models.time.stepping import implicit_runge_kutta_step
from anodex.verification.check import Check
from anodex.verification.void_cases import MATRIX, NU, E, make_case, value_at

BOX = 90.0  # um, half of it
RATIO, CONVERSION = 0.69, 0.02


@lru_cache
def clamped_layer() -> tuple[float, float]:
    """Hydrostatic stress [MPa] in the corner of a clamped box around a small void, when the
    reaction is half way and at its end.
    """
    case: Case = make_case(
        geometry={
            "shape": "dot",
            "length": "6 um",
            "width": "6 um",
            "box_length": f"{BOX} um",
            "box_height": f"{BOX} um",
            "refinement": 0.5,
        },
        matrix=MATRIX,
        loading={"outer": "confined", "reservoir": "none"},
        reaction={"product_volume_ratio": RATIO, "conversion": CONVERSION, "duration": "100 s"},
    )
    problem = SpindleVoid(case, build_void(case.geometry.void(), MPI.COMM_WORLD))
    problem.begin()
    found = []
    for time in (0.0, 50.0):
        implicit_runge_kutta_step(problem, time, 50.0)
        stress = VertexAverage(problem.stress[1, 1], problem.mesh, problem.matrix_cells)()
        found.append(value_at(stress, (BOX, BOX)))
    problem.destroy()
    return found[0], found[1]


def exact(share: float) -> float:
    """A clamped layer keeps its size: - K times its stress-free change of volume."""
    return bulk_modulus(E, NU) * (1 - RATIO) * CONVERSION * share


REACTION_CHECKS = [
    Check(
        "reaction, half way: stress of a clamped layer [MPa]",
        "isotropic elasticity; far from a void that is small in the box",
        lambda: (clamped_layer()[0], exact(0.5)),
        0.005,
    ),
    Check(
        "reaction, at its end: stress of a clamped layer [MPa]",
        "isotropic elasticity; far from a void that is small in the box",
        lambda: (clamped_layer()[1], exact(1.0)),
        0.005,
    ),
]
