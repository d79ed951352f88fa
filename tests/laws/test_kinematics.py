import numpy as np
import pytest
import ufl

from anodex.models.laws.kinematics import deformation_gradient, strain, thickness

# Displacement A x with this gradient; its symmetric part is the strain.
GRADIENT = np.array([[1.0, 5.0, -2.0], [3.0, 2.0, 4.0], [6.0, -8.0, 7.0]]) * 1e-3
STRAIN = (GRADIENT + GRADIENT.T) / 2


def zero(x):
    """A zero that UFL does not simplify away."""
    return x[0] - (x[0] + x[1]) + x[1]


def test_three_dimensions(cube, at_corners):
    x = ufl.SpatialCoordinate(cube)
    found, _ = at_corners(strain(ufl.as_matrix(GRADIENT.tolist()) * x, x, "3d"), cube)
    np.testing.assert_allclose(found, np.tile(STRAIN, (len(found), 1, 1)), atol=1e-15)


def test_plane_strain_has_none_out_of_the_plane(square, at_corners):
    x = ufl.SpatialCoordinate(square)
    found, _ = at_corners(
        strain(ufl.as_matrix(GRADIENT[:2, :2].tolist()) * x, x, "plane-strain"), square
    )
    expected = np.zeros((3, 3))
    expected[:2, :2] = STRAIN[:2, :2]
    np.testing.assert_allclose(found, np.tile(expected, (len(found), 1, 1)), atol=1e-15)


def test_axisymmetric_hoop_strain_on_and_off_the_axis(square, at_corners):
    x = ufl.SpatialCoordinate(square)
    displacement = ufl.as_vector([1e-3 * x[0], 2e-3 * x[1] + 5e-3 * x[1] * x[0] + 7e-3 * x[1] ** 2])
    found, places = at_corners(strain(displacement, x, "axisymmetric"), square)
    along, radius = places[:, 0], places[:, 1]
    np.testing.assert_allclose(found[:, 2, 2], 2e-3 + 5e-3 * along + 7e-3 * radius, atol=1e-15)
    np.testing.assert_allclose(found[:, 1, 1], 2e-3 + 5e-3 * along + 14e-3 * radius, atol=1e-15)
    np.testing.assert_allclose(found[:, 0, 1], 2.5e-3 * radius, atol=1e-15)
    assert square.comm.allreduce(np.count_nonzero(radius == 0)) > 0


@pytest.mark.parametrize(
    ("dimension", "motion"),
    [
        ("plane-strain", lambda x: [0.1 - x[1], x[0]]),
        ("axisymmetric", lambda x: [0.1 + zero(x), zero(x)]),
        ("3d", lambda x: [2 * x[2] - x[1], x[0] - 3 * x[2], 3 * x[1] - 2 * x[0]]),
    ],
)
def test_rigid_motion_does_not_strain(square, cube, at_corners, dimension, motion):
    domain = cube if dimension == "3d" else square
    x = ufl.SpatialCoordinate(domain)
    found, _ = at_corners(strain(ufl.as_vector(motion(x)), x, dimension), domain)
    np.testing.assert_allclose(found, 0, atol=1e-15)


def test_thickness(square, at_corners):
    found, places = at_corners(thickness(ufl.SpatialCoordinate(square), "axisymmetric"), square)
    np.testing.assert_allclose(found, 2 * np.pi * places[:, 1])
    assert thickness(None, "plane-strain") == thickness(None, "3d") == 1.0


@pytest.mark.parametrize(
    ("dimension", "hoop"),
    [
        ("plane-strain", lambda along, radius: 1.0),
        ("axisymmetric", lambda along, radius: 1 + 2e-3 + 5e-3 * along),
    ],
)
def test_deformation_gradient_in_the_plane_and_out_of_it(square, at_corners, dimension, hoop):
    x = ufl.SpatialCoordinate(square)
    displacement = ufl.as_vector([1e-3 * x[0] + 3e-3 * x[1], 2e-3 * x[1] + 5e-3 * x[1] * x[0]])
    found, places = at_corners(deformation_gradient(displacement, x, dimension), square)
    along, radius = places[:, 0], places[:, 1]
    expected = np.zeros_like(found)
    expected[:, 0, 0], expected[:, 0, 1] = 1 + 1e-3, 3e-3
    expected[:, 1, 0], expected[:, 1, 1] = 5e-3 * radius, 1 + 2e-3 + 5e-3 * along
    expected[:, 2, 2] = hoop(along, radius)
    np.testing.assert_allclose(found, expected, atol=1e-15)


def test_deformation_gradient_in_three_dimensions(cube, at_corners):
    x = ufl.SpatialCoordinate(cube)
    found, _ = at_corners(deformation_gradient(ufl.as_matrix(GRADIENT.tolist()) * x, x, "3d"), cube)
    np.testing.assert_allclose(found, np.tile(np.eye(3) + GRADIENT, (len(found), 1, 1)), atol=1e-15)
