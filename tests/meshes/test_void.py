"""The void in a box, measured against its exact shape."""

from math import pi, sqrt

import numpy as np
import pytest
import ufl
from dolfinx import fem
from dolfinx.mesh import exterior_facet_indices, locate_entities
from mpi4py import MPI
from scipy.integrate import quad
from scipy.special import ellipe

from anodex.meshes.void import VoidGeometry, largest_tip_radius, tip, tip_radius_range
from anodex.meshes.void_mesh import build_void
from anodex.models.discrete.compat import geometry_dofmap

pytestmark = [
    pytest.mark.serial,  # Gmsh meshes on one rank; test_void_spread.py has several
    pytest.mark.usefixtures("drawn_anew"),
]
DEFAULT = {"shape": "spindle", "length": 60.0, "width": 12.0, "tip_radius": 1.2}


def measure(tagged, kind, name):
    """Area, volume or length of a part, over all ranks; "dS" for the interior void surface."""
    tags = tagged.cells if kind == "dx" else tagged.facets
    region = ufl.Measure(kind, tagged.mesh, subdomain_data=tags)(tagged.tags[name])
    one = fem.Constant(tagged.mesh, 1.0)
    return tagged.mesh.comm.allreduce(
        fem.assemble_scalar(fem.form((one("+") if kind == "dS" else one) * region))
    )


def count(tagged, dim):
    tagged.mesh.topology.create_entities(dim)
    return tagged.mesh.topology.index_map(dim).size_global


def spindle_height(x, a=30.0, b=6.0, r=1.2):
    """Half thickness of the spindle at x, from its two circles."""
    radius = ((a - r) ** 2 + b**2 - r**2) / (2 * (b - r))
    touch = radius / (radius - r) * (a - r)
    return (
        sqrt(radius**2 - x**2) - radius + b if x < touch else sqrt(max(r**2 - (x - a + r) ** 2, 0))
    )


def relative_jacobians(mesh):
    """Smallest over largest Jacobian determinant at points all over each owned cell; negative
    where a cell is folded.
    """
    grid = (
        np.array(np.meshgrid(*[np.arange(5) / 4] * mesh.topology.dim))
        .reshape(mesh.topology.dim, -1)
        .T
    )
    points = grid[grid.sum(axis=1) <= 1]
    cells = np.arange(mesh.topology.index_map(mesh.topology.dim).size_local, dtype=np.int32)
    values = (
        fem.Expression(ufl.JacobianDeterminant(mesh), points)
        .eval(mesh, cells)
        .reshape(len(cells), -1)
    )
    values = values * np.sign(values[:, :1])
    return values.min(axis=1) / values.max(axis=1)


def check_sound(tagged):
    """No folded cell, every exterior facet tagged, the void surface inside, the tip a vertex."""
    mesh, tdim = tagged.mesh, tagged.mesh.topology.dim
    assert mesh.comm.allreduce(np.min(relative_jacobians(mesh), initial=1.0), MPI.MIN) > 0.01
    mesh.topology.create_connectivity(tdim - 1, tdim)
    exterior = exterior_facet_indices(mesh.topology)
    assert np.isin(exterior, tagged.facets.indices).all()
    assert not np.isin(exterior, tagged.facets.find(tagged.tags["void_surface"])).any()
    numbers = set().union(
        *mesh.comm.allgather(set(tagged.facets.values) | set(tagged.cells.values))
    )
    assert numbers == set(tagged.tags.values())


def test_default_mesh_is_sound_and_of_moderate_size():
    tagged = build_void(VoidGeometry(**DEFAULT), MPI.COMM_WORLD)
    check_sound(tagged)
    assert 2500 <= count(tagged, 2) <= 5000
    assert geometry_dofmap(tagged.mesh).shape[1] == 6  # second order


def test_octant_is_sound_and_of_moderate_size():
    tagged = build_void(VoidGeometry(**DEFAULT, dimension="3d"), MPI.COMM_WORLD)
    check_sound(tagged)
    assert 5000 <= count(tagged, 3) <= 25000


def test_spindle_area_and_boundaries():
    tagged = build_void(VoidGeometry(**DEFAULT), MPI.COMM_WORLD)
    area = quad(spindle_height, 0, 30, points=[28, 29], epsabs=1e-10, limit=200)[0]
    assert measure(tagged, "dx", "void") == pytest.approx(area, rel=1e-6)
    assert measure(tagged, "dx", "matrix") == pytest.approx(480**2 - area, rel=1e-8)
    for name in ("symmetry_x", "symmetry_y", "outer_x", "outer_y"):
        assert measure(tagged, "ds", name) == pytest.approx(480, rel=1e-12)


def test_spindle_volume_and_boundaries():
    tagged = build_void(VoidGeometry(**DEFAULT, dimension="3d"), MPI.COMM_WORLD)
    volume = (
        pi / 4 * quad(lambda x: spindle_height(x) ** 2, 0, 30, points=[28, 29], epsabs=1e-10)[0]
    )
    assert measure(tagged, "dx", "void") == pytest.approx(volume, rel=2e-4)
    for name in ("symmetry_x", "symmetry_y", "symmetry_z", "outer_x", "outer_y", "outer_z"):
        assert measure(tagged, "ds", name) == pytest.approx(480**2, rel=1e-9)


def test_ellipse_area_and_perimeter():
    tagged = build_void(VoidGeometry("ellipse", 60.0, 12.0), MPI.COMM_WORLD)
    assert measure(tagged, "dx", "void") == pytest.approx(pi * 30 * 6 / 4, rel=1e-6)
    assert measure(tagged, "dS", "void_surface") == pytest.approx(30 * ellipe(1 - 0.2**2), rel=1e-6)


def test_ellipsoid_volume():
    tagged = build_void(VoidGeometry("ellipse", 60.0, 12.0, dimension="3d"), MPI.COMM_WORLD)
    assert measure(tagged, "dx", "void") == pytest.approx(pi / 6 * 30 * 6**2, rel=2e-4)


def test_sphere_volume_and_surface():
    tagged = build_void(VoidGeometry("dot", 60.0, 60.0, dimension="3d"), MPI.COMM_WORLD)
    assert measure(tagged, "dx", "void") == pytest.approx(pi / 6 * 30**3, rel=1e-4)
    assert measure(tagged, "dS", "void_surface") == pytest.approx(pi / 2 * 30**2, rel=1e-4)


def test_crack_area():
    tagged = build_void(VoidGeometry("crack", 376.0, 12.4, 2.0), MPI.COMM_WORLD)
    cap = 6.2**2 / 2.0
    assert measure(tagged, "dx", "void") == pytest.approx(
        (188 - cap) * 6.2 + pi / 4 * cap * 6.2, rel=1e-6
    )


def test_crack_without_width_has_a_face_and_no_void():
    tagged = build_void(VoidGeometry("crack", 60.0, 0.0), MPI.COMM_WORLD)
    assert measure(tagged, "dx", "void") == 0
    assert measure(tagged, "dx", "matrix") == pytest.approx(480**2)
    assert measure(tagged, "ds", "void_surface") == pytest.approx(30)
    assert measure(tagged, "ds", "symmetry_y") == pytest.approx(450)


def test_curved_cells_beat_straight_ones():
    exact = pi * 30**2 / 4
    meshes = [
        build_void(VoidGeometry("dot", 60.0, 60.0, order=order), MPI.COMM_WORLD) for order in (1, 2)
    ]
    errors = [abs(measure(tagged, "dx", "void") - exact) for tagged in meshes]
    assert errors[1] < 1e-3 * errors[0]


@pytest.mark.parametrize("dimension", ["plane-strain", "3d"])
def test_tip_is_a_vertex_with_the_asked_size(dimension):
    geometry = VoidGeometry(**DEFAULT, dimension=dimension)
    tagged = build_void(geometry, MPI.COMM_WORLD)
    mesh, tdim = tagged.mesh, tagged.mesh.topology.dim
    vertices = locate_entities(
        mesh, 0, lambda x: np.linalg.norm(x.T - tip(geometry), axis=1) < 1e-10
    )
    assert mesh.comm.allreduce(len(vertices)) >= 1
    mesh.topology.create_connectivity(0, tdim)
    cells = [
        cell for vertex in vertices for cell in mesh.topology.connectivity(0, tdim).links(vertex)
    ]
    sizes = np.concatenate(mesh.comm.allgather(mesh.h(tdim, np.array(cells, dtype=np.int32))))
    asked = 1.2 * pi / 2 / 8
    assert 0.5 * asked < sizes.min() and sizes.max() < 2.2 * asked


def test_flank_and_tip_arc_are_resolved():
    tagged = build_void(VoidGeometry(**DEFAULT), MPI.COMM_WORLD)
    owned = tagged.facets.find(tagged.tags["void_surface"])
    owned = owned[owned < tagged.mesh.topology.index_map(1).size_local]
    lengths = np.concatenate(tagged.mesh.comm.allgather(tagged.mesh.h(1, owned)))
    assert lengths.max() < 31.2 / 6
    assert (lengths < 1.2 * 1.2 * pi / 2 / 8).sum() >= 6  # the tip arc turns by 67 of 90 degrees


def test_refinement_scales_the_cells():
    counts = [
        count(build_void(VoidGeometry(**DEFAULT, refinement=refinement), MPI.COMM_WORLD), 2)
        for refinement in (0.5, 1)
    ]
    assert 3 < counts[1] / counts[0] < 5


def test_axisymmetric_mesh_is_the_plane_one():
    plane, axisymmetric = (
        build_void(VoidGeometry(**DEFAULT, dimension=name), MPI.COMM_SELF)
        for name in ("plane-strain", "axisymmetric")
    )
    np.testing.assert_array_equal(plane.mesh.geometry.x, axisymmetric.mesh.geometry.x)


@pytest.mark.parametrize("length", [1.0, 400.0])
@pytest.mark.parametrize("aspect", [1.001, 40.0])
@pytest.mark.parametrize(
    "shape, tip_radius",
    [("spindle", None), ("spindle", 0.0), ("ellipse", None), ("crack", None), ("dot", None)],
)
def test_all_sizes_mesh_in_two_dimensions(shape, tip_radius, length, aspect):
    width = length if shape == "dot" else length / aspect
    check_sound(
        build_void(VoidGeometry(shape, length, width, tip_radius, tip_cells=4), MPI.COMM_WORLD)
    )


@pytest.mark.parametrize(
    "shape, tip_radius, length, aspect",
    [
        ("spindle", None, 1.0, 40.0),
        ("spindle", 0.0, 1.0, 40.0),
        ("spindle", 0.0, 400.0, 1.5),
        ("ellipse", None, 400.0, 40.0),
        ("crack", None, 400.0, 30.0),
        ("dot", None, 1.0, 1.0),
    ],
)
def test_all_sizes_mesh_in_three_dimensions(shape, tip_radius, length, aspect):
    check_sound(
        build_void(
            VoidGeometry(shape, length, length / aspect, tip_radius, dimension="3d", tip_cells=4),
            MPI.COMM_WORLD,
        )
    )


@pytest.mark.parametrize("share", [0, 1])
@pytest.mark.parametrize("shape", ["spindle", "crack"])
def test_smallest_and_largest_tip_radius_mesh(shape, share):
    tip_radius = tip_radius_range(shape, 60.0, 12.0)[share]
    check_sound(build_void(VoidGeometry(shape, 60.0, 12.0, tip_radius), MPI.COMM_WORLD))


def test_box_and_sizes_as_asked():
    geometry = VoidGeometry(
        **DEFAULT, box_length=100.0, box_height=50.0, far_size=5.0, tip_size=0.5
    )
    tagged = build_void(geometry, MPI.COMM_WORLD)
    assert measure(tagged, "ds", "outer_x") == pytest.approx(50)
    assert measure(tagged, "ds", "outer_y") == pytest.approx(100)
    cells = np.arange(tagged.mesh.topology.index_map(2).size_local, dtype=np.int32)
    largest = tagged.mesh.comm.allreduce(tagged.mesh.h(2, cells).max(initial=0), MPI.MAX)
    assert 4 < largest < 8


def test_largest_tip_radius():
    assert largest_tip_radius("spindle", 60.0, 12.0) == pytest.approx(5.94)
    assert largest_tip_radius("crack", 60.0, 12.0) == 6
    assert largest_tip_radius("ellipse", 60.0, 12.0) == pytest.approx(1.2)
    assert largest_tip_radius("dot", 60.0, 60.0) == 30


@pytest.mark.parametrize(
    "change, message",
    [
        ({"tip_radius": 7.0}, r"tip_radius is 7 um.*0 \(sharp\) or 0.006 to 5.94 um"),
        ({"tip_radius": -1.0}, "tip_radius is -1 um"),
        ({"tip_radius": float("nan")}, "tip_radius is nan"),
        ({"shape": "crack", "tip_radius": 7.0}, "takes 1.2 to 6 um"),
        ({"shape": "crack", "tip_radius": 0.0}, "takes 1.2 to 6 um"),
        ({"shape": "dot"}, "a dot needs width = length"),
        ({"shape": "blob"}, "known shapes: spindle, ellipse, dot, crack"),
        ({"dimension": "2d"}, "must be plane-strain, axisymmetric or 3d"),
        ({"width": 70.0}, "0 < width <= length"),
        ({"width": 0.0}, "only a crack in plane-strain"),
        ({"width": 0.0, "shape": "crack", "dimension": "3d"}, "only a crack in plane-strain"),
        ({"length": 0.0, "width": 0.0}, "0 < width <= length"),
        ({"box_length": 20.0}, "box_length is 20 um; it must exceed 30 um"),
        ({"box_height": 5.0}, "box_height is 5 um; it must exceed 6 um"),
        ({"tip_cells": 0}, "tip_cells is 0; it must be positive"),
        ({"refinement": -1.0}, "refinement is -1; it must be positive"),
        ({"order": 3}, "order is 3"),
    ],
)
def test_wrong_geometry_says_what_is_allowed(change, message):
    with pytest.raises(ValueError, match=message):
        VoidGeometry(**(DEFAULT | change))
