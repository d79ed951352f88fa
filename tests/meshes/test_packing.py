"""Parts of discs and spheres in a box."""

import numpy as np
import pytest

from anodex.meshes.packing import part_inside


@pytest.mark.parametrize(
    ("centre", "lengths"),
    [((50, 2), (100, 40)), ((50, 2, 39), (100, 40, 40)), ((50, 3, 3), (100, 8, 40))],
)
def test_the_part_of_a_cut_pore_is_that_of_points(centre, lengths):
    centre, lengths, radius = np.array(centre, float), np.array(lengths, float), 6.0
    offset = np.random.default_rng(0).uniform(-radius, radius, (400_000, len(lengths)))
    places = centre + offset
    inside = (
        (np.linalg.norm(offset, axis=1) < radius)
        & (places > 0).all(axis=1)
        & (places < lengths).all(axis=1)
    )
    block = (2 * radius) ** len(lengths)
    share = part_inside(centre, radius, lengths, periodic=False) / block
    assert share == pytest.approx(inside.mean(), abs=5 * np.sqrt(0.25 / 400_000))


def test_half_a_pore_on_a_side_and_a_quarter_in_a_corner_are_exact():
    lengths = np.array([50.0, 30.0, 30.0])
    whole = 4 / 3 * np.pi * 4.0**3
    assert part_inside(np.array([20.0, 0.0, 15.0]), 4.0, lengths, False) == pytest.approx(
        whole / 2, rel=1e-9
    )
    assert part_inside(np.array([20.0, 0.0, 30.0]), 4.0, lengths, False) == pytest.approx(
        whole / 4, rel=1e-9
    )
    assert part_inside(np.array([20.0, 0.0, 30.0]), 4.0, lengths, True) == pytest.approx(
        whole, rel=1e-12
    )
    assert part_inside(np.array([20.0, 0.0]), 4.0, lengths[:2], False) == pytest.approx(
        8 * np.pi, rel=1e-12
    )
