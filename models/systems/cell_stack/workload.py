"""What a run of a cell stack has to do."""

from mpi4py import MPI

from anodex.meshes.foil import FoilMesh
from anodex.models.systems.cell_stack.case import Case
from anodex.models.systems.cell_stack.case_stages import CYCLES
from anodex.models.systems.cell_stack.die import straight_wall
from anodex.models.systems.cell_stack.filling import first_shape
from anodex.models.systems.cell_stack.run import build_mesh
from anodex.models.systems.workload import Work, count_cells, count_unknowns

TYPICAL_GAP = 50.0  # um; what the compaction leaves is not known before it
STEPS = 24  # of a stage
# for each unknown; with a wall that gives way, a step takes many flows
DIE, FLOW, YIELDING_FLOW = (3e-3, 6.0), (5e-5, 6.0), (1.9e-4, 6.0)


def workload(case: Case, comm: MPI.Intracomm) -> list[Work]:
    """Displacement of powder and die, once for the whole compaction; velocity and pressure of the
    lithium.
    """
    geometry, stages = case.geometry, list(case.durations)[1:]
    works = []
    if case.compaction.enabled and geometry.type == "die":
        mesh = build_mesh(case, comm).mesh
        unknowns = count_unknowns(mesh, ("Lagrange", 2, (2,)))
        works.append(Work("powder and die", count_cells(mesh), unknowns, 1, *DIE))
    if stages:
        if case.gap_from_compaction:
            geometry = geometry.model_copy(update={"gap": TYPICAL_GAP})
        given = case.model_copy(update={"geometry": geometry})
        shape = first_shape(given, straight_wall(given))
        mesh = FoilMesh(comm, geometry.inner_radius, shape, geometry.refinement).tagged.mesh
        unknowns = count_unknowns(mesh, ("Lagrange", 2, (2,)), ("Lagrange", 1))
        cycles = len(case.protocol.taken) - 1 if CYCLES in stages else 0
        steps = STEPS * (sum(case.durations[stage] > 0 for stage in stages) + cycles)
        yields = geometry.type == "die" and case.tube.compliant
        cost = YIELDING_FLOW if yields else FLOW
        works.append(Work("lithium", count_cells(mesh), unknowns, steps, *cost))
    return works
