"""Sizes of the contoured interface: cells by steepness and edges, and what is refused."""

from dataclasses import replace
from math import pi

import numpy as np
import pytest
from mpi4py import MPI

from anodex.meshes.contour import check_cells, period
from anodex.meshes.contour_mesh import build_contour, interface_mesh
from anodex.models.errors import InputError

COMM = MPI.COMM_WORLD
H = 25.0  # height of the contours, unless told otherwise


def cells(geometry):
    mesh = build_contour(geometry, COMM, "electrolyte").mesh
    return mesh.topology.index_map(mesh.topology.dim).size_global


def test_shapes_between_mirror_planes_have_no_period(contour, kinds):
    assert all(
        period(contour(shape, dimension)) == ()
        for shape, dimension in kinds
        if shape != "height-map"
    )


def test_the_default_egg_box_is_small(contour):
    assert 60 <= cells(contour("egg-box")) <= 150


def test_steeper_contours_sharper_edges_and_refinement_take_more_cells(contour):
    assert (
        cells(contour("egg-box", height=5.0))
        <= cells(contour("egg-box"))
        < cells(contour("egg-box", height=75.0))
    )
    assert cells(contour("egg-box")) < cells(contour("egg-box", refinement=2.0))
    assert cells(contour("pyramid", edge_radius=20.0)) < cells(contour("pyramid", edge_radius=2.0))
    # it has no edges
    assert cells(contour("egg-box", edge_radius=2.0)) == cells(contour("egg-box"))


@pytest.mark.parametrize("dimension", ["2d", "3d"])
@pytest.mark.parametrize("radius", [0.0, 1.0, 5.0])
def test_the_first_layer_above_edges_is_about_as_thick_as_the_cells_beside_them(
    contour, dimension, radius
):
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


def test_too_many_cells_are_refused_before_they_are_made(contour):
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
            "64 x 64 cells of order 3 and 8 layers: about 931225 unknowns of the current, "
            "above the limit of 300000",
        ),
        (ROUGH[:64, :64], 200.0, "32 x 32 cells.*unknowns of the flow, above the limit of 150000"),
        (ROUGH.reshape(8, 2048)[:4, :2000], 0.0, "1000 x 2 cells"),
    ],
    ids=["2000x2000", "128x128", "64x64", "4x2000"],
)
def test_height_maps_of_too_many_unknowns_are_refused_with_what_to_do(
    contour, values, lithium, said
):
    """A map of 128 by 128 values took 71 s to mesh, and 8 GB at the start of its solution."""
    geometry = contour("height-map", height_map=values, lithium_thickness=lithium)
    for refusing in (check_cells, lambda geometry: build_contour(geometry, COMM, "electrolyte")):
        with pytest.raises(
            InputError,
            match=rf"{said}.*resample the map to fewer pixels, smooth it, or lower "
            r"geometry\.refinement",
        ):
            refusing(geometry)


def test_smooth_height_maps_take_cells_by_their_smoothness(contour):
    """Not by their pixels: the same surface, the same mesh."""
    counts = []
    for values in (WAVES, WAVES[::2, ::2]):
        geometry = contour("height-map", height_map=values, lithium_thickness=0.0)
        check_cells(geometry)
        counts.append(len(interface_mesh(geometry, MPI.COMM_SELF).geometry.x))
    assert counts[0] < 75**2 and counts[1] == pytest.approx(counts[0], rel=0.6)
    check_cells(replace(geometry, lithium_thickness=200.0))  # with flow too
    assert cells(replace(geometry, refinement=0.5)) < cells(geometry) / 3


def test_edges_too_fine_to_mesh_are_refused(contour, check_sound):
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


def test_edges_so_blunt_that_they_meet_are_refused_and_less_blunt_ones_are_sound(
    contour, check_sound, edged_kind
):
    """Flanks are 75 um wide and 25 um high, those of the frustum half as wide; a pyramid's edges
    turn by twice the slope.
    """
    shape, dimension = edged_kind
    bluntest = 112.5 if shape == "pyramid" else 56.25
    with pytest.raises(InputError, match=rf"edge_radius is 120 um.*give {bluntest:g} um or less"):
        contour(shape, dimension, edge_radius=120.0)
    check_sound(
        build_contour(
            contour(shape, dimension, edge_radius=bluntest, lithium_thickness=1.2 * H), COMM
        )
    )


def test_height_maps_need_the_axes_of_the_dimension(contour):
    with pytest.raises(InputError, match="rows and columns"):
        contour("height-map", "3d", height_map=np.arange(8.0))
    with pytest.raises(InputError, match="one line"):
        contour("height-map", "2d", height_map=np.arange(48.0).reshape(6, 8))
