import numpy as np
import pytest
import ufl

from anodex.models.laws.elasticity import (
    bulk_modulus,
    elastic_energy_density,
    shear_modulus,
    von_mises,
)


def tensor(values):
    return ufl.as_tensor(np.asarray(values, dtype=float).tolist())


@pytest.mark.parametrize(("young", "poisson"), [(1000.0, 0.33), (4600.0, 0.0), (10.0, 0.4999)])
def test_moduli_give_back_young_and_poisson(young, poisson):
    shear, bulk = shear_modulus(young, poisson), bulk_modulus(young, poisson)
    assert 9 * bulk * shear / (3 * bulk + shear) == pytest.approx(young, rel=1e-12)
    assert (3 * bulk - 2 * shear) / (6 * bulk + 2 * shear) == pytest.approx(poisson, abs=1e-12)


@pytest.mark.parametrize(
    ("stress", "expected"),
    [
        (np.diag([-7.0, 0.0, 0.0]), 7.0),
        (np.diag([5.0, 5.0, 5.0]), 0.0),
        ([[0, 2.0, 0], [2.0, 0, 0], [0, 0, 0]], 2 * np.sqrt(3)),
        (np.diag([3.0, -1.0, 2.0]), np.sqrt((4.0**2 + 3.0**2 + 1.0**2) / 2)),
    ],
    ids=["uniaxial", "hydrostatic", "pure shear", "principal stresses"],
)
def test_von_mises(stress, expected):
    assert von_mises(tensor(stress))(()) == pytest.approx(expected, rel=1e-12, abs=2e-12)


def test_von_mises_has_a_derivative_at_zero_stress():
    variable = ufl.variable(tensor(np.zeros((3, 3))))
    slope = ufl.algorithms.apply_derivatives.apply_derivatives(
        ufl.algorithms.apply_algebra_lowering.apply_algebra_lowering(
            ufl.diff(von_mises(variable), variable)
        )
    )
    assert np.isfinite([slope[i, j](()) for i in range(3) for j in range(3)]).all()


def test_energy_of_a_pulled_bar():
    stress, young, poisson = 30.0, 1000.0, 0.33
    deviator = tensor(np.diag([2 / 3, -1 / 3, -1 / 3]) * stress)
    energy = elastic_energy_density(
        deviator,
        ufl.as_ufl(stress / 3),
        shear_modulus(young, poisson),
        bulk_modulus(young, poisson),
    )
    assert energy(()) == pytest.approx(stress**2 / (2 * young), rel=1e-12)
