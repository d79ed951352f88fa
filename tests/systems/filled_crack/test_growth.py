"""The closed forms of a crack that is fed at a given current."""

import numpy as np
import pytest

from anodex.models.systems.filled_crack.case import Case
from anodex.models.systems.filled_crack.growth import grown_length, time_of_growth

pytestmark = pytest.mark.serial


@pytest.mark.parametrize("shape", ["centre", "penny"])
def test_a_growing_crack_holds_what_is_plated(shape):
    case = Case.model_validate({"crack": {"shape": shape}})
    times = time_of_growth(case) + np.linspace(10.0, 10.01, 3)
    lengths = grown_length(case, times)
    volumes = [case.volume(case.growth_pressure(length), length) for length in lengths]
    fed = 2 * case.area(lengths[1]) * case.filling.velocity(0.0)
    assert (volumes[2] - volumes[0]) / (times[2] - times[0]) == pytest.approx(fed, rel=1e-6)
    held = case.volume(case.growth_pressure(case.crack.length), case.crack.length)
    start = case.crack.length
    assert 2 * case.area(start) * case.filling.velocity(0.0) * time_of_growth(case) == (
        pytest.approx(held)
    )
