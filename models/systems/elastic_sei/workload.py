"""What a run of an elastic interphase has to do."""

from mpi4py import MPI

from anodex.models.laws.constants import FARADAY
from anodex.models.systems.elastic_sei.case import Case
from anodex.models.systems.elastic_sei.meshing import build_mesh
from anodex.models.systems.workload import Work, count_cells, count_unknowns

STEPS_PER_MICROMETRE = 25  # of plating or stripping
COST = (1.2e-5, 10.0)  # for each unknown: seconds of a step, KiB


def workload(case: Case, comm: MPI.Comm) -> list[Work]:
    """The potential of the electrolyte, some times in each step with one matrix."""
    mesh = build_mesh(case, comm).mesh
    moved = sum(abs(step.current_density) * step.duration for step in case.protocol.taken)
    steps = STEPS_PER_MICROMETRE * moved * case.metal.molar_volume / FARADAY
    return [
        Work(
            "electrolyte",
            count_cells(mesh),
            count_unknowns(mesh, ("Lagrange", 2)),
            1 + steps,
            *COST,
        )
    ]
