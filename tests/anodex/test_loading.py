"""Nothing is loaded before it is used."""

import subprocess
import sys

import pytest

import anodex

pytestmark = [pytest.mark.serial, pytest.mark.smoke]

HEAVY = ("dolfinx", "gmsh", "pyvista", "matplotlib")
LOADED = f"print([name for name in {HEAVY} if name in sys.modules])"
RUN = """
import sys
from anodex.scripts.main import call
from mpi4py import MPI
words = ["run", "spindle_void", "-o", sys.argv[1], "--set", "geometry.refinement=0.25",
         "--set", "output.times=[]", "--set",
         'protocol.steps=[{current_density="0.1 mA/cm^2", duration="1 s"}]']
assert call(words, MPI.COMM_SELF) == 0
print(sorted({"dolfinx", "pyvista", "vtkmodules", "matplotlib.pyplot"} & set(sys.modules)))
"""


def python(code: str, *words) -> str:
    """What Python prints at the end of some code."""
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, words)], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


def test_the_import_loads_nothing_heavy():
    assert python(f"import anodex, sys; {LOADED}") == "[]"


def test_a_case_needs_no_solver():
    code = f"import anodex, sys; anodex.case('cell_stack').system; {LOADED}"
    assert "dolfinx" not in python(code) and "pyvista" not in python(code)


def test_a_run_without_pictures_loads_none_of_their_libraries(tmp_path):
    assert python(RUN, tmp_path / "result") == "['dolfinx']"


def test_every_name_is_there():
    assert set(dir(anodex)) == {"Result", "__version__", "case", "open_result", "run", "sweep"}
    assert all(getattr(anodex, name) for name in dir(anodex))


def test_other_names_are_not():
    with pytest.raises(AttributeError, match="no attribute 'solve'"):
        anodex.solve  # noqa: B018 (asking for it is the test)
