"""The work of one spindle-void run in numbers: `anodex bench`."""

from mpi4py import MPI

from anodex.meshes.void import build_void
from anodex.models.systems.spindle_void.case import Case
from anodex.models.systems.spindle_void.observables import Observer
from anodex.models.systems.spindle_void.problem import SpindleVoid
from anodex.models.time.stepping import implicit_runge_kutta_step
from anodex.models.time.stopwatch import Stopwatch, peak_memory

STEP = 60.0  # s


def benchmark(case: Case, comm: MPI.Comm) -> dict[str, float]:
    """Mesh, set-up, equilibrium and two time steps of a case; what each took, with units in the
    names.
    """
    watch = Stopwatch(comm)
    with watch.phase("mesh [s]"):
        tagged = build_void(case.geometry.void(), comm)
    with watch.phase("set-up [s]"):
        problem = SpindleVoid(case, tagged)
    with watch.phase("equilibrium [s]"):
        problem.solve_stage(0.0, 0.0, problem.get_state())
    problem.set_current(case.protocol.steps[0].current_density if case.protocol.steps else 0.0)
    with watch.phase("first step [s]"):
        implicit_runge_kutta_step(problem, 0.0, STEP)
    # same length: with a direct solver the factorised Jacobian serves again
    with watch.phase("second step [s]"):
        implicit_runge_kutta_step(problem, STEP, STEP)
    with watch.phase("observables [s]"):
        Observer(problem).row()
    report = problem.report
    cells, unknowns = problem.size()
    row = {
        "ranks": comm.size,
        "cells": cells,
        "unknowns": unknowns,
        "Newton": report.iterations,
        "linear per Newton": round(report.linear_iterations / report.iterations, 1),
        **{name: round(seconds, 2) for name, seconds in watch.seconds.items()},
        "peak memory [MiB]": round(peak_memory(comm)),
    }
    problem.solver.destroy()
    return row
