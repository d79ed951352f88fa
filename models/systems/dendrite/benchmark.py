"""The work of one dendrite in numbers: `anodex bench`."""

from mpi4py import MPI

from anodex.models.systems.dendrite.case import Case
from anodex.models.systems.dendrite.observables import Observer
from anodex.models.systems.dendrite.problem import Dendrite
from anodex.models.systems.dendrite.run import build_mesh
from anodex.models.time.stepping import implicit_runge_kutta_step
from anodex.models.time.stopwatch import Stopwatch, peak_memory

STEP = 0.2  # s
STEPS = 3


def benchmark(case: Case, comm: MPI.Comm) -> dict[str, float]:
    """Mesh, set-up, the first stress, a few steps and the numbers of a row; what each took, with
    units in the names.
    """
    watch = Stopwatch(comm)
    with watch.phase("mesh [s]"):
        tagged = build_mesh(case, comm)
    with watch.phase("set-up [s]"):
        problem = Dendrite(case, tagged)
        observer = Observer(problem)
    with watch.phase("first stress [s]"):
        problem.accept()
    with watch.phase("step [s]"):
        for number in range(STEPS):
            implicit_runge_kutta_step(problem, number * STEP, STEP)
            problem.accept()
    with watch.phase("row [s]"):
        observer.row()
    cells, unknowns = problem.size()
    report, stress = problem.report, problem.stress_report
    row = {
        "ranks": comm.size,
        "cells": cells,
        "unknowns": unknowns,
        "Newton a stage": report.iterations,
        "linear per Newton": round(report.linear_iterations / max(report.iterations, 1), 1),
        "linear of the stress": stress.linear_iterations if stress else 0,
        **{
            name: round(seconds / (STEPS if name == "step [s]" else 1), 3)
            for name, seconds in watch.seconds.items()
        },
        "peak memory [MiB]": round(peak_memory(comm)),
    }
    observer.destroy()
    problem.destroy()
    return row
