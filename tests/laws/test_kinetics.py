import numpy as np
import pytest
import ufl

from anodex.models.laws.constants import FARADAY, GAS
from anodex.models.laws.kinetics import LARGEST_EXPONENT, butler_volmer, linear_exp, stress_shift

EXCHANGE, TEMPERATURE = 12.0, 310.0
THERMAL = GAS * TEMPERATURE / FARADAY  # V
ANODIC, CATHODIC = 0.3, 0.6


def current(
    overpotential: float, ratio: float = 1.0, anodic: float = ANODIC, cathodic: float = CATHODIC
) -> float:
    return butler_volmer(ufl.as_ufl(overpotential), EXCHANGE, TEMPERATURE, ratio, anodic, cathodic)(
        ()
    )


def guarded(exponent: float) -> float:
    return linear_exp(ufl.as_ufl(exponent))(())


def test_thermal_voltage():
    assert abs(GAS * 298.15 / FARADAY - 0.02569) < 1e-5


@pytest.mark.parametrize("overpotential", [-0.2, -0.01, 0.0, 0.03, 0.5])
def test_equals_the_closed_form(overpotential):
    scaled = overpotential / THERMAL
    exact = EXCHANGE * (np.exp(ANODIC * scaled) - 0.7 * np.exp(-CATHODIC * scaled))
    assert current(overpotential, 0.7) == pytest.approx(exact, rel=1e-13)


def test_small_overpotential_meets_the_charge_transfer_resistance():
    assert current(1e-7) / 1e-7 == pytest.approx(EXCHANGE * (ANODIC + CATHODIC) / THERMAL, rel=1e-5)


@pytest.mark.parametrize(
    ("overpotential", "coefficient", "sign"), [(0.8, ANODIC, 1), (-0.8, -CATHODIC, -1)]
)
def test_large_overpotential_meets_tafel(overpotential, coefficient, sign):
    assert sign * current(overpotential) > 0
    slope = np.log(current(overpotential + 0.01) / current(overpotential - 0.01)) / 0.02
    assert slope == pytest.approx(coefficient / THERMAL, rel=1e-9)


def test_concentration_shifts_the_equilibrium_as_nernst_says():
    assert current(THERMAL * np.log(3.0) / (ANODIC + CATHODIC), ratio=3.0) == pytest.approx(
        0.0, abs=1e-12
    )


def test_without_ions_nothing_is_deposited():
    assert current(-0.3, ratio=0.0) > 0


@pytest.mark.parametrize("overpotential", [-1e4, 1e4])
def test_no_overflow(overpotential):
    assert np.isfinite(current(overpotential))
    # a straight line by then
    assert current(2 * overpotential) / current(overpotential) == pytest.approx(2, rel=1e-3)


def test_guard_is_smooth_where_it_sets_in():
    step = 1e-6
    below, at, above = (guarded(LARGEST_EXPONENT + shift) for shift in (-step, 0.0, step))
    assert at == pytest.approx(np.exp(LARGEST_EXPONENT), rel=1e-14)
    assert (at - below) / step == pytest.approx(at, rel=1e-5)
    assert (above - at) / step == pytest.approx(at, rel=1e-5)


def test_compressed_metal_dissolves_more_easily():
    shift = stress_shift(-10.0, 2.37e-5)
    assert shift == pytest.approx(-2.456e-3, rel=1e-3)  # 23.7 cm^3/mol and 10 MPa
    assert current(0.0 - shift) > 0
