"""Laws of damage: strength, length, and how the energy is split."""

import numpy as np
import pytest
import ufl
from dolfinx import fem

from anodex.models.laws.damage import (
    DamageModel,
    degradation,
    length_of_strength,
    pressure_work,
    split_energy,
)

BULK, SHEAR = 700.0, 300.0
SPLITS = ("none", "amor", "spectral")
STRAINS = {
    "pulled": [[2e-3, 1e-3, 0], [1e-3, 1e-3, 0], [0, 0, 5e-4]],
    "pressed": [[-2e-3, 5e-4, 0], [5e-4, -1e-3, 0], [0, 0, -5e-4]],
    "sheared": [[0, 1e-3, 0], [1e-3, 0, 0], [0, 0, 0]],
    "mixed": [[3e-3, 1e-3, 0], [1e-3, -2e-3, 0], [0, 0, -1e-3]],
}


@pytest.fixture
def energies(square, at_corners):
    """Function of a strain and a split: energy that damage takes and that it leaves [MPa]."""

    def find(strain, split):
        parts = split_energy(ufl.as_tensor(strain), BULK, SHEAR, split)
        zero = fem.Constant(square, 0.0)  # a part that is nothing has no mesh
        return tuple(float(at_corners(part + zero, square)[0].flat[0]) for part in parts)

    return find


def whole(strain) -> float:
    strain = np.array(strain)
    deviator = strain - np.trace(strain) / 3 * np.eye(3)
    return BULK / 2 * np.trace(strain) ** 2 + SHEAR * np.sum(deviator**2)


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("strain", STRAINS.values(), ids=STRAINS)
def test_the_parts_make_the_whole(energies, strain, split):
    taken, left = energies(strain, split)
    assert taken >= 0 and left >= 0
    assert taken + left == pytest.approx(whole(strain), rel=1e-6)


def test_what_damage_leaves_of_a_body_under_pressure(energies):
    strain = STRAINS["pressed"]
    assert energies(strain, "none")[1] == 0
    assert energies(strain, "amor")[1] == pytest.approx(BULK / 2 * 3.5e-3**2)
    assert energies(strain, "spectral")[0] == pytest.approx(0, abs=1e-9)
    assert energies(STRAINS["pulled"], "spectral")[1] == pytest.approx(0, abs=1e-9)


def test_principal_strains_decide_the_spectral_split(energies):
    lame = BULK - 2 * SHEAR / 3
    strain = np.diag([2e-3, -1e-3, 0.5e-3])
    turn = np.array([[0.6, -0.8, 0], [0.8, 0.6, 0], [0, 0, 1]])
    for each in (strain, turn @ strain @ turn.T):
        taken, left = energies(each.tolist(), "spectral")
        assert taken == pytest.approx(
            lame / 2 * 1.5e-3**2 + SHEAR * (2e-3**2 + 0.5e-3**2), rel=1e-6
        )
        assert left == pytest.approx(SHEAR * 1e-3**2, rel=1e-6)


@pytest.mark.parametrize("name", ["AT1", "AT2"])
def test_the_length_follows_from_the_strength(name):
    model = DamageModel(name, 0.7)
    strength = model.strength(1000.0, 2.0)
    assert model.strength(4000.0, 2.0) == pytest.approx(2 * strength)
    if name == "AT1":
        assert length_of_strength(1000.0, 2.0, strength) == pytest.approx(0.7)


def test_cells_make_a_body_tougher_by_the_row_that_breaks():
    assert DamageModel("AT2", 3.0).excess(1.0) == pytest.approx(1 / 6)
    assert DamageModel("AT1", 3.0).excess(1.0) == pytest.approx(1 / 8)
    # half a body breaks half a row twice
    for name in ("AT1", "AT2"):
        model = DamageModel(name, 3.0)
        assert model.excess(0.5, half=True) == model.excess(1.0)


def test_profiles_end_where_they_should():
    near, far = np.array([0.0, 1e-9]), np.array([4.0, -4.0, 100.0])
    for name, last in (("AT1", 0.0), ("AT2", np.exp(-2))):
        model = DamageModel(name, 2.0)
        np.testing.assert_allclose(model.profile(near), 1.0)
        np.testing.assert_allclose(model.profile(far)[:2], last)


def test_degradation_and_the_work_of_a_pressure(square, at_corners):
    x = ufl.SpatialCoordinate(square)
    left, places = at_corners(degradation(x[0]), square)
    np.testing.assert_allclose(left, (1 - places[:, 0]) ** 2 + 1e-6)
    # damage that falls along y from a crack whose upper face moves up: the pressure gains
    work, _ = at_corners(pressure_work(5.0, ufl.as_vector([0.0, 2.0]), 1 - x[1]), square)
    np.testing.assert_allclose(work, -10.0)
