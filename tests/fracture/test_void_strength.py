"""A void of 60 by 12 um is stronger than a crack of its length, the more the shorter l is."""

import numpy as np
import pytest

from anodex.verification.crack_notch import LONG, POISSON, TOUGHNESS, YOUNG, void_strength

pytestmark = pytest.mark.slow  # three cracks that start, 15 s


def test_the_length_of_damage_decides_the_strength_of_a_void():
    sharp = np.sqrt(YOUNG / (1 - POISSON**2) * TOUGHNESS / (np.pi * LONG))
    found = [void_strength(length) for length in (2.0, 1.0, 0.5)]
    assert sharp < found[0] < found[1] < found[2] < 1.4 * sharp
