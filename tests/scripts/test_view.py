"""`anodex view`: its pictures, and with trame and Chromium its page in a browser.

.ci/run view
"""

import asyncio
import time
from importlib.util import find_spec
from pathlib import Path
from runpy import run_path

import numpy as np
import pytest
from dolfinx.fem import Function, functionspace
from dolfinx.mesh import create_unit_cube, create_unit_square
from matplotlib import colormaps
from mpi4py import MPI
from PIL import Image

from anodex.models import registry
from anodex.models.drawing.render import offscreen
from anodex.models.errors import InputError
from anodex.models.results.fields import FieldWriter
from anodex.models.results.history import History
from anodex.models.results.result import Result
from anodex.models.systems.system import FirstLook
from anodex.scripts import view
from anodex.scripts.viewing.scene import Look, Scene

pytestmark = pytest.mark.serial

COMM = MPI.COMM_SELF
SIZE = (240, 160)
CLOSE = 1.0  # mean difference of two pictures of one look, of 255
BROWSER = run_path(str(Path(__file__).with_name("browser.py")))


class Growing:
    """A result in a square or cube whose `height [um]` is time times x, as a run writes it."""

    def __init__(self, folder: Path, in_space: bool = False):
        self.folder = folder
        folder.mkdir()
        (folder / "case.toml").write_text('[system]\nname = "fake"\n')
        domain = create_unit_cube(COMM, 3, 3, 3) if in_space else create_unit_square(COMM, 4, 4)
        self._height = Function(functionspace(domain, ("Lagrange", 1)))
        self._moved = Function(functionspace(domain, ("Lagrange", 1, (domain.geometry.dim,))))
        self._fields = FieldWriter(folder / "fields.xdmf", COMM, domain)
        self._history = History(folder / "history.csv", COMM, ["total [um]"])
        for moment in (0.0, 1.0):
            self.write(moment)

    def write(self, moment: float) -> None:
        """Go on to a time [s]."""
        self._height.interpolate(lambda x: moment * x[0])
        self._moved.interpolate(lambda x: moment * x[: self._moved.function_space.dofmap.bs])
        fields = {"height [um]": self._height, "displacement [um]": self._moved}
        self._fields.write(moment, fields)
        self._history.append(moment, {"total [um]": 2 * moment})


@pytest.fixture
def scene_of():
    """Function that makes a small scene of results, with a screen to draw on."""
    scenes = []
    with offscreen():

        def make(*folders: Path, **given) -> Scene:
            results = {folder.name: Result(folder) for folder in folders}
            scenes.append(Scene(results, SIZE, **given))
            return scenes[-1]

        yield make
        for scene in scenes:
            scene.close()


def columns_of(picture: np.ndarray) -> np.ndarray:
    """Columns of a picture in which a mesh is seen half way up."""
    return np.flatnonzero(np.ptp(picture[picture.shape[0] // 2].astype(int), axis=1) > 20)


def test_colours_are_those_of_the_field(scene_of, tmp_path):
    scene = scene_of(Growing(tmp_path / "one").folder)
    assert scene.parts == ["fields"] and scene.times("fields") == [0.0, 1.0]
    assert scene.arrays("fields") == ["height [um]", "displacement [um]"]
    picture = scene.picture(Look("fields", "height [um]", 0.9))  # the nearest is 1
    seen = columns_of(picture)
    middle = SIZE[1] // 2
    for place in (seen[3], seen[len(seen) // 2], seen[-4]):
        share = (place - seen[0] + 0.5) / len(seen)
        expected = 255 * np.array(colormaps["viridis"](share)[:3])
        np.testing.assert_allclose(picture[middle, place], expected, atol=20)


def test_results_stand_side_by_side_in_one_range_of_colours(scene_of, tmp_path):
    long = Growing(tmp_path / "long")
    long.write(2.0)
    scene = scene_of(Growing(tmp_path / "short").folder, long.folder)
    picture = scene.picture(Look("fields", "height [um]", 2.0))
    left, right = (columns_of(half) for half in np.split(picture, 2, axis=1))
    np.testing.assert_array_equal(left, right)
    middle, last = SIZE[1] // 2, left[-2]
    half = 255 * np.array(colormaps["viridis"](0.5)[:3])
    np.testing.assert_allclose(picture[middle, last], half, atol=20)  # 1 of 2 um
    whole = 255 * np.array(colormaps["viridis"](1.0)[:3])
    np.testing.assert_allclose(picture[middle, SIZE[0] // 2 + last], whole, atol=20)


def test_what_is_moved_is_larger_and_what_is_dragged_moves(scene_of, tmp_path):
    scene = scene_of(Growing(tmp_path / "one").folder)
    look = Look("fields", "height [um]", 1.0)
    plain = columns_of(scene.picture(look))
    assert scene.is_movable("fields") and not scene.in_space("fields")
    warped = columns_of(scene.picture(Look("fields", "height [um]", 1.0, warp=0.3)))
    assert len(warped) == pytest.approx(1.3 * len(plain), abs=3)
    scene.move(0.1, 0.0)
    moved = columns_of(scene.picture(look))
    np.testing.assert_allclose(moved - plain[: len(moved)], 0.1 * SIZE[0], atol=1)
    scene.reset()
    scene.picture(look)
    corner = plain[0] / SIZE[0]
    scene.zoom(1.2, corner, 0.5)  # what is under the mouse stays
    larger = columns_of(scene.picture(look))
    assert larger[0] == pytest.approx(plain[0], abs=1)
    assert len(larger) == pytest.approx(1.2 * len(plain), abs=3)


def test_at_first_a_share_is_seen_and_all_of_it_after(scene_of, tmp_path):
    folder, look = Growing(tmp_path / "one").folder, Look("fields", "height [um]", 1.0)
    plain = columns_of(scene_of(folder).picture(look))
    scene = scene_of(folder, share=0.5)
    close = columns_of(scene.picture(look))
    assert close[0] == pytest.approx(plain[0], abs=1) and close[-1] >= SIZE[0] - 2
    scene.reset()
    np.testing.assert_array_equal(columns_of(scene.picture(look)), plain)


def test_a_mesh_stands_above_the_colours_with_its_size_beside_it(scene_of, tmp_path):
    picture = scene_of(Growing(tmp_path / "one").folder).picture(Look("fields", "height [um]", 1.0))
    coloured = np.ptp(picture.astype(int), axis=2) > 20
    rows = np.flatnonzero(coloured[:, SIZE[0] // 2])
    gaps = np.flatnonzero(np.diff(rows) > 1)
    assert len(gaps) == 1 and np.diff(rows)[gaps] > 10  # the mesh, letters, the colours
    dark = (picture.max(axis=2) < 128) & ~coloured
    assert dark[:, : columns_of(picture)[0] - 1].sum() > 20


def test_what_is_looked_at_first_is_what_the_system_says(tmp_path):
    for name in registry.OWN:
        (tmp_path / "case.toml").write_text(f'[system]\nname = "{name}"\n')
        assert view.first_look(Result(tmp_path)) == registry.load(name).first_look != FirstLook()
    (tmp_path / "case.toml").write_text('[system]\nname = "of_another_package"\n')
    assert view.first_look(Result(tmp_path)) == FirstLook()


def test_an_array_is_found_by_its_name_or_the_nearest_is_told(scene_of, tmp_path):
    scene = scene_of(Growing(tmp_path / "one").folder)
    found = view.where("height", scene, FirstLook("lithium", "pressure", share=0.5))
    assert found == FirstLook("fields", "height", share=0.5)
    with pytest.raises(InputError, match=r"no array 'heigth'.*'height'"):
        view.where("heigth", scene, FirstLook())


def test_a_cut_through_space_shows_its_inside(scene_of, tmp_path):
    scene = scene_of(Growing(tmp_path / "cube", in_space=True).folder)
    assert scene.in_space("fields")
    whole = scene.picture(Look("fields", "height [um]", 1.0))
    shares = []
    for cut in ("", "x", "z"):
        picture = scene.picture(Look("fields", "height [um]", 1.0, cut=cut, place=0.4))
        shares.append(np.mean(np.ptp(picture.astype(int), axis=2) > 20))
    assert shares[0] > 1.5 * max(shares[1:]) and min(shares) > 0.02
    scene.move(0.2, 0.1)
    assert np.abs(scene.picture(Look("fields", "height [um]", 1.0)) - whole).mean() > 1


def test_what_a_run_writes_is_seen(scene_of, tmp_path):
    run = Growing(tmp_path / "run")
    scene = scene_of(run.folder)
    assert scene.times("fields") == [0.0, 1.0] and not scene.refresh()
    run.write(2.0)
    assert scene.refresh() and not scene.refresh()
    assert scene.times("fields") == [0.0, 1.0, 2.0]
    np.testing.assert_array_equal(scene.histories["run"]["total [um]"], [0, 2, 4])
    assert scene.columns == ["total [um]"]


def test_without_the_extra_it_says_what_to_install(anodex, tmp_path, monkeypatch):
    monkeypatch.setattr(view, "find_spec", lambda name: None)
    answer = anodex("view", tmp_path)
    assert answer.code == 4
    assert "pip install trame trame-vuetify" in answer.err
    assert "docs/how-to/view.md" in answer.err


@pytest.mark.slow
@pytest.mark.skipif(find_spec("trame") is None, reason="no trame here: the extra 'view'")
@pytest.mark.skipif(BROWSER["CHROMIUM"] is None, reason="no Chromium here")
def test_the_page_in_a_browser(scene_of, tmp_path):
    run = Growing(tmp_path / "run")
    other = Growing(tmp_path / "other")
    with BROWSER["served"](run.folder, other.folder, "--field", "height") as address:
        asyncio.run(turn_the_knobs(address, run, scene_of, tmp_path, other))


async def turn_the_knobs(address: str, run: Growing, scene_of, folder: Path, other: Growing):
    """The page shows what a scene of the same results does, at each turn of a knob, and what the
    run writes.
    """
    scene = scene_of(run.folder, other.folder)
    scene._plotter.window_size = [1200, 700]
    async with BROWSER["opened"](address, folder / "profile") as tab:
        await tab.until("document.querySelector('#fields')?.naturalWidth")

        before = [np.zeros((700, 1200, 3), dtype=np.uint8)]

        async def same(look: Look, name: str) -> None:
            expected = scene.picture(look)
            assert difference(expected, before[-1]) > 4 * CLOSE, "nothing to tell them apart"
            before.append(expected)
            end = time.monotonic() + BROWSER["PATIENCE"]
            while (found := difference(await field_picture(tab, folder / name), expected)) > CLOSE:
                assert time.monotonic() < end, f"{name}: {found}"
                await asyncio.sleep(0.2)

        await same(Look("fields", "height [um]", 1.0), "first.png")
        await tab.value("window.trame.state.set('step', 0)")
        await same(Look("fields", "height [um]", 0.0), "start.png")
        await tab.value("window.trame.state.set('step', 1)")
        await tab.value("window.trame.state.set('warp', 1)")
        await same(Look("fields", "height [um]", 1.0, warp=1.0), "warp.png")
        await tab.value("window.trame.state.set('warp', 0)")
        left, top, width, height = await tab.box("#fields")
        await tab.mouse("mousePressed", left + 100, top + 100, button="left", clickCount=1)
        await tab.mouse("mouseReleased", left + 160, top + 50, button="left", clickCount=1)
        scene.picture(Look("fields", "height [um]", 1.0))
        scene.move(60 / width, 50 / height)
        await same(Look("fields", "height [um]", 1.0), "dragged.png")
        await tab.mouse("mouseWheel", left + 0.25 * width, top + height / 2, deltaX=0, deltaY=-100)
        scene.zoom(1.25, 0.25, 0.5)
        await same(Look("fields", "height [um]", 1.0), "larger.png")

        run.write(2.0)  # who looks at the last time sees the new one
        await tab.until("document.querySelector('#when').textContent == '2 s'")
        assert scene.refresh()
        await same(Look("fields", "height [um]", 2.0), "live.png")
        await tab.picture(folder / "page.png")
        outside = [each for each in tab.addresses if not each.startswith((address, "data:"))]
        assert outside == []


async def field_picture(tab, path: Path) -> np.ndarray:
    """The fields as the browser shows them."""
    names = ("x", "y", "width", "height")
    clip = dict(zip(names, await tab.box("#fields"), strict=True))
    return np.asarray(Image.open(await tab.picture(path, **clip)).convert("RGB"))


def difference(found: np.ndarray, expected: np.ndarray) -> float:
    """Mean difference of two pictures at a hundred pixels a row, of 255."""
    small = [Image.fromarray(each).resize((100, 60)) for each in (found, expected)]
    return float(np.abs(np.subtract(*(np.asarray(each, dtype=float) for each in small))).mean())
