"""Semi-implicit backward differentiation against exact solutions."""

import numpy as np
import pytest

from anodex.models.time.multistep import Weights
from anodex.models.time.stepping import StepControl

FAST, SLOW = -3.0, 0.5  # 1/s: y' = FAST y, implicit, + SLOW y, explicit


def solved(steps: np.ndarray) -> float:
    """y at the end of steps [s] of y' = (FAST + SLOW) y, from 1."""
    value, change, before, earlier = 1.0, 0.0, 0.0, 0.0
    for step in steps:
        weights = Weights(step / earlier if earlier else 0.0)
        now = SLOW * value
        explicit = weights.carried * change + weights.now * now - weights.before * before
        new = (weights.lead * value + step * explicit) / (weights.lead - step * FAST)
        change, before, earlier, value = (new - value) / step, now, step, new
    return value


@pytest.mark.parametrize("ratio", [1.0, 1.4])
def test_order_is_two_whatever_the_ratio_of_steps(ratio):
    """Steps in turn short and long; the first, Euler's, falls with the others squared."""
    errors = []
    for count in (40, 80, 160):
        steps = np.where(np.arange(count) % 2, ratio, 1.0)
        errors.append(abs(solved(steps / steps.sum()) - np.exp(FAST + SLOW)))
    orders = np.log2(np.array(errors[:-1]) / errors[1:])
    np.testing.assert_allclose(orders, 2.0, atol=0.15)


@pytest.mark.parametrize("ratio", [0.0, 0.5, 1.0, 2.0])
def test_an_even_rate_is_followed_exactly(ratio):
    weights = Weights(ratio)
    assert weights.carried + weights.now - weights.before == pytest.approx(weights.lead)


def test_rungs_let_steps_change_by_little():
    control = StepControl(1.0, 1e-3, 10.0, rung=2**0.25)
    assert control.growth(1e-9) == pytest.approx(2**0.5)  # no more, however small the error
    assert control.growth(0.7) == 1.0
    assert 0.5 < control.growth(1.0) < 1.0
    assert control.cut(4.0) == pytest.approx(2 ** (-6 / 4))
    assert control.cut(float("nan")) == 0.25
    assert control.cut(float("inf")) == 0.25


def test_without_rungs_steps_double_halve_and_quarter():
    control = StepControl(1.0, 1e-3, 10.0)
    assert [control.growth(error) for error in (0.1, 0.5)] == [2.0, 1.0]
    assert [control.cut(error) for error in (2.0, 5.0, float("nan"))] == [0.5, 0.25, 0.25]
