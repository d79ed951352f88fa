"""The mesh of a void, spread over the ranks."""

import numpy as np
import pytest
from mpi4py import MPI

from anodex.meshes.void import VoidGeometry
from anodex.meshes.void_mesh import build_void

from .test_void import DEFAULT, count, measure

pytestmark = pytest.mark.usefixtures("drawn_anew")


@pytest.mark.parametrize("dimension", ["plane-strain", "3d"])
def test_equal_on_all_ranks_and_from_run_to_run(dimension):
    """The mesh over all ranks equals the one that each rank builds alone."""
    geometry = VoidGeometry(**DEFAULT, dimension=dimension, refinement=0.5)
    together, alone = build_void(geometry, MPI.COMM_WORLD), build_void(geometry, MPI.COMM_SELF)
    for dim in range(together.mesh.topology.dim + 1):
        assert count(together, dim) == count(alone, dim)
    for kind, name in (
        ("dx", "void"),
        ("dx", "matrix"),
        ("dS", "void_surface"),
        ("ds", "symmetry_y"),
        ("ds", "outer_x"),
    ):
        assert measure(together, kind, name) == pytest.approx(measure(alone, kind, name), rel=1e-12)
    if MPI.COMM_WORLD.size == 1:
        np.testing.assert_array_equal(together.mesh.geometry.x, alone.mesh.geometry.x)
