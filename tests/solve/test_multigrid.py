import basix.ufl
import numpy as np
import pytest
import ufl
from dolfinx import fem, mesh
from mpi4py import MPI

from anodex.models.discrete.fields import MixedFields
from anodex.models.laws.kinematics import strain
from anodex.models.solve.linear import DIRECT, PRESSURE_MASS, VELOCITY, SchurMass, solver_options
from anodex.models.solve.nonlinear import NonlinearSolver

COMM = MPI.COMM_WORLD
CONTRAST = 10.0  # of the viscosity, up and down


def box(cell: str, n: int) -> mesh.Mesh:
    create = (
        mesh.create_unit_square if cell in ("triangle", "quadrilateral") else mesh.create_unit_cube
    )
    return create(
        COMM, *(n,) * (2 if create is mesh.create_unit_square else 3), mesh.CellType[cell]
    )


def solve(domain: mesh.Mesh, kind: str) -> tuple[np.ndarray, float]:
    """Stokes flow in a box, held where x = 0, y = 1, z = 0: the unknowns and the linear iterations
    a Newton step.

    Where the held faces meet, some tetrahedra have all nodes around a corner held.
    """
    dimension = domain.geometry.dim
    vector = basix.ufl.element("Lagrange", domain.basix_cell(), 2, shape=(dimension,))
    element = basix.ufl.mixed_element(
        [vector, basix.ufl.element("Lagrange", domain.basix_cell(), 1)]
    )
    fields = MixedFields(fem.functionspace(domain, element), ("velocity", "pressure"))
    unknown, x, inside = (
        fem.Function(fields.space),
        ufl.SpatialCoordinate(domain),
        ufl.dx(domain, degree=4),
    )
    (u, p), (v, q) = ufl.split(unknown), ufl.TestFunctions(fields.space)
    viscosity = CONTRAST ** (ufl.sin(5 * x[0]) * ufl.sin(4 * x[1]))
    rates = [strain(w, None, "3d" if dimension == 3 else "plane-strain") for w in (u, v)]
    force = ufl.as_vector([x[1] ** 2, ufl.sin(3 * x[0]), x[0] * x[1]][:dimension])
    residual = (
        2 * viscosity * ufl.inner(*rates) - p * ufl.div(v) - q * ufl.div(u) - ufl.dot(force, v)
    ) * inside
    at = ((0, 0.0), (1, 1.0), (2, 0.0))[:dimension]
    facets = [
        mesh.locate_entities_boundary(
            domain, dimension - 1, lambda x, a=axis, b=place: np.isclose(x[a], b)
        )
        for axis, place in at
    ]
    held = [
        fields.hold("velocity", np.unique(np.concatenate(facets)), dimension - 1, component=axis)
        for axis in range(dimension)
    ]
    schur = SchurMass(fields, "pressure", -1 / viscosity, inside)
    options = solver_options(kind, fields, {"velocity": VELOCITY, "pressure": PRESSURE_MASS})
    assert (options is DIRECT) == (kind == "direct")
    solver = NonlinearSolver(
        residual, unknown, held, f"multigrid_{kind}", fields, options, 1e-10, schur=schur
    )
    try:
        report = solver.solve()
    finally:
        solver.destroy()
    return unknown.x.array.copy(), report.linear_iterations / report.iterations


@pytest.mark.parametrize(
    "cell, n", [("triangle", 12), ("quadrilateral", 12), ("tetrahedron", 4), ("hexahedron", 4)]
)
def test_iterations_hardly_grow_as_cells_shrink(cell, n):
    iterations = [solve(box(cell, size), "iterative")[1] for size in (n, 2 * n)]
    assert iterations[1] <= 1.1 * iterations[0]
    assert max(iterations) < 45


@pytest.mark.parametrize("cell, n", [("quadrilateral", 6), ("tetrahedron", 3), ("hexahedron", 3)])
def test_solution_is_that_of_the_direct_solver(cell, n):
    domain = box(cell, n)
    values = [solve(domain, kind)[0] for kind in ("direct", "iterative")]
    np.testing.assert_allclose(values[1], values[0], atol=1e-8 * np.abs(values[0]).max())
