"""Who only reads a case waits for nothing that makes meshes."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.serial

# What says what is loaded after an import of some modules of `anodex.meshes`.
LOADED = "import sys\nfor name in {}: __import__('anodex.meshes.' + name)\nprint(*sys.modules)"


@pytest.mark.parametrize(
    ("modules", "unwanted"),
    [
        (["contour", "void", "pores"], {"gmsh", "dolfinx", "mpi4py", "scipy"}),
        (["contour_mesh", "void_mesh", "slab", "pressing", "foil"], {"gmsh"}),
    ],
    ids=["sizes", "meshes"],
)
def test_what_is_not_needed_is_not_loaded(modules, unwanted):
    done = subprocess.run(
        [sys.executable, "-c", LOADED.format(modules)], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert {f"anodex.meshes.{name}" for name in modules} <= loaded
    assert not loaded & unwanted
