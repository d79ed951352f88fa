import basix.ufl
import numpy as np
import pytest
import ufl
from dolfinx import fem, mesh
from dolfinx.fem import petsc as fem_petsc
from mpi4py import MPI

from anodex.models.laws.kinematics import strain
from anodex.models.numerics import linear
from anodex.models.numerics.fields import MixedFields
from anodex.models.numerics.linear import DIRECT, rigid_body_modes, solver_options

pytestmark = pytest.mark.smoke

COMM = MPI.COMM_WORLD


def box(dimension: int) -> mesh.Mesh:
    return mesh.create_unit_square(COMM, 3, 3) if dimension == 2 else mesh.create_unit_cube(COMM, 2, 2, 2)


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
    matrix = fem_petsc.assemble_matrix(fem.form(ufl.inner(strain(u, None, kind), strain(v, None, kind)) * ufl.dx))
    matrix.assemble()
    size = matrix.norm()
    for mode in modes:
        product = matrix.createVecLeft()
        matrix.mult(mode, product)
        assert product.norm() < 1e-13 * size
    stretch = modes[0].duplicate()
    stretch.array = (space.tabulate_dof_coordinates()[:owned, :dimension] * np.eye(dimension)[0]).ravel()
    matrix.mult(stretch, product)
    assert product.norm() > 1e-4 * size


def test_kind_of_solver(monkeypatch):
    domain = box(3)
    element = basix.ufl.element("Lagrange", domain.basix_cell(), 1)
    vector = basix.ufl.element("Lagrange", domain.basix_cell(), 2, shape=(3,))
    fields = MixedFields(fem.functionspace(domain, basix.ufl.mixed_element([element, vector])), ("concentration", "displacement"))
    assert solver_options("auto", fields) == DIRECT
    split = solver_options("iterative", fields)
    assert (split["pc_type"], split["fieldsplit_displacement_pc_type"]) == ("fieldsplit", "gamg")
    assert "fieldsplit_potential_pc_type" not in split
    monkeypatch.setattr(linear, "MOST_UNKNOWNS_DIRECT", {2: 10, 3: 10})
    assert solver_options("auto", fields) == split
    assert solver_options("direct", fields) == DIRECT
