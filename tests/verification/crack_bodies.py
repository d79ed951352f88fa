"""Bodies for checks of phase-field fracture: rectangles, and the cracks in them at first."""

from collections.abc import Callable, Sequence

import basix.ufl
import numpy as np
from dolfinx import default_scalar_type, fem
from dolfinx.mesh import Mesh
from mpi4py import MPI

from anodex.models.discrete.compat import create_mesh
from anodex.models.fracture.cracked_body import CrackedBody
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


def rectangle(x: np.ndarray, y: np.ndarray, comm: MPI.Comm = COMM) -> Mesh:
    """Triangles, two in each rectangle between lines of a grid."""
    points = np.stack(np.meshgrid(x, y, indexing="ij"), axis=-1).reshape(-1, 2)
    corner = (np.arange(len(x) - 1)[:, None] * len(y) + np.arange(len(y) - 1)).reshape(-1)
    up, right = 1, len(y)
    cells = np.concatenate(
        [
            np.stack([corner, corner + right, corner + right + up], axis=1),
            np.stack([corner, corner + right + up, corner + up], axis=1),
        ]
    )
    mine = slice(None) if comm.rank == 0 else slice(0)
    element = basix.ufl.element("Lagrange", "triangle", 1, shape=(2,))
    return create_mesh(comm, cells[mine].astype(np.int64), points[mine], element)


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


def cut(body: CrackedBody, where: Callable[[np.ndarray], np.ndarray]) -> None:
    """Break a body that is not loaded at the nodes in a place."""
    crack = body.crack
    broken = np.flatnonzero(where(crack.damage.function_space.tabulate_dof_coordinates().T))
    for function in (crack.damage, crack.before):
        function.x.array[broken] = 1.0
    crack.solve()
    crack.accept()


def slope(x: Sequence[float], y: Sequence[float]) -> float:
    """Of y over x in logarithms."""
    return float(np.polyfit(np.log(x), np.log(y), 1)[0])
