"""A spindle-void run from case to results."""

import logging

from mpi4py import MPI

from anodex.meshes.tagged import TaggedMesh
from anodex.meshes.void import build_void
from anodex.models.results.folder import ResultFolder
from anodex.models.results.observable import Observable
from anodex.models.results.progress import Progress
from anodex.models.systems.spindle_void.case import Case
from anodex.models.systems.spindle_void.observables import observables, stress_concentration_factor
from anodex.models.systems.spindle_void.problem import SpindleVoid
from anodex.models.systems.spindle_void.view import VoidView
from anodex.models.time.march import Timeline, TimeRun
from anodex.models.time.stepping import StepControl

log = logging.getLogger("anodex")


def build_mesh(case: Case, comm: MPI.Comm) -> TaggedMesh:
    """Geometry of the case."""
    return build_void(case.geometry.void(), comm)


def run(
    case: Case, folder: ResultFolder, comm: MPI.Comm, progress: Progress, resume: bool = False
) -> dict[str, Observable]:
    """Run the protocol and write history, fields and checkpoints into `folder`.

    With `resume`, go on from the folder's checkpoint if there is one.

    Raises
    ------
    ConvergenceError
        When a step finds no solution or the electrolyte is used up; the last good state is then in
        the checkpoint.
    """
    tagged = build_mesh(case, comm)
    problem = SpindleVoid(case, tagged)
    log.info("%d cells, %d unknowns on %d ranks", *problem.size(), comm.size)
    steps, numerics = case.protocol.steps, case.numerics
    timeline = Timeline(tuple(step.duration for step in steps))
    time_run = TimeRun(
        problem, VoidView(problem), folder, comm, progress, case.output.checkpoint_interval, resume
    )
    if not time_run.resumed:
        problem.solve_stage(0.0, 0.0, problem.get_state())  # equilibrium before the first current
        time_run.record(0.0, with_fields=True)
    control = StepControl(numerics.first_step, numerics.smallest_step, numerics.largest_step)
    try:
        time_run.march(
            timeline.starts,
            timeline.end,
            case.output.times,
            control,
            lambda time: problem.set_current(steps[timeline.stage(time)].current_density),
        )
    finally:
        problem.solver.destroy()
    return observables(case, time_run.history, stress_concentration_factor(case, tagged))
