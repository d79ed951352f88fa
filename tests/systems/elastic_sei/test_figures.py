"""Pictures from the result folders of small runs of each kind."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread

from anodex.models.errors import SetupError
from anodex.models.inputs.casefile import read_case
from anodex.models.results.result import Result
from anodex.models.systems.elastic_sei import SYSTEM
from anodex.models.systems.elastic_sei.pictures.profiles import profiles
from anodex.models.systems.elastic_sei.pictures.roughness import measured
from anodex.models.systems.elastic_sei.pictures.spectrum import cosines

pytestmark = [pytest.mark.serial, pytest.mark.usefixtures("coarse_pictures")]

CASES = Path(__file__).parents[3] / "cases"
NAMES = ["surface.png", "roughness.png", "spectrum.png", "history.png"]


def coloured_share(path: Path) -> float:
    """Share of the pixels that are neither white nor grey nor black."""
    return float(np.mean(np.ptp(imread(path)[..., :3], axis=-1) > 0.1))


@pytest.mark.parametrize("kind", ["ether", "cycle", "no film", "steep"])
def test_every_kind_of_run_gives_pictures_that_are_not_blank(kind, run_case):
    folder = run_case(kind).folder
    pictures = SYSTEM.plot(folder)
    assert pictures == [folder / "figures" / name for name in NAMES]
    for picture in pictures:
        assert coloured_share(picture) > 0.003, picture


@pytest.mark.parametrize("kind", ["cycle", "steep"])
def test_profiles_are_those_of_the_run(kind, run_case):
    found = run_case(kind)
    history = found.history
    for profile in profiles(Result(found.folder)):
        row = int(np.flatnonzero(history["time [s]"] == profile.time)[0])
        width = found.case.surface.width
        assert profile.x[0] == 0 and profile.x[-1] == pytest.approx(width, rel=1e-12)
        assert np.all(np.diff(profile.x) > 0)
        peak = history["peak_to_valley [nm]"][row]
        assert np.ptp(profile.heights) == pytest.approx(peak, rel=1e-9)
        assert profile.pressure.max() == pytest.approx(history["max_pressure [MPa]"][row], rel=1e-9)
        if profile.time:
            largest = history["max_current_density_ratio [1]"][row]
            assert profile.current_ratio.max() == pytest.approx(largest, rel=1e-9)
        amplitudes = cosines(profile, width)
        rms = np.sqrt((amplitudes[1:] ** 2).sum() / 2)
        assert rms == pytest.approx(history["roughness [nm]"][row], rel=0.01)


def test_the_spectrum_of_the_start_is_that_of_the_case(run_case):
    found = run_case("ether")
    surface = found.case.surface
    amplitudes = cosines(profiles(Result(found.folder))[0], surface.width)
    given = 1e3 * np.abs(surface.profile.coefficients)
    assert amplitudes[: len(given)] == pytest.approx(given, abs=0.02 * given.max())


@pytest.mark.parametrize(
    ("name", "changes", "expected"),
    [
        ("elastic_sei", [], {"copper foil": 12.4, "after plating": 26}),
        ("elastic_sei_carbonate", [], {"copper foil": 12.4, "after plating": 208}),
        (
            "elastic_sei_cycle",
            [],
            {"copper foil": 12.4, "after plating": 26, "after stripping": 6},
        ),
        ("elastic_sei", ["surface.roughness=20 nm"], {"after plating": 26}),
        ("elastic_sei", ["kinetics.area_resistance=20 ohm*cm^2"], {"copper foil": 12.4}),
    ],
)
def test_what_was_measured_is_shown_where_it_fits(name, changes, expected):
    found = measured(read_case(CASES / f"{name}.toml", changes))
    assert {words: value for words, (_, (value, _)) in found.items()} == expected


def test_a_run_that_still_goes_on_gives_pictures(run_case, small_case, cut_off, tmp_path):
    cut_off(tmp_path / "cut", small_case("ether", "output.checkpoint_interval=3"), 200.0)
    assert [picture.name for picture in SYSTEM.plot(tmp_path / "cut")] == NAMES


def test_a_folder_without_fields_is_refused(run_case, tmp_path):
    for name in ("case.toml", "history.csv"):
        shutil.copy(run_case("ether").folder / name, tmp_path)
    with pytest.raises(SetupError, match="fields"):
        SYSTEM.plot(tmp_path)


def test_one_picture_is_drawn_by_its_name(run_case):
    folder = run_case("ether").folder
    assert SYSTEM.plot(folder, ["spectrum"]) == [folder / "figures" / "spectrum.png"]
