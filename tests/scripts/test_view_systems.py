"""What `anodex view` shows of a result of each system, held to pictures that were looked at.

.ci/run view
"""

import asyncio
from importlib.util import find_spec
from pathlib import Path
from runpy import run_path

import pytest
from mpi4py import MPI

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


async def see(address: str, name: str, folder: Path) -> list[tuple[float, ...]]:
    """Write the picture of a page, and give the places of fields and curves in it."""
    async with BROWSER["opened"](address, folder / "profile") as tab:
        width, height = PAGE
        await tab.ask(
            "Emulation.setDeviceMetricsOverride",
            **{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False},
        )
        for drawn in ("#fields", "#curves"):
            await tab.until(f"document.querySelector('{drawn}')?.naturalWidth")
        await tab.until("document.fonts.status == 'loaded'")
        path = SEEN["FOUND"] / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        await tab.picture(path)
        return [await tab.box(drawn) for drawn in ("#fields", "#curves")]


def wrong_with(system: str, words: list, folder: Path) -> list[str]:
    """In what the page of a system, begun with some words, differs from the kept one."""
    with BROWSER["served"](*words) as address:
        drawn = asyncio.run(see(address, system, folder))
    return list(SEEN["differences"](system, drawn))


def test_every_system_has_a_picture():
    assert set(SMALL) == set(registry.OWN)
    kept = {path.stem for path in SEEN["KEPT"].glob("*.png")}
    assert kept == {*SMALL, "site"}


@pytest.mark.slow
@pytest.mark.skipif(find_spec("trame") is None, reason="no trame here: the extra 'view'")
@pytest.mark.skipif(BROWSER["CHROMIUM"] is None, reason="no Chromium here")
@pytest.mark.parametrize("system", SMALL)
def test_the_page_of_a_system_is_the_one_that_was_looked_at(system, result_of, tmp_path):
    assert wrong_with(system, [result_of(system)], tmp_path) == []
