"""Flux that moves a front: what its moments say, without a zigzag."""

import numpy as np
import pytest

from anodex.models.moving.flux import first_order
from anodex.verification.surroundings import ellipse


@pytest.mark.parametrize("closed", [True, False])
def test_the_integral_is_kept_and_a_zigzag_is_not(closed):
    front = ellipse(1.0, 1.0, 24, closed)
    weights = front.weights.copy()
    if closed:
        weights[[0, -1]] += weights[[-1, 0]]
    zigzag = np.where(np.arange(len(weights)) % 2, 1.0, -1.0)
    flux = first_order(front, weights * (3.0 + zigzag))
    np.testing.assert_allclose(flux, 3.0, rtol=1e-3)
    assert front.weights @ flux == pytest.approx(3.0 * front.length, rel=1e-3)


def test_a_smooth_flux_comes_back_to_second_order():
    errors = []
    for facets in (24, 48):
        front = ellipse(1.0, 1.0, facets, closed=False)
        flux = 2 + np.cos(2 * front.arc)
        errors.append(np.abs(first_order(front, front.weights * flux) - flux).max())
    assert errors[1] < errors[0] / 3.5
