"""What a run of a contoured interface has to do."""

from mpi4py import MPI

from anodex.models.discrete.compat import node_element
from anodex.models.systems.contoured_interface.case import Case
from anodex.models.systems.contoured_interface.problem import build_bodies
from anodex.models.systems.workload import Work, count_cells, count_unknowns

# for each unknown
CURRENT, FLOW = (3e-5, 5.0), (1.3e-3, 7.5)
STEPS = 20  # of half a cycle, each with two solutions of the current


def workload(case: Case, comm: MPI.Comm) -> list[Work]:
    """The current in the electrolyte and, where lithium flows, velocity and pressure: once, and
    where the interface is plated in each step and after each half of a cycle.
    """
    halves, geometry = len(case.half_cycles), None
    if halves:
        from anodex.models.systems.contoured_interface.plating import contour_along, front_of

        geometry = contour_along(case.contour, front_of(case))
    solves = {"electrolyte": 1 + 2 * STEPS * halves, "lithium": 1 + halves}
    bodies = {name: tagged.mesh for name, tagged in build_bodies(case, comm, geometry).items()}
    fields = {"electrolyte": [node_element(bodies["electrolyte"])]}
    if "lithium" in bodies:
        dimension = bodies["lithium"].geometry.dim
        fields["lithium"] = [("Lagrange", 2, (dimension,)), ("Lagrange", 1)]
    costs = {"electrolyte": CURRENT, "lithium": FLOW}
    return [
        Work(
            name, count_cells(mesh), count_unknowns(mesh, *fields[name]), solves[name], *costs[name]
        )
        for name, mesh in bodies.items()
    ]
