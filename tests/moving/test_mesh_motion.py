"""The mesh beside a front, and how it follows: exact, the same whatever led there."""

import numpy as np
import pytest
import ufl
from dolfinx import fem
from mpi4py import MPI

from anodex.meshes.beside_front import Outline, build_beside_front
from anodex.meshes.tagged import TaggedMesh
from anodex.models.discrete.fields import total
from anodex.models.discrete.surface import SurfaceNodes
from anodex.models.errors import SetupError
from anodex.models.moving.front import Front, even_front
from anodex.models.moving.mesh_motion import CellQuality, MeshMotion

COMM = MPI.COMM_WORLD
BOX = Outline(np.array([[3.0, 6.0], [0.0, 6.0]]), ("side", "top", "side"))


def wave(facets: int = 16) -> Front:
    return even_front(
        lambda t: np.column_stack([3 * t, 0.3 * np.cos(np.pi * t)]),
        facets,
    )


@pytest.fixture
def above() -> tuple[Front, TaggedMesh]:
    """A wave, and the mesh above it."""
    front = wave()
    return front, build_beside_front(front.nodes, BOX, COMM)


def area(tagged: TaggedMesh) -> float:
    return total(COMM, fem.form(1.0 * ufl.dx(tagged.mesh)))


def test_nodes_of_the_front_come_first_and_in_order(above):
    front, tagged = above
    nodes = SurfaceNodes(tagged.mesh, tagged.facets.find(tagged.tags["front"]))
    assert nodes.count == len(front.nodes)
    np.testing.assert_allclose(nodes.points[:, :2], front.nodes, atol=1e-12)


def test_the_area_is_exact(above):
    front, tagged = above
    assert area(tagged) == pytest.approx(18.0 - front.enclosed, rel=1e-13)


def test_a_closed_front_is_a_hole():
    front = even_front(
        lambda t: np.column_stack([np.cos(2 * np.pi * t), -np.sin(2 * np.pi * t)]), 24, None
    )
    corners = np.array([[4.0, 4.0], [-4.0, 4.0], [-4.0, -4.0], [4.0, -4.0]])
    tagged = build_beside_front(front.nodes, Outline(corners, ("outer",) * 4), COMM, closed=True)
    nodes = SurfaceNodes(tagged.mesh, tagged.facets.find(tagged.tags["front"]))
    np.testing.assert_allclose(nodes.points[:, :2], front.nodes[:-1], atol=1e-12)
    assert area(tagged) == pytest.approx(64.0 - front.enclosed, rel=1e-13)


def test_a_front_too_sharp_for_its_cells_is_refused():
    nodes = wave(4).nodes.copy()
    nodes[3] += [0.0, 2.0]  # a middle node far off its facet
    with pytest.raises(SetupError, match="more cells along it"):
        build_beside_front(nodes, BOX, COMM)


def test_the_mesh_follows_the_front(above):
    front, tagged = above
    motion = MeshMotion(tagged, front, {"side": 0})
    quality = CellQuality(tagged).least()
    there = front.advanced(0.2 * front.normals, 0.6)
    motion.follow(there)
    assert area(tagged) == pytest.approx(18.0 - there.enclosed, rel=1e-13)
    assert 0.8 * quality < CellQuality(tagged).least() <= 1
    x = tagged.mesh.geometry.x
    assert COMM.allreduce(x[:, 0].min(), op=MPI.MIN) == pytest.approx(0.0, abs=1e-12)
    assert COMM.allreduce(x[:, 0].max(), op=MPI.MAX) == pytest.approx(3.0, abs=1e-12)
    motion.destroy()


def test_a_frame_that_rises_takes_the_top_along(above):
    front, tagged = above
    motion = MeshMotion(tagged, front, {"side": 0})
    there = front.moved(np.tile([0.0, 0.5], (len(front.nodes), 1)))
    before = tagged.mesh.geometry.x.copy()
    motion.follow(there, 0.5)
    np.testing.assert_allclose(tagged.mesh.geometry.x - before, [[0.0, 0.5, 0.0]] * len(before))
    motion.destroy()


def test_where_the_mesh_is_does_not_depend_on_the_way_there(above):
    front, tagged = above
    motion = MeshMotion(tagged, front, {"side": 0})
    there = front.advanced(0.2 * front.normals, 0.6)
    motion.follow(there)
    direct = tagged.mesh.geometry.x.copy()
    motion.follow(front.advanced(-0.1 * front.normals, -0.3))
    motion.follow(there)
    np.testing.assert_allclose(tagged.mesh.geometry.x, direct, atol=1e-14)
    motion.destroy()


def test_cells_inside_out_as_a_whole_have_no_quality(above):
    _, tagged = above
    quality = CellQuality(tagged)
    tagged.mesh.geometry.x[:, 0] *= -1.0
    assert quality.least() < 0


def test_a_folded_cell_has_no_quality(above):
    front, tagged = above
    motion = MeshMotion(tagged, front, {"side": 0})
    quality = CellQuality(tagged)
    bent = front.moved(np.column_stack([np.zeros(33), 4.0 * np.sin(8 * front.nodes[:, 0])]))
    motion.follow(bent)
    assert quality.least() <= 0
    motion.destroy()
