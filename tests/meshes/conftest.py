"""Contours of all shapes, checks of their meshes, and points in a box."""

import numpy as np
import pytest
import ufl
from dolfinx import fem
from dolfinx.mesh import exterior_facet_indices
from mpi4py import MPI

from anodex.meshes.contour import ContourGeometry
from anodex.meshes.contour_mesh import TAGS
from anodex.models.discrete.compat import node_element

COMM = MPI.COMM_WORLD
MAP = np.random.default_rng(0).standard_normal((6, 8))
PLANE = [
    (shape, "2d")
    for shape in ("flat", "cosine", "trochoid", "fourier", "pyramid", "frustum", "height-map")
]
SPACE = [
    (shape, "3d")
    for shape in ("flat", "egg-box", "egg-box-sum", "pyramid", "frustum", "height-map")
]
ROUNDED = [(shape, dimension) for shape in ("pyramid", "frustum") for dimension in ("2d", "3d")]


def make_contour(shape, dimension="3d", height=25.0, separation=150.0, **more):
    return ContourGeometry(
        shape=shape,
        height=height if shape != "flat" else 0.0,
        separation=separation,
        dimension=dimension,
        **{
            "electrolyte_thickness": max(1.5 * separation, 1.2 * height),
            "lithium_thickness": 1.2 * height + 0.2 * separation,
        }
        | {"coefficients": (0.45 * height, 0.1 * height) if shape == "fourier" else ()}
        | {"height_map": (MAP if dimension == "3d" else MAP[0]) if shape == "height-map" else None}
        | more,
    )


def relative_jacobians(mesh):
    """Smallest over largest Jacobian determinant at the nodes of each owned cell, its corners
    among them.
    """
    points = node_element(mesh).basix_element.points
    cells = np.arange(mesh.topology.index_map(mesh.topology.dim).size_local, dtype=np.int32)
    values = (
        fem.Expression(ufl.JacobianDeterminant(mesh), points)
        .eval(mesh, cells)
        .reshape(len(cells), -1)
    )
    return values.min(axis=1, initial=np.inf) / values.max(axis=1, initial=-np.inf)


def boundary_nodes(tagged, name):
    """Places of the nodes of a tagged part of the boundary on this rank, shape (n, dimension)."""
    space = fem.functionspace(tagged.mesh, node_element(tagged.mesh))
    vertical = tagged.mesh.topology.dim - 1
    dofs = fem.locate_dofs_topological(space, vertical, tagged.facets.find(tagged.tags[name]))
    return space.tabulate_dof_coordinates()[dofs][:, : vertical + 1]


def assert_sound(tagged):
    """No folded cell, and the tagged facets are those outside and those of the interface, no
    more.
    """
    mesh, vertical = tagged.mesh, tagged.mesh.topology.dim - 1
    assert COMM.allreduce(relative_jacobians(mesh).min(initial=1.0), MPI.MIN) > 0
    mesh.topology.create_connectivity(vertical, vertical + 1)
    facets, owned = tagged.facets, mesh.topology.index_map(vertical).size_local
    outside = exterior_facet_indices(mesh.topology)
    assert np.isin(outside, facets.indices).all()
    others = np.setdiff1d(facets.indices[facets.indices < owned], outside)
    assert np.isin(others, facets.find(TAGS["interface"])).all()


@pytest.fixture(scope="session")
def kinds():
    """Every shape in the dimensions that it has, as (shape, dimension)."""
    return PLANE + SPACE


@pytest.fixture(params=PLANE + SPACE, ids="-".join)
def kind(request):
    """Each of them."""
    return request.param


@pytest.fixture(params=ROUNDED, ids="-".join)
def edged_kind(request):
    """Each of those with edges."""
    return request.param


@pytest.fixture(scope="session")
def contour():
    """Function that gives the sizes of a contour 25 um high and 150 um from peak to peak:
    `contour(shape, dimension, height, separation, **more)`.
    """
    return make_contour


@pytest.fixture(scope="session")
def nodes_of():
    """Function that gives the places of the nodes of a part: `nodes_of(tagged, name)`."""
    return boundary_nodes


@pytest.fixture(scope="session")
def check_sound():
    """Function that checks a tagged mesh for folded cells and stray facets; collective."""
    return assert_sound


@pytest.fixture(scope="session")
def random_points():
    """Function that gives points in a box: `random_points(lengths, count, start)`, shape (count,
    axes).
    """

    def draw(lengths, count=20_000, start=None):
        points = np.random.default_rng(7).uniform(0, lengths, (count, len(lengths)))
        return points if start is None else points + start

    return draw
