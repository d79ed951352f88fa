"""The house keeps its shape: every folder is packaged, and imports point down."""

import ast
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = {"anodex.cases": "cases", "anodex.meshes": "meshes", "anodex.models": "models", "anodex.scripts": "scripts"}
SYSTEMS = sorted(path.parent.name for path in ROOT.glob("models/*/problem.py"))
# Folder -> what its modules may import of the project.
ALLOWED = {
    "meshes": ("anodex.meshes", "anodex.models.errors", "anodex.models.numerics.compat", "anodex.models.numerics.subcells"),
    "models/inputs": ("anodex.models.inputs", "anodex.models.errors", "anodex.models.systems"),
    "models/laws": ("anodex.models.laws",),
    "models/materials": ("anodex.models.materials", "anodex.models.inputs", "anodex.models.errors"),
    "models/numerics": ("anodex.models.numerics", "anodex.models.laws", "anodex.models.errors"),
    "models/results": ("anodex.models.results", "anodex.models.errors", "anodex.models.numerics.compat", "anodex.models.numerics.subcells"),
}


def imported(path: Path) -> set[str]:
    """Modules that a file imports, wherever in the file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("folder", ALLOWED)
def test_imports_point_down(folder):
    for path in (ROOT / folder).glob("*.py"):
        inside = {name for name in imported(path) if name.startswith("anodex")}
        wrong = {name for name in inside if not name.startswith(ALLOWED[folder])}
        assert not wrong, f"{path.relative_to(ROOT)} imports {sorted(wrong)}"


def test_laws_know_ufl_alone():
    for path in (ROOT / "models/laws").glob("*.py"):
        assert {name for name in imported(path) if not name.startswith("anodex")} <= {"ufl"}, path


@pytest.mark.parametrize("system", SYSTEMS)
def test_systems_do_not_know_each_other(system):
    others = ("anodex.scripts", *(f"anodex.models.{name}" for name in SYSTEMS if name != system))
    for path in (ROOT / "models" / system).glob("*.py"):
        assert not [name for name in imported(path) if name.startswith(others)], path


def test_every_folder_is_packaged():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    on_disk = {"anodex.verification"} | set(FOLDERS)
    for package, folder in FOLDERS.items():
        inner = {path.parent.relative_to(ROOT / folder) for path in (ROOT / folder).rglob("__init__.py")}
        on_disk |= {".".join([package, *path.parts]) for path in inner if path.parts}
    assert set(settings["packages"]) == on_disk
