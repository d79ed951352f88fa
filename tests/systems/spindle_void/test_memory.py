"""A long run needs no more memory than a short one."""

import os
from pathlib import Path

import pytest
from mpi4py import MPI

from anodex.meshes.void_mesh import build_void
from anodex.models.inputs.casefile import read_case
from anodex.models.results.quantity import row_of
from anodex.models.systems.spindle_void.observer import VoidObserver
from anodex.models.systems.spindle_void.problem import SpindleVoid
from anodex.models.time.stepping import implicit_runge_kutta_step

SHIPPED = Path(__file__).parents[3] / "cases" / "spindle_void.toml"
STEPS, WARM_UP = 1000, 100
ALLOWED = 4.0  # MiB


def resident() -> float:
    """Memory of this process [MiB]."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


@pytest.mark.slow
@pytest.mark.parametrize(
    "changes",
    [(), ("matrix.creep=power-law", "kinetics.law=butler-volmer")],
    ids=["plain", "creep and potential"],
)
def test_thousand_steps_do_not_grow(changes):
    case = read_case(SHIPPED, ["geometry.refinement=0.25", *changes])
    problem = SpindleVoid(case, build_void(case.geometry.void(), MPI.COMM_WORLD))
    observer = VoidObserver(problem)
    for number in range(STEPS):
        problem.set_current(1.0 if number % 200 < 100 else -1.0)
        # Steps of two lengths, so that Jacobians are built anew as in a real run.
        implicit_runge_kutta_step(problem, 2.0 * number, 2.0 if number % 20 < 10 else 0.1)
        row_of(observer.quantities, observer.measure())
        if number == WARM_UP:
            start = resident()
    grown = resident() - start
    factorisations = problem.solver.factorisations
    problem.destroy()
    print(f"{grown:.2f} MiB, {factorisations} factorisations")
    assert factorisations > 20
    assert grown < ALLOWED
