"""Components of tensors as functions."""

import numpy as np
import pytest
import ufl
from dolfinx import fem, mesh
from mpi4py import MPI

from anodex.models.discrete.fields import constant, owned_cells
from anodex.models.discrete.tensors import TensorAverages, component_functions, components
from anodex.models.laws.kinematics import strain

pytestmark = pytest.mark.smoke

COMM = MPI.COMM_WORLD


def test_names_in_a_plane_and_in_space():
    assert components("stress [MPa]", 2) == {
        "stress_xx [MPa]": (0, 0),
        "stress_yy [MPa]": (1, 1),
        "stress_zz [MPa]": (2, 2),
        "stress_xy [MPa]": (0, 1),
    }
    assert list(components("strain [1]", 3))[4:] == ["strain_xz [1]", "strain_yz [1]"]


def test_averages_follow_the_field_and_stay_in_their_cells():
    square = mesh.create_unit_square(COMM, 4, 4)
    left = mesh.locate_entities(square, 2, lambda x: x[0] <= 0.5 + 1e-12)
    moved = fem.Function(fem.functionspace(square, ("Lagrange", 1, (2,))))
    position = ufl.SpatialCoordinate(square)
    shown = {
        "strain [1]": strain(moved, position, "plane-strain"),
        "place [um]": ufl.as_tensor(np.outer([1, 0, 1], [1, 0, 1])) * position[1],
    }
    averages = TensorAverages(shown, square, left)
    for size in (1.0, 2.0):
        moved.interpolate(lambda x, size=size: size * np.stack([0.1 * x[0], 0.3 * x[0] - x[1]]))
        found = averages()
        x, y, _ = found["strain_xx [1]"].function_space.tabulate_dof_coordinates().T
        inside = x <= 0.5 + 1e-12
        expected = {
            "strain_xx [1]": 0.1 * size,
            "strain_yy [1]": -size,
            "strain_zz [1]": 0.0,
            "strain_xy [1]": 0.15 * size,
            "place_xx [um]": y,
            "place_yy [um]": 0.0,
            "place_zz [um]": y,
            "place_xy [um]": 0.0,
        }
        assert list(found) == list(expected)
        for name, values in expected.items():
            wanted = np.where(inside, values, 0.0)
            np.testing.assert_allclose(found[name].x.array, wanted, atol=1e-13, err_msg=name)


def test_six_components_in_space():
    cube = mesh.create_unit_cube(COMM, 1, 1, 1)
    full = np.arange(9.0).reshape(3, 3)
    tensor = constant(cube, 1.0) * ufl.as_tensor(full + full.T)
    averages = TensorAverages({"a [1]": tensor}, cube, owned_cells(cube))
    values = [float(one.x.array.mean()) for one in averages().values()]
    np.testing.assert_allclose(values, [0, 8, 16, 4, 8, 12], atol=1e-13)


def test_functions_of_given_numbers():
    square = mesh.create_unit_square(COMM, 1, 1)
    space = fem.functionspace(square, ("DG", 0))
    count = len(fem.Function(space).x.array)
    tensors = np.arange(9.0 * count).reshape(-1, 3, 3)
    found = component_functions("stress [MPa]", tensors, space)
    np.testing.assert_array_equal(found["stress_xy [MPa]"].x.array, tensors[:, 0, 1])
    np.testing.assert_array_equal(found["stress_zz [MPa]"].x.array, tensors[:, 2, 2])
