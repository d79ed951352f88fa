"""What a run of dendrites has to do."""

from math import prod

from mpi4py import MPI

from anodex.models.systems.dendrite.case import Case
from anodex.models.systems.dendrite.meshing import cells_at_start
from anodex.models.systems.dendrite.structure import slab
from anodex.models.systems.workload import Work

STEPS = 8.0  # in a second of growth by the paper's equations
# between two potentials: while lithium comes one width of the interface further, where the farthest
# is a few times as fast as the mean, and all that contacts take
STEPS_PER_WIDTH = 30.0
COST = 2e-5, 1.8  # for each unknown


def workload(case: Case, comm: MPI.Comm) -> list[Work]:
    """Phase field, ions, potentials and displacement, solved in turn on one mesh; its cells are
    counted, not made.
    """
    counts, two = slab(case).counts, case.model.name == "two-potential"
    at_nodes = 1  # the phase field
    at_nodes += case.transport.law == "nernst-planck"
    at_nodes += (1 + two) * (case.electrolyte.potential == "solved")
    at_nodes += len(counts) * case.mechanics.enabled
    cells, nodes = prod(counts), prod(count + 1 for count in counts)
    if case.numerics.adaptive:
        cells, nodes = cells_at_start(case)
    unknowns = at_nodes * nodes
    steps = STEPS * case.loading.duration
    if two:
        way = case.geometry.length - case.geometry.lithium_thickness
        steps = STEPS_PER_WIDTH * way / case.interface.width
    return [Work("lithium and electrolyte", cells, unknowns, steps, *COST)]
