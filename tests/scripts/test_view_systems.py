"""What `anodex view` shows of a result of each system, held to pictures that were looked at.

.ci/run view
"""

import asyncio
from importlib.util import find_spec
from pathlib import Path
from runpy import run_path

import numpy as np
import pytest
from mpi4py import MPI
from PIL import Image

from anodex.models import registry
from anodex.models.inputs.casefile import read_case
from anodex.models.results.progress import SilentProgress
from anodex.models.systems.session import run_case

BROWSER = run_path(str(Path(__file__).with_name("browser.py")))
SEEN = run_path(str(Path(__file__).with_name("seen.py")))
CASES = Path(__file__).parents[2] / "cases"
PAGE = (900, 600)  # pixels
# A case of each system, and what is made smaller beside .ci/reduced_cases.
SMALL = {
    "spindle_void": ("spindle_void",),
    "contoured_interface": ("contoured_interface",),
    "cell_stack": ("cell_stack",),
    "dendrite": ("dendrite_small", 'loading.duration="100 s"'),
    "elastic_sei": ("elastic_sei",),
    "filled_crack": ("filled_crack", 'loading.duration="6 s"', "output.times=[]"),
}

pytestmark = pytest.mark.serial


@pytest.fixture(scope="module")
def result_of(reduced, tmp_path_factory):
    """Function that runs the small case of a system, once, and gives its folder."""
    made: dict[str, Path] = {}

    def run(system: str) -> Path:
        if system not in made:
            name, *smaller = SMALL[system]
            case = read_case(CASES / f"{name}.toml", [*reduced(name), *smaller])
            made[system] = tmp_path_factory.mktemp("results") / system
            run_case(case, made[system], MPI.COMM_SELF, progress=SilentProgress())
        return made[system]

    return run


async def see(address: str, path: Path, profile: Path) -> list[tuple[float, ...]]:
    """Write the picture of a page, and give the places of fields and curves in it."""
    async with BROWSER["opened"](address, profile) as tab:
        width, height = PAGE
        await tab.ask(
            "Emulation.setDeviceMetricsOverride",
            **{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False},
        )
        for drawn in ("#fields", "#curves"):
            await tab.until(f"document.querySelector('{drawn}')?.naturalWidth")
        await tab.until("document.fonts.status == 'loaded'")
        path.parent.mkdir(parents=True, exist_ok=True)
        await tab.picture(path)
        return [await tab.box(drawn) for drawn in ("#fields", "#curves")]


def wrong_with(system: str, words: list, found: Path, profile: Path) -> list[str]:
    """In what the page of a system, begun with some words, differs from the kept one; its picture
    goes to the folder `found`.
    """
    with BROWSER["served"](*words) as address:
        drawn = asyncio.run(see(address, found / f"{system}.png", profile))
    return list(SEEN["differences"](system, drawn, found))


def test_every_system_has_a_picture():
    assert set(SMALL) == set(registry.OWN)
    kept = {path.stem for path in SEEN["KEPT"].glob("*.png")}
    assert kept == {*SMALL, "site"}


def page(colour: int, letters: int = 20) -> Image.Image:
    """A page with a drawn part in a grey from 0 to 255, and letters that begin at some pixel."""
    pixels = np.full((400, 600, 3), 255, dtype=np.uint8)
    pixels[100:300, 50:350] = colour
    pixels[20:30, letters : letters + 200 : 3] = 0
    return Image.fromarray(pixels)


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (page(100), []),
        (page(100, letters=40), []),  # another font
        (page(102), ["mean difference 2.00 of 255"]),
        (page(255), ["mean difference", "mean difference 155.00 of 255"]),  # nothing is drawn
        (page(100).resize((300, 200)), ["(300, 200) pixels, not (600, 400)"]),
        (None, ["no picture of page is kept"]),
    ],
)
def test_letters_may_differ_and_what_is_drawn_may_not(found, told, tmp_path):
    folders = tmp_path / "found", tmp_path / "kept"
    for folder, image in zip(folders, (found, page(100)), strict=True):
        folder.mkdir()
        if found is not None:
            image.save(folder / "page.png")
    wrong = list(SEEN["differences"]("page", [(50, 100, 300, 200)], *folders))
    assert len(wrong) == len(told)
    for line, words in zip(wrong, told, strict=True):
        assert words in line and f"copy it to {folders[1]}" in line


@pytest.mark.slow
@pytest.mark.skipif(find_spec("trame") is None, reason="no trame here: the extra 'view'")
@pytest.mark.skipif(BROWSER["CHROMIUM"] is None, reason="no Chromium here")
@pytest.mark.parametrize("system", SMALL)
def test_the_page_of_a_system_is_the_one_that_was_looked_at(system, result_of, tmp_path):
    assert wrong_with(system, [result_of(system)], SEEN["FOUND"], tmp_path / "profile") == []


@pytest.mark.slow
@pytest.mark.skipif(find_spec("trame") is None, reason="no trame here: the extra 'view'")
@pytest.mark.skipif(BROWSER["CHROMIUM"] is None, reason="no Chromium here")
def test_another_field_is_told_where_it_fills_least_of_the_page(result_of, tmp_path):
    words = [result_of("cell_stack"), "--field", "von_mises"]
    wrong = wrong_with("cell_stack", words, tmp_path, tmp_path / "profile")
    assert any("of the pixels differ" in line for line in wrong)
