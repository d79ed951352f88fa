"""What CONTRIBUTING.md says of additions: each touches one existing file, and all else follows.

Every test adds to a copy of the package and runs the command in it.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import anodex
from anodex.models.materials.lithium_creep import roy
from anodex.models.results.summary import read_summary

pytestmark = pytest.mark.serial

ROOT = Path(__file__).parents[1]
ROOMS = {"anodex": "", "models": "models", "meshes": "meshes", "scripts": "scripts"}
ROOMS |= {"cases": "cases", "tests/verification": "verification"}
VOID = ("spindle_void", "geometry.refinement=0.25", "output.times=[]")
VOID += ('protocol.steps=[{current_density="1 A/m^2", duration="1 s"}]',)
CONTOUR = ("contoured_interface", "geometry.shape=cosine", "geometry.dimension=2d")
CONTOUR += ("geometry.refinement=0.5",)


class Copy:
    """The package in a folder of its own, as it is installed."""

    def __init__(self, folder: Path):
        self.folder, self.package = folder, folder / "anodex"
        for room, place in ROOMS.items():
            shutil.copytree(
                ROOT / room,
                self.package / place,
                dirs_exist_ok=True,
                ignore=shutil.ignore_patterns("__pycache__"),
            )

    def edit(self, path: str, before: str, after: str) -> None:
        """Change one place of one existing file."""
        file = self.package / path
        text = file.read_text()
        assert text.count(before) == 1, before
        file.write_text(text.replace(before, after))

    def call(self, *words: str) -> str:
        """Run the command and return what it prints."""
        done = subprocess.run(
            [sys.executable, "-m", "anodex.scripts.main", *words],
            env={**os.environ, "PYTHONPATH": str(self.folder)},
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def run(self, case: str, *changes: str) -> dict:
        """Observables of a run into the folder `result`."""
        settings = [word for change in changes for word in ("--set", change)]
        self.call("run", case, "-o", str(self.folder / "result"), *settings)
        return read_summary(self.folder / "result" / "summary.json")["observables"]


def unchanged(case: str, *changes: str):
    """Result of the package as it is."""
    return anodex.run(case, dict(change.split("=", 1) for change in changes), progress=False)


@pytest.fixture
def copy(tmp_path):
    return Copy(tmp_path)


def test_an_observable_touches_one_file(copy):
    copy.edit(
        "models/systems/spindle_void/quantities.py",
        "QUANTITIES = (\n",
        'QUANTITIES = (\n    Quantity("tip_excess", "mol/m^3", "concentration at the tip less that '
        'outside", {"largest_tip_excess": LARGEST},\n'
        "        lambda now: now.tip_concentration - now.outer_concentration),\n",
    )
    found = copy.run(*VOID)
    assert found["largest_tip_excess"]["value"] > 0
    assert found["largest_tip_excess"]["unit"] == "mol/m^3"
    assert ",tip_excess [mol/m^3]," in (copy.folder / "result/history.csv").read_text()


def test_a_picture_touches_one_file(copy):
    room = "models/systems/spindle_void/pictures"
    (copy.package / room / "own.py").write_text(
        "def draw_own(result, path):\n"
        "    path.parent.mkdir(exist_ok=True)\n"
        '    path.write_text(f"{len(result.columns)} columns")\n'
        "    return path\n"
    )
    copy.edit(
        f"{room}/__init__.py",
        "PICTURES = {",
        f"from anodex.{room.replace('/', '.')}.own import draw_own\n\n"
        'PICTURES = {"own.txt": draw_own, ',
    )
    copy.run(*VOID)
    assert "own.txt" in copy.call("plot", str(copy.folder / "result"), "own")
    assert "columns" in (copy.folder / "result/figures/own.txt").read_text()


def test_a_creep_law_touches_one_file(copy):
    """Half as fast a creep needs 2^(1/n) times the pressure."""
    plain = unchanged(*CONTOUR)["max_excess_pressure"]
    copy.edit(
        "models/materials/lithium_creep.py",
        "PUBLISHED = {\n",
        "PUBLISHED = {\n"
        '    "slow": PublishedLaw("half as fast as that of Roy",\n'
        "        lambda temperature: PowerLaw(roy().prefactor / 2, roy().exponent), False),\n",
    )
    slow = copy.run(*CONTOUR, "flow.law=slow")["max_excess_pressure"]["value"]
    assert slow / plain == pytest.approx(2 ** (1 / roy().exponent), rel=1e-6)
    assert "'slow': half as fast" in copy.call("keys", "cell_stack")


def test_a_kinetics_touches_one_file(copy):
    """A kinetics without resistance nears the primary current."""
    tables = "models/systems/contoured_interface/case_tables.py"
    without_flow = (*CONTOUR, "flow.law=none")
    primary = unchanged(*without_flow, "kinetics.law=none")["max_current_density_ratio"]
    copy.edit(
        tables,
        "Kinetics = Annotated[LinearKinetics",
        "class FastKinetics(KineticsTable):\n"
        '    """A tiny resistance."""\n\n'
        '    law: Literal["fast"] = "fast"\n'
        '    """\'fast\': next to no resistance."""\n'
        "    film_resistance: ClassVar[float] = 0.0\n\n"
        "    def transfer(self) -> LinearTransfer:\n"
        '        """The law of charge transfer."""\n'
        "        return LinearTransfer(1e-7)\n\n\n"
        "Kinetics = Annotated[FastKinetics | LinearKinetics",
    )
    fast = copy.run(*without_flow, "kinetics.law=fast")["max_current_density_ratio"]["value"]
    assert fast == pytest.approx(primary, rel=0.01)


def test_a_system_touches_the_list_of_systems(copy):
    """With a folder of its own; here the system that tests/foreign has in a package."""
    copy.edit("models/registry.py", "OWN = (", 'OWN = ("decay", ')
    own = copy.package / "models/systems/decay"
    own.mkdir()
    (own / "__init__.py").write_text("from anodex.models.systems.decay.case import SYSTEM\n")
    for file in (ROOT / "tests/foreign").glob("*.py"):
        text = file.read_text().replace('"decay.', '"anodex.models.systems.decay.')
        (own / file.name).write_text(text.replace("from decay", "from anodex.models.systems.decay"))
    (copy.package / "cases/decay.toml").write_text('[system]\nname = "decay"\n')
    assert "decay" in copy.call("list")
    found = copy.run("decay", "numerics.cells=4", "solute.duration=5 s")
    assert 0 < found["final_mean"]["value"] < 1000
    assert "history.png" in copy.call("plot", str(copy.folder / "result"))
    assert "passed" in copy.call("verify", "decay")
