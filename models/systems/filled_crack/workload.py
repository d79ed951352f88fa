"""What a run of a filled crack has to do."""

from mpi4py import MPI

from anodex.models.systems.filled_crack.case import Case
from anodex.models.systems.filled_crack.problem import build_mesh
from anodex.models.systems.workload import Work, count_cells, count_unknowns

PASSES = 1500  # of displacement and damage in turn
SECONDS, KIBIBYTES = 1e-5, 3.0  # for each unknown


def workload(case: Case, comm: MPI.Comm) -> list[Work]:
    """Displacement and damage, in turn."""
    mesh = build_mesh(case, comm).mesh
    unknowns = count_unknowns(mesh, ("Lagrange", 1, (2,)), ("Lagrange", 1))
    return [Work("cracked body", count_cells(mesh), unknowns, PASSES, SECONDS, KIBIBYTES)]
