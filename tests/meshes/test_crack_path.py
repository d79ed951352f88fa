"""Small cells where a crack may run ahead of a void."""

import numpy as np
import pytest
from mpi4py import MPI

from anodex.meshes.crack_path import CrackPath
from anodex.meshes.void import VoidGeometry
from anodex.meshes.void_mesh import build_void
from anodex.models.discrete.compat import geometry_dofmap
from anodex.models.systems.spindle_void.damaged_void import broken_row

PATH = CrackPath(start=7.0, end=25.0, beside=3.0, cell_size=1.0)


@pytest.fixture(scope="module")
def tagged():
    geometry = VoidGeometry("spindle", 20, 4, box_length=60, box_height=60, path=PATH)
    return build_void(geometry, MPI.COMM_WORLD)


def test_sizes_grow_away_from_the_path():
    assert PATH.size(10.0, 0.0) == 0.5
    assert PATH.size(10.0, 2.0) == 1.0
    assert PATH.size(10.0, 13.0) == pytest.approx(1 + 0.3 * 10)
    assert PATH.size(35.0, 0.0) == pytest.approx(0.5 + 0.3 * 10)
    assert PATH.size(4.0, 7.0) == pytest.approx(1 + 0.3 * 5)


def test_cells_are_small_along_the_path(tagged):
    mesh = tagged.mesh
    owned = mesh.topology.index_map(2).size_local
    corners = mesh.geometry.x[geometry_dofmap(mesh)[:owned, :3]]
    middle = corners.mean(axis=1)
    near = (middle[:, 0] > 11) & (middle[:, 0] < 25) & (middle[:, 1] < 3)
    edges = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2)[near]
    assert edges.max(initial=0.0) < 1.6
    assert MPI.COMM_WORLD.allreduce(int(near.sum())) > 100


def test_the_row_that_breaks_is_half_as_high(tagged):
    mean, most = broken_row(tagged, 10.0, 25.0)
    assert 0.3 < mean < 0.55
    assert mean < most < 0.8
