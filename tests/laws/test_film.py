"""The laws of a thin film, against numbers worked out by hand."""

import numpy as np
import pytest

from anodex.models.laws.constants import FARADAY
from anodex.models.laws.film import (
    bending_stiffness,
    capped,
    cracking_amplitude,
    critical_healing_rate,
    film_charge,
    healed,
    plane_modulus,
    remembered,
    self_limited_amplitude,
)


def test_stiffness_and_charge_of_a_film():
    assert plane_modulus(91.0, 0.3) == pytest.approx(100.0)
    assert bending_stiffness(100.0, 0.6, "sliding") == pytest.approx(1.8)
    assert bending_stiffness(100.0, 0.6, "bonded") == pytest.approx(7.2)
    assert film_charge(0.02, 25e-6) == pytest.approx(77.188)  # C/m^2


def test_a_cap_leaves_small_pressures_alone():
    pressure = np.array([-5.0, 1e-5, 5.0])
    assert capped(pressure, 0.8) == pytest.approx([-0.8, 1e-5, 0.8], rel=1e-5)
    assert capped(pressure, np.inf) is pressure


def test_cracks_heal_exactly():
    assert healed(np.array([0.2]), np.array([0.0]), 30.0, 50.0) == pytest.approx(
        0.2 * np.exp(-0.6), rel=1e-14
    )
    # many short steps add up to a long one, and an even opening to its integral
    cracks = np.array([0.2])
    for _ in range(100):
        cracks = healed(cracks, np.array([0.003]), 0.3, 50.0)
    exact = 0.2 * np.exp(-0.6) + 0.01 * 50 * (1 - np.exp(-0.6))
    assert cracks == pytest.approx([exact], rel=1e-12)
    assert healed(np.array([0.2]), np.array([0.3]), 30.0, 50.0) == pytest.approx([exact], rel=1e-12)
    assert healed(np.array([0.2]), np.array([0.3]), 0.0, 50.0) == pytest.approx([0.5])
    assert healed(np.array([0.9]), np.array([0.3]), 0.0, 50.0) == pytest.approx([1.0])


def test_a_memory_of_strain_fades_down_to_the_strain():
    memory, strain = np.array([0.01, 0.01, 0.01]), np.array([0.004, 0.01, 0.02])
    exact = [0.004 + 0.006 * np.exp(-0.6), 0.01, 0.02]
    assert remembered(memory, strain, 30.0, 50.0) == pytest.approx(exact, rel=1e-14)
    # many short steps add up to a long one
    for _ in range(100):
        memory = remembered(memory, strain, 0.3, 50.0)
    assert memory == pytest.approx(exact, rel=1e-12)


def test_closed_forms():
    # 0.5 mA/cm^2, 0.7 S/m, E = 2 GPa, 20 nm at wavelengths of 1, 3, 5, 10 um (sodium)
    found = [
        self_limited_amplitude(5, 7e5, 23.7e-6, 40, 2 * np.pi / wavelength, "sliding")
        for wavelength in (1, 3, 5, 10)
    ]
    assert found == pytest.approx([1.4e-3, 12e-3, 34e-3, 137e-3], rel=0.05)
    bonded = self_limited_amplitude(5, 7e5, 23.7e-6, 40, 2 * np.pi, "bonded")
    assert bonded / found[0] == pytest.approx(np.sqrt(2))
    assert cracking_amplitude(0.05, 0.02, 2 * np.pi / 1.5) == pytest.approx(0.285, rel=2e-3)
    speed = 23.7e-6 * 5 / FARADAY
    assert critical_healing_rate(speed, 7, 0.075, 2 * np.pi / 1.5) == pytest.approx(
        4.8e-3, rel=0.02
    )
