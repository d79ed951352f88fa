"""Charge balance: one potential, with a conductivity that depends on the phase."""

import numpy as np
import ufl
from dolfinx import fem
from mpi4py import MPI

from anodex.meshes.tagged import TaggedMesh
from anodex.models.numerics.fields import MixedFields
from anodex.models.numerics.linear import solver_options
from anodex.models.numerics.nonlinear import NonlinearSolver, SolveReport
from anodex.models.numerics.ties import Ties

TOLERANCE = 1e-12  # lithium makes the scale of residuals, electrolyte the currents


class ChargeBalance:
    """div(sigma grad phi) = q, phi held on two opposite sides (Chen et al. 2015; Hong and Viswanathan 2018).

    Where lithium is deposited, q is the ions that it takes.

    Parameters
    ----------
    tagged
        Mesh with the parts "left" and "right".
    conductivity
        sigma [pA/(V um)], UFL; its functions may change between solutions.
    taken
        q [pA/um^3], UFL.
    potential
        phi [V], first-order Lagrange.
    left, right
        Potentials of the sides [V].
    period
        Lengths of periodic cells, as `Ties` takes them.

    Attributes
    ----------
    left
        Potential of the left side [V], constant.
    """

    def __init__(
        self,
        tagged: TaggedMesh,
        conductivity,
        taken,
        potential: fem.Function,
        left: float,
        right: float = 0.0,
        period: tuple[float, ...] = (),
    ):
        mesh, space = tagged.mesh, potential.function_space
        self.mesh, self.potential = mesh, potential
        self.fields = MixedFields(space, ("potential",))
        self.left = fem.Constant(mesh, left)
        dimension = mesh.topology.dim - 1
        mesh.topology.create_connectivity(dimension, mesh.topology.dim)
        self._dofs = {
            name: fem.locate_dofs_topological(space, dimension, tagged.facets.find(tagged.tags[name])) for name in ("left", "right")
        }
        held = [
            fem.dirichletbc(value, self._dofs[name], space) for name, value in (("left", self.left), ("right", fem.Constant(mesh, right)))
        ]
        test, inside = ufl.TestFunction(space), ufl.dx(mesh, metadata={"quadrature_degree": 4})
        residual = conductivity * ufl.dot(ufl.grad(self.potential), ufl.grad(test)) * inside + taken * test * inside
        self.solver = NonlinearSolver(
            residual,
            self.potential,
            held,
            name="dendrite_charge",
            fields=self.fields,
            options={"snes_linesearch_type": "basic", **solver_options("iterative", self.fields)},
            tolerance=TOLERANCE,
            ties=Ties(period),
        )

    def solve(self) -> SolveReport:
        """Solve for the present conductivity and source.

        Raises
        ------
        ConvergenceError
            If the linear solver fails.
        """
        return self.solver.solve()

    def currents(self) -> tuple[float, float]:
        """Current that enters through the left and the right side [pA] (in two dimensions [pA/um] of depth); variational, collective."""
        reactions = self.solver.reactions()
        sums = np.array([reactions[dofs[dofs < len(reactions)]].sum() for dofs in self._dofs.values()])
        left, right = self.mesh.comm.allreduce(sums, op=MPI.SUM).tolist()
        return left, right

    def destroy(self) -> None:
        """Free the PETSc objects; collective."""
        self.solver.destroy()
