"""A contoured-interface run from case to results."""

import logging
from math import nan

from mpi4py import MPI

from anodex.meshes.contour_mesh import build_contour
from anodex.meshes.tagged import TaggedMesh
from anodex.models.results.folder import ResultFolder
from anodex.models.results.history import History
from anodex.models.results.observable import Observable
from anodex.models.results.progress import Progress
from anodex.models.systems.contoured_interface.case import Case
from anodex.models.systems.contoured_interface.observables import observables
from anodex.models.systems.contoured_interface.output import write_fields
from anodex.models.systems.contoured_interface.problem import ContouredInterface

log = logging.getLogger("anodex")


def build_mesh(case: Case, comm: MPI.Comm) -> TaggedMesh:
    """Geometry of the case, both bodies in one mesh."""
    return build_contour(case.contour, comm)


def run(
    case: Case, folder: ResultFolder, comm: MPI.Comm, progress: Progress, resume: bool = False
) -> dict[str, Observable]:
    """Solve, and write fields and numbers into `folder`; `resume` changes nothing, as a solution
    has no steps to go on from.

    Raises
    ------
    ConvergenceError
        When a Newton iteration or the exchange between current and flow does not settle.
    """
    problem = ContouredInterface(case, comm)
    log.info(
        "%d unknowns of the current, %d of the flow, on %d ranks", *problem.unknowns(), comm.size
    )
    progress.update(1, "meshes made")
    try:
        problem.solve(case.loading.current_density)
        write_fields(problem, folder, comm)
        progress.update(2, "current and flow solved")
        found = observables(problem)
    finally:
        problem.destroy()
    row = {
        f"{name} [{entry.unit}]": nan if entry.value is None else entry.value
        for name, entry in found.items()
    }
    History(folder.history, comm, list(row)).append(0.0, row)
    progress.update(3, "done")
    return found
