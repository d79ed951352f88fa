"""Height maps that repeat, and those that are made to."""

import os
from pathlib import Path

import numpy as np
import pytest

from anodex.models.errors import InputError
from anodex.models.inputs.casefile import parse_case, read_case, write_case

pytestmark = pytest.mark.serial  # on several ranks test_parity holds such numbers to one
DATA = Path(__file__).parents[2] / "meshes" / "data"
MAP = {"shape": "height-map", "dimension": "2d"}


def case_of(**geometry):
    tables = {"system": {"name": "contoured_interface"}, "geometry": MAP | geometry}
    return parse_case(tables, "case.toml")


def test_a_tilted_map_is_refused_with_what_to_do():
    with pytest.raises(
        InputError,
        match=r"key 'geometry\.height_map'.*does not repeat.*geometry\.level = true.*mirrored map",
    ):
        case_of(height_map=str(DATA / "height_map_tilted.npy"))


@pytest.mark.parametrize("name", ["level", "tilted"])
def test_a_tilt_that_is_taken_out_leaves_the_numbers_of_the_level_map(numbers_of, name):
    path = str(DATA / f"height_map_{name}.npy")
    found = numbers_of(
        geometry={**MAP, "height_map": path, "level": name == "tilted", "refinement": 1.0}
    )
    assert found["critical_current_ratio"] == pytest.approx(0.793, abs=1e-3)
    assert found["max_excess_pressure"] == pytest.approx(0.4223, abs=2e-4)


def test_the_written_case_is_level_again(tmp_path):
    case = case_of(height_map=str(DATA / "height_map_tilted.npy"), level=True)
    (tmp_path / "case.toml").write_text(write_case(case), encoding="utf-8")
    found = read_case(tmp_path / "case.toml")
    assert found == case
    np.testing.assert_array_equal(found.contour.height_map, case.contour.height_map)


def test_level_belongs_to_height_maps():
    with pytest.raises(InputError, match=r"geometry\.level does nothing"):
        parse_case(
            {"system": {"name": "contoured_interface"}, "geometry": {"level": True}}, "case.toml"
        )


def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "map.png")
    with pytest.raises(InputError, match=r"geometry\.height_map.*no regular file"):
        case_of(dimension="3d", height_map=str(tmp_path / "map.png"))
