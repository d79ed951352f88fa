"""Pictures from the result folders of small runs."""

from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread

from anodex.models.results.result import Result
from anodex.models.systems.filled_crack import SYSTEM
from anodex.models.systems.filled_crack.pictures.crack import openings

pytestmark = [pytest.mark.serial, pytest.mark.usefixtures("coarse_pictures")]


def coloured_share(path: Path) -> float:
    """Share of the pixels that are neither white nor grey nor black."""
    return float(np.mean(np.ptp(imread(path)[..., :3], axis=-1) > 0.1))


@pytest.mark.parametrize("kind", ["centre", "penny"])
def test_a_run_gives_pictures_that_are_not_blank(kind, run_case):
    folder = run_case(kind).folder
    pictures = SYSTEM.plot(folder)
    assert pictures == [folder / "figures" / name for name in ("crack.png", "growth.png")]
    for picture in pictures:
        assert coloured_share(picture) > 0.003, picture


def test_the_opening_is_that_of_the_closed_form(run_case):
    """4 p sqrt(a^2 - y^2)/E' of Griffith's crack."""
    result = run_case("centre")
    along, opening = openings(Result(result.folder).series().grid(20.0))
    pressure = np.interp(20.0, result.history["time [s]"], result.history["pressure [MPa]"])
    exact = 4 * pressure * np.sqrt(np.maximum(30.0**2 - along**2, 0.0))
    exact /= result.case.electrolyte.plane_modulus
    inside = along < 15  # further on the spread tip counts
    assert opening[inside] == pytest.approx(exact[inside], rel=0.05)
    assert np.all(np.abs(opening[along > 40]) < 0.01 * opening.max())
