"""Gmsh on one rank."""

import gmsh
import numpy as np
import pytest
from mpi4py import MPI

from anodex.meshes.session import build, generate, session
from anodex.models.errors import SetupError


def test_failure_on_rank_0_reaches_every_rank():
    def draw():
        gmsh.model.occ.addRectangle(0, 0, 0, -1, 0)

    with pytest.raises(SetupError, match="Gmsh could not make the mesh"):
        build(draw, {}, MPI.COMM_WORLD, 2)
    assert not gmsh.isInitialized()


def test_folded_cells_are_straightened():
    """One cell per quarter of a thin ring: its outer curved edge would fold the cells inside."""
    with session():
        occ = gmsh.model.occ
        occ.cut([(2, occ.addDisk(0, 0, 0, 1, 1))], [(2, occ.addDisk(0, 0, 0, 0.97, 0.97))])
        occ.synchronize()
        generate(2, 2, lambda *_: 1.0)
        _, (cells,), _ = gmsh.model.mesh.getElements(2)
        assert min(gmsh.model.mesh.getElementQualities(cells, "minSJ")) > 0
        assert np.size(cells) < 100
