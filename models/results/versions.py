"""Versions of everything that a result depends on."""

import platform
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version

from mpi4py import MPI
from petsc4py import PETSc

MODULES = ("dolfinx", "basix", "ufl", "gmsh", "numpy", "scipy", "h5py", "mpi4py", "pyvista")


def versions() -> dict[str, str]:
    """Name -> version of the suite, Python, the libraries, PETSc, HDF5 and the MPI library."""
    petsc = ".".join(map(str, PETSc.Sys.getVersion()))
    # An MPI library describes itself in several lines, MPICH without a comma; its name and number
    # come first.
    mpi = MPI.Get_library_version().splitlines()[0].split(",")[0].strip("\0 ")
    modules = {name: _module_version(name) for name in MODULES}
    hdf5 = import_module("h5py").version.hdf5_version
    return {
        "anodex": _suite_version(),
        "python": platform.python_version(),
        "petsc": petsc,
        "mpi": mpi,
        "hdf5": hdf5,
        **modules,
    }


def _suite_version() -> str:
    try:
        return version("anodex")
    except PackageNotFoundError:
        return "not installed"


def _module_version(name: str) -> str:
    try:
        return getattr(import_module(name), "__version__", None) or version(f"fenics-{name}")
    except ImportError:
        return "missing"
