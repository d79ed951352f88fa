"""A study folder from a stranger: nothing in it is run, and nothing is written because of it.

The folder holds every settings file that a library below anodex looks for in the current folder,
and modules with the names of others. Each leaves a mark when it is obeyed.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from anodex.local_settings import SETTINGS
from anodex.meshes.heights import read_height_map
from anodex.meshes.pores import pores_from_image
from anodex.models.errors import InputError
from anodex.scripts.sweep_members import ANODEX as WORKER

pytestmark = [
    pytest.mark.serial,
    pytest.mark.skipif(sys.platform != "linux", reason="looks into Linux processes"),
]
ANODEX = shutil.which("anodex")
SHORT = [
    *("--set", 'protocol.steps=[{current_density="0.1 mA/cm^2", duration="10 s"}]'),
    *("--set", "geometry.refinement=0.25"),
]
SWEEP = """
[sweep]
case = "case.toml"
[sweep.set]
"geometry.length" = ["60 um"]
"protocol.steps" = [[{current_density="0.1 mA/cm^2", duration="1 min"}]]
"""
# What a program that uses these libraries does: it starts MPI and PETSc, and compiles a form.
USE = """
import json
from mpi4py import MPI
import dolfinx.jit, ffcx, matplotlib, ufl
from dolfinx import fem, mesh
from petsc4py import PETSc
fem.form(1 * ufl.dx(mesh.create_unit_interval(MPI.COMM_SELF, 1)))
print(json.dumps({
    "petsc": PETSc.Options().getAll(),
    "dolfinx": {key: str(value) for key, value in dolfinx.jit.get_options().items()},
    "ffcx": {key: str(value) for key, value in ffcx.get_options().items()},
    "matplotlib": matplotlib.rcParams["figure.dpi"],
}))
"""


class Study:
    """A folder with traps, the marks that they leave, and a home folder of its own."""

    def __init__(self, folder: Path):
        self.path, self.marks, self.home = (folder / name for name in ("study", "marks", "home"))
        for path in (self.path, self.marks, self.home):
            path.mkdir()
        program = self.path / "program"
        program.write_text(f'#!/bin/sh\ntouch {self.marks}/program\nexec "$@"\n')
        program.chmod(0o755)
        settings = {
            "ucx.conf": f"UCX_LOG_LEVEL=info\nUCX_LOG_FILE={self.marks}/ucx\n",
            ".petscrc": f"-log_view :{self.marks}/dot_petscrc\n",
            "petscrc": f"-log_trace {self.marks}/petscrc\n",
            "petsc.cfg": "PETSC_ARCH = nowhere\n",
            "dolfinx_jit_options.json": json.dumps(
                {"cffi_extra_compile_args": ["-wrapper", str(program)]}
            ),
            "ffcx_options.json": json.dumps({"table_atol": 1e-5}),
            "matplotlibrc": "figure.dpi: 33\n",
        }
        assert set(settings) == set(SETTINGS)
        for name, text in settings.items():
            (self.path / name).write_text(text)

    def shadow(self) -> None:
        """Add modules with the names of libraries, which leave marks when they are imported."""
        for name in ("numpy", "typer", "click", "rich", "json", "sitecustomize", "matplotlib"):
            text = f"open({str(self.marks / name)!r}, 'w')\nraise SystemExit(77)\n"
            (self.path / f"{name}.py").write_text(text)

    def call(self, *words, stdin=None, **environment) -> subprocess.CompletedProcess:
        """Run a command in the folder."""
        settings = {**os.environ, "HOME": str(self.home), **environment}
        return subprocess.run(
            list(map(str, words)),
            cwd=self.path,
            env=settings,
            stdin=stdin,
            capture_output=True,
            text=True,
            timeout=300,
        )

    def left(self) -> set[str]:
        """Names of the marks."""
        return {path.name for path in self.marks.iterdir()}


@pytest.fixture
def study(tmp_path):
    return Study(tmp_path)


def used(study: Study, start: str, **environment) -> dict:
    """Settings in force in a program that begins with `start`."""
    done = study.call(
        sys.executable, "-c", start + USE, XDG_CACHE_HOME=study.home / ".cache", **environment
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[0])


def test_the_traps_work_where_anodex_is_not_used(study):
    found = used(study, "")
    assert {"program", "dot_petscrc"} <= study.left()
    assert "log_trace" in found["petsc"]
    assert found["ffcx"]["table_atol"] == "1e-05"
    assert found["matplotlib"] == 33


@pytest.mark.parametrize("start", ["import anodex\n", "from anodex.models import errors\n"])
def test_python_obeys_nothing_in_the_folder(study, start):
    found = used(study, start)
    assert study.left() == set()
    assert found["petsc"] == {}
    assert "wrapper" not in found["dolfinx"]["cffi_extra_compile_args"]
    assert found["ffcx"]["table_atol"] == "1e-09"
    assert found["matplotlib"] != 33


def test_options_are_safe_where_dolfinx_was_imported_first(study):
    found = used(study, "import dolfinx\nimport anodex\n")
    assert "program" not in study.left()
    assert found["ffcx"]["table_atol"] == "1e-09"


def test_the_users_own_settings_count(study):
    """Files of the home folder, and paths in the environment, which start in the current folder."""
    own = study.home / ".config"
    for name, file, text in (
        ("dolfinx", "dolfinx_jit_options.json", '{"timeout": 99}'),
        ("ffcx", "ffcx_options.json", '{"table_rtol": 1e-5}'),
    ):
        (own / name).mkdir(parents=True)
        (own / name / file).write_text(text)
    (study.home / ".petscrc").write_text("-a home\n-b home\n")
    (study.path / "solver.opts").write_text("-c file\n")
    (study.path / "mine.rc").write_text("figure.dpi: 44\n")
    found = used(
        study,
        "import anodex\n",
        XDG_CONFIG_HOME=str(own),
        PETSC_OPTIONS="-b environment -options_file solver.opts",
        MATPLOTLIBRC="mine.rc",
    )
    assert study.left() == set()
    options = {name: found["petsc"].get(name) for name in "abc"}
    assert options == {"a": "home", "b": "environment", "c": "file"}
    assert found["dolfinx"]["timeout"] == "99"
    assert found["ffcx"]["table_rtol"] == "1e-05"
    assert found["matplotlib"] == 44


def test_the_current_folder_stays_even_when_it_has_lost_its_name(study):
    code = """
import os
import anodex
before = os.stat(".")
os.rmdir(os.getcwd())
import matplotlib, dolfinx
assert os.path.samestat(before, os.stat("."))
"""
    gone = study.path / "gone"
    gone.mkdir()
    done = subprocess.run([sys.executable, "-c", code], cwd=gone, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("launch", [(), ("mpirun", "-n", "2")])
def test_a_run_obeys_nothing_in_the_folder(study, launch, tmp_path):
    study.shadow()
    done = study.call(*launch, ANODEX, "run", "spindle_void", "-o", tmp_path / "result", *SHORT)
    assert done.returncode == 0, done.stderr
    assert study.left() == set()
    assert done.stderr.count("are not read") == 1  # said, and by one rank
    assert all(name in done.stderr for name in SETTINGS)


def test_members_of_a_sweep_obey_nothing_in_the_folder(study, tmp_path):
    study.shadow()
    (study.path / "case.toml").write_text(
        '[system]\nname = "spindle_void"\n[geometry]\nrefinement = 0.25\n'
    )
    (study.path / "sweep.toml").write_text(SWEEP)
    done = study.call(ANODEX, "sweep", "sweep.toml", "-o", tmp_path / "result")
    assert done.returncode == 0, done.stdout + done.stderr
    assert study.left() == set()


def test_workers_of_a_sweep_take_no_module_from_the_folder(study):
    """Also where a Python program starts them, which keeps the current folder on its own path."""
    study.shadow()
    done = study.call(*WORKER, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr
    assert study.left() == set()


def test_a_run_looks_up_nothing_in_the_folder(tmp_path):
    """Whatever file a library may look for there, also one that nobody has thought of."""
    library, log, study = (tmp_path / name for name in ("lookups.so", "log", "study"))
    source = Path(__file__).with_name("lookups.c")
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    study.mkdir()
    watched = {"LD_PRELOAD": str(library), "STUDY": f"{study}/", "LOOKUPS": str(log)}

    def lookups(*words) -> set[str]:
        log.write_text("")
        environment = {**os.environ, **watched}
        done = subprocess.run(words, cwd=study, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        paths = (os.path.normpath(line) for line in log.read_text().splitlines())
        return {os.path.basename(path) for path in paths if path != str(study)}

    assert {"ucx.conf", ".petscrc"} <= lookups(sys.executable, "-c", "import dolfinx")
    found = lookups(ANODEX, "run", "spindle_void", "-o", str(tmp_path / "result"), *SHORT, "--plot")
    assert found <= {"spindle_void", "untitled.geo"}  # the case by name; what Gmsh names a model


def test_arrays_are_read_without_pickle(study):
    class Trap:
        def __reduce__(self):
            return Path.touch, (study.marks / "pickle",)

    path = study.path / "map.npy"
    np.save(path, np.array([Trap()], dtype=object), allow_pickle=True)
    with pytest.raises(InputError, match="pickle"):
        read_height_map(path)
    with pytest.raises(ValueError, match="pickle"):
        pores_from_image(path, 1.0, (0.0, 0.0), (4.0, 4.0))
    assert study.left() == set()
