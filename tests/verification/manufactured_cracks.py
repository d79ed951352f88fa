"""Manufactured solution of damage, concentration and stress together: orders in space."""

from functools import lru_cache, partial

import numpy as np
import ufl
from dolfinx import fem
from mpi4py import MPI

from anodex.models.discrete.compat import interpolation_points
from anodex.models.discrete.fields import total
from anodex.models.fracture.phase_field_crack import PhaseFieldCrack
from anodex.models.laws.constants import FARADAY, GAS
from anodex.models.laws.kinematics import strain
from anodex.models.systems.spindle_void.case import Case
from anodex.models.systems.spindle_void.damaged_void import DamagedVoid
from anodex.verification.check import Check
from anodex.verification.domains import rectangle
from anodex.verification.manufactured import CASE as UNDAMAGED
from anodex.verification.manufactured import SIDES

COMM = MPI.COMM_WORLD
LENGTH, TOUGHNESS, CURRENT = 0.25, 0.05, 20.0  # um, J/m^2, A/m^2
MOST_PASSES, AT_REST = 60, 1e-10  # largest change of damage in a pass
# Every coupling is strong: what is damaged conducts five times better, and half is damaged.
CASE = {
    **UNDAMAGED,
    "geometry": {"length": "1 um", "width": "0.2 um"},
    "electrolyte": {"diffusivity": "5e-12 m^2/s"},
    "fracture": {
        "model": "AT1",
        "length_scale": f"{LENGTH} um",
        "toughness": f"{TOUGHNESS} N/m",
        "path_length": "0.5 um",
    },
}


def exact_fields(problem: DamagedVoid):
    """Damage, concentration, displacement and undamaged hydrostatic stress, as UFL."""
    x = ufl.SpatialCoordinate(problem.mesh)
    d = 0.5 + 0.2 * ufl.cos(3 * x[0]) * ufl.cos(2 * x[1])
    c = problem.reference * (1 + 0.1 * ufl.sin(2 * x[0] + 1) * ufl.cos(3 * x[1]))
    u = ufl.as_vector(
        [5e-3 * ufl.sin(2 * x[0]) * ufl.cos(x[1]), 5e-3 * ufl.cos(x[0]) * ufl.sin(3 * x[1])]
    )
    volume = ufl.tr(strain(u, x, "plane-strain"))
    s = problem.bulk * (volume - problem.molar_volume * (c - problem.reference))
    return d, c, u, s


def left(d):
    return (1 - d) ** 2 + 1e-6


def loads(problem: DamagedVoid, test: dict) -> ufl.Form:
    """Body loads under which concentration and displacement of `exact_fields` are steady."""
    d, c, u, s = exact_fields(problem)
    drift = problem.molar_volume * c / (GAS * problem.temperature) * ufl.grad(left(d) * s)
    slow, fast = problem.matrix_diffusivity, problem.void_diffusivity
    flux = slow * drift - (slow + d**2 * (fast - slow)) * ufl.grad(c)
    faces = 2 / (1 + problem.excess) * surface(d)
    rate = problem.porosity * (c - ufl.split(problem.old)[0])
    rate += problem.stage * (ufl.div(flux) - CURRENT / FARADAY * faces)
    shear = 2 * problem.shear * ufl.dev(strain(u, None, "plane-strain"))
    stress = left(d) * (shear + s * ufl.Identity(3))
    plane = ufl.as_tensor([[stress[i, j] for j in range(2)] for i in range(2)])
    return (
        rate * test["concentration"] - ufl.dot(ufl.div(plane), test["displacement"])
    ) * problem.in_matrix


def surface(d):
    """Density of AT1 [1/um]."""
    return 3 / 8 * (d / LENGTH + LENGTH * ufl.dot(ufl.grad(d), ufl.grad(d)))


def pull(problem: DamagedVoid):
    """What must draw on the damage so that it rests at that of `exact_fields` [MPa]."""
    d, _, u, s = exact_fields(problem)
    shear = ufl.dev(strain(u, None, "plane-strain"))
    energy = problem.shear * ufl.inner(shear, shear) + s**2 / (2 * problem.bulk)
    spread = 3 / 8 * (1 / LENGTH - 2 * LENGTH * ufl.div(ufl.grad(d)))
    return TOUGHNESS * spread - 2 * (1 - d) * energy


@lru_cache
def space_errors(cells: int) -> dict[tuple[str, int], float]:
    """Errors in L2 (0) and in the H1 seminorm (1) of each field on a square with `cells` cells
    along a side.
    """
    tagged = rectangle((1.0, 1.0), (cells, cells), SIDES)
    tagged.mesh.topology.create_connectivity(1, 2)

    def interpolated(space, expression):
        function = fem.Function(space)
        function.interpolate(fem.Expression(expression, interpolation_points(space)))
        return function

    plain = DamagedVoid(Case(**CASE), tagged)  # only for its spaces and constants
    _, c, u, _ = exact_fields(plain)
    values = {
        name: interpolated(plain.fields.spaces[name], expression)
        for name, expression in (("concentration", c), ("displacement", u))
    }

    def boundary(fields):
        edge = tagged.facets.indices
        return [fields.hold_at(name, function, edge, 1) for name, function in values.items()]

    problem = DamagedVoid(Case(**CASE), tagged, source=loads, constraints=boundary)
    problem.current.value = CURRENT
    d = exact_fields(problem)[0]
    space = problem.damage.function_space
    edge = fem.locate_dofs_topological(space, 1, tagged.facets.indices)
    taken, _ = problem.energy_parts
    crack = PhaseFieldCrack(
        problem.damage,
        problem.crack_model,
        TOUGHNESS,
        problem.left * taken - pull(problem) * problem.damage,
        constraints=[fem.dirichletbc(interpolated(space, d), edge)],
    )
    start = problem.state.snapshot()
    for _ in range(MOST_PASSES):
        before = problem.damage.x.array.copy()
        problem.solver.renew_jacobian()
        problem.solve_stage(0.0, 1e3, start)
        crack.solve()
        change = np.abs(problem.damage.x.array - before).max(initial=0.0)
        if COMM.allreduce(change, op=MPI.MAX) < AT_REST:
            break
    found = {
        "damage": problem.damage,
        "concentration": problem.concentration,
        "displacement": problem.displacement,
        "hydrostatic_stress": problem.hydrostatic,
    }
    errors = {}
    dx = ufl.dx(tagged.mesh, metadata={"quadrature_degree": 6})
    for name, expression in zip(found, exact_fields(problem), strict=True):
        difference = found[name] - expression
        for order, part in enumerate((difference, ufl.grad(difference))):
            errors[name, order] = float(np.sqrt(total(COMM, fem.form(ufl.inner(part, part) * dx))))
    for one in (plain, problem, crack):
        one.destroy()
    return errors


def space_order(field: str, derivative: int) -> tuple[float, float]:
    """Observed order between 12 and 24 cells along a side, and the expected one."""
    coarse, fine = space_errors(12)[field, derivative], space_errors(24)[field, derivative]
    return float(np.log2(coarse / fine)), 2.0


MANUFACTURED_CRACK_CHECKS = [
    Check(
        f"manufactured, damaged: order of {symbol}",
        "method of manufactured solutions",
        partial(space_order, field, derivative),
        0.15,
        False,
    )
    for field, derivative, symbol in (
        ("damage", 0, "d in L2"),
        ("concentration", 0, "c in L2"),
        ("displacement", 1, "u in H1"),
        ("hydrostatic_stress", 0, "sigma_h in L2"),
    )
]
