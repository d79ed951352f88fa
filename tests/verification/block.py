"""A block of elastoplastic material whose sides are moved as planes: the problem behind the
exact solutions of pressing.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import ufl
from dolfinx import default_scalar_type, fem
from dolfinx import mesh as dmesh
from mpi4py import MPI

from anodex.models.constitutive.finite_plasticity import FinitePlasticity
from anodex.models.constitutive.yield_laws import YieldLaw
from anodex.models.discrete.fields import MixedFields
from anodex.models.laws.kinematics import deformation_gradient, thickness
from anodex.models.solve.linear import DIRECT
from anodex.models.solve.nonlinear import NonlinearSolver, SolveReport

COMM = MPI.COMM_WORLD
DEGREE = 4  # 3 x 3 Gauss points
AXIAL, RADIAL = 0, 1


class Block:
    """Rectangle of quadratic cells, x axial and y radial, whose sides are held or moved as planes.

    Parameters
    ----------
    radii
        Inner and outer one [um]; the inner may be zero.
    height
        [um].
    cells
        Axially and radially.
    law
        Its material.
    held
        Displacement components that a side is given, zero at first: (side, component) with sides
        "bottom", "top" (axial), "bore", "outer".
    dimension
        "axisymmetric" or "plane-strain".
    """

    def __init__(
        self,
        radii: tuple[float, float],
        height: float,
        cells: tuple[int, int],
        law: YieldLaw,
        held: Sequence[tuple[str, int]],
        dimension: str = "axisymmetric",
    ):
        corners = [(0.0, radii[0]), (height, radii[1])]
        self.mesh = mesh = dmesh.create_rectangle(
            COMM, corners, cells, dmesh.CellType.quadrilateral
        )
        self.radii, self.height = radii, height
        space = fem.functionspace(mesh, ("Lagrange", 2, (2,)))
        self.displacement = fem.Function(space)
        position = ufl.SpatialCoordinate(mesh)
        gradient = deformation_gradient(self.displacement, position, dimension)
        index_map = mesh.topology.index_map(2)
        everywhere = np.arange(index_map.size_local + index_map.num_ghosts, dtype=np.int32)
        self.plasticity = FinitePlasticity(gradient, mesh, [(everywhere, law)], DEGREE)
        virtual = ufl.derivative(gradient, self.displacement, ufl.TestFunction(space))
        inside = ufl.dx(mesh, metadata={"quadrature_degree": DEGREE})
        residual = (
            ufl.inner(self.plasticity.stress, virtual) * thickness(position, dimension) * inside
        )
        self._given: dict[tuple[str, int], fem.Constant] = {}
        self._dofs: dict[tuple[str, int], np.ndarray] = {}
        constraints = [self._hold(side, component) for side, component in held]
        self.solver = NonlinearSolver(
            residual,
            self.displacement,
            constraints,
            name="block",
            fields=MixedFields(space, ("displacement",)),
            options=DIRECT,
            before_assembly=self.plasticity.update,
            keep_jacobian=False,
        )

    def _hold(self, side: str, component: int) -> fem.DirichletBC:
        axis, place = {
            "bottom": (0, 0.0),
            "top": (0, self.height),
            "bore": (1, self.radii[0]),
            "outer": (1, self.radii[1]),
        }[side]
        part = self.displacement.function_space.sub(component)
        facets = dmesh.locate_entities_boundary(self.mesh, 1, lambda x: np.isclose(x[axis], place))
        self._dofs[side, component] = dofs = fem.locate_dofs_topological(part, 1, facets)
        self._given[side, component] = value = fem.Constant(self.mesh, default_scalar_type(0))
        return fem.dirichletbc(value, dofs, part)

    def move(self, to: Mapping[tuple[str, int], float]) -> SolveReport:
        """Move sides to displacements [um] in one step, and keep what that did."""
        for place, value in to.items():
            self._given[place].value = value
        report = self.solver.solve()
        self.plasticity.accept()
        return report

    def force(self, side: str, component: int) -> float:
        """Force [uN] that holds a side, along an axis (per um of depth in a plane)."""
        dofs = self._dofs[side, component]
        reactions = self.solver.reactions()
        return COMM.allreduce(float(reactions[dofs[dofs < reactions.size]].sum()), op=MPI.SUM)

    def die_pressures(self) -> tuple[float, float]:
        """True axial and radial pressure [MPa] where top and outer side are held."""
        height = self.height + float(self._given["top", AXIAL].value)
        radius = self.radii[1] + float(self._given["outer", RADIAL].value)
        return -self.force("top", AXIAL) / (np.pi * radius**2), -self.force("outer", RADIAL) / (
            2 * np.pi * radius * height
        )

    def mean(self, function: fem.Function) -> float:
        """Plain mean of a quadrature function over the points of all ranks."""
        owned = function.function_space.dofmap.index_map.size_local
        total, count = COMM.allreduce(np.array([function.x.array[:owned].sum(), owned]), op=MPI.SUM)
        return total / count

    def close(self) -> None:
        """Free the solver."""
        self.solver.destroy()
