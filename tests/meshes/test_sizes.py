"""Cell sizes that grow with distance."""

import numpy as np

from anodex.meshes.sizes import graded_size


def test_size_grows_from_each_point_up_to_the_largest():
    size = graded_size(np.array([[0.0, 0.0], [10.0, 0.0]]), np.array([0.1, 0.5]), 0.2, 3.0)
    assert np.isclose(size(0.0, 0.0), 0.1)
    assert np.isclose(size(0.0, 2.0), 0.5)
    assert np.isclose(size(10.0, 0.0), 0.5)
    assert size(100.0, 0.0) == 3.0
