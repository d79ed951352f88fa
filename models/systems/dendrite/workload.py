"""What a run of dendrites has to do."""

from math import prod

from mpi4py import MPI

from anodex.models.systems.dendrite.case import Case
from anodex.models.systems.dendrite.structure import slab
from anodex.models.systems.workload import Work

STEPS = 8.0  # in a second of growth
COST = 2e-5, 1.8  # for each unknown


def workload(case: Case, comm: MPI.Comm) -> list[Work]:
    """Phase field, ions, potential and displacement, solved in turn on one mesh; its cells are
    counted, not made.
    """
    counts = slab(case).counts
    at_nodes = 1  # the phase field
    at_nodes += case.transport.law == "nernst-planck"
    at_nodes += case.electrolyte.potential == "solved"
    at_nodes += len(counts) * case.mechanics.enabled
    unknowns = at_nodes * prod(count + 1 for count in counts)
    steps = STEPS * case.loading.duration
    return [Work("lithium and electrolyte", prod(counts), unknowns, steps, *COST)]
