"""Leakage current: what electrons carry through the body when 1 V lies across it."""

from typing import Literal

import numpy as np
import ufl
from dolfinx import fem
from mpi4py import MPI

from anodex.meshes.tagged import TaggedMesh
from anodex.models.numerics.fields import MixedFields, held_dofs, total
from anodex.models.numerics.linear import DIRECT, solver_options
from anodex.models.numerics.nonlinear import NonlinearSolver, SolveReport
from anodex.models.numerics.ties import Ties

QUADRATURE_DEGREE = 3  # two points along each axis: exact in a box for a conductivity of its own
VOLTAGE = {"left": 1.0, "right": 0.0}  # V

# The equation is symmetric whatever the contrast: conjugate gradients with algebraic multigrid. The natural norm measures the error by
# the power that it dissipates; by the residual, what is negligible for lithium may be all of the current in the electrolyte.
CONJUGATE_GRADIENTS = {"ksp_type": "cg", "ksp_norm_type": "natural", "ksp_rtol": 1e-12, "ksp_max_it": 400, "pc_type": "hypre"}
LINEAR = {"snes_type": "ksponly"}


class Leakage:
    """Electronic potential V with div(conductivity grad V) = 0, 1 V at "left" and 0 V at "right"; other sides are insulated.

    Parameters
    ----------
    tagged
        The mesh, with facets "left" and "right".
    conductivity
        Electronic [pA/(V um)], a UFL expression that may change between solves.
    linear_solver
        "direct", "iterative", or "auto", which chooses by the number of unknowns.
    ties
        For periodic sides.

    Attributes
    ----------
    potential
        First-order Lagrange [V]; the last solution is the next guess.
    """

    def __init__(
        self, tagged: TaggedMesh, conductivity, linear_solver: Literal["auto", "direct", "iterative"] = "auto", ties: Ties | None = None
    ):
        mesh, facet = tagged.mesh, tagged.mesh.topology.dim - 1
        fields = MixedFields(fem.functionspace(mesh, ("Lagrange", 1)), ("potential",))
        self.potential = fem.Function(fields.space, name="electronic_potential")
        self._comm = mesh.comm
        left, right = (fields.hold("potential", tagged.facets.find(tagged.tags[side]), facet, VOLTAGE[side]) for side in VOLTAGE)
        self._right = held_dofs([right], fields)["potential"]
        dx = ufl.dx(mesh, metadata={"quadrature_degree": QUADRATURE_DEGREE})
        test = ufl.TestFunction(fields.space)
        options = DIRECT if solver_options(linear_solver, fields) is DIRECT else CONJUGATE_GRADIENTS
        flux = conductivity * ufl.grad(self.potential)
        self._power = fem.form(ufl.inner(flux, ufl.grad(self.potential)) * dx)
        self._solver = NonlinearSolver(
            ufl.inner(flux, ufl.grad(test)) * dx,
            self.potential,
            [left, right],
            "leakage",
            fields,
            LINEAR | options,
            keep_jacobian=False,
            ties=ties,
        )

    def solve(self) -> SolveReport:
        """Find the potential for the present conductivity.

        Raises
        ------
        ConvergenceError
            On every rank alike.
        """
        return self._solver.solve()

    def current(self) -> float:
        """Current at 1 V that leaves through "right", what holds the potential there in sum [pA/um in 2-D, per depth; pA in 3-D]."""
        return -self._comm.allreduce(float(np.sum(self._solver.reactions()[self._right])), op=MPI.SUM)

    def imbalance(self) -> float:
        """Current that enters at "left" over that which leaves at "right", less one.

        What enters is taken from the dissipated power, all of which is paid for at "left". The reactions there would be no good: beside
        lithium the round-off of 1 V makes a current of its own.
        """
        return total(self._comm, self._power) / self.current() - 1.0

    def destroy(self) -> None:
        """Free the PETSc objects; collective."""
        self._solver.destroy()
