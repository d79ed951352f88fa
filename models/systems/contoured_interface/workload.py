"""What a run of a contoured interface has to do."""

from mpi4py import MPI

from anodex.models.discrete.compat import node_element
from anodex.models.systems.contoured_interface.case import Case
from anodex.models.systems.contoured_interface.problem import build_bodies
from anodex.models.systems.workload import Work, count_cells, count_unknowns

# for each unknown
CURRENT, FLOW = (3e-5, 5.0), (1.3e-3, 7.5)


def workload(case: Case, comm: MPI.Comm) -> list[Work]:
    """The current in the electrolyte and, where lithium flows, velocity and pressure."""
    bodies = {name: tagged.mesh for name, tagged in build_bodies(case, comm).items()}
    fields = {"electrolyte": [node_element(bodies["electrolyte"])]}
    if "lithium" in bodies:
        dimension = bodies["lithium"].geometry.dim
        fields["lithium"] = [("Lagrange", 2, (dimension,)), ("Lagrange", 1)]
    costs = {"electrolyte": CURRENT, "lithium": FLOW}
    return [
        Work(name, count_cells(mesh), count_unknowns(mesh, *fields[name]), 1, *costs[name])
        for name, mesh in bodies.items()
    ]
