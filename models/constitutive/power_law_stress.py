"""Stress of power-law creep for Newton's method: an unknown of its own at quadrature points.

With velocity alone as unknown, full steps of Newton's method fail for large exponents and short
ones are many: the viscosity depends on the strain rate by a steep concave law. Linearised instead
at a stress, by the convex law rate = f(stress), it needs 10 to 20 iterations from the solution of a
Newtonian fluid, with no continuation in the exponent. The stress is eliminated point by point, so
that the system solved is that of a Stokes flow with a given viscosity tensor.
"""

import basix.ufl
import numpy as np
from dolfinx import fem
from dolfinx.mesh import Mesh

from anodex.models.discrete.compat import interpolation_points
from anodex.models.discrete.fields import constant
from anodex.models.laws.creep import (
    TINY,
    PowerLaw,
    equivalent_stress,
    strain_rate,
    stress_change,
    viscosity,
)

# Most that a step may ask for of what has no yield stress, over what the law gives for the present
# strain rate; to the power n it is the rate that goes with it. As the law is convex a step asks for
# too much, and the more so where a yield stress is most of the stress: 2 in place of 1.1 takes 29
# iterations, not 20, for a contour of lithium that yields at 0.7 MPa, and 12, not 10, for one that
# does not. With 1.02 a contour takes one less, but some foils that slide do not converge.
LARGEST_STRESS = 1.1


class PowerLawStress:
    """Stress deviator of power-law creep, to be used in a residual form and updated before each
    assembly of it.

    Parameters
    ----------
    rate
        Strain-rate deviator [1/s], 3 x 3 UFL expression, linear in the unknown.
    prefactor, exponent
        A [1/(s MPa^n)] and n of the creep rate A q^n.
    floor
        Equivalent stress [MPa] above the yield stress below which the creep is Newtonian.
    quadrature_degree
        That of the form.
    yield_stress
        q_y [MPa], where the rate is A <q - q_y>^n.
    is_uneven
        Whether `vary` may give each cell a prefactor of its own.

    Attributes
    ----------
    deviator
        Stress deviator [MPa]: linearised at the stress of the last update, exact where the
        iteration has converged.
    viscosity
        Effective shear viscosity [MPa s] at the stress of the last update.
    """

    def __init__(
        self,
        rate,
        mesh: Mesh,
        prefactor: float,
        exponent: float,
        floor: float,
        quadrature_degree: int,
        yield_stress: float = 0.0,
        is_uneven: bool = False,
    ):
        self.law: tuple = (prefactor, exponent, floor, yield_stress)
        self._constants = [constant(mesh, 1.0) for _ in self.law]
        space = fem.functionspace(
            mesh,
            basix.ufl.quadrature_element(
                mesh.basix_cell(), value_shape=(3, 3), degree=quadrature_degree
            ),
        )
        self.stress, self._predicted, self._rate = (fem.Function(space) for _ in range(3))
        if is_uneven:
            self._constants[0] = self._scalar()
        missing = rate - strain_rate(self.stress, *self._constants)
        self.deviator = self.stress + stress_change(self.stress, missing, *self._constants)
        self.viscosity = viscosity(self.stress, *self._constants)
        points = interpolation_points(space)
        self._predicted_expression, self._rate_expression = (
            fem.Expression(value, points) for value in (self.deviator, rate)
        )
        self._cells = np.arange(
            mesh.topology.index_map(mesh.topology.dim).size_local
            + mesh.topology.index_map(mesh.topology.dim).num_ghosts
        )
        self._newtonian = True

    def begin(self, typical_rate: float) -> None:
        """Start as a Newtonian fluid that has the stress of the law at a typical strain rate
        [1/s].
        """
        prefactor, exponent, _, yield_stress = self.law
        typical = PowerLaw(prefactor, exponent, yield_stress).flow_stress(typical_rate)
        self._set((typical_rate / typical, 1.0, 1.0, 0.0))
        self.stress.x.array[:] = 0.0
        self._newtonian = True

    def vary(self, prefactors: np.ndarray) -> None:
        """Take a prefactor for each cell of this rank, ghosts included, shape (cells,)."""
        of_points = self._constants[0].function_space.dofmap.list
        prefactor = np.empty(of_points.size)
        prefactor[of_points] = prefactors[:, None]
        self.law = (prefactor, *self.law[1:])
        if not self._newtonian:
            self._set(self.law)

    def follow_law(self) -> None:
        """From the strain rate of the Newtonian fluid, take the stress of the law."""
        rate = self.rate().x.array.reshape(-1, 9)
        equivalent = _equivalent_rate(rate)
        stress = equivalent_stress(equivalent, *self.law)
        self.stress.x.array[:] = (
            2 / 3 * rate * (stress / np.maximum(equivalent, TINY))[:, None]
        ).reshape(-1)
        self._set(self.law)
        self._newtonian = False

    def update(self) -> None:
        """Take the stress that the linearised law gives for the present strain rate, held back
        where it runs away.
        """
        if self._newtonian:
            return
        self._predicted.interpolate(self._predicted_expression, self._cells)
        predicted, rate = self._predicted.x.array.reshape(-1, 9), self.rate().x.array.reshape(-1, 9)
        faster = LARGEST_STRESS ** self.law[1]
        limit = equivalent_stress(faster * _equivalent_rate(rate), *self.law)
        size = _von_mises(predicted)
        self.stress.x.array[:] = (
            predicted * np.minimum(1.0, limit / np.maximum(size, TINY))[:, None]
        ).reshape(-1)

    def rate(self) -> fem.Function:
        """Strain-rate deviator [1/s] of the present unknown, at the quadrature points."""
        self._rate.interpolate(self._rate_expression, self._cells)
        return self._rate

    def von_mises(self) -> fem.Function:
        """Equivalent stress [MPa] of the last update, at the quadrature points."""
        equivalent = self._scalar()
        equivalent.x.array[:] = _von_mises(self.stress.x.array.reshape(-1, 9))
        return equivalent

    def _scalar(self) -> fem.Function:
        """A number at each quadrature point."""
        mesh = self.stress.function_space.mesh
        degree = self.stress.function_space.ufl_element().degree
        element = basix.ufl.quadrature_element(mesh.basix_cell(), degree=degree)
        return fem.Function(fem.functionspace(mesh, element))

    def _set(self, law: tuple) -> None:
        for held, value in zip(self._constants, law, strict=True):
            if isinstance(held, fem.Function):
                held.x.array[:] = value
            else:
                held.value = value


def _von_mises(deviators: np.ndarray) -> np.ndarray:
    """Equivalent stress of deviators, shape (points, 9)."""
    return np.sqrt(1.5 * np.einsum("ij,ij->i", deviators, deviators))


def _equivalent_rate(deviators: np.ndarray) -> np.ndarray:
    """Equivalent strain rate of rate deviators, shape (points, 9)."""
    return np.sqrt(2 / 3 * np.einsum("ij,ij->i", deviators, deviators))
