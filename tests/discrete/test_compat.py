"""What hides the versions of DOLFINx."""

import warnings

import numpy as np
from dolfinx.mesh import create_unit_square
from mpi4py import MPI

from anodex.models.discrete.compat import geometry_dofmap


def test_the_nodes_of_cells_are_those_of_the_mesh_without_a_warning():
    mesh = create_unit_square(MPI.COMM_WORLD, 3, 3)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        nodes = geometry_dofmap(mesh)
    cells = mesh.topology.index_map(2)
    assert nodes.shape == (cells.size_local + cells.num_ghosts, 3)
    sides = np.diff(mesh.geometry.x[nodes][..., :2], axis=1)
    np.testing.assert_allclose(np.abs(np.linalg.det(sides)), 1 / 9)
