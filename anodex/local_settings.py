"""Libraries are loaded so that they obey no settings file of the current folder.

A study folder may come from a stranger. Libraries below anodex look there, while they are loaded,
for files that may name programs to run or files to write:

- MPI: `ucx.conf`;
- PETSc: `.petscrc`, `petscrc`, `petsc.cfg`;
- DOLFINx: `dolfinx_jit_options.json`; FFCx: `ffcx_options.json`;
- Matplotlib: `matplotlibrc`.

Not all of them can be told not to. So they are loaded in another folder: the one of this package,
whose files run anyway. What the user has set elsewhere counts as ever: the environment, such as
PETSC_OPTIONS, and files of the home folder, such as ~/.petscrc.
"""

import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

# Whatever reads such files, or links to MPI and so may load it first.
LIBRARIES = (
    *("mpi4py", "petsc4py", "dolfinx", "ffcx", "matplotlib"),
    *("gmsh", "h5py", "pyvista", "vtkmodules"),
)
SETTINGS = (
    *("ucx.conf", ".petscrc", "petscrc", "petsc.cfg"),
    *("dolfinx_jit_options.json", "ffcx_options.json", "matplotlibrc"),
)
# Paths in the environment that the libraries look up while they are loaded.
PATHS = ("MATPLOTLIBRC", "MPLCONFIGDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")
OPTIONS_FILE = re.compile(r"(?<=-options_file )\s*[^\s/]\S*")


def ignore_local_settings() -> None:
    """From now on load the libraries without settings of the current folder.

    What is loaded already, by a script that imported it first, keeps what it has read.
    """
    if any(isinstance(finder, _Elsewhere) for finder in sys.meta_path):
        return
    sys.meta_path.insert(0, _Elsewhere())
    if "dolfinx" in sys.modules:
        with elsewhere():
            _read_options()


def local_settings() -> list[str]:
    """Names of settings files in the current folder, none of which is read."""
    try:
        return sorted(set(SETTINGS) & set(os.listdir()))
    except OSError:
        return []


@contextmanager
def elsewhere() -> Iterator[None]:
    """Work in the folder of this package, then again in the current one."""
    # By descriptor: the current folder may be unreadable, or have lost its name.
    here = os.open(".", getattr(os, "O_PATH", os.O_RDONLY))
    try:
        _name_paths_in_full()
        os.chdir(Path(__file__).parent)
        yield
    finally:
        os.fchdir(here)
        os.close(here)


class _Elsewhere(MetaPathFinder):
    """Finds the libraries as others do, and has them loaded elsewhere."""

    def find_spec(
        self,
        name: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        if name.partition(".")[0] not in LIBRARIES:
            return None
        others = sys.meta_path[sys.meta_path.index(self) + 1 :]
        specs = (finder.find_spec(name, path, target) for finder in others)
        spec = next((spec for spec in specs if spec is not None), None)
        if spec is not None and spec.loader is not None:
            # compiled modules are loaded when they are created, others when they are executed
            for step in ("create_module", "exec_module"):
                load = getattr(spec.loader, step)
                if (name, step) == ("dolfinx", "exec_module"):
                    load = _then_read_options(load)
                setattr(spec.loader, step, elsewhere()(load))
        return spec


def _then_read_options(load: Callable[[ModuleType], None]) -> Callable[[ModuleType], None]:
    """The step that loads DOLFINx, with its options read before anything can be compiled."""

    def load_and_read(module: ModuleType) -> None:
        load(module)
        _read_options()

    return load_and_read


def _read_options() -> None:
    """Read the options of compiled forms; DOLFINx and FFCx keep what their first call has read."""
    import dolfinx.jit
    import ffcx

    dolfinx.jit.get_options()
    ffcx.get_options()


def _name_paths_in_full() -> None:
    """Paths of the environment, which the user means from the current folder."""
    for name in PATHS:
        if value := os.environ.get(name):
            os.environ[name] = os.path.abspath(value)
    if options := os.environ.get("PETSC_OPTIONS"):
        os.environ["PETSC_OPTIONS"] = OPTIONS_FILE.sub(
            lambda found: os.path.abspath(found[0].strip()), options
        )
