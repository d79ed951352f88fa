"""A cell-stack run from case to results."""

from mpi4py import MPI

from anodex.meshes.foil import FoilMesh
from anodex.meshes.tagged import TaggedMesh
from anodex.models.results.folder import ResultFolder
from anodex.models.results.observable import Observable
from anodex.models.results.progress import Progress
from anodex.models.systems.cell_stack.case import Case
from anodex.models.systems.cell_stack.die import build_bodies, straight_wall
from anodex.models.systems.cell_stack.filling import first_shape
from anodex.models.systems.cell_stack.stages import Stages, find_origin, lithium_bodies
from anodex.models.systems.system import System
from anodex.models.time.stopwatch import NoWatch


def build_mesh(case: Case, comm: MPI.Comm) -> TaggedMesh:
    """Geometry of the case: loose powder and tube; the foil where nothing is pressed."""
    if case.compaction.enabled and case.geometry.type == "die":
        return build_bodies(case, comm, with_powder=True).tagged
    return FoilMesh(
        comm,
        case.geometry.inner_radius,
        first_shape(case, straight_wall(case)),
        case.geometry.refinement,
    ).tagged


def run(
    system: System,
    case: Case,
    folder: ResultFolder,
    comm: MPI.Comm,
    progress: Progress,
    resume: bool,
    watch: NoWatch,
) -> dict[str, Observable]:
    """Run the stages of the case, from nothing or from what is on disk, and write history, fields
    and checkpoints into `folder`.

    Raises
    ------
    ConvergenceError
        When a step finds no solution; the last good state is then in the checkpoint.
    InputError
        If the result that the case starts from belongs to another case.
    """
    origin = find_origin(case, folder, resume)
    with watch.phase("die set-up"):
        bodies = lithium_bodies(case, comm)
    try:
        stages = Stages(case, folder, comm, progress, watch, bodies)
        reached = stages.read(origin) if origin else stages.press()
        if case.stages.last == "compaction":
            return stages.keep(reached)
        return stages.march(reached)
    finally:
        if bodies is not None:
            bodies.destroy()
