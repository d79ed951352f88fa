"""The elastic body that is checked under pressure: its stiffness, its loads, means over it."""

from dolfinx import fem
from mpi4py import MPI

from anodex.models.discrete.fields import total
from anodex.models.laws.elasticity import bulk_modulus, shear_modulus
from anodex.models.parts.elasticity import Elasticity

COMM = MPI.COMM_WORLD
YOUNG, NU = 22100.0, 0.37  # MPa, -: Li6PS5Cl
BULK, SHEAR = bulk_modulus(YOUNG, NU), shear_modulus(YOUNG, NU)
PRESSURE = 10.0  # MPa
EIGENSTRAIN = 1e-3


def mean(problem: Elasticity, expression, weight=1.0) -> float:
    """Weighted mean over the mesh."""
    return total(COMM, fem.form(weight * expression * problem.dx)) / total(
        COMM, fem.form(weight * problem.dx)
    )
