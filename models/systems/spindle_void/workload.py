"""What a run of a void has to do."""

from mpi4py import MPI

from anodex.models.systems.spindle_void.case import Case
from anodex.models.systems.spindle_void.start import build_mesh
from anodex.models.systems.workload import Work, count_cells, count_unknowns

STEPS = 45  # of a step of the protocol
CREEP_STEPS = 150  # the same where the matrix creeps
PASSES = 8  # of displacement and damage in turn in a step, where cracks grow
# for each unknown; in 3D with the iterative solver
PLANE, SPACE = (1e-5, 4.6), (2e-4, 5.9)


def workload(case: Case, comm: MPI.Comm) -> list[Work]:
    """Concentration, displacement, hydrostatic stress and potential, solved together."""
    mesh = build_mesh(case, comm).mesh
    fields = [("Lagrange", 1), ("Lagrange", 2, (mesh.geometry.dim,)), ("Lagrange", 1)]
    if case.kinetics.law == "butler-volmer":
        fields.append(("Lagrange", 2))
    steps = STEPS if case.matrix.creep == "none" else CREEP_STEPS
    if case.fracture.model != "none":
        steps *= PASSES
    return [
        Work(
            "void and matrix",
            count_cells(mesh),
            count_unknowns(mesh, *fields),
            1 + steps * len(case.protocol.taken),
            *(SPACE if case.geometry.dimension == "3d" else PLANE),
        )
    ]
