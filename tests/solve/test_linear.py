import basix.ufl
import numpy as np
import pytest
import ufl
from dolfinx import fem, mesh
from dolfinx.fem import petsc as fem_petsc
from mpi4py import MPI
from petsc4py import PETSc

from anodex.models.discrete.fields import MixedFields
from anodex.models.laws.kinematics import strain
from anodex.models.solve import linear
from anodex.models.solve.linear import (
    DIRECT,
    ELASTIC,
    PRESSURE_MASS,
    SCALAR,
    VELOCITY,
    SchurMass,
    rigid_body_modes,
    solver_options,
    solves_directly,
)

pytestmark = pytest.mark.smoke

COMM = MPI.COMM_WORLD


def box(dimension: int) -> mesh.Mesh:
    return (
        mesh.create_unit_square(COMM, 3, 3)
        if dimension == 2
        else mesh.create_unit_cube(COMM, 2, 2, 2)
    )


@pytest.mark.parametrize("dimension", [2, 3])
def test_rigid_body_modes_are_orthonormal_and_cost_no_energy(dimension):
    domain = box(dimension)
    space = fem.functionspace(domain, ("Lagrange", 2, (dimension,)))
    owned = space.dofmap.index_map.size_local
    modes = rigid_body_modes(space.tabulate_dof_coordinates()[:owned], dimension, COMM).getVecs()
    assert len(modes) == dimension * (dimension + 1) // 2
    gram = [[first.dot(second) for second in modes] for first in modes]
    np.testing.assert_allclose(gram, np.eye(len(modes)), atol=1e-13)

    u, v = ufl.TrialFunction(space), ufl.TestFunction(space)
    kind = "3d" if dimension == 3 else "plane-strain"
    matrix = fem_petsc.assemble_matrix(
        fem.form(ufl.inner(strain(u, None, kind), strain(v, None, kind)) * ufl.dx)
    )
    matrix.assemble()
    size = matrix.norm()
    for mode in modes:
        product = matrix.createVecLeft()
        matrix.mult(mode, product)
        assert product.norm() < 1e-13 * size
    stretch = modes[0].duplicate()
    stretch.array = (
        space.tabulate_dof_coordinates()[:owned, :dimension] * np.eye(dimension)[0]
    ).ravel()
    matrix.mult(stretch, product)
    assert product.norm() > 1e-4 * size


def test_kind_of_solver(monkeypatch):
    domain = box(3)
    element = basix.ufl.element("Lagrange", domain.basix_cell(), 1)
    vector = basix.ufl.element("Lagrange", domain.basix_cell(), 2, shape=(3,))
    fields = MixedFields(
        fem.functionspace(domain, basix.ufl.mixed_element([element, vector])),
        ("concentration", "displacement"),
    )
    blocks = {"concentration": SCALAR, "displacement": ELASTIC, "potential": SCALAR}
    assert solver_options("auto", fields, blocks) is DIRECT
    split = solver_options("iterative", fields, blocks)
    assert (split["pc_type"], split["fieldsplit_displacement_pc_type"]) == ("fieldsplit", "gamg")
    assert "fieldsplit_potential_pc_type" not in split
    monkeypatch.setattr(linear, "MOST_UNKNOWNS_DIRECT", {2: 10, 3: 10})
    assert solver_options("auto", fields, blocks) == split
    assert solver_options("direct", fields, blocks) is DIRECT
    assert [solves_directly(kind, fields) for kind in ("auto", "direct", "iterative")] == [
        False,
        True,
        False,
    ]


def test_a_field_is_solved_as_its_system_declares_whatever_its_name(flow_fields):
    split = solver_options("iterative", flow_fields, {"velocity": ELASTIC, "pressure": SCALAR})
    assert split["fieldsplit_velocity_pc_type"] == "gamg"
    assert split["pc_fieldsplit_type"] == "multiplicative"


@pytest.mark.parametrize("kind", ["auto", "direct", "iterative"])
def test_a_field_without_options_is_told_before_the_matrix_is_large(flow_fields, kind):
    with pytest.raises(KeyError, match="pressure"):
        solver_options(kind, flow_fields, {"velocity": VELOCITY})


@pytest.fixture
def flow_fields():
    domain = box(2)
    vector = basix.ufl.element("Lagrange", domain.basix_cell(), 2, shape=(2,))
    element = basix.ufl.mixed_element(
        [vector, basix.ufl.element("Lagrange", domain.basix_cell(), 1)]
    )
    return MixedFields(fem.functionspace(domain, element), ("velocity", "pressure"))


def test_a_flow_is_split_by_its_schur_complement(flow_fields):
    options = solver_options(
        "iterative", flow_fields, {"velocity": VELOCITY, "pressure": PRESSURE_MASS}
    )
    assert (options["pc_fieldsplit_type"], options["pc_fieldsplit_schur_fact_type"]) == (
        "schur",
        "upper",
    )
    assert options["fieldsplit_velocity_pc_python_type"].endswith("multigrid.OrderMultigrid")
    # Any other would multiply by the Schur complement, one multigrid cycle for the velocity each
    # time.
    assert options["fieldsplit_pressure_ksp_type"] == "preonly"


def test_schur_mass_follows_its_weight_in_the_order_of_the_split(flow_fields):
    mesh_ = flow_fields.space.mesh
    factor, x, inside = fem.Constant(mesh_, 1.0), ufl.SpatialCoordinate(mesh_), ufl.dx(mesh_)
    schur = SchurMass(flow_fields, "pressure", factor * (1 + x[0] ** 2), inside)
    # Rows times the nodal values of y are the moments of weight times y, here by the mixed space.
    y = fem.Function(flow_fields.spaces["pressure"])
    y.interpolate(lambda x: x[1])
    rows, order = np.sort(flow_fields.owned["pressure"]), np.argsort(flow_fields.owned["pressure"])
    for factor.value in (1.0, -3.0):
        schur.update()
        values, product = schur.matrix.createVecs()
        values.array = y.x.array[: len(order)][order]
        schur.matrix.mult(values, product)
        _, q = ufl.TestFunctions(flow_fields.space)
        moments = fem_petsc.assemble_vector(fem.form(factor * (1 + x[0] ** 2) * y * q * inside))
        moments.ghostUpdate(PETSc.InsertMode.ADD, PETSc.ScatterMode.REVERSE)
        np.testing.assert_allclose(product.array_r, moments.array_r[rows], atol=1e-14)
