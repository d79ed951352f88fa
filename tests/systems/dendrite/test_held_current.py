"""The search for the overpotential at which a current flows, on currents that are known."""

from math import exp

import pytest

from anodex.models.systems.dendrite.held_current import LARGEST_CHANGE, HeldCurrent

EXPONENT = 20.0  # 1/V


def butler(overpotential: float) -> float:
    """A current density [A/m^2] that falls with the overpotential."""
    return 10 * (exp(-EXPONENT * overpotential) - exp(EXPONENT * overpotential))


@pytest.mark.parametrize("wanted", [8000.0, 50.0, 1.0, -2000.0])
@pytest.mark.parametrize("start", [-0.35, 0.2])
def test_search_ends_at_the_current(wanted, start):
    search, overpotential = HeldCurrent(wanted, EXPONENT), start
    for _ in range(20):
        current = butler(overpotential)
        if search.holds(current):
            break
        change = search.change(overpotential, current)
        assert abs(change) <= LARGEST_CHANGE
        overpotential += change
    assert butler(overpotential) == pytest.approx(wanted, rel=1e-3)


def test_first_change_is_exact_for_an_exponential():
    search = HeldCurrent(100.0, EXPONENT)
    change = search.change(-0.3, 100 * exp(EXPONENT * 0.02))
    assert change == pytest.approx(0.02, rel=1e-12)


def test_a_current_of_the_wrong_sign_says_only_the_direction():
    assert HeldCurrent(100.0, EXPONENT).change(0.1, -1.0) == -LARGEST_CHANGE
    assert HeldCurrent(-100.0, EXPONENT).change(-0.1, 1.0) == LARGEST_CHANGE


def test_a_current_that_rises_with_the_overpotential_is_not_followed():
    search = HeldCurrent(100.0, EXPONENT)
    search.change(-0.10, 50.0)
    assert search.change(-0.09, 60.0) == -LARGEST_CHANGE  # lithium must be more negative
