"""Expressions whose values at quadrature points are found once and used in many assemblies."""

from collections.abc import Sequence

import basix.ufl
import ufl
from dolfinx import fem
from dolfinx.mesh import Mesh

from anodex.models.discrete.compat import interpolation_points


class HeldValues:
    """Scalar expressions that stay as they are while an equation is solved.

    A form that computes them anew at each assembly gives the same, to round-off, if it has the same
    quadrature degree.

    Parameters
    ----------
    mesh
        Where they live.
    degree
        Of the quadrature of the forms that use them.
    expressions
        UFL scalars.

    Attributes
    ----------
    values
        One for each expression, UFL; zero before the first update.
    """

    def __init__(self, mesh: Mesh, degree: int, expressions: Sequence):
        element = basix.ufl.quadrature_element(
            mesh.basix_cell(), value_shape=(len(expressions),), degree=degree
        )
        space = fem.functionspace(mesh, element)
        self._held = fem.Function(space)
        self._expression = fem.Expression(
            ufl.as_vector(list(expressions)), interpolation_points(space)
        )
        self.values = tuple(self._held[number] for number in range(len(expressions)))

    def update(self) -> None:
        """Hold the present values."""
        self._held.interpolate(self._expression)
