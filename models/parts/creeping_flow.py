"""Creeping flow of an incompressible power-law metal: unknowns, stress, equations and their solver.

Nothing here knows a system. Whoever owns the boundary says what is held, tied and pushed there, and
how large the flow is that comes of it.
"""

from collections.abc import Callable, Mapping, Sequence
from math import nan
from typing import TypeVar

import basix.ufl
import numpy as np
import ufl
from dolfinx import fem
from dolfinx.mesh import Mesh

from anodex.models.constitutive.power_law_stress import PowerLawStress
from anodex.models.discrete.compat import interpolation_points
from anodex.models.discrete.fields import MixedFields, constant
from anodex.models.discrete.tensors import component_functions
from anodex.models.laws.creep import PowerLaw
from anodex.models.laws.kinematics import strain, thickness
from anodex.models.solve.linear import SchurMass
from anodex.models.solve.nonlinear import NonlinearSolver
from anodex.models.solve.ties import Ties

QUADRATURE_DEGREE = 4

Solved = TypeVar("Solved")


class CreepingFlow:
    """Stokes flow with a power law on a mesh; forms are built once, the mesh may move.

    Unknowns: velocity [um/s], second order, and pressure [MPa], first order, continuous (Taylor and
    Hood, Comput. Fluids 1 (1973) 73) or free in each quadrilateral or hexahedron ("DPC": Crouzeix
    and Raviart, RAIRO 7 (1973) 33), which keeps the volume of each. Both residuals are measured in
    units that `take_load` sets, so that they have one size.

    Parameters
    ----------
    mesh
        Where the metal is.
    law
        Its creep.
    dimension
        "plane-strain", "axisymmetric" or "3d", as in `models/laws/kinematics.py`.
    floor
        Equivalent stress [MPa] above the yield stress below which the metal is Newtonian; left out
        where it comes with a load.
    pressures
        Family of the pressure, "Lagrange" or "DPC".
    is_uneven
        Whether the prefactor of the law may differ from cell to cell (`stress.vary`).

    Attributes
    ----------
    fields, unknown
        "velocity" and "pressure", and the mixed function that holds them.
    velocity, pressure
        Its parts, for forms.
    equivalent_rate
        Equivalent strain rate [1/s], for forms.
    virtual_velocity
        Test function of the velocity over the unit of the stress, for forms of what acts on the
        boundary.
    stress
        The stress deviator.
    weight
        Factor that turns integrals over the mesh into those over the body.
    inside
        Measure of the mesh.
    rate, typical_stress
        A strain rate [1/s], and the stress that the law has at it [MPa]: the unit of the forces.
    volume_unit
        That of the volume which the flow fails to keep: the strain rate; or, so that the Jacobian
        is symmetric for a solver that wants it so, the stress.
    """

    def __init__(
        self,
        mesh: Mesh,
        law: PowerLaw,
        dimension: str,
        floor: float = nan,
        pressures: str = "Lagrange",
        is_uneven: bool = False,
    ):
        self.law, self._dimension = law, dimension
        self._position = ufl.SpatialCoordinate(mesh)
        cell = mesh.basix_cell()
        vector = basix.ufl.element("Lagrange", cell, 2, shape=(mesh.geometry.dim,))
        scalar = basix.ufl.element(pressures, cell, 1)
        space = fem.functionspace(mesh, basix.ufl.mixed_element([vector, scalar]))
        self.fields = MixedFields(space, ("velocity", "pressure"))
        self.unknown = fem.Function(space, name="flow")
        self.velocity, self.pressure = ufl.split(self.unknown)
        self.weight = thickness(self._position, dimension)
        self.inside = ufl.dx(mesh, metadata={"quadrature_degree": QUADRATURE_DEGREE})
        rate = self._strain_rate(self.velocity)
        self.stress = PowerLawStress(
            ufl.dev(rate),
            mesh,
            law.prefactor,
            law.exponent,
            floor,
            QUADRATURE_DEGREE,
            law.yield_stress,
            is_uneven,
        )
        self.equivalent_rate = ufl.sqrt(2 / 3 * ufl.inner(ufl.dev(rate), ufl.dev(rate)))
        self._pressure_there = fem.Function(
            fem.functionspace(mesh, basix.ufl.quadrature_element(cell, degree=QUADRATURE_DEGREE))
        )
        self._pressure_expression = fem.Expression(
            self.pressure, interpolation_points(self._pressure_there.function_space)
        )
        self._unit_rate, self._unit_stress = constant(mesh, 1.0), constant(mesh, 1.0)
        self.rate = self.typical_stress = self.volume_unit = 1.0
        self._symmetric = False
        w, q = ufl.TestFunctions(space)
        w, q = w / self._unit_stress, q / self._unit_rate
        self.virtual_velocity, virtual_rate = w, self._strain_rate(w)
        power = ufl.inner(self.stress.deviator, virtual_rate) - self.pressure * ufl.tr(virtual_rate)
        self._residual = (power - q * ufl.tr(rate)) * self.weight * self.inside

    def _strain_rate(self, velocity):
        return strain(velocity, self._position, self._dimension)

    def take_load(self, rate: float, floor: float | None = None) -> None:
        """Measure residuals by a strain rate [1/s] that the flow has somewhere.

        A `floor` [MPa] becomes that of the law with the next `start` or `stress.follow_law`.
        """
        self.rate, self.typical_stress = rate, self.law.flow_stress(rate)
        self.volume_unit = self.typical_stress if self._symmetric else rate
        self._unit_rate.value, self._unit_stress.value = self.volume_unit, self.typical_stress
        if floor is not None:
            law = self.law
            self.stress.law = (law.prefactor, law.exponent, floor, law.yield_stress)

    def start(self, solve: Callable[[], Solved]) -> Solved:
        """Find where Newton's method for the law starts from; what `solve` gives is returned.

        That is the flow of the Newtonian metal that has the stress of the law at `rate`.
        """
        self.stress.begin(self.rate)
        found = solve()
        self.stress.follow_law()
        return found

    def tensors(self) -> dict[str, fem.Function]:
        """Components of stress and strain rate at the quadrature points, by the names that files of
        fields give them.
        """
        space = self._pressure_there.function_space
        self._pressure_there.interpolate(self._pressure_expression)
        stress = self.stress.stress.x.array.reshape(-1, 3, 3).copy()
        stress -= self._pressure_there.x.array[:, None, None] * np.eye(3)
        rate = self.stress.rate().x.array.reshape(-1, 3, 3)
        return component_functions("stress [MPa]", stress, space) | component_functions(
            "strain_rate [1/s]", rate, space
        )

    def solver(
        self,
        name: str,
        constraints: Sequence[fem.DirichletBC],
        options: Mapping[str, object],
        tolerance: float = 1e-10,
        extra: ufl.Form | None = None,
        ties: Ties | None = None,
        schur: bool = False,
    ) -> NonlinearSolver:
        """Solver of the flow under some conditions.

        Parameters
        ----------
        name, constraints, options, tolerance, ties
            As of `NonlinearSolver`.
        extra
            Power of what acts on the boundary, by `virtual_velocity`.
        schur
            Whether `options` may split the fields: a mass matrix of the pressure over the viscosity
            then stands for the Schur complement.
        """
        self._symmetric = options.get("pc_type") == "cholesky"
        weight = -self.weight / (self._unit_rate * self.stress.viscosity)
        return NonlinearSolver(
            self._residual if extra is None else self._residual + extra,
            self.unknown,
            constraints,
            name=name,
            fields=self.fields,
            # Steps are taken whole: the stress follows the velocity, not the residual downhill.
            options={"snes_linesearch_type": "basic", **options},
            tolerance=tolerance,
            before_assembly=self.stress.update,
            keep_jacobian=False,
            ties=ties,
            schur=SchurMass(self.fields, "pressure", weight, self.inside) if schur else None,
        )
