"""Values of functions at points anywhere in a mesh."""

import numpy as np
import pytest
from dolfinx import fem, geometry
from dolfinx.mesh import Mesh, create_unit_square
from mpi4py import MPI

from anodex.meshes.session import build, generate
from anodex.models.discrete import points as points_in_a_mesh
from anodex.models.discrete.points import LocatedPoints
from anodex.models.errors import SetupError

COMM = MPI.COMM_WORLD


def discs() -> Mesh:
    """Quarter of a disc of radius 1 in one of radius 2, coarse and curved."""

    def draw():
        import gmsh

        occ = gmsh.model.occ
        disc = [(2, occ.addDisk(0, 0, 0, 2, 2))]
        both, _ = occ.fragment(disc, [(2, occ.addDisk(0, 0, 0, 1, 1))])
        quarter, _ = occ.intersect(both, [(2, occ.addRectangle(0, 0, 0, 2, 2))])
        occ.synchronize()
        gmsh.model.addPhysicalGroup(2, [tag for _, tag in quarter], 1)
        generate(2, 2, lambda *_: 0.45)

    return build(draw, {"discs": 1}, COMM, 2).mesh


def test_the_cell_is_the_right_one_next_to_a_curved_surface():
    """Straight hulls of the cells outside reach into the inner disc, which misleads DOLFINx."""
    mesh = discs()
    inner = fem.Function(fem.functionspace(mesh, ("DG", 0)))
    inner.interpolate(lambda x: 1.0 * (np.hypot(x[0], x[1]) < 1.0))
    random = np.random.default_rng(COMM.rank)
    radius, angle = random.uniform(0.9, 1.1, 5000), random.uniform(0.01, 1.56, 5000)
    radius = radius[np.abs(radius - 1) > 2e-3]  # by which the curved edges miss the circle
    angle = angle[: len(radius)]
    points = np.stack([radius * np.cos(angle), radius * np.sin(angle), 0 * angle], axis=1)
    found = LocatedPoints(mesh, points).values(inner)
    np.testing.assert_array_equal(found, radius < 1)
    if COMM.size == 1:
        boxes = geometry.compute_collisions_points(geometry.bb_tree(mesh, 2, padding=0.0), points)
        cells = geometry.compute_colliding_cells(mesh, boxes, points)
        first = inner.function_space.dofmap.list[cells.array[cells.offsets[:-1]], 0]
        assert np.any(inner.x.array[first] != (radius < 1))


@pytest.mark.parametrize("at_once", [points_in_a_mesh.AT_ONCE, 2])
def test_outside_the_nearest_cell_goes_on(at_once, monkeypatch):
    monkeypatch.setattr(points_in_a_mesh, "AT_ONCE", at_once)
    mesh = create_unit_square(COMM, 4, 4)
    plane = fem.Function(fem.functionspace(mesh, ("Lagrange", 1)))
    plane.interpolate(lambda x: x[0] + 2 * x[1])
    points = np.array([[1.02, 0.3, 0.0], [-0.01, -0.02, 0.0], [0.5, 0.5, 0.0]])[: 3 - COMM.rank]
    found = LocatedPoints(mesh, points).values(plane)
    np.testing.assert_allclose(found, points[:, 0] + 2 * points[:, 1], atol=1e-14)
    with pytest.raises(SetupError, match=f"^{COMM.size} points, one at"):
        LocatedPoints(mesh, points[:1], tolerance=0.05)


def test_between_two_cells_the_first_of_the_mesh_generator_counts():
    """Which rank holds it does not matter."""
    mesh, whole = (create_unit_square(comm, 4, 4) for comm in (COMM, MPI.COMM_SELF))
    number = fem.Function(fem.functionspace(mesh, ("DG", 0)))
    owned = mesh.topology.index_map(2).size_local
    number.x.array[:owned] = mesh.topology.original_cell_index[:owned]
    points = np.array([[0.5, 0.5, 0.0], [0.125, 0.125, 0.0], [0.25, 0.6, 0.0]])
    boxes = geometry.compute_collisions_points(geometry.bb_tree(whole, 2, padding=0.0), points)
    cells = geometry.compute_colliding_cells(whole, boxes, points)
    first = [whole.topology.original_cell_index[cells.links(point)].min() for point in range(3)]
    np.testing.assert_array_equal(LocatedPoints(mesh, points).values(number), first)
