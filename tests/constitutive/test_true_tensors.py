"""True stress and logarithmic strain, as fields show them."""

import numpy as np
import pytest
from dolfinx import fem
from mpi4py import MPI

from anodex.models.constitutive.true_tensors import logarithmic_strain, true_stress
from anodex.verification.block import AXIAL, Block
from anodex.verification.pressing import POWDER, PTFE

pytestmark = pytest.mark.smoke

COMM = MPI.COMM_WORLD


def test_strain_of_a_stretch_and_a_turn():
    angle = 0.4
    turn = np.array(
        [[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]]
    )
    stretched = np.diag(np.exp([0.3, -0.2, 0.1]))
    found = logarithmic_strain(np.array([stretched, turn @ stretched, stretched @ turn]))
    np.testing.assert_allclose(found[0], np.diag([0.3, -0.2, 0.1]), atol=1e-14)
    np.testing.assert_allclose(found[1], turn @ found[0] @ turn.T, atol=1e-14)
    np.testing.assert_allclose(found[2], found[0], atol=1e-14)  # the body was turned before


def test_stress_on_a_face_that_has_grown():
    stretched = np.diag([2.0, 3.0, 1.0])[None]
    nominal = np.diag([6.0, 0.0, 0.0])[None]  # a force of 6 over the face at the start
    np.testing.assert_allclose(true_stress(stretched, nominal)[0], np.diag([2.0, 0, 0]))


@pytest.mark.parametrize("law", [PTFE, POWDER], ids=["von Mises", "cap"])
def test_tensors_of_an_accepted_state_are_its_stress(law):
    """Asked for any time after, and of a shear as well."""
    block = Block((1.0, 2.0), 1.0, (2, 2), law, [("bottom", AXIAL)])
    block.displacement.interpolate(lambda x: np.stack([-0.1 * x[0], 0.02 * x[0] * x[1]]))
    plasticity = block.plasticity
    plasticity.update()
    plasticity.accept()
    for _ in range(2):
        found = {name.split()[0]: one.x.array for name, one in plasticity.tensors().items()}
        xx, yy, zz, xy = (found[f"stress_{place}"] for place in ("xx", "yy", "zz", "xy"))
        np.testing.assert_allclose(-(xx + yy + zz) / 3, plasticity.pressure.x.array, rtol=1e-7)
        mises = np.sqrt(((xx - yy) ** 2 + (yy - zz) ** 2 + (zz - xx) ** 2) / 2 + 3 * xy**2)
        np.testing.assert_allclose(mises, plasticity.von_mises.x.array, rtol=1e-7)
        assert np.abs(xy).max() > 1e-3 * np.abs(mises).max()
        volumes = sum(found[f"strain_{place}"] for place in ("xx", "yy", "zz"))
        cells = plasticity.internal.function_space.dofmap.list
        assert volumes[cells].shape[1] == 9 and volumes.min() < 0
        # a trial that nobody accepts shows nothing of itself
        kept = block.displacement.x.array.copy()
        block.displacement.x.array[:] *= 2
        plasticity.update()
        block.displacement.x.array[:] = kept


def test_cells_without_a_law_have_none():
    block = Block((1.0, 2.0), 1.0, (2, 2), PTFE, [("bottom", AXIAL)])
    plasticity = block.plasticity
    cells, points, law = plasticity._laws[0]
    plasticity._laws[0] = (cells[:1], points[:9], law)
    block.displacement.interpolate(lambda x: np.stack([-0.1 * x[0], 0 * x[0]]))
    found = plasticity.tensors()["strain_xx [1]"]
    assert isinstance(found, fem.Function)
    np.testing.assert_allclose(found.x.array[points[:9]], np.log(0.9), rtol=1e-12)
    assert not found.x.array[points[9:]].any()
