"""The mesh of the contoured interface, measured against its exact shape."""

from math import pi, sqrt

import numpy as np
import pytest
import ufl
from dolfinx import fem
from mpi4py import MPI

from anodex.meshes import heights
from anodex.meshes.contour import period
from anodex.meshes.contour_mesh import TAGS, build_contour, interface_mesh, on_surface
from anodex.models.discrete.compat import geometry_dofmap

COMM = MPI.COMM_WORLD
H, S = 25.0, 150.0  # height and separation of the contours, unless told otherwise


def measure(tagged, kind, name):
    """Volume of a part or area of its facets, over all ranks; "dS" for facets between the
    bodies.
    """
    tags = tagged.cells if kind == "dx" else tagged.facets
    region = ufl.Measure(
        kind, tagged.mesh, subdomain_data=tags, metadata={"quadrature_degree": 10}
    )(tagged.tags[name])
    one = fem.Constant(tagged.mesh, 1.0)
    return COMM.allreduce(
        fem.assemble_scalar(fem.form((one("+") if kind == "dS" else one) * region))
    )


def mean_height(geometry):
    """Mean height over the plane, by the midpoint rule."""
    axes = [(np.arange(600) + 0.5) / 600 * length for length in geometry.size]
    plan = np.stack([axis.ravel() for axis in np.meshgrid(*axes)], axis=1)
    return on_surface(geometry, plan)[:, -1].mean()


def test_meshes_are_sound_and_fully_tagged(contour, check_sound, kind):
    shape, dimension = kind
    tagged = build_contour(contour(shape, dimension), COMM)
    check_sound(tagged)
    numbers = set().union(*COMM.allgather(set(tagged.facets.values) | set(tagged.cells.values)))
    assert numbers == {
        number for name, number in TAGS.items() if dimension == "3d" or name != "side_y"
    }
    assert geometry_dofmap(tagged.mesh).shape[1] == {"2d": 16, "3d": 64}[dimension]  # third order


def test_both_bodies_have_their_volumes_and_ends_their_areas(contour, kind):
    shape, dimension = kind
    geometry = contour(shape, dimension)
    tagged = build_contour(geometry, COMM)
    plan = np.prod(geometry.size)
    mean = -pi / S * H**2 / 4 if shape == "trochoid" else mean_height(geometry)
    # The plane's quadrature and the cells between the nodes of a cosine, a spline or an arc are not
    # exact.
    close = {"abs": 2e-3 * geometry.height * plan + 1e-9 * plan}
    assert measure(tagged, "dx", "electrolyte") == pytest.approx(
        (geometry.electrolyte_thickness - mean) * plan, **close
    )
    assert measure(tagged, "dx", "lithium") == pytest.approx(
        (geometry.lithium_thickness + mean) * plan, **close
    )
    assert measure(tagged, "ds", "top") == pytest.approx(plan)
    assert measure(tagged, "ds", "collector") == pytest.approx(plan)


def test_sides_have_their_areas(contour, kind):
    geometry = contour(*kind)
    tagged, thickness = (
        build_contour(geometry, COMM),
        geometry.electrolyte_thickness + geometry.lithium_thickness,
    )
    for axis in range(len(geometry.size)):
        width = np.prod(geometry.size) / geometry.size[axis]
        assert measure(tagged, "ds", f"side_{'xy'[axis]}") == pytest.approx(
            2 * width * thickness, rel=1e-10
        )


@pytest.mark.parametrize(
    ("shape", "height", "ratio"),
    [
        *[
            ("egg-box", height, ratio)
            for height, ratio in ((5, 1.0027), (25, 1.0659), (50, 1.2393), (75, 1.4794))
        ],
        *[
            ("egg-box-sum", height, ratio)
            for height, ratio in ((5, 1.0014), (25, 1.0336), (50, 1.1271), (75, 1.2656))
        ],
    ],
)
def test_area_ratio_of_egg_boxes(contour, shape, height, ratio):
    tagged = build_contour(contour(shape, height=height), COMM, "electrolyte")
    assert measure(tagged, "ds", "interface") / measure(tagged, "ds", "top") == pytest.approx(
        ratio, abs=6e-5
    )


@pytest.mark.parametrize("height", [5.0, 75.0])
def test_area_ratio_of_sharp_edges_is_exact(contour, height):
    pyramid, frustum = (
        build_contour(contour(shape, height=height), COMM, "electrolyte")
        for shape in ("pyramid", "frustum")
    )
    assert measure(pyramid, "ds", "interface") / (S / 2) ** 2 == pytest.approx(
        sqrt(1 + (2 * height / S) ** 2), rel=1e-10
    )
    # The flanks of the frustum are twice as steep and take the frame between an eighth and three
    # eighths of the period: half of the plane.
    assert measure(frustum, "ds", "interface") / (S / 2) ** 2 == pytest.approx(
        (1 + sqrt(1 + (4 * height / S) ** 2)) / 2, rel=1e-10
    )


def test_the_interface_of_both_bodies_is_inside_and_has_the_same_area(contour):
    whole, electrolyte = (
        build_contour(contour("egg-box"), COMM),
        build_contour(contour("egg-box"), COMM, "electrolyte"),
    )
    assert measure(whole, "dS", "interface") == pytest.approx(
        measure(electrolyte, "ds", "interface"), rel=1e-10
    )


def turned_back(plan: np.ndarray) -> np.ndarray:
    """Points of the plane along the axes of the contour; in one dimension they are those."""
    if plan.shape[1] == 1:
        return plan
    x, y = plan.T
    return np.column_stack([x - y, x + y]) / np.sqrt(2)


@pytest.mark.parametrize("body", ["electrolyte", "lithium", "both"])
def test_nodes_of_the_interface_lie_on_the_surface(contour, nodes_of, kind, body):
    shape, dimension = kind
    geometry = contour(shape, dimension)
    places = nodes_of(build_contour(geometry, COMM, body), "interface")
    assert COMM.allreduce(len(places)) > 0
    plan, height = places[:, :-1], places[:, -1]
    if shape == "trochoid":
        angle = np.arccos(np.clip(height / (H / 2), -1, 1))
        np.testing.assert_allclose(
            plan[:, 0], angle * S / (2 * pi) - H / 2 * np.sin(angle), atol=1e-5
        )
        return
    exact = {
        "flat": np.zeros(len(plan)),
        "cosine": H / 2 * np.cos(2 * pi / S * plan[:, 0]),
        "fourier": H * np.cos(2 * pi / S * plan[:, [0]] * [1, 2]) @ [0.45, 0.1],
        "egg-box": H / 2 * np.prod(np.cos(2 * pi / S * turned_back(plan)), axis=1),
        "egg-box-sum": H / 4 * np.sum(np.cos(2 * pi / S * plan), axis=1),
        "pyramid": H / 2 - 2 * H / S * plan.max(axis=1, initial=0),
        "frustum": np.interp(plan.max(axis=1, initial=0), [S / 8, 3 * S / 8], [H / 2, -H / 2]),
    }
    if shape == "height-map":
        exact[shape] = heights.height_map(plan, geometry.height_map, H, S)
    np.testing.assert_allclose(height, exact[shape], atol=1e-9)


@pytest.mark.parametrize(
    ("shape", "dimension"),
    [("egg-box", "3d"), ("frustum", "3d"), ("trochoid", "2d"), ("height-map", "3d")],
)
def test_sides_stay_plane(contour, nodes_of, shape, dimension):
    geometry = contour(shape, dimension)
    tagged = build_contour(geometry, COMM)
    for axis, length in enumerate(geometry.size):
        along = nodes_of(tagged, f"side_{'xy'[axis]}")[:, axis]
        np.testing.assert_allclose(np.minimum(np.abs(along), np.abs(along - length)), 0, atol=1e-9)


@pytest.mark.parametrize("dimension", ["2d", "3d"])
def test_opposite_sides_of_a_height_map_match_node_for_node(contour, dimension):
    geometry = contour("height-map", dimension)
    assert period(geometry) == ((S, 0.75 * S) if dimension == "3d" else (S,))
    places = np.concatenate(COMM.allgather(build_contour(geometry, COMM).mesh.geometry.x))
    for axis, length in enumerate(period(geometry)):
        near, far = (
            np.unique(places[np.abs(places[:, axis] - at) < 1e-9].round(7), axis=0)
            for at in (0.0, length)
        )
        others = [other for other in range(3) if other != axis]
        assert len(near) > 0
        np.testing.assert_allclose(near[:, others], far[:, others], atol=1e-6)


@pytest.mark.parametrize(
    ("shape", "dimension"),
    [("egg-box", "3d"), ("pyramid", "3d"), ("trochoid", "2d"), ("height-map", "3d")],
)
def test_bodies_and_interface_number_its_nodes_alike(contour, shape, dimension):
    geometry = contour(shape, dimension)
    surface = interface_mesh(geometry, COMM)
    numbered = np.concatenate(
        COMM.allgather(np.column_stack([surface.geometry.input_global_indices, surface.geometry.x]))
    )
    places = numbered[np.unique(numbered[:, 0], return_index=True)[1], 1:]
    for body in ("electrolyte", "lithium"):
        mesh = build_contour(geometry, COMM, body).mesh
        numbers = mesh.geometry.input_global_indices
        shared = numbers < len(places)
        assert COMM.allreduce(int(shared.sum())) >= len(places)
        np.testing.assert_allclose(mesh.geometry.x[shared], places[numbers[shared]], atol=1e-9)


@pytest.mark.parametrize(
    ("shape", "dimension"),
    [("egg-box", "3d"), ("frustum", "3d"), ("pyramid", "2d"), ("height-map", "3d")],
)
def test_any_number_of_ranks_makes_the_same_mesh(contour, shape, dimension):
    geometry = contour(shape, dimension)
    alone, shared = (build_contour(geometry, comm).mesh for comm in (MPI.COMM_SELF, COMM))
    tdim = alone.topology.dim
    assert shared.topology.index_map(tdim).size_global == alone.topology.index_map(tdim).size_global
    everywhere = np.concatenate(
        COMM.allgather(np.column_stack([shared.geometry.input_global_indices, shared.geometry.x]))
    )
    expected = alone.geometry.x[np.argsort(alone.geometry.input_global_indices)]
    np.testing.assert_allclose(everywhere[:, 1:], expected[everywhere[:, 0].astype(int)], atol=1e-9)


def numbered(mesh):
    """Cells as rows of node numbers and places of the nodes, in the order of the mesh generator,
    on every rank.
    """
    owned, numbers = (
        mesh.topology.index_map(mesh.topology.dim).size_local,
        mesh.geometry.input_global_indices,
    )
    cells = np.column_stack(
        [mesh.topology.original_cell_index[:owned], numbers[geometry_dofmap(mesh)[:owned]]]
    )
    places = np.column_stack([numbers, mesh.geometry.x])
    return np.unique(np.concatenate(COMM.allgather(cells)), axis=0), np.unique(
        np.concatenate(COMM.allgather(places)), axis=0
    )


def test_the_same_geometry_gives_the_same_mesh_again(contour):
    """On several ranks DOLFINx may share it out differently each time."""
    first, second = (
        numbered(build_contour(contour("frustum", edge_radius=5.0), COMM).mesh) for _ in range(2)
    )
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one, other)
