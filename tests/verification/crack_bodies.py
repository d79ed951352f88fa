"""Parts of the bodies for checks of phase-field fracture."""

from collections.abc import Callable, Sequence

import numpy as np
from dolfinx import default_scalar_type, fem
from dolfinx.mesh import Mesh
from mpi4py import MPI

from anodex.models.laws.elasticity import bulk_modulus, shear_modulus

COMM = MPI.COMM_WORLD
GROWTH = 1.25  # of cells beyond a band of even ones


def grown(last: float, end: float, size: float) -> np.ndarray:
    """Places of nodes beyond the last of an even band, farther and farther apart, to an end."""
    count = int(np.ceil(np.log1p((end - last) / size * (GROWTH - 1) / GROWTH) / np.log(GROWTH)))
    steps = size * GROWTH ** np.arange(1, count + 1)
    return last + np.cumsum(steps) * (end - last) / steps.sum()


def band(start: float, stop: float, size: float) -> np.ndarray:
    """Places of nodes that are evenly apart, about a size."""
    return np.linspace(start, stop, round((stop - start) / size) + 1)


def held(space: fem.FunctionSpace, axis: int | None, where: Callable, value=0.0):
    """Dirichlet condition on a component, or on a scalar, at the nodes in a place."""
    part = space if axis is None else space.sub(axis)
    if axis is None:
        dofs = fem.locate_dofs_geometrical(space, where)
    else:
        collapsed, _ = part.collapse()
        dofs = fem.locate_dofs_geometrical((part, collapsed), where)[0]
    constant = value if isinstance(value, fem.Constant) else default_scalar_type(value)
    return fem.dirichletbc(constant, dofs, part)


def fields(mesh: Mesh) -> tuple[fem.Function, fem.Function]:
    """Displacement and damage."""
    displacement = fem.Function(fem.functionspace(mesh, ("Lagrange", 1, (2,))))
    return displacement, fem.Function(fem.functionspace(mesh, ("Lagrange", 1)))


def moduli(young: float, poisson: float) -> dict[str, float]:
    """Arguments of `CrackedBody`."""
    return {"bulk": bulk_modulus(young, poisson), "shear": shear_modulus(young, poisson)}


def slope(x: Sequence[float], y: Sequence[float]) -> float:
    """Of y over x in logarithms."""
    return float(np.polyfit(np.log(x), np.log(y), 1)[0])
