"""Contours that are steep, shallow, sharp, thin or random: their meshes are sound, or refused."""

from math import pi

import numpy as np
import pytest
from mpi4py import MPI

from anodex.meshes.contour_mesh import build_contour, on_surface
from anodex.models.errors import SetupError

COMM = MPI.COMM_WORLD
S = 150.0  # separation of the contours, unless told otherwise


def test_rounded_edges_are_sound_and_on_the_surface(contour, check_sound, nodes_of, edged_kind):
    geometry = contour(*edged_kind, edge_radius=2.0)
    tagged = build_contour(geometry, COMM)
    check_sound(tagged)
    places = nodes_of(tagged, "interface")
    np.testing.assert_allclose(places, on_surface(geometry, places[:, :-1]), atol=1e-9)


def random_geometry(generator, kinds, contour):
    shape, dimension = kinds[generator.integers(12)]
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
def test_random_contours_are_sound(kinds, contour, check_sound, seed):
    check_sound(build_contour(random_geometry(np.random.default_rng(seed), kinds, contour), COMM))


@pytest.mark.serial  # Gmsh meshes on one rank; how a mesh is spread has tests of its own
@pytest.mark.parametrize(("height", "separation"), [(1.0, 1000.0), (200.0, 200.0), (10.0, 10.0)])
def test_extreme_contours_are_sound(contour, check_sound, kind, height, separation):
    shape, dimension = kind
    height = min(height, 0.99 * separation / pi) if shape == "trochoid" else height
    check_sound(build_contour(contour(shape, dimension, height, separation, refinement=0.5), COMM))


@pytest.mark.parametrize(
    "sizes",
    [
        {"shape": "egg-box", "height": S, "lithium_thickness": 0.3 * S},
        # only the corner at the cusp is folded
        {"shape": "trochoid", "dimension": "2d", "height": 0.9995 * S / pi, "refinement": 0.25},
    ],
    ids=["thin", "cusp"],
)
def test_cells_turned_inside_out_are_an_error_on_every_rank(contour, sizes):
    with pytest.raises(SetupError, match="inside out"):
        build_contour(contour(**sizes), COMM)
