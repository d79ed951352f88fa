"""The work of one cell stack in numbers: `anodex bench`."""

import numpy as np
from mpi4py import MPI

from anodex.models.systems.cell_stack.case import Case
from anodex.models.systems.cell_stack.die import (
    build_bodies,
    compact,
    pellet_half,
    straight_wall,
    wall_nodes,
)
from anodex.models.systems.cell_stack.problem import LithiumStack, Loads
from anodex.models.systems.cell_stack.tube import CompliantWall
from anodex.models.time.stepping import implicit_runge_kutta_step
from anodex.models.time.stopwatch import Stopwatch, peak_memory

STEP = 0.1  # s


def benchmark(case: Case, comm: MPI.Comm) -> dict[str, float]:
    """Compaction, where it leaves the gap, and a first step under the full stack pressure; what
    each took, with units in the names.
    """
    watch, pressing = Stopwatch(comm), [0]
    is_die, is_compliant = (
        case.geometry.type == "die",
        case.geometry.type == "die" and case.tube.compliant,
    )
    bodies = None
    if case.gap_from_compaction or is_compliant:
        with watch.phase("die set-up [s]"):
            bodies = build_bodies(case, comm, with_powder=case.gap_from_compaction)
    if case.gap_from_compaction:
        with watch.phase("compaction [s]"):
            face = compact(case, bodies, lambda _, step: pressing.append(step.iterations)).face
    else:
        face = pellet_half(case)
    with watch.phase("stack set-up [s]"):
        wall = (
            wall_nodes(bodies, face)
            if bodies
            else straight_wall(case)
            if is_die
            else np.empty((0, 2))
        )
        tube = CompliantWall(bodies) if is_compliant else None
        stack = LithiumStack(case, comm, wall, tube, face)
    stack.loads = Loads(force=lambda _: case.stacking.pressure * case.rod_area)
    with watch.phase("step [s]"):
        implicit_runge_kutta_step(stack, 0.0, STEP)
    cells, unknowns = stack.size()
    row = {
        "ranks": comm.size,
        "cells": cells,
        "unknowns": unknowns,
        "die unknowns": bodies.displacement.function_space.dofmap.index_map.size_global * 2
        if bodies
        else 0,
        "pressing Newton": sum(pressing),
        "Newton": stack.report.iterations,
        "linear per Newton": round(stack.report.linear_iterations / stack.report.iterations, 1),
        **{name: round(seconds, 2) for name, seconds in watch.seconds.items()},
        "peak memory [MiB]": round(peak_memory(comm)),
    }
    for part in (stack, tube, bodies):
        if part is not None:
            part.destroy()
    return row
