"""Connected components, against scipy's on grids."""

import numpy as np
import pytest
from dolfinx import fem, mesh
from mpi4py import MPI
from scipy import ndimage

from anodex.models.discrete.components import label_components

COMM = MPI.COMM_WORLD


def grid(
    shape: tuple[int, ...], ghost_mode=mesh.GhostMode.shared_facet
) -> tuple[fem.FunctionSpace, tuple[np.ndarray, ...]]:
    """First-order space whose dofs are the points of a grid of unit spacing, and the place of
    each dof in the grid.
    """
    corners, cells = [np.zeros(len(shape)), np.array(shape) - 1.0], [n - 1 for n in shape]
    if len(shape) == 2:
        domain = mesh.create_rectangle(
            COMM, corners, cells, mesh.CellType.quadrilateral, ghost_mode=ghost_mode
        )
    else:
        domain = mesh.create_box(
            COMM, corners, cells, mesh.CellType.hexahedron, ghost_mode=ghost_mode
        )
    space = fem.functionspace(domain, ("Lagrange", 1))
    return space, tuple(np.rint(space.tabulate_dof_coordinates().T[: len(shape)]).astype(int))


def label_grid(mask: np.ndarray, **arguments) -> np.ndarray:
    """Labels of a grid of points, on all ranks alike: owners and ghosts must agree."""
    space, places = grid(mask.shape, **arguments)
    labels = label_components(space, mask[places])
    found = np.full(mask.shape, -2)
    for where, values in COMM.allgather((places, labels)):
        assert np.all((found[where] == -2) | (found[where] == values)), "ranks disagree"
        found[where] = values
    return found


def expected_labels(mask: np.ndarray) -> np.ndarray:
    """The same from scipy, which numbers in the order of the smallest indices."""
    labels, _ = ndimage.label(mask, np.ones(mask.ndim * [3]))
    return labels - 1


@pytest.mark.parametrize("share", [0.1, 0.25, 0.4, 0.6])
@pytest.mark.parametrize("seed", range(3))
def test_random_masks_fall_into_the_components_of_scipy(share, seed):
    mask = np.random.default_rng(seed).random((40, 30)) < share
    assert np.array_equal(label_grid(mask), expected_labels(mask))


def test_it_needs_no_ghost_cells():
    mask = np.random.default_rng(5).random((25, 30)) < 0.3
    assert np.array_equal(label_grid(mask, ghost_mode=mesh.GhostMode.none), expected_labels(mask))


def test_components_in_three_dimensions():
    mask = np.random.default_rng(2).random((8, 9, 10)) < 0.08
    found = label_grid(mask)
    assert found.max() > 5
    assert np.array_equal(found, expected_labels(mask))


@pytest.mark.parametrize("turned", [False, True])
def test_a_snake_through_all_ranks_is_one_component(turned):
    mask = np.zeros((41, 41), dtype=bool)
    mask[::2] = True  # runs
    mask[1::4, -1] = mask[3::4, 0] = True  # turns
    mask = mask.T if turned else mask
    assert label_grid(mask).max() == 0
    mask[20, 20] = False
    found = label_grid(mask)
    assert found.max() == 1, "cut in two"
    assert np.array_equal(found, expected_labels(mask))


def test_nothing_and_all():
    assert label_grid(np.zeros((6, 5), dtype=bool)).max() == -1
    assert np.all(label_grid(np.ones((6, 5), dtype=bool)) == 0)


def test_components_are_numbered_from_the_left():
    mask = np.zeros((12, 9), dtype=bool)
    mask[7:10, 0], mask[2, 5:8], mask[2:6, 2] = True, True, True
    found = label_grid(mask)
    assert (found[2, 2], found[2, 5], found[7, 0]) == (0, 1, 2)
