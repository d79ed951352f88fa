"""Sub-cells fill their cell and are small copies of it."""

import basix
import numpy as np
import pytest

from anodex.models.discrete.subcells import subcells

pytestmark = pytest.mark.smoke

VTK_CORNERS = {
    "interval": [[0], [1]],
    "quadrilateral": [[0, 0], [1, 0], [1, 1], [0, 1]],
    "hexahedron": [
        [0, 0, 0],
        [1, 0, 0],
        [1, 1, 0],
        [0, 1, 0],
        [0, 0, 1],
        [1, 0, 1],
        [1, 1, 1],
        [0, 1, 1],
    ],
}


@pytest.mark.parametrize("degree", [1, 3, 4])
@pytest.mark.parametrize("cell", VTK_CORNERS)
def test_subcells_tile_the_cell(cell, degree):
    element = basix.create_element(
        basix.ElementFamily.P, basix.CellType[cell], degree, basix.LagrangeVariant.equispaced
    )
    corners = element.points[subcells(cell, degree)]
    first = corners[:, :1]
    np.testing.assert_allclose(
        degree * (corners - first), np.broadcast_to(VTK_CORNERS[cell], corners.shape), atol=1e-12
    )
    assert (
        len(np.unique(np.rint(degree * first), axis=0))
        == len(corners)
        == degree ** corners.shape[2]
    )


def test_cells_without_a_lattice_of_subcells_are_refused():
    with pytest.raises(ValueError, match=r"triangle of order 3.*first or second order"):
        subcells("triangle", 3)
