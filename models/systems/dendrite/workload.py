"""What a run of dendrites has to do."""

from mpi4py import MPI

from anodex.models.systems.dendrite.case import Case
from anodex.models.systems.dendrite.problem import build_mesh
from anodex.models.systems.workload import Work, count_cells, count_unknowns

STEPS = 8.0  # in a second of growth
COST = 2e-5, 1.8  # for each unknown


def workload(case: Case, comm: MPI.Comm) -> list[Work]:
    """Phase field, ions, potential and displacement, solved in turn on one mesh."""
    mesh = build_mesh(case, comm).mesh
    fields: list[tuple] = [("Lagrange", 1)]
    if case.transport.law == "nernst-planck":
        fields.append(("Lagrange", 1))
    if case.electrolyte.potential == "solved":
        fields.append(("Lagrange", 1))
    if case.mechanics.enabled:
        fields.append(("Lagrange", 1, (mesh.geometry.dim,)))
    unknowns = count_unknowns(mesh, *fields)
    steps = STEPS * case.loading.duration
    return [Work("lithium and electrolyte", count_cells(mesh), unknowns, steps, *COST)]
