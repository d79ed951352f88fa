"""The curves that bound a void."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anodex.meshes import outline


def curvature_radius(points):
    """Radius of the circle through three points."""
    a, b, c = (np.linalg.norm(points[i] - points[j]) for i, j in ((0, 1), (1, 2), (2, 0)))
    area = abs(np.linalg.det(np.column_stack([points, np.ones(3)]))) / 2
    return a * b * c / (4 * area)


@given(st.floats(0.5, 200), st.floats(1 / 40, 0.99), st.floats(0.01, 0.98))
def test_spindle_has_its_length_width_radius_and_no_kink(half_length, slenderness, rounding):
    half_width = half_length * slenderness
    flank, end = outline.spindle(half_length, half_width, rounding * half_width)
    near = {"rtol": 1e-9, "atol": 1e-9 * half_length}
    np.testing.assert_allclose(flank.points(2)[0], (0, half_width), **near)
    np.testing.assert_allclose(end.points(2)[-1], (half_length, 0), **near)
    np.testing.assert_allclose(
        flank.points(2)[-1], end.points(2)[0], rtol=1e-6, atol=1e-6 * half_length
    )
    assert flank.end == end.start  # equal angles on two circles: equal normals
    assert end.semi_axes == (rounding * half_width, rounding * half_width)


def test_sharp_spindle_is_one_arc():
    (flank,) = outline.spindle(30.0, 6.0, 0.0)
    assert flank.semi_axes[0] == pytest.approx((30**2 + 6**2) / 12)
    np.testing.assert_allclose(flank.points(2)[-1], (30, 0), atol=1e-12)


def test_spindle_as_wide_as_long_is_a_circle():
    (flank,) = outline.spindle(3.0, 3.0, 0.3)
    np.testing.assert_allclose(np.linalg.norm(flank.points(9), axis=1), 3)


@pytest.mark.parametrize("tip_radius", [1.3, 3.0, 6.0])
def test_crack_ends_with_the_tip_radius(tip_radius):
    flank, end = outline.crack(30.0, 6.0, tip_radius)
    assert flank.points(2)[1] == pytest.approx((30 - 36 / tip_radius, 6))
    assert curvature_radius(end.points(20001)[-3:] * 1.0) == pytest.approx(tip_radius, rel=1e-3)


def test_bluntest_and_sharpest_crack():
    assert outline.crack(30.0, 6.0, 6.0)[1].semi_axes == (6, 6)
    assert outline.crack(30.0, 6.0, 1.2) == outline.ellipse(30.0, 6.0)
    assert outline.crack(30.0, 0.0, 0.0) == [outline.Line((0.0, 0.0), (30.0, 0.0))]
