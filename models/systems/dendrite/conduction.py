"""Current through lithium and electrolyte: one potential, with a conductivity that depends on
the phase.
"""

from typing import Literal

import numpy as np
import ufl
from dolfinx import fem
from mpi4py import MPI

from anodex.meshes.tagged import TaggedMesh
from anodex.models.discrete.fields import MixedFields, held_dofs
from anodex.models.solve.linear import DIRECT, solves_directly
from anodex.models.solve.nonlinear import NonlinearSolver, SolveReport
from anodex.models.solve.ties import Ties

# as the phase field's kinetics, so that what these deposit and what is taken here are the same to
# round-off
QUADRATURE_DEGREE = 4
# The equation is symmetric whatever the contrast: conjugate gradients with algebraic multigrid. The
# natural norm measures the error by the power that it dissipates; by the residual, what is
# negligible for lithium may be all of the current in the electrolyte.
CONJUGATE_GRADIENTS = {
    "ksp_type": "cg",
    "ksp_norm_type": "natural",
    "ksp_rtol": 1e-12,
    "ksp_max_it": 400,
    "pc_type": "hypre",
}
LINEAR = {"snes_type": "ksponly"}


class Conduction:
    """div(sigma grad phi) = q, phi held at "left" and "right"; other sides are insulated, or
    periodic.

    For ions q is what lithium takes where it is deposited (Chen et al. 2015; Hong and Viswanathan
    2018); for electrons there is none (Chen et al. 2023, leakage current).

    Parameters
    ----------
    tagged
        Mesh with the parts "left" and "right".
    conductivity
        sigma [pA/(V um)], UFL; its functions may change between solutions.
    potential
        phi [V], first-order Lagrange; each solution starts from the last.
    left
        Potential of the left side [V]; that of the right side is 0.
    taken
        q [pA/um^3], UFL.
    period
        Lengths of periodic cells, as `Ties` takes them.
    linear_solver
        "direct", "iterative", or "auto", which chooses by the number of unknowns.
    name
        Prefix of its PETSc options.

    Attributes
    ----------
    left
        Constant, may change between solutions.
    """

    def __init__(
        self,
        tagged: TaggedMesh,
        conductivity,
        potential: fem.Function,
        left: float = 1.0,
        taken=0.0,
        period: tuple[float, ...] = (),
        linear_solver: Literal["auto", "direct", "iterative"] = "auto",
        name: str = "conduction",
    ):
        mesh, space = tagged.mesh, potential.function_space
        self._comm, self.left = mesh.comm, fem.Constant(mesh, left)
        fields = MixedFields(space, ("potential",))
        facet, facets = (
            mesh.topology.dim - 1,
            [tagged.facets.find(tagged.tags[side]) for side in ("left", "right")],
        )
        mesh.topology.create_connectivity(facet, facet + 1)
        dofs = [fem.locate_dofs_topological(space, facet, side) for side in facets]
        held = [
            fem.dirichletbc(value, side, space)
            for value, side in zip((self.left, fem.Constant(mesh, 0.0)), dofs, strict=True)
        ]
        self._sides = [held_dofs([side], fields)["potential"] for side in held]
        dx = ufl.dx(mesh, metadata={"quadrature_degree": QUADRATURE_DEGREE})
        test = ufl.TestFunction(space)
        direct = solves_directly(linear_solver, fields)
        self.solver = NonlinearSolver(
            (conductivity * ufl.inner(ufl.grad(potential), ufl.grad(test)) + taken * test) * dx,
            potential,
            held,
            name=name,
            fields=fields,
            options=LINEAR | (DIRECT if direct else CONJUGATE_GRADIENTS),
            keep_jacobian=False,
            ties=Ties(period),
        )

    def solve(self) -> SolveReport:
        """Solve for the present conductivity and source; collective.

        Raises
        ------
        ConvergenceError
            On every rank alike, if the linear solver fails.
        """
        return self.solver.solve()

    def currents(self) -> tuple[float, float]:
        """What enters through the left and the right side [pA] (in two dimensions [pA/um] of
        depth), from what holds the potential there.

        Beside lithium the round-off of the potential makes a current of its own: where next to
        nothing flows, take the right side's. Collective.
        """
        reactions = self.solver.reactions()
        left, right = self._comm.allreduce(
            np.array([reactions[side].sum() for side in self._sides]), op=MPI.SUM
        ).tolist()
        return left, right

    def destroy(self) -> None:
        """Free the PETSc objects; collective."""
        self.solver.destroy()
