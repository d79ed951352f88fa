"""What the container promises: the versions of the suite, fast BLAS, ranks that are free to
move; and that whatever is imported is declared, in every way to install.
"""

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import dolfinx
import pytest

pytestmark = [pytest.mark.serial, pytest.mark.smoke]
SUITE = os.environ.get("ANODEX_SUITE")
ROOT = Path(__file__).parents[2]
# DOLFINx comes as a whole, never from pip: see docs/how-to/install.md.
STACK = {"dolfinx", "basix", "ufl", "ffcx", "mpi4py", "petsc4py"}
# Names that a project has on PyPI, where it is imported by another.
PROJECTS = {
    "PIL": "pillow",
    "xdist": "pytest-xdist",
    "vtkmodules": "vtk",
    "annotated_types": "pydantic",
    "pydantic_core": "pydantic",
}
DEBIAN = {"pillow": "pil", "vtk": "vtk9"}
# a package that a test installs; what `.ci/run paraview` brings for a Python of its own
OWN = {"anodex", "decay", "paraview"}
in_container = pytest.mark.skipif(SUITE is None, reason="not in anodex's container")


@in_container
def test_suite_has_its_dolfinx():
    expected = {"trixie": (0, 9), "sid": (0, 11)}[SUITE]
    major, minor = dolfinx.__version__.split(".")[:2]
    assert (
        (int(major), int(minor)) >= expected
        if SUITE == "sid"
        else (int(major), int(minor)) == expected
    )


@in_container
def test_openblas_is_loaded():
    code = "from petsc4py import PETSc; print(open('/proc/self/maps').read())"
    assert (
        "openblas"
        in subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout
    )


@in_container
def test_three_ranks_start_anywhere_and_stay_unbound():
    # One core must do: continuous integration machines have two.
    code = (
        "from mpi4py import MPI; import os; print(MPI.COMM_WORLD.size, "
        "len(os.sched_getaffinity(0)), flush=True)"
    )
    done = subprocess.run(
        ["mpirun", "-n", "3", sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [f"3 {len(os.sched_getaffinity(0))}"] * 3
    assert done.stderr == ""


def imported(folder: str) -> set[str]:
    """Projects whose modules the files of a folder import, wherever in a file."""
    names = set()
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names.add(node.module)
    tops = {name.partition(".")[0] for name in names} - set(sys.stdlib_module_names) - OWN
    return {PROJECTS.get(top, top) for top in tops}


def declared(*extras: str) -> set[str]:
    """Projects that pyproject.toml names, with those of its extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = [*project["dependencies"]]
    for extra in extras:
        lines += project["optional-dependencies"][extra]
    return {re.match(r"[\w-]+", line)[0] for line in lines}


@pytest.mark.parametrize(
    ("folder", "extras"),
    [
        ("anodex", ("notebook",)),  # pandas is used where it is installed
        ("cases", ()),
        ("meshes", ()),
        ("models", ("notebook",)),
        ("scripts", ("view",)),
        ("tests", ("test", "notebook", "view")),
    ],
)
def test_what_is_imported_is_declared(folder, extras):
    assert imported(folder) - declared(*extras) - STACK == set()


def test_what_is_declared_is_imported():
    folders = ("anodex", "cases", "meshes", "models", "scripts")
    assert declared() - set().union(*map(imported, folders)) == set()


def test_every_way_to_install_has_what_is_declared():
    conda = set(re.findall(r"^  - ([\w-]+)", (ROOT / "environment.yml").read_text(), re.MULTILINE))
    assert declared("notebook", "test") - conda == set()
    debian = set(re.findall(r"python3-([\w-]+)", (ROOT / "Dockerfile").read_text()))
    assert {DEBIAN.get(name, name) for name in declared()} - debian == set()
