"""Gas under the film: an exact step, its bounds, and what it leaves of the conductance."""

import numpy as np
import pytest

from anodex.models.systems.elastic_sei.gas import GasBlocking, open_conductance

EXPOSED = np.array([0.0, 0.3, 1.0])


def test_steps_add_up():
    gas, theta = GasBlocking(0.02, 30.0), np.array([0.5, 0.1, 0.0])
    once = gas.blocked(theta, EXPOSED, 50.0)
    for _ in range(7):
        theta = gas.blocked(theta, EXPOSED, 50.0 / 7)
    np.testing.assert_allclose(theta, once, rtol=1e-13)


def test_rate_is_that_of_the_law():
    gas, theta, step = GasBlocking(0.02, 30.0), np.array([0.5, 0.1, 0.0]), 1e-6
    found = (gas.blocked(theta, EXPOSED, step) - theta) / step
    np.testing.assert_allclose(found, 0.02 * EXPOSED * (1 - theta) - theta / 30, rtol=1e-5)


def test_where_nothing_is_exposed_gas_dissolves_or_stays():
    theta = np.array([0.5])
    zero = np.zeros(1)
    assert GasBlocking(0.02, 30.0).blocked(theta, zero, 60.0) == pytest.approx(0.5 * np.exp(-2))
    assert GasBlocking(0.02).blocked(theta, zero, 60.0) == 0.5


@pytest.mark.parametrize("rate", [0.0, 1e-3, 1e6])
@pytest.mark.parametrize("time", [1e-6, 1.0, np.inf])
@pytest.mark.parametrize("step", [0.0, 1.0, 1e9])
def test_something_always_stays_open(rate, time, step):
    theta = np.array([0.0, 0.5, 0.999])
    for _ in range(3):
        theta = GasBlocking(rate, time).blocked(theta, EXPOSED, step)
        assert (theta >= 0).all()
        assert (theta < 1).all()
        assert (open_conductance(np.full(3, 10.0), theta) > 0).all()


def test_what_is_open_carries_the_current():
    theta = np.array([0.0, 0.25, 0.9])
    conductance = open_conductance(np.full(3, 100.0), theta)
    current = 0.05 * conductance  # at one overpotential [V]
    np.testing.assert_allclose(current / (1 - theta), 5.0)
