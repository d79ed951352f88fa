"""The house keeps its shape: every folder is packaged, and imports point down."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = {
    "anodex": "anodex",
    "anodex.cases": "cases",
    "anodex.meshes": "meshes",
    "anodex.models": "models",
    "anodex.scripts": "scripts",
}
# From the roof down: a room imports its own floor's neighbours and what lies below, never what lies
# above. `errors` and `registry` (names of systems, nothing imported) lie under all of them.
FLOORS = (
    ("scripts", "anodex"),
    ("models/systems",),
    ("models/fracture", "models/moving", "models/adapt"),
    ("models/parts", "models/time", "models/drawing"),
    ("models/constitutive", "models/contact", "models/solve", "models/results"),
    ("models/discrete", "models/laws", "models/materials", "models/inputs"),
)
GROUND = ("anodex.models.errors", "anodex.models.registry")
# Rooms that know less than their floor would let them.
NARROW = {
    "meshes": ("anodex.meshes", "anodex.models.discrete.compat", "anodex.models.discrete.subcells"),
    "models/laws": ("anodex.models.laws",),
    "models/inputs": ("anodex.models.inputs", "anodex.models.laws", "anodex.models.materials"),
    "models/discrete": ("anodex.models.discrete",),
}
# What geometry systems and the floors above the ground may ask for.
MESHES = "anodex.meshes"
LONGEST = 300  # lines of a file that has no reason to be longer
WHY_LONGER = re.compile(r"^\W*Long because \w", re.MULTILINE)  # within the first 30 lines
# Names that differ between versions of DOLFINx, and questions after the version.
OF_A_VERSION = re.compile(r"geometry\.dofmaps?\b|gmshio|dolfinx(\.| import )__version__")
KNOW_VERSIONS = {
    "models/discrete/compat.py",
    "tests/scripts/test_environment.py",  # checks what the container promises
    "tests/test_architecture.py",
}
SYSTEMS = sorted(path.parent.name for path in ROOT.glob("models/systems/*/problem.py"))


def sources() -> dict[str, str]:
    """Text of every Python file of the repository, by its path in it."""
    found = (path.relative_to(ROOT) for path in ROOT.rglob("*.py"))
    return {
        path.as_posix(): (ROOT / path).read_text()
        for path in found
        if not any(part.startswith(".") or part in ("build", "results") for part in path.parts)
    }


def dotted(room: str) -> str:
    """Package of a folder."""
    return "anodex" if room == "anodex" else "anodex." + room.replace("/", ".")


def imported(path: Path) -> set[str]:
    """Modules that a file imports, wherever in the file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def allowed(room: str) -> tuple[str, ...]:
    """Packages from which a room may import."""
    if room in NARROW:
        return (*NARROW[room], *GROUND)
    floor = next(number for number, rooms in enumerate(FLOORS) if room in rooms)
    return (*(dotted(other) for rooms in FLOORS[floor:] for other in rooms), MESHES, *GROUND)


def is_in(name: str, packages: tuple[str, ...]) -> bool:
    """Whether a module lies in one of the packages."""
    return any(name == package or name.startswith(package + ".") for package in packages)


@pytest.mark.parametrize(
    "room", [*NARROW, *(room for rooms in FLOORS for room in rooms if room not in NARROW)]
)
def test_imports_point_down(room):
    for path in (ROOT / room).rglob("*.py"):
        wrong = {
            name
            for name in imported(path)
            if is_in(name, ("anodex",)) and not is_in(name, allowed(room))
        }
        assert not wrong, f"{path.relative_to(ROOT)} imports {sorted(wrong)}"


def test_every_room_has_a_floor():
    rooms = {f"models/{path.parent.name}" for path in ROOT.glob("models/*/__init__.py")}
    assert rooms <= {room for floor in FLOORS for room in floor}


def test_laws_know_no_mesh():
    for path in (ROOT / "models/laws").glob("*.py"):
        outside = {name.partition(".")[0] for name in imported(path)} - {"anodex"}
        assert outside <= {"ufl", "numpy", "collections", "dataclasses", "math", "typing"}, path


@pytest.mark.parametrize("system", SYSTEMS)
def test_systems_do_not_know_each_other(system):
    others = tuple(f"anodex.models.systems.{name}" for name in SYSTEMS if name != system)
    for path in (ROOT / "models/systems" / system).rglob("*.py"):
        assert not [name for name in imported(path) if is_in(name, others)], path


def test_one_file_knows_the_browser():
    known = {
        path for path, text in sources().items() if re.search(r"^(from|import) trame", text, re.M)
    }
    assert known == {"scripts/viewing/page.py"}


def test_every_folder_is_packaged():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    on_disk = {"anodex.verification"} | set(FOLDERS)
    for package, folder in FOLDERS.items():
        inner = {
            path.parent.relative_to(ROOT / folder) for path in (ROOT / folder).rglob("__init__.py")
        }
        on_disk |= {".".join([package, *path.parts]) for path in inner if path.parts}
    assert set(settings["packages"]) == on_disk


def is_too_long(text: str) -> bool:
    """Whether a file is long and does not say why."""
    lines = text.splitlines()
    return len(lines) > LONGEST and not WHY_LONGER.search("\n".join(lines[:30]))


def test_no_file_is_long_without_a_reason():
    assert {path for path, text in sources().items() if is_too_long(text)} == set()


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("x = 1\n" * 300, False),
        ("x = 1\n" * 301, True),
        ("# Long because one table holds it all.\n" + "x = 1\n" * 300, False),
        ('"""A table.\n\nLong because it holds all.\n"""\n' + "x = 1\n" * 300, False),
        ("x = 1\n" * 300 + "# Long because too late.\n", True),
    ],
)
def test_a_long_file_is_found_unless_it_says_why(text, wrong):
    assert is_too_long(text) == wrong


def test_one_file_knows_the_versions_of_dolfinx():
    found = {path for path, text in sources().items() if OF_A_VERSION.search(text)}
    assert found - KNOW_VERSIONS == set()
    assert "models/discrete/compat.py" in found
