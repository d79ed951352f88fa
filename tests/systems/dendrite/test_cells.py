"""Where the cells of a dendrite's slab are fine."""

import numpy as np
import pytest

from anodex.meshes.slab import SlabGeometry
from anodex.models.systems.dendrite.structure import slab


def test_cells_are_fine_where_the_lithium_can_go(small_case):
    geometry = slab(small_case("geometry.length=300 um", "geometry.lithium_thickness=200 um"))
    x, y = geometry.places
    assert geometry.fine_from == 200 - 3 * 3
    np.testing.assert_allclose(np.diff(x[x >= geometry.fine_from - 1e-9]), 1.0, rtol=0.05)
    np.testing.assert_allclose(np.diff(y), 1.0)
    assert np.diff(x)[0] > 5


@pytest.mark.parametrize(
    ("changes", "grows"),
    [
        ((), True),
        (("loading.overpotential=0.35 V",), False),
        (("loading.overpotential=0 V",), False),
        (("loading.current_density=1 A/m^2",), True),
        (("loading.current_density=-1 A/m^2",), False),
        (("loading.overpotential=-0.2 V", "loading.external_pressure=10 MPa"), False),
        (
            (
                "loading.overpotential=-0.2 V",
                "loading.external_pressure=10 MPa",
                "mechanics.driving_force=as-printed",
            ),
            True,
        ),
        (
            (
                "loading.overpotential=-0.01 V",
                "kinetics.pressure_shift=true",
                "loading.external_pressure=100 MPa",
            ),
            False,
        ),
    ],
)
def test_cells_are_fine_where_the_lithium_dissolves(small_case, changes, grows):
    """Coarse cells would hold a front that comes back."""
    x, _ = slab(
        small_case("geometry.length=140 um", "geometry.lithium_thickness=100 um", *changes)
    ).places
    assert (np.diff(x).max() > 1.05) == grows


@pytest.mark.parametrize("cells", [3, 3.7, 4, 5.3])
def test_every_thickness_of_lithium_has_a_mesh(small_case, cells):
    """No round-off makes numbers that the mesh refuses."""
    for thickness in np.linspace(3.0, 60.0, 301):
        change = (
            f"geometry.lithium_thickness={thickness:.17g} um",
            f"geometry.cells_per_width={cells}",
            "geometry.length=100 um",
        )
        geometry = slab(small_case(*change))
        assert isinstance(geometry, SlabGeometry)
        assert np.all(np.diff(geometry.places[0]) > 0)
