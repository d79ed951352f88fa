"""Power-law creep at quadrature points: the local equation is solved there, the form sees value
and slope.
"""

from types import SimpleNamespace

import basix
import basix.ufl
import numpy as np
import ufl
from dolfinx import fem
from dolfinx.mesh import Mesh
from mpi4py import MPI

from anodex.models.discrete.compat import interpolation_points
from anodex.models.laws.creep import (
    creep_increment,
    creep_strain_increment,
    linearised,
    relaxed_deviator,
)
from anodex.models.laws.elasticity import von_mises

SMALL_CREEP_STRAIN = 1e-6  # below it, errors of the creep strain do not steer the time step


class NoCreep:
    """A matrix that does not creep: same face as `PowerLawCreep`, nothing to do."""

    def __init__(self, strain, shear):
        self.deviator = self.vertex_deviator = 2 * shear * ufl.dev(strain)
        self.strain = self.old = SimpleNamespace(x=SimpleNamespace(array=np.zeros(0)))

    def update(self) -> None:
        """Nothing changes."""

    def accept(self) -> None:
        """Nothing to keep."""

    def error(self, difference: np.ndarray) -> float:
        """No creep, no error."""
        return 0.0


class PowerLawCreep:
    """Creep strain rate (3/2) A q^(n-1) s with equivalent stress q and deviator s, implicit over a
    stage.

    Parameters
    ----------
    strain
        Total strain, 3 x 3 UFL expression of the unknown displacement.
    shear
        Shear modulus [MPa], a constant of the form.
    stage
        Length of the stage [s], a constant of the form.
    mesh, cells
        Where the matrix is, ghosts included.
    quadrature_degree
        That of the form.
    prefactor, exponent
        A [1/(s MPa^n)] and n.

    Attributes
    ----------
    strain, old
        Creep strain at the end and at the start of the stage, quadrature functions of shape (3, 3).
    deviator
        Stress deviator [MPa] at quadrature points, UFL expression whose derivative is the
        consistent tangent.
    vertex_deviator
        The same for evaluation anywhere in a cell, fitted linearly in each cell to the points of
        the last accepted stage.
    """

    def __init__(
        self,
        strain,
        shear,
        stage,
        mesh: Mesh,
        cells,
        quadrature_degree: int,
        prefactor: float,
        exponent: float,
    ):
        self.prefactor, self.exponent, self.shear, self.stage, self.cells = (
            prefactor,
            exponent,
            shear,
            stage,
            cells,
        )
        name = mesh.basix_cell()
        scalar, tensor = (
            fem.functionspace(
                mesh,
                basix.ufl.quadrature_element(name, value_shape=shape, degree=quadrature_degree),
            )
            for shape in ((), (3, 3))
        )
        self.strain, self.old = (
            fem.Function(tensor, name=label) for label in ("creep_strain", "old_creep_strain")
        )
        # Equivalent trial stress, equivalent creep increment and its slope at the present iterate.
        self._trial, self._increment, self._slope = (fem.Function(scalar) for _ in range(3))
        trial_deviator = 2 * shear * ufl.dev(strain - self.old)
        trial = von_mises(trial_deviator)
        increment = linearised(self._increment, self._slope, trial, self._trial)
        self.deviator = relaxed_deviator(trial_deviator, trial, increment, shear)
        points = interpolation_points(scalar)
        linear = fem.functionspace(mesh, ("DG", 1, (3, 3)))
        self.vertex_deviator = fem.Function(linear)
        self._deviator_at_points = fem.Function(tensor)
        corners = basix.create_element(basix.ElementFamily.P, name, 1)
        self._fit = np.linalg.pinv(np.asarray(corners.tabulate(0, points))[0, :, :, 0])
        self._trial_expression = fem.Expression(trial, points)
        self._deviator_expression = fem.Expression(self.deviator, points)
        self._strain_expression = fem.Expression(
            self.old + creep_strain_increment(trial_deviator, trial, self._increment), points
        )

    def update(self) -> None:
        """Solve the local equation for the present displacement."""
        self._trial.interpolate(self._trial_expression, self.cells)
        increment, slope = creep_increment(
            self._trial.x.array, self.shear.value, self.stage.value * self.prefactor, self.exponent
        )
        self._increment.x.array[:], self._slope.x.array[:] = increment, slope

    def accept(self) -> None:
        """Take the creep strain of the solution just found."""
        self.strain.interpolate(self._strain_expression, self.cells)
        # The stress is fitted, not the strains whose small difference it is: on curved cells those
        # would be off by many times the stress.
        self._deviator_at_points.interpolate(self._deviator_expression, self.cells)
        at_points = self._deviator_at_points.x.array.reshape(-1, 9)[
            self.strain.function_space.dofmap.list
        ]
        self.vertex_deviator.x.array.reshape(-1, 9)[
            self.vertex_deviator.function_space.dofmap.list
        ] = self._fit @ at_points

    def error(self, difference: np.ndarray) -> float:
        """Largest error of the creep strain on this rank over its largest value on all;
        collective.
        """
        comm = self.strain.function_space.mesh.comm
        scale = comm.allreduce(
            np.abs(self.strain.x.array).max(initial=SMALL_CREEP_STRAIN), op=MPI.MAX
        )
        return np.abs(difference).max(initial=0.0) / scale
