"""The contoured interface, measured against its exact shape."""

from dataclasses import replace
from math import pi, sqrt

import numpy as np
import pytest
import ufl
from dolfinx import fem
from dolfinx.mesh import exterior_facet_indices
from mpi4py import MPI

from anodex.meshes import heights
from anodex.meshes.contour import (
    TAGS,
    ContourGeometry,
    build_contour,
    check_cells,
    interface_mesh,
    on_surface,
    period,
)
from anodex.models.discrete.compat import geometry_dofmap, node_element
from anodex.models.errors import InputError, SetupError

COMM = MPI.COMM_WORLD
H, S = 25.0, 150.0
MAP = np.random.default_rng(0).standard_normal((6, 8))
PLANE = [
    (shape, "2d") for shape in ("flat", "cosine", "trochoid", "pyramid", "frustum", "height-map")
]
SPACE = [
    (shape, "3d")
    for shape in ("flat", "egg-box", "egg-box-sum", "pyramid", "frustum", "height-map")
]
ROUNDED = [(shape, dimension) for shape in ("pyramid", "frustum") for dimension in ("2d", "3d")]


def contour(shape, dimension="3d", height=H, separation=S, **more):
    return ContourGeometry(
        shape=shape,
        height=height if shape != "flat" else 0.0,
        separation=separation,
        dimension=dimension,
        **{
            "electrolyte_thickness": max(1.5 * separation, 1.2 * height),
            "lithium_thickness": 1.2 * height + 0.2 * separation,
        }
        | {"height_map": (MAP if dimension == "3d" else MAP[0]) if shape == "height-map" else None}
        | more,
    )


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


def nodes_of(tagged, name):
    """Places of the nodes of a tagged part of the boundary on this rank, shape (n, dimension)."""
    space = fem.functionspace(tagged.mesh, node_element(tagged.mesh))
    vertical = tagged.mesh.topology.dim - 1
    dofs = fem.locate_dofs_topological(space, vertical, tagged.facets.find(tagged.tags[name]))
    return space.tabulate_dof_coordinates()[dofs][:, : vertical + 1]


def check_sound(tagged):
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


@pytest.mark.parametrize(("shape", "dimension"), PLANE + SPACE)
def test_meshes_are_sound_and_fully_tagged(shape, dimension):
    tagged = build_contour(contour(shape, dimension), COMM)
    check_sound(tagged)
    numbers = set().union(*COMM.allgather(set(tagged.facets.values) | set(tagged.cells.values)))
    assert numbers == {
        number for name, number in TAGS.items() if dimension == "3d" or name != "side_y"
    }
    assert geometry_dofmap(tagged.mesh).shape[1] == {"2d": 16, "3d": 64}[dimension]  # third order


@pytest.mark.parametrize(("shape", "dimension"), PLANE + SPACE)
def test_both_bodies_have_their_volumes_and_ends_their_areas(shape, dimension):
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


@pytest.mark.parametrize(("shape", "dimension"), PLANE + SPACE)
def test_sides_have_their_areas(shape, dimension):
    geometry = contour(shape, dimension)
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
def test_area_ratio_of_egg_boxes(shape, height, ratio):
    tagged = build_contour(contour(shape, height=height), COMM, "electrolyte")
    assert measure(tagged, "ds", "interface") / measure(tagged, "ds", "top") == pytest.approx(
        ratio, abs=6e-5
    )


@pytest.mark.parametrize("height", [5.0, 75.0])
def test_area_ratio_of_sharp_edges_is_exact(height):
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


def test_the_interface_of_both_bodies_is_inside_and_has_the_same_area():
    whole, electrolyte = (
        build_contour(contour("egg-box"), COMM),
        build_contour(contour("egg-box"), COMM, "electrolyte"),
    )
    assert measure(whole, "dS", "interface") == pytest.approx(
        measure(electrolyte, "ds", "interface"), rel=1e-10
    )


@pytest.mark.parametrize("body", ["electrolyte", "lithium", "both"])
@pytest.mark.parametrize(("shape", "dimension"), PLANE + SPACE)
def test_nodes_of_the_interface_lie_on_the_surface(shape, dimension, body):
    places = nodes_of(build_contour(contour(shape, dimension), COMM, body), "interface")
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
        "egg-box": H / 2 * np.prod(np.cos(2 * pi / S * plan), axis=1),
        "egg-box-sum": H / 4 * np.sum(np.cos(2 * pi / S * plan), axis=1),
        "pyramid": H / 2 - 2 * H / S * plan.max(axis=1, initial=0),
        "frustum": np.interp(plan.max(axis=1, initial=0), [S / 8, 3 * S / 8], [H / 2, -H / 2]),
        "height-map": heights.height_map(plan, MAP if dimension == "3d" else MAP[0], H, S),
    }
    np.testing.assert_allclose(height, exact[shape], atol=1e-9)


@pytest.mark.parametrize(
    ("shape", "dimension"),
    [("egg-box", "3d"), ("frustum", "3d"), ("trochoid", "2d"), ("height-map", "3d")],
)
def test_sides_stay_plane(shape, dimension):
    geometry = contour(shape, dimension)
    tagged = build_contour(geometry, COMM)
    for axis, length in enumerate(geometry.size):
        along = nodes_of(tagged, f"side_{'xy'[axis]}")[:, axis]
        np.testing.assert_allclose(np.minimum(np.abs(along), np.abs(along - length)), 0, atol=1e-9)


@pytest.mark.parametrize("dimension", ["2d", "3d"])
def test_opposite_sides_of_a_height_map_match_node_for_node(dimension):
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


def test_shapes_between_mirror_planes_have_no_period():
    assert all(
        period(contour(shape, dimension)) == ()
        for shape, dimension in PLANE + SPACE
        if shape != "height-map"
    )


@pytest.mark.parametrize(
    ("shape", "dimension"),
    [("egg-box", "3d"), ("pyramid", "3d"), ("trochoid", "2d"), ("height-map", "3d")],
)
def test_bodies_and_interface_number_its_nodes_alike(shape, dimension):
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
def test_any_number_of_ranks_makes_the_same_mesh(shape, dimension):
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


def test_the_same_geometry_gives_the_same_mesh_again():
    """On several ranks DOLFINx may share it out differently each time."""
    first, second = (
        numbered(build_contour(contour("frustum", edge_radius=5.0), COMM).mesh) for _ in range(2)
    )
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one, other)


def cells(geometry):
    mesh = build_contour(geometry, COMM, "electrolyte").mesh
    return mesh.topology.index_map(mesh.topology.dim).size_global


def test_the_default_egg_box_is_small():
    assert 60 <= cells(contour("egg-box")) <= 150


def test_steeper_contours_sharper_edges_and_refinement_take_more_cells():
    assert (
        cells(contour("egg-box", height=5.0))
        < cells(contour("egg-box"))
        < cells(contour("egg-box", height=75.0))
    )
    assert cells(contour("egg-box")) < cells(contour("egg-box", refinement=2.0))
    assert cells(contour("pyramid", edge_radius=20.0)) < cells(contour("pyramid", edge_radius=2.0))
    # it has no edges
    assert cells(contour("egg-box", edge_radius=2.0)) == cells(contour("egg-box"))


@pytest.mark.parametrize("dimension", ["2d", "3d"])
@pytest.mark.parametrize("radius", [0.0, 1.0, 5.0])
def test_the_first_layer_above_edges_is_about_as_thick_as_the_cells_beside_them(dimension, radius):
    """Else the current at a rounded edge is tens of per cent wrong, however small the cells of
    the planform.
    """
    places = build_contour(
        contour("pyramid", dimension, edge_radius=radius), MPI.COMM_SELF, "electrolyte"
    ).mesh.geometry.x
    vertical = int(dimension[0]) - 1
    front = places[(np.abs(places[:, 1:vertical]) < 1e-9).all(axis=1)]
    above = np.sort(front[np.abs(front[:, 0]) < 1e-9][:, vertical])
    assert above[1] - above[0] <= 2 * np.diff(np.unique(front[:, 0].round(9))).min()


@pytest.mark.parametrize(("shape", "dimension"), ROUNDED)
def test_rounded_edges_are_sound_and_on_the_surface(shape, dimension):
    geometry = contour(shape, dimension, edge_radius=2.0)
    tagged = build_contour(geometry, COMM)
    check_sound(tagged)
    places = nodes_of(tagged, "interface")
    np.testing.assert_allclose(places, on_surface(geometry, places[:, :-1]), atol=1e-9)


def random_geometry(generator):
    shape, dimension = (PLANE + SPACE)[generator.integers(12)]
    separation = 10 ** generator.uniform(1, 3)
    steepest = min(1.0, 200 / separation, 0.99 / pi if shape == "trochoid" else 1.0)
    height = separation * steepest * 10 ** generator.uniform(-1.5, 0)
    fraction = generator.uniform(0.05, 0.95)
    flank = separation / 2 * (1 - fraction if shape == "frustum" else 1)
    bluntest = flank**2 / height / (2 if shape == "pyramid" else 1)
    thicknesses = (1.2 * max(height, 0.01 * separation), 1.5 * separation, 30 * separation)
    return contour(
        shape,
        dimension,
        height,
        separation,
        edge_radius=generator.choice(
            [0, max(bluntest * 10 ** generator.uniform(-1.5, 0), 1e-4 * separation)]
        ),
        plateau_fraction=fraction,
        electrolyte_thickness=max(generator.choice(thicknesses), 1.2 * height),
        lithium_thickness=max(generator.choice(thicknesses), 1.2 * height),
        refinement=generator.choice([0.25, 0.5, 1.0]),
        height_map=np.random.default_rng(7).random((7, 5) if dimension == "3d" else 5)
        if shape == "height-map"
        else None,
    )


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(60))
def test_random_contours_are_sound(seed):
    check_sound(build_contour(random_geometry(np.random.default_rng(seed)), COMM))


@pytest.mark.parametrize(("shape", "dimension"), PLANE + SPACE)
@pytest.mark.parametrize(("height", "separation"), [(1.0, 1000.0), (200.0, 200.0), (10.0, 10.0)])
def test_extreme_contours_are_sound(shape, dimension, height, separation):
    height = min(height, 0.99 * separation / pi) if shape == "trochoid" else height
    check_sound(build_contour(contour(shape, dimension, height, separation, refinement=0.5), COMM))


def test_too_many_cells_are_refused_before_they_are_made():
    for geometry in (contour("egg-box", refinement=16.0), contour("frustum", refinement=16.0)):
        for refusing in (check_cells, lambda geometry: build_contour(geometry, COMM)):
            with pytest.raises(InputError, match=r"limit of 200000: lower geometry\.refinement"):
                refusing(geometry)
    check_cells(contour("egg-box"))


ROUGH = np.random.default_rng(1).random((128, 128))
WAVES = np.cos(2 * pi * np.arange(128) / 128) + np.sin(4 * pi * np.arange(128) / 128)[:, None]


@pytest.mark.parametrize(
    ("values", "lithium", "said"),
    [
        (np.arange(4e6).reshape(2000, 2000), 0.0, "1000 x 1000 cells"),
        (
            ROUGH,
            0.0,
            "64 x 64 cells of third order and 8 layers: about 931225 unknowns of the current, "
            "above the limit of 300000",
        ),
        (ROUGH[:64, :64], 200.0, "32 x 32 cells.*unknowns of the flow, above the limit of 150000"),
        (ROUGH.reshape(8, 2048)[:4, :2000], 0.0, "1000 x 2 cells"),
    ],
    ids=["2000x2000", "128x128", "64x64", "4x2000"],
)
def test_height_maps_of_too_many_unknowns_are_refused_with_what_to_do(values, lithium, said):
    """A map of 128 by 128 values took 71 s to mesh, and 8 GB at the start of its solution."""
    geometry = contour("height-map", height_map=values, lithium_thickness=lithium)
    for refusing in (check_cells, lambda geometry: build_contour(geometry, COMM, "electrolyte")):
        with pytest.raises(
            InputError,
            match=rf"{said}.*resample the map to fewer pixels, smooth it, or lower "
            r"geometry\.refinement",
        ):
            refusing(geometry)


def test_smooth_height_maps_take_cells_by_their_smoothness():
    """Not by their pixels: the same surface, the same mesh."""
    counts = []
    for values in (WAVES, WAVES[::2, ::2]):
        geometry = contour("height-map", height_map=values, lithium_thickness=0.0)
        check_cells(geometry)
        counts.append(len(interface_mesh(geometry, MPI.COMM_SELF).geometry.x))
    assert counts[0] < 75**2 and counts[1] == pytest.approx(counts[0], rel=0.6)
    check_cells(replace(geometry, lithium_thickness=200.0))  # with flow too
    assert cells(replace(geometry, refinement=0.5)) < cells(geometry) / 3


def test_edges_too_fine_to_mesh_are_refused():
    with pytest.raises(
        InputError, match=r"edge_radius is 1e-07 um; give 0\.015 um or more, or 0 um"
    ):
        contour("pyramid", edge_radius=1e-7)
    for fraction in (1e-7, 1 - 1e-7):
        with pytest.raises(InputError, match=r"plateau_fraction.*0\.001 to 0\.999"):
            contour("frustum", plateau_fraction=fraction)
    assert replace(contour("egg-box"), edge_radius=1e-7).edge_radius == 1e-7  # not read
    check_sound(
        build_contour(contour("pyramid", edge_radius=0.015, refinement=0.5), COMM, "electrolyte")
    )


@pytest.mark.parametrize(("shape", "dimension"), ROUNDED)
def test_edges_so_blunt_that_they_meet_are_refused_and_less_blunt_ones_are_sound(shape, dimension):
    """Flanks are 75 um wide and 25 um high, those of the frustum half as wide; a pyramid's edges
    turn by twice the slope.
    """
    bluntest = 112.5 if shape == "pyramid" else 56.25
    with pytest.raises(InputError, match=rf"edge_radius is 120 um.*give {bluntest:g} um or less"):
        contour(shape, dimension, edge_radius=120.0)
    check_sound(
        build_contour(
            contour(shape, dimension, edge_radius=bluntest, lithium_thickness=1.2 * H), COMM
        )
    )


def test_height_maps_need_the_axes_of_the_dimension():
    with pytest.raises(InputError, match="rows and columns"):
        contour("height-map", "3d", height_map=MAP[0])
    with pytest.raises(InputError, match="one line"):
        contour("height-map", "2d", height_map=MAP)


@pytest.mark.parametrize(
    "geometry",
    [
        contour("egg-box", height=S, lithium_thickness=0.3 * S),
        # only the corner at the cusp is folded
        contour("trochoid", "2d", height=0.9995 * S / pi, refinement=0.25),
    ],
    ids=["thin", "cusp"],
)
def test_cells_turned_inside_out_are_an_error_on_every_rank(geometry):
    with pytest.raises(SetupError, match="inside out"):
        build_contour(geometry, COMM)
