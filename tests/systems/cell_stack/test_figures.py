"""Pictures from the result folders of small runs of each kind."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread
from PIL import Image

from anodex.models.errors import SetupError
from anodex.models.results.result import Result
from anodex.models.systems.cell_stack import SYSTEM
from anodex.models.systems.cell_stack.pictures.bodies import (
    DENSITY,
    VON_MISES,
    bore,
    read_body,
    stress_colouring,
)
from anodex.models.systems.cell_stack.pictures.lithium import edge_window, outer_edge, upper_edge
from anodex.models.systems.cell_stack.pictures.pressing import shown_times
from anodex.models.systems.cell_stack.pictures.shown import Shown, shown

pytestmark = [pytest.mark.serial, pytest.mark.usefixtures("coarse_pictures")]

PRESSING, LATER, FILM = (
    ["compaction.png", "density.png"],
    ["lithium.png", "history.png"],
    ["stages.gif"],
)
KINDS = {
    "pressed": (("pressed",), PRESSING + LATER + FILM),
    "compaction alone": (("pressed", "stages.last=compaction"), PRESSING + FILM),
    "no compaction": (("gap",), LATER + FILM),
    "pouch": (("pouch",), LATER + FILM),
    "all stages": (("gap", "rest.duration=5 min", "discharge.duration=5 min"), LATER + FILM),
}


def coloured_share(path: Path) -> float:
    """Share of the pixels that are neither white nor grey nor black."""
    return float(np.mean(np.ptp(imread(path)[..., :3], axis=-1) > 0.1))


def read(folder: Path) -> Shown:
    return shown(Result(folder))


def last_lithium(folder: Path):
    result = read(folder)
    return result, read_body(result.lithium, result.lithium.times[-1])


# a film takes seconds, and these two show what others show
@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(
            kind, marks=[pytest.mark.slow] * (kind in ("compaction alone", "no compaction"))
        )
        for kind in KINDS
    ],
)
def test_every_kind_of_run_gives_pictures_that_are_not_blank(kind, run_case):
    words, names = KINDS[kind]
    folder = run_case(*words).folder
    pictures = SYSTEM.plot(folder)
    assert pictures == [folder / "figures" / name for name in names]
    for picture in pictures[:-1]:
        assert coloured_share(picture) > (
            0.001 if picture.name in ("density.png", "history.png") else 0.03
        ), picture
    with Image.open(pictures[-1]) as film:
        assert film.n_frames >= 5
    assert pictures[-1].stat().st_size < 3e6


def test_pellet_and_gap_are_where_the_run_has_them(run_case):
    found = run_case("pressed")
    result = read(found.folder)
    body = read_body(result.compaction, result.compaction.times[-1])
    tube = body.without(result.powder(body))
    # The file holds the corners of the curved sides alone.
    assert 2 * result.face == pytest.approx(found.observables["pellet_thickness"].value, rel=2e-3)
    gap = np.interp(result.face, *bore(tube).T[::-1]) - found.case.geometry.inner_radius
    assert gap == pytest.approx(found.observables["gap_at_pellet"].value, rel=0.05)
    around = result.tube(result.die.times[-1])
    np.testing.assert_allclose(bore(around)[:, 1], bore(tube)[:, 1] - result.face)


def test_powder_and_tube_make_up_the_whole(run_case):
    result = read(run_case("pressed").folder)
    body = read_body(result.compaction, 0.0)
    powder = result.powder(body)
    assert len(powder.cells) + len(body.without(powder).cells) == len(body.cells)
    assert np.ptp(powder.values[DENSITY]) == pytest.approx(0, abs=1e-12)
    assert powder.values[DENSITY].mean() == pytest.approx(
        result.case.geometry.initial_relative_density
    )
    assert powder.points[:, 1].max() == pytest.approx(result.case.powder_height / 2)


@pytest.mark.parametrize("kind", ["gap", "pressed", "pouch"])
def test_lithium_is_drawn_with_all_its_volume(kind, run_case):
    found = run_case(kind)
    result, body = last_lithium(found.folder)
    a, b, c = body.points[
        np.concatenate([body.cells[:, [0, 1, 2]], body.cells[:, [0, 2, 3]]])
    ].swapaxes(0, 1)
    (ux, uy), (vx, vy) = (b - a).T, (c - a).T
    areas = np.abs(ux * vy - uy * vx) / 2
    volume = np.sum(
        areas * (2 * np.pi * (a + b + c)[:, 0] / 3 if result.case.geometry.type == "die" else 1.0)
    )
    expected = (
        result.case.rod_area * result.case.geometry.foil_thickness
        + found.history["plated_volume [um^3]"][-1]
    )
    assert volume == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("kind", ["gap", "pouch"])
def test_surface_of_the_lithium_runs_along_the_rod_and_down_the_wall(kind, run_case):
    found = run_case(kind)
    result, body = last_lithium(found.folder)
    surface = upper_edge(body, result.case.geometry.inner_radius)
    assert surface[0].tolist() == [
        0.0,
        pytest.approx(found.observables["foil_thickness_centre"].value, rel=1e-6),
    ]
    assert surface[:, 1].max() == pytest.approx(
        found.observables["foil_thickness_edge"].value, rel=1e-6
    )
    assert (np.diff(outer_edge(body)[:, 1]) > 0).all() and surface[-1, 1] == pytest.approx(
        0, abs=1e-6
    )
    left, right, bottom, top = edge_window(result, [body])
    assert (
        left < 0 < bottom + top
        and body.points[:, 0].max() - result.case.geometry.inner_radius < right
    )


def test_rim_of_a_body_is_closed(run_case):
    _, body = last_lithium(run_case("gap").folder)
    ends, counts = np.unique(body.rim.reshape(-1, 2).round(6), axis=0, return_counts=True)
    assert (counts == 2).all() and len(ends) == len(body.rim)


def test_titles_name_the_stages_that_are_over_and_the_one_that_is_not(run_case):
    result = read(run_case(*KINDS["all stages"][0]).folder)
    assert list(result.stage_ends()) == [
        "start",
        "after stacking",
        "after charge",
        "after rest",
        "after discharge",
    ]
    early = replace(result)
    early.__dict__["lithium"] = replace(result.lithium, steps=result.lithium.steps[:2])
    first, second = early.stage_ends()
    assert first == "start" and second.startswith("stacking, after ")


def test_unfinished_compaction_shows_what_it_has_reached(run_case):
    result = read(run_case("pressed").folder)
    assert list(shown_times(result)) == ["loose powder", "under 60 MPa", "released"]
    result.__dict__["compaction"] = replace(result.compaction, steps=result.compaction.steps[:3])
    assert list(shown_times(result)) == ["loose powder"]


@pytest.mark.slow  # as "compaction alone" above, of a run that was cut off
def test_run_that_has_only_pressed_gives_the_pictures_of_that(run_case, tmp_path):
    folder = shutil.copytree(
        run_case("pressed").folder,
        tmp_path / "unfinished",
        ignore=shutil.ignore_patterns("fields.*", "die.*"),
    )
    lines = (folder / "history.csv").read_text().splitlines(keepends=True)
    (folder / "history.csv").write_text(
        "".join(line for line in lines if line.split(",")[1] in ("stage [1]", "1.0"))
    )
    assert [picture.name for picture in SYSTEM.plot(folder)] == PRESSING + FILM


def test_stress_without_load_has_colours_of_its_own(run_case):
    result = read(run_case("gap").folder)
    start = read_body(result.lithium, 0.0)
    assert start.values[VON_MISES].max() == 0
    assert stress_colouring([start]).norm.vmax == 1


def test_folder_without_fields_is_refused(run_case, tmp_path):
    for name in ("case.toml", "history.csv"):
        shutil.copy(run_case("gap").folder / name, tmp_path)
    with pytest.raises(SetupError, match=r"neither compaction\.xdmf nor fields\.xdmf"):
        SYSTEM.plot(tmp_path)


def test_one_picture_is_drawn_by_its_name(run_case):
    folder = run_case("pressed").folder
    assert SYSTEM.plot(folder, ["density"]) == [folder / "figures" / "density.png"]
    gap = run_case("gap").folder
    assert SYSTEM.plot(gap, ["density.png"]) == []  # nothing is pressed there
