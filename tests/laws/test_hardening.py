"""Anand's law: what hardens lithium, and where that ends."""

from dataclasses import replace

import numpy as np
import pytest

from anodex.models.laws.hardening import AnandLaw

LAW = AnandLaw(0.01, 0.15, 0.95, 10.0, 2.0, 2.0, 0.05)
RATE = 1e-3


def test_it_creeps_at_a_resistance_as_a_power_law():
    assert LAW.power_law.exponent == pytest.approx(1 / 0.15)
    assert LAW.power_law.flow_stress(RATE) == pytest.approx(0.95 * 0.1**0.15, rel=1e-12)
    assert LAW.prefactor(2 * 0.95) == pytest.approx(LAW.prefactor(0.95) * 2 ** (-1 / 0.15))


def test_it_nears_saturation_from_both_sides():
    saturated = LAW.saturated(RATE)
    assert saturated == pytest.approx(2.0 * 0.1**0.05)
    assert LAW.growth(saturated, RATE) == pytest.approx(0.0, abs=1e-15)
    half = LAW.growth(saturated / 2, RATE)
    assert half == pytest.approx(10.0 * 0.25 * RATE)
    assert LAW.growth(1.5 * saturated, RATE) == pytest.approx(-half)
    assert replace(LAW, hardening_exponent=1.8).growth(saturated / 2, RATE) > half


def test_lithium_at_rest_does_not_harden():
    assert np.abs(LAW.growth(np.array([0.5, 2.0, 50.0]), 0.0)).max() < 1e-24
