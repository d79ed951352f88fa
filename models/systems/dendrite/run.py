"""A dendrite run from case to results."""

import logging

import numpy as np
from mpi4py import MPI

from anodex.meshes.slab import build_slab
from anodex.meshes.tagged import TaggedMesh
from anodex.models.results.folder import ResultFolder
from anodex.models.results.observable import Observable
from anodex.models.results.progress import Progress
from anodex.models.systems.dendrite.case import Case
from anodex.models.systems.dendrite.observables import observables
from anodex.models.systems.dendrite.problem import Dendrite
from anodex.models.systems.dendrite.structure import slab
from anodex.models.systems.dendrite.view import DendriteView
from anodex.models.time.march import TimeRun
from anodex.models.time.stepping import StepControl

log = logging.getLogger("anodex")


def build_mesh(case: Case, comm: MPI.Comm) -> TaggedMesh:
    """Geometry of the case."""
    return build_slab(slab(case), comm)


def run(
    case: Case, folder: ResultFolder, comm: MPI.Comm, progress: Progress, resume: bool = False
) -> dict[str, Observable]:
    """Let the dendrites grow and write history, fields and checkpoints into `folder`.

    With `resume`, go on from the folder's checkpoint if there is one.

    Raises
    ------
    InputError
        If the pores do not fit.
    ConvergenceError
        When a step finds no solution; the last good state is then in the checkpoint.
    """
    problem = Dendrite(case, build_mesh(case, comm))
    view = DendriteView(problem)
    log.info("%d cells, %d unknowns a field on %d ranks", *problem.size(), comm.size)
    try:
        time_run = TimeRun(
            problem, view, folder, comm, progress, case.output.checkpoint_interval, resume
        )
        if not time_run.resumed:
            problem.accept()
            time_run.record(0.0, with_fields=True)
        duration, numerics = case.loading.duration, case.numerics
        frames = np.arange(1, case.output.frames + 1) / case.output.frames * duration
        control = StepControl(numerics.first_step, numerics.smallest_step, numerics.largest_step)
        time_run.march([], duration, frames.tolist(), control, lambda time: None, problem.accept)
        return observables(case, problem, time_run.history, problem.porosity)
    finally:
        view.destroy()
        problem.destroy()
