"""Versions of everything that a result depends on."""

import platform
import sys
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version

from mpi4py import MPI

MODULES = ("dolfinx", "basix", "ufl", "gmsh", "numpy", "scipy", "h5py", "mpi4py", "pyvista")


def versions() -> dict[str, str]:
    """Name -> version of the suite, Python, the libraries, PETSc, HDF5 and the MPI library."""
    from petsc4py import PETSc

    petsc = ".".join(map(str, PETSc.Sys.getVersion()))
    # An MPI library describes itself in several lines, MPICH without a comma; its name and number
    # come first.
    mpi = MPI.Get_library_version().splitlines()[0].split(",")[0].strip("\0 ")
    modules = {name: _module_version(name) for name in MODULES}
    hdf5 = import_module("h5py").version.hdf5_version
    return {
        "anodex": _distribution_version("anodex") or "not installed",
        "python": platform.python_version(),
        "petsc": petsc,
        "mpi": mpi,
        "hdf5": hdf5,
        **modules,
    }


def _module_version(name: str) -> str:
    """What a module says of itself where it is loaded; importing it for that would take longer than
    many a run.
    """
    loaded = getattr(sys.modules.get(name), "__version__", None)
    return (
        loaded
        or _distribution_version(name)
        or _distribution_version(f"fenics-{name}")
        or _imported_version(name)
    )


def _distribution_version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _imported_version(name: str) -> str:
    try:
        return getattr(import_module(name), "__version__", "unknown")
    except ImportError:
        return "missing"
