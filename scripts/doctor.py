"""`anodex doctor`: what a bug report needs, and what slows a run down."""

import ctypes
import os
import platform
import re
import shutil
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import typer
from mpi4py import MPI

from anodex.scripts.console import say, say_table

BROKEN = 4
OTHER_PACKAGES = ("meshio", "matplotlib", "pint", "pydantic", "typer", "rich")
BLAS_LIBRARY = re.compile(
    r"/lib[^/]*(openblas|mkl_rt|mkl_core|blis|flexiblas|armpl|nvpl)[^/]*\.(so|dylib)[^/]*$|/lib[cf]?blas[^/]*\.(so|dylib)[^/]*$"
)
# A function that only this library has: the file name alone says little where it is called
# libblas.so.3.
BLAS_MARKS = {
    "openblas_get_config": "OpenBLAS",
    "MKL_Get_Version_String": "MKL",
    "bli_info_get_version_str": "BLIS",
}
REFERENCE_BLAS = "reference BLAS"
LACKING_SOLVERS = "PETSc was built without them: large cases are slow or fail"
SLOW_BLAS = (
    "reference BLAS is loaded: direct solves are about ten times slower; install OpenBLAS (Debian: "
    "libopenblas0-pthread)"
)


@dataclass(frozen=True)
class Finding:
    """One line of the report. `warning` costs speed or pictures; `broken` means that nothing can
    run.
    """

    what: str
    value: str
    warning: str = ""
    broken: bool = False


def doctor() -> None:
    """Show versions, MPI, BLAS, solvers and caches; ends with 4 when a needed part is missing."""
    findings = [*version_findings(), *solver_findings(), *machine_findings(MPI.COMM_WORLD.size)]
    say_table(("part", "found"), [(finding.what, finding.value) for finding in findings])
    warnings = [finding for finding in findings if finding.warning]
    for finding in warnings:
        say(f"{finding.what}: {finding.warning}", style="red" if finding.broken else "yellow")
    if not warnings:
        say("nothing to complain about")
    if any(finding.broken for finding in findings):
        raise typer.Exit(BROKEN)


def version_findings() -> list[Finding]:
    """Versions of the parts that a run writes into its summary, and of the others that anodex
    uses.
    """
    try:
        from anodex.models.results.versions import versions

        found = versions()
    except ImportError as error:
        return [Finding("python", platform.python_version()), missing(error)]
    found |= {name: version(name) for name in OTHER_PACKAGES}
    return [
        Finding("platform", platform.platform()),
        *(Finding(name, text) for name, text in found.items()),
    ]


def missing(error: ImportError) -> Finding:
    """A part without which nothing runs."""
    return Finding(
        error.name or "import",
        "missing",
        f"{error}; see docs/how-to/install.md for the environment that anodex needs",
        broken=True,
    )


def solver_findings() -> list[Finding]:
    """DOLFINx, PETSc, MPI and the BLAS that they load."""
    try:
        import dolfinx.jit
        from petsc4py import PETSc
    except ImportError as error:
        return [missing(error)]

    scalar = PETSc.ScalarType.__name__
    lacking = [name for name in ("mumps", "hypre") if not PETSc.Sys.hasExternalPackage(name)]
    libraries = loaded_blas()
    return [
        Finding(
            "petsc scalar",
            scalar,
            "" if scalar == "float64" else "anodex needs real double precision",
            broken=scalar != "float64",
        ),
        Finding(
            "petsc solvers",
            "mumps and hypre" if not lacking else f"without {' and '.join(lacking)}",
            LACKING_SOLVERS if lacking else "",
        ),
        Finding(
            "blas",
            "; ".join(libraries) or "not found",
            SLOW_BLAS if any(REFERENCE_BLAS in library for library in libraries) else "",
        ),
        cache_finding(Path(dolfinx.jit.get_options()["cache_dir"])),
    ]


def loaded_blas() -> list[str]:
    """The BLAS libraries in this process, each as `kind (path)`; empty where /proc does not
    exist.
    """
    maps = Path("/proc/self/maps")
    if not maps.exists():
        return []
    paths = sorted(
        {
            line.split(maxsplit=5)[5]
            for line in maps.read_text().splitlines()
            if BLAS_LIBRARY.search(line)
        }
    )
    return [f"{blas_kind(path)} ({path})" for path in paths]


def blas_kind(path: str) -> str:
    """Who made the BLAS library at `path`, which is already loaded."""
    library = ctypes.CDLL(path)
    for mark, kind in BLAS_MARKS.items():
        if hasattr(library, mark):
            return kind
    # Debian gives the dgemm of OpenBLAS in a library that links to nothing of the above names.
    return "OpenBLAS" if "openblas" in path else REFERENCE_BLAS


def cache_finding(folder: Path) -> Finding:
    """Where compiled forms are kept; a form whose compilation was killed makes every later run
    wait for it and then fail.
    """
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6
    unfinished = [
        str(file) for file in folder.glob("*.c") if not file.with_suffix(".c.cached").exists()
    ]
    advice = (
        f"unless a run compiles them now, remove the unfinished {' '.join(unfinished)}"
        if unfinished
        else ""
    )
    return Finding("form cache", f"{folder} ({size:.1f} MB)", advice)


def machine_findings(ranks: int) -> list[Finding]:
    """Cores, memory, threads and display."""
    cores = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    return [
        Finding("cores", str(cores), f"{ranks} ranks share {cores} cores" if ranks > cores else ""),
        Finding("ranks now", str(ranks)),
        Finding("free memory", free_memory()),
        threads_finding(os.environ.get("OMP_NUM_THREADS"), ranks),
        display_finding(),
    ]


def free_memory() -> str:
    """Memory that a new program can have, where the system says so."""
    meminfo = Path("/proc/meminfo")
    found = (
        re.search(r"MemAvailable:\s+(\d+) kB", meminfo.read_text()) if meminfo.exists() else None
    )
    return f"{int(found[1]) / 1e6:.1f} GB" if found else "unknown"


def threads_finding(threads: str | None, ranks: int) -> Finding:
    """Threads of the BLAS: under MPI the ranks already use the cores."""
    advice = (
        "set OMP_NUM_THREADS=1, or the ranks compete for the cores"
        if ranks > 1 and threads != "1"
        else ""
    )
    return Finding("OMP_NUM_THREADS", threads or "not set", advice)


def display_finding() -> Finding:
    """What pictures of fields are drawn on."""
    if os.environ.get("DISPLAY"):
        return Finding("display", os.environ["DISPLAY"])
    xvfb = shutil.which("Xvfb")
    if xvfb:
        return Finding("display", f"none; {xvfb} makes one off-screen")
    return Finding(
        "display", "none", "no DISPLAY and no Xvfb: pictures of fields may fail (Debian: xvfb)"
    )
