"""Values of UFL expressions."""

import numpy as np
import pytest
from dolfinx import fem, mesh
from mpi4py import MPI

from anodex.models.discrete.compat import geometry_dofmap


def unit_mesh(dimension: int) -> mesh.Mesh:
    """Unit square or cube with cells on each of a few ranks."""
    return (
        mesh.create_unit_square(MPI.COMM_WORLD, 4, 4)
        if dimension == 2
        else mesh.create_unit_cube(MPI.COMM_WORLD, 2, 2, 2)
    )


@pytest.fixture(scope="session")
def square():
    return unit_mesh(2)


@pytest.fixture(scope="session")
def cube():
    return unit_mesh(3)


@pytest.fixture(scope="session")
def at_corners():
    """Function that evaluates an expression at the corners of this rank's cells: values, shape
    (corners, ...), and the corners' places.
    """

    def evaluate(expression, domain: mesh.Mesh) -> tuple[np.ndarray, np.ndarray]:
        tdim = domain.topology.dim
        corners = np.vstack([np.zeros(tdim), np.eye(tdim)])
        cells = np.arange(domain.topology.index_map(tdim).size_local, dtype=np.int32)
        # The constant ties an expression to the mesh that UFL has simplified to a number.
        values = fem.Expression(fem.Constant(domain, 1.0) * expression, corners).eval(domain, cells)
        shape = (len(cells) * len(corners), *expression.ufl_shape)
        return np.asarray(values).reshape(shape), domain.geometry.x[
            geometry_dofmap(domain)[cells].reshape(-1)
        ]

    return evaluate
