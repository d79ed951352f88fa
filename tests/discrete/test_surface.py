"""Functions on a part of the boundary, and the nodes that two bodies share."""

import numpy as np
import pytest
import ufl
from dolfinx import fem, mesh
from mpi4py import MPI

from anodex.meshes.contour import ContourGeometry
from anodex.meshes.contour_mesh import build_contour, interface_mesh
from anodex.models.discrete.fields import total
from anodex.models.discrete.surface import SurfaceNodes, SurfaceProjection

pytestmark = pytest.mark.smoke

COMM = MPI.COMM_WORLD


class Top:
    """Upper side of the unit square or cube."""

    def __init__(self, cell: str, degree: int, shape: tuple[int, ...] = ()):
        kind = mesh.CellType[cell]
        self.mesh = (
            mesh.create_unit_square(COMM, 4, 4, kind)
            if mesh.cell_dim(kind) == 2
            else mesh.create_unit_cube(COMM, 2, 2, 3, kind)
        )
        self.up = self.mesh.geometry.dim - 1
        facets = mesh.locate_entities_boundary(
            self.mesh, self.up, lambda x: np.isclose(x[self.up], 1)
        )
        tags = mesh.meshtags(self.mesh, self.up, np.sort(facets), 1)
        self.measure = ufl.ds(self.mesh, subdomain_data=tags, metadata={"quadrature_degree": 6})(1)
        self.space = fem.functionspace(self.mesh, ("Lagrange", degree, shape))
        self.projection = SurfaceProjection(self.space, facets, self.measure)
        self.x = ufl.SpatialCoordinate(self.mesh)

    def project(self, value) -> fem.Function:
        target = fem.Function(self.space)
        target.x.array[:] = 99.0
        self.projection.solve(self.projection.moments(self.projection.load(value)), target)
        return target


@pytest.mark.parametrize("cell", ["triangle", "quadrilateral", "tetrahedron", "hexahedron"])
def test_projection_keeps_a_polynomial_and_is_zero_elsewhere(cell):
    top = Top(cell, 2)
    found = top.project(1 + top.x[0] - 3 * top.x[0] ** 2)
    x = top.space.tabulate_dof_coordinates()
    np.testing.assert_allclose(
        found.x.array,
        np.where(np.isclose(x[:, top.up], 1), 1 + x[:, 0] - 3 * x[:, 0] ** 2, 0),
        atol=1e-11,
    )


def test_projection_of_a_vector():
    top = Top("hexahedron", 1, (3,))
    found = top.project(ufl.as_vector([top.x[0], 2.0, -top.x[1]])).x.array.reshape(-1, 3)
    x = top.space.tabulate_dof_coordinates()
    on = np.isclose(x[:, 2], 1)[:, None]
    np.testing.assert_allclose(
        found, np.where(on, np.stack([x[:, 0], 0 * x[:, 0] + 2, -x[:, 1]], axis=1), 0), atol=1e-11
    )


def test_projection_of_a_jump_is_the_nearest_function():
    top = Top("quadrilateral", 1)
    jump = ufl.conditional(ufl.gt(top.x[0], 0.5), 1.0, 0.0)
    off = top.project(jump) - jump
    assert total(COMM, fem.form(off**2 * top.measure)) > 1e-3  # no function of the space jumps
    assert np.abs(top.projection.moments(top.projection.load(off))).max(initial=0.0) < 1e-13


def test_moments_add_up_to_the_integral_and_follow_the_value():
    top = Top("quadrilateral", 2)
    factor = fem.Constant(top.mesh, 1.0)
    load = top.projection.load(factor * top.x[0] ** 2)
    assert COMM.allreduce(top.projection.moments(load).sum()) == pytest.approx(1 / 3, rel=1e-13)
    factor.value = -6.0
    assert COMM.allreduce(top.projection.moments(load).sum()) == pytest.approx(-2, rel=1e-13)


@pytest.fixture(scope="module", params=["2d", "3d"])
def geometry(request):
    """A tall cell: on several ranks, some hold nothing of the interface."""
    return ContourGeometry(
        "egg-box",
        5.0,
        30.0,
        request.param,
        electrolyte_thickness=300.0,
        lithium_thickness=300.0,
        refinement=0.25,
    )


@pytest.fixture
def shared(geometry):
    """Function that gives the interface nodes of a body."""

    def nodes(body: str) -> SurfaceNodes:
        tagged = build_contour(geometry, COMM, body)
        return SurfaceNodes(tagged.mesh, tagged.facets.find(tagged.tags["interface"]))

    return nodes


def field(nodes: SurfaceNodes) -> fem.Function:
    function = fem.Function(nodes.space)
    function.interpolate(lambda x: 1 + x[0] - 0.1 * x[1] ** 2 + x[2])
    return function


def at(points: np.ndarray) -> np.ndarray:
    return 1 + points[:, 0] - 0.1 * points[:, 1] ** 2 + points[:, 2]


def test_some_rank_has_no_interface(shared):
    holding = COMM.allgather(len(shared("lithium")._numbers))
    assert (min(holding) == 0) == (COMM.size > 1)


def test_both_bodies_number_the_nodes_as_the_interface_does(geometry, shared):
    above, below = shared("electrolyte"), shared("lithium")
    surface = interface_mesh(geometry, COMM)
    own = surface.geometry.index_map().size_local
    numbers, points = (
        np.concatenate(COMM.allgather(values[:own]))
        for values in (surface.geometry.input_global_indices, surface.geometry.x)
    )
    assert above.count == below.count == len(numbers)
    for body in (above, below):
        np.testing.assert_allclose(body.points[numbers], points, atol=1e-12)


def test_gather_gives_every_rank_the_values_by_number(shared):
    nodes = shared("electrolyte")
    np.testing.assert_allclose(nodes.gather(field(nodes)), at(nodes.points), atol=1e-11)


def test_values_pass_to_the_neighbour(shared):
    above, below = shared("electrolyte"), shared("lithium")
    arrived = fem.Function(below.space)
    below.spread(above.gather(field(above)), arrived)
    arrived.x.scatter_forward()
    x = below.space.tabulate_dof_coordinates()
    surface = {tuple(point) for point in np.round(below.points, 6) + 0.0}
    on = np.array([tuple(point) in surface for point in np.round(x, 6) + 0.0])
    np.testing.assert_allclose(arrived.x.array, np.where(on, at(x), 0), atol=1e-11)
