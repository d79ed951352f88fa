"""A contoured-interface run from case to results."""

from mpi4py import MPI

from anodex.meshes.contour_mesh import build_contour
from anodex.meshes.tagged import TaggedMesh
from anodex.models.results.folder import ResultFolder
from anodex.models.results.history import History
from anodex.models.results.observable import Observable
from anodex.models.results.progress import Progress
from anodex.models.results.quantity import Run, row_of, summarised
from anodex.models.systems.contoured_interface.case import Case
from anodex.models.systems.contoured_interface.critical import find_critical_site
from anodex.models.systems.contoured_interface.output import write_fields
from anodex.models.systems.contoured_interface.problem import ContouredInterface, build_bodies
from anodex.models.systems.contoured_interface.quantities import (
    CRITICAL,
    QUANTITIES,
    SOLUTION,
    InterfaceNumbers,
)
from anodex.models.systems.system import System, run_in_time, tell_size
from anodex.models.time.stopwatch import NoWatch


def build_mesh(case: Case, comm: MPI.Comm) -> TaggedMesh:
    """Geometry of the case, both bodies in one mesh; of an interface that moves the electrolyte."""
    if case.plating.cycles:
        from anodex.models.systems.contoured_interface.plating import straight_mesh

        return straight_mesh(case, comm)
    return build_contour(case.contour, comm)


def run(
    system: System,
    case: Case,
    folder: ResultFolder,
    comm: MPI.Comm,
    progress: Progress,
    resume: bool,
    watch: NoWatch,
) -> dict[str, Observable]:
    """Run a case: march through its cycles, or solve once where the interface rests.

    Raises
    ------
    ConvergenceError
        When there is no solution.
    """
    if case.plating.cycles:
        return run_in_time(system, case, folder, comm, progress, resume, watch)
    return solve(system, case, folder, comm, progress, watch)


def solve(
    system: System,
    case: Case,
    folder: ResultFolder,
    comm: MPI.Comm,
    progress: Progress,
    watch: NoWatch,
) -> dict[str, Observable]:
    """Solve, and write fields and numbers into `folder`: a history of one row, at time zero; a run
    that goes on solves anew.

    Raises
    ------
    ConvergenceError
        When a Newton iteration or the exchange between current and flow does not settle.
    """
    with watch.phase("mesh"):
        bodies = build_bodies(case, comm)
    with watch.phase("set-up"):
        problem = ContouredInterface(case, bodies)
    try:
        tell_size(problem.size(), comm, watch)
        progress.update(1, "meshes made")
        watch.start()
        state = problem.solve(case.loading.current_density)
        watch.step(state.report)
        with watch.phase("row"):
            row = row_of(SOLUTION, InterfaceNumbers(problem))
        with watch.phase("writing"):
            write_fields(problem, folder, comm)
        progress.update(2, "current and flow solved")
        # Only now: it may leave the problem at another current.
        with watch.phase("critical current"):
            row |= row_of(CRITICAL, find_critical_site(problem))
    finally:
        problem.destroy()
    history = History(folder.history, comm, list(row))
    history.append(0.0, row)
    progress.update(3, "done")
    return summarised(Run(case, problem, QUANTITIES, history), system.part("outcomes"))
