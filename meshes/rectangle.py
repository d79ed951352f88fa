"""Triangles in a rectangle, two in each cell between the lines of a grid."""

import basix.ufl
import numpy as np
from dolfinx.mesh import Mesh
from mpi4py import MPI

from anodex.models.discrete.compat import create_mesh


def build_rectangle(x: np.ndarray, y: np.ndarray, comm: MPI.Comm = MPI.COMM_WORLD) -> Mesh:
    """Mesh between lines at some places, increasing [um], shapes (lines,); collective."""
    points = np.stack(np.meshgrid(x, y, indexing="ij"), axis=-1).reshape(-1, 2)
    corner = (np.arange(len(x) - 1)[:, None] * len(y) + np.arange(len(y) - 1)).reshape(-1)
    right, up = corner + len(y), corner + 1
    across = right + 1
    halves = np.stack([corner, right, across], axis=1), np.stack([corner, across, up], axis=1)
    cells = np.concatenate(halves).astype(np.int64)
    mine = slice(None) if comm.rank == 0 else slice(0)
    element = basix.ufl.element("Lagrange", "triangle", 1, shape=(2,))
    return create_mesh(comm, cells[mine], points[mine], element)
