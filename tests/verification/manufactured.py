"""Manufactured solutions of the coupled problem: orders of convergence in space and time."""

from functools import lru_cache, partial
from itertools import pairwise

import numpy as np
import ufl
from dolfinx import fem
from mpi4py import MPI

from anodex.models.discrete.compat import interpolation_points
from anodex.models.discrete.fields import total
from anodex.models.laws.diffusion import stress_driven_flux
from anodex.models.laws.kinematics import strain
from anodex.models.systems.spindle_void.case import Case
from anodex.models.systems.spindle_void.problem import SpindleVoid
from anodex.models.time.stepping import implicit_runge_kutta_step
from anodex.verification.check import Check
from anodex.verification.domains import rectangle

COMM = MPI.COMM_WORLD
SIDES = {"left": "symmetry_x", "bottom": "symmetry_y", "right": "outer_x", "top": "outer_y"}
# Strong coupling: theta c is of order one, so that an error in any coupling term spoils the orders.
CASE = {
    "matrix": {
        "young_modulus": "1 GPa",
        "poisson_ratio": 0.3,
        "partial_molar_volume": "3e-5 m^3/mol",
        "diffusivity": "1e-12 m^2/s",
        "porosity": 0.5,
    },
    "loading": {"outer": "free", "reservoir": "none"},
}


def exact_fields(problem: SpindleVoid):
    """Concentration, displacement and the hydrostatic stress that follows from them, as UFL
    expressions of position.
    """
    x = ufl.SpatialCoordinate(problem.mesh)
    c = problem.reference * (1 + 0.2 * ufl.sin(2 * x[0] + 1) * ufl.cos(3 * x[1]))
    u = ufl.as_vector(
        [1e-2 * ufl.sin(2 * x[0]) * ufl.cos(x[1]), 1e-2 * ufl.cos(x[0]) * ufl.sin(3 * x[1])]
    )
    volume = ufl.tr(strain(u, x, "plane-strain"))
    s = problem.bulk * (volume - problem.molar_volume * (c - problem.reference))
    return c, u, s


def loads(problem: SpindleVoid, test: dict) -> ufl.Form:
    """Body loads under which `exact_fields` is the steady solution; one million seconds of stage
    length make it steady.
    """
    c, u, s = exact_fields(problem)
    flux = stress_driven_flux(
        c, s, problem.matrix_diffusivity, problem.molar_volume, problem.temperature
    )
    stress = 2 * problem.shear * ufl.dev(strain(u, None, "plane-strain")) + s * ufl.Identity(3)
    plane = ufl.as_tensor([[stress[i, j] for j in range(2)] for i in range(2)])
    old = ufl.split(problem.old)[0]
    rate = problem.porosity * (c - old) + problem.stage * ufl.div(flux)
    return (
        rate * test["concentration"] - ufl.dot(ufl.div(plane), test["displacement"])
    ) * problem.in_matrix


@lru_cache
def space_errors(cells: int) -> dict[tuple[str, int], float]:
    """Errors in L2 (0) and in the H1 seminorm (1) of each field on a square with `cells` cells
    along a side.
    """
    tagged = rectangle((1.0, 1.0), (cells, cells), SIDES)

    def boundary(fields):
        # The exact values are put into the unknown below; here only their dofs are named.
        held = []
        for name, function in values.items():
            space = fields.space.sub(fields.index[name])
            tagged.mesh.topology.create_connectivity(1, 2)
            dofs = fem.locate_dofs_topological(
                (space, function.function_space), 1, tagged.facets.indices
            )
            held.append(fem.dirichletbc(function, dofs, space))
        return held

    plain = SpindleVoid(Case(**CASE), tagged)  # only for its spaces and constants
    c, u, _ = exact_fields(plain)
    values = {}
    for name, expression in (("concentration", c), ("displacement", u)):
        space = plain.fields.spaces[name]
        values[name] = fem.Function(space)
        values[name].interpolate(fem.Expression(expression, interpolation_points(space)))
    problem = SpindleVoid(Case(**CASE), tagged, source=loads, constraints=boundary)
    problem.solve_stage(0.0, 1e3, problem.state.snapshot())
    errors = {}
    found = {
        "concentration": problem.concentration,
        "displacement": problem.displacement,
        "hydrostatic_stress": problem.hydrostatic,
    }
    dx = ufl.dx(tagged.mesh, metadata={"quadrature_degree": 6})
    for name, expression in zip(found, exact_fields(problem), strict=True):
        difference = found[name] - expression
        for order, part in enumerate((difference, ufl.grad(difference))):
            errors[name, order] = float(np.sqrt(total(COMM, fem.form(ufl.inner(part, part) * dx))))
    plain.solver.destroy()
    problem.destroy()
    return errors


def space_order(field: str, derivative: int) -> tuple[float, float]:
    """Observed order between 16 and 32 cells along a side, and the expected one: 2 for each of
    the three norms that are checked.
    """
    coarse, fine = space_errors(16)[field, derivative], space_errors(32)[field, derivative]
    return float(np.log2(coarse / fine)), 2.0


def time_order() -> tuple[float, float]:
    """Observed order of the time stepping under a smooth load, from steps of 1/16, 1/32 and 1/64
    of the run.
    """

    def smooth(problem, test):
        x = ufl.SpatialCoordinate(problem.mesh)
        return (
            problem.stage
            * 1e3
            * ufl.sin(3 * problem.time)
            * (1 + ufl.cos(2 * x[0]))
            * test["concentration"]
            * problem.in_matrix
        )

    problem = SpindleVoid(Case(**CASE), rectangle((1.0, 1.0), (6, 6), SIDES), source=smooth)
    start = problem.state.snapshot()
    ends = []
    for steps in (16, 32, 64):
        problem.state.restore(start)
        for number in range(steps):
            implicit_runge_kutta_step(problem, number / steps, 1 / steps)
        ends.append(problem.unknown.x.array[problem.fields.owned["concentration"]].copy())
    distances = [np.sqrt(COMM.allreduce(float(np.sum((a - b) ** 2)))) for a, b in pairwise(ends)]
    problem.destroy()
    return float(np.log2(distances[0] / distances[1])), 2.0


MANUFACTURED_CHECKS = [
    Check(
        "manufactured: order of c in L2",
        "method of manufactured solutions",
        partial(space_order, "concentration", 0),
        0.15,
        False,
    ),
    Check(
        "manufactured: order of u in H1",
        "method of manufactured solutions",
        partial(space_order, "displacement", 1),
        0.15,
        False,
    ),
    Check(
        "manufactured: order of sigma_h in L2",
        "method of manufactured solutions",
        partial(space_order, "hydrostatic_stress", 0),
        0.15,
        False,
    ),
    Check(
        "manufactured: order in time", "method of manufactured solutions", time_order, 0.1, False
    ),
]
