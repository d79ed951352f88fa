"""A run with diffusion across remeshes: balance, and the same on any number of ranks."""

import numpy as np
import pytest
from mpi4py import MPI

from anodex.verification.moving_species import END, ENTERING, START, grown


@pytest.fixture(scope="module")
def found():
    return grown(24, 40)


@pytest.mark.smoke
def test_the_species_is_kept_across_remeshes(found):
    assert found["meshes"] >= 4
    gained = np.diff(found["amounts"])[0]
    assert gained == pytest.approx(ENTERING * (END - START), rel=1e-10)


@pytest.mark.skipif(MPI.COMM_WORLD.size == 1, reason="compares several ranks with one")
def test_the_number_of_ranks_changes_nothing(found):
    for name, values in grown(24, 40, alone=True).items():
        np.testing.assert_allclose(found[name], values, rtol=1e-8, atol=1e-8, err_msg=name)
