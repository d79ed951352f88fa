"""A run with diffusion across remeshes: balance, and the same on any number of ranks."""

import numpy as np
import pytest

from anodex.verification.moving_species import END, ENTERING, START, grown


@pytest.mark.smoke
def test_the_species_is_kept_across_remeshes():
    found = grown(24, 40)
    assert found["meshes"] >= 4
    gained = np.diff(found["amounts"])[0]
    assert gained == pytest.approx(ENTERING * (END - START), rel=1e-10)


@pytest.mark.smoke
def test_the_number_of_ranks_changes_nothing():
    found, alone = (grown(24, 40, alone) for alone in (False, True))
    for name, values in alone.items():
        np.testing.assert_allclose(found[name], values, rtol=1e-8, atol=1e-8, err_msg=name)
