"""What the container promises: the versions of the suite, fast BLAS, ranks that are free to
move.
"""

import os
import subprocess
import sys

import dolfinx
import pytest

pytestmark = [pytest.mark.serial, pytest.mark.smoke]
SUITE = os.environ.get("ANODEX_SUITE")
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
