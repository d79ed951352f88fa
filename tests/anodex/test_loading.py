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
settings = [word for setting in sys.argv[3:] for word in ("--set", setting)]
assert call(["run", sys.argv[1], "-o", sys.argv[2], *settings], MPI.COMM_SELF) == 0
slow = {"dolfinx", "pyvista", "vtkmodules", "matplotlib.pyplot"}
slow |= {"scipy.integrate", "scipy.optimize"}
print(sorted(slow & set(sys.modules)))
"""
QUICK = {
    "spindle_void": (
        "geometry.refinement=0.25",
        "output.times=[]",
        'protocol.steps=[{current_density="0.1 mA/cm^2", duration="1 s"}]',
    ),
    "contoured_interface": ("geometry.refinement=0.34", "flow.law=none"),
}


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


@pytest.mark.parametrize("system", QUICK)
def test_a_run_without_pictures_loads_none_of_their_libraries(system, tmp_path):
    """Nor the parts of SciPy that take longer to load than such a run takes."""
    assert python(RUN, system, tmp_path / "result", *QUICK[system]) == "['dolfinx']"


def test_every_name_is_there():
    assert set(dir(anodex)) == {"Result", "__version__", "case", "open_result", "run", "sweep"}
    assert all(getattr(anodex, name) for name in dir(anodex))


def test_other_names_are_not():
    with pytest.raises(AttributeError, match="no attribute 'solve'"):
        anodex.solve  # noqa: B018 (asking for it is the test)
