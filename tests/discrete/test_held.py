"""Values at quadrature points that are held while others change."""

import pytest
import ufl
from dolfinx import fem
from dolfinx.mesh import CellType, create_unit_square
from mpi4py import MPI

from anodex.models.discrete.fields import total
from anodex.models.discrete.held import HeldValues

COMM, DEGREE = MPI.COMM_WORLD, 4


@pytest.mark.parametrize("cells", [CellType.triangle, CellType.quadrilateral])
def test_held_values_are_those_of_the_last_update(cells):
    mesh = create_unit_square(COMM, 5, 4, cells)
    field = fem.Function(fem.functionspace(mesh, ("Lagrange", 1)))
    field.interpolate(lambda x: x[0] * x[1] + x[0])
    slope = ufl.sqrt(ufl.inner(ufl.grad(field), ufl.grad(field)))
    held = HeldValues(mesh, DEGREE, (ufl.exp(field), slope))
    dx = ufl.dx(mesh, metadata={"quadrature_degree": DEGREE})
    kept = fem.form(held.values[0] * held.values[1] * dx)
    fresh = fem.form(ufl.exp(field) * slope * dx)
    held.update()
    before = total(COMM, fresh)
    assert total(COMM, kept) == pytest.approx(before, rel=1e-13)
    field.x.array[:] *= 2
    assert total(COMM, kept) == pytest.approx(before, rel=1e-13)
    held.update()
    assert total(COMM, kept) == pytest.approx(total(COMM, fresh), rel=1e-13) != before
