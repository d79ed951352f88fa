"""Pictures from the result folders of tiny runs."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread
from PIL import Image

from anodex.models.errors import SetupError
from anodex.models.results.history import TIME
from anodex.models.results.result import Result
from anodex.models.systems.dendrite import SYSTEM
from anodex.models.systems.dendrite.case import Case
from anodex.models.systems.dendrite.pictures import frames
from anodex.models.systems.dendrite.pictures.frames import (
    PHASE,
    PORES,
    PRESSURE,
    STRAIN,
    STRESSES,
    Morphology,
    draw_states,
)
from anodex.models.systems.dendrite.pictures.pressures import draw_pressures, draw_state

pytestmark = [pytest.mark.serial, pytest.mark.usefixtures("coarse_pictures", "coarse_frames")]

GEOMETRY = {
    "length": "12 um",
    "width": "6 um",
    "lithium_thickness": "4 um",
    "protrusions": 1,
    "protrusion_height": "1 um",
    "protrusion_width": "2 um",
    "pore_diameter": "2 um",
    "cells_per_width": 3,
}
KINDS = {
    "no pressure": {},
    "pressure": {"loading": {"external_pressure": "10 MPa", "duration": "0.03 s"}},
    "no mechanics": {"mechanics": {"enabled": False}, "electrolyte": {"potential": "constant"}},
    "no pores": {"geometry": {"porosity": 0, "pore_diameter": "10 um"}},
    "space": {"geometry": {"depth": "4 um", "width": "4 um", "porosity": 0.1}},
    "two potentials": {"model": {"name": "two-potential"}},
}
NAMES = ["dendrite.png", "growth.png", "history.png", "growth.gif"]


@pytest.fixture
def coarse_frames(monkeypatch):
    monkeypatch.setattr(frames, "PIXELS", 300)


@pytest.fixture(scope="module")
def finished(run_once):
    """Function that gives the result folder of a tiny run of a kind; the same one runs once."""

    def make(kind: str) -> Path:
        tables = {
            "model": {"name": "paper"},
            "interface": {"width": "1.5 um"},
            "loading": {"duration": "0.02 s"},
            "output": {"frames": 2},
            **KINDS[kind],
        }
        case = Case(**tables | {"geometry": GEOMETRY | tables.get("geometry", {})})
        return run_once(case).folder

    return make


def morphology(folder: Path) -> Morphology:
    return Morphology.of(Result(folder))


def coloured_share(path: Path) -> float:
    """Share of the pixels that are neither white nor grey nor black."""
    return float(np.mean(np.ptp(imread(path)[..., :3], axis=-1) > 0.1))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_run_gives_pictures_that_are_not_blank(kind, finished):
    pictures = SYSTEM.plot(finished(kind))
    names = [*NAMES[:2], "space.png", *NAMES[2:]] if kind == "space" else NAMES
    names = [*NAMES[:3], "voltage.png", *NAMES[3:]] if kind == "two potentials" else names
    curves = ("history.png", "voltage.png")
    assert pictures == [finished(kind) / "figures" / name for name in names]
    for picture in pictures[:-1]:
        assert coloured_share(picture) > (0.001 if picture.name in curves else 0.1), picture
    with Image.open(pictures[-1]) as film:
        assert film.n_frames == 3


def test_picture_of_a_run_without_mechanics_shows_the_morphology_alone(finished, tmp_path):
    folders = [finished(kind) for kind in ("no mechanics", "pressure")]
    runs = [morphology(folder) for folder in folders]
    assert [[field.name for field in run.those_of(STRESSES)] for run in runs] == [
        [],
        [PRESSURE, STRAIN],
    ]
    alone, all_three = (
        imread(draw_state(Result(folder), tmp_path / "state.png")).shape[0] for folder in folders
    )
    assert 2 * alone < all_three  # pixels


@pytest.mark.parametrize("kind", ["pressure", "space"])
def test_pixels_hold_the_field_between_the_nodes(kind, finished):
    seen = morphology(finished(kind))
    slopes = np.array([2.0, 3.0, 5.0])
    x, y = seen.middles
    expected = 2 * x + 3 * y[:, None] + (5 * 2.0 if kind == "space" else 0.0)  # half the depth
    grid = seen.series.mesh.copy()
    grid["sum"] = grid.points @ slopes
    np.testing.assert_allclose(seen.on_pixels(grid)["sum"], expected, rtol=1e-12)


def test_states_are_the_coding_of_the_paper(finished):
    seen = morphology(finished("pressure"))
    frame = seen.frame(0.0)
    grid = seen.series.grid(0.0)
    x, y = seen.middles
    for point, phase, pores in zip(grid.points, grid[PHASE], grid[PORES], strict=True):
        if abs(phase - 0.5) < 0.2 or abs(pores) < 0.2:
            continue  # the state may change between the node and the next pixel
        state = frame.states[np.abs(y - point[1]).argmin(), np.abs(x - point[0]).argmin()]
        assert (
            state
            == {(True, True): 2, (False, True): 1, (True, False): 0, (False, False): -1}[
                phase > 0.5, pores > 0
            ]
        )
    assert {-1, 1, 2} <= set(np.unique(frame.states))


def test_air_has_no_pressure_and_the_solids_have(finished):
    frame = morphology(finished("pressure")).frame(1.0)
    for field in STRESSES:
        np.testing.assert_array_equal(np.isnan(frame.fields[field.name]), frame.states == -1)


def test_colours_of_the_strain_change_at_zero_where_its_sign_does(finished):
    frame = morphology(finished("pressure")).frame(1.0)
    pressure, strain = STRESSES
    squeezed = strain.scale([frame])  # all of it is under pressure
    assert squeezed.vmin < squeezed.vmax < 0 and strain.map(squeezed) == "viridis"
    frame.fields[strain.name][:] = np.linspace(-1e-4, 1e-3, frame.phase.shape[1])
    signed = strain.scale([frame])
    assert signed.vmin == -signed.vmax and strain.map(signed) == "RdBu_r"
    even = pressure.scale([frame])
    assert 0 < even.vmin < even.vmax < 2 * np.nanmax(frame.fields[PRESSURE])


def test_pictures_of_a_run_that_has_just_begun(finished, tmp_path):
    folder = shutil.copytree(finished("pressure"), tmp_path / "begun")
    lines = (folder / "history.csv").read_text().splitlines(keepends=True)
    (folder / "history.csv").write_text("".join(lines[:2]) + lines[2][:10])
    assert [picture.name for picture in SYSTEM.plot(folder)] == [
        "dendrite.png",
        "growth.png",
        "growth.gif",
    ]


def test_runs_side_by_side_show_the_last_time_that_all_have_reached(
    finished, tmp_path, monkeypatch
):
    shown = []
    monkeypatch.setattr(
        "anodex.models.systems.dendrite.pictures.columns.draw_states",
        lambda axes, result, frame: shown.append(frame.time) or draw_states(axes, result, frame),
    )
    folders = [finished("no pressure"), finished("pressure")]
    assert [morphology(folder).history[TIME][-1] for folder in folders] == pytest.approx(
        [0.02, 0.03]
    )
    draw_pressures(folders, tmp_path / "default.png")
    draw_pressures(folders, tmp_path / "growth.png", 0.0, 0.02)
    # the nearest that each has stored, column by column
    assert shown == pytest.approx([0.02, 0.015, 0.0, 0.02, 0.0, 0.015])
    assert coloured_share(tmp_path / "default.png") > 0.1


def test_folder_without_fields_is_refused(finished, tmp_path):
    shutil.copy(finished("pressure") / "case.toml", tmp_path)
    with pytest.raises(SetupError, match=r"fields\.xdmf"):
        SYSTEM.plot(tmp_path)
