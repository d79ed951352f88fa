"""Conduction of current: one potential, in a body whose conductivity may jump by any factor."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import ufl
from dolfinx import fem
from mpi4py import MPI

from anodex.meshes.tagged import TaggedMesh
from anodex.models.discrete.fields import MixedFields, constant, held_dofs
from anodex.models.solve.linear import DIRECT, solves_directly
from anodex.models.solve.nonlinear import NonlinearSolver, SolveReport
from anodex.models.solve.ties import Ties

QUADRATURE_DEGREE = 4
# The equation is symmetric whatever the contrast: conjugate gradients with algebraic multigrid. The
# natural norm measures the error by the power that it dissipates; by the residual, what is
# negligible for a metal may be all of the current in the electrolyte beside it.
CONJUGATE_GRADIENTS = {
    "ksp_type": "cg",
    "ksp_norm_type": "natural",
    "ksp_rtol": 1e-12,
    "ksp_max_it": 400,
    "pc_type": "hypre",
}
LINEAR = {"snes_type": "ksponly"}


@dataclass(frozen=True)
class SolverChoices:
    """How the equation is solved.

    Attributes
    ----------
    name
        Prefix of its PETSc options.
    linear_solver
        "direct", "iterative", or "auto", which chooses by the number of unknowns.
    options
        PETSc options beside those of the linear solver, stronger than these.
    before_assembly, keep_jacobian
        As of `NonlinearSolver`. To keep a Jacobian pays where the conductivity and the slope of
        the charge transfer never change.
    """

    name: str = "conduction"
    linear_solver: Literal["auto", "direct", "iterative"] = "auto"
    options: Mapping[str, object] = field(default_factory=dict)
    before_assembly: Callable[[], None] = lambda: None
    keep_jacobian: bool = False


class Conduction:
    """div(sigma grad phi) = q; a side that is not held is insulated, or periodic, or takes what
    `extra` says.

    Parameters
    ----------
    tagged
        Mesh with the parts that are held.
    conductivity
        sigma [pA/(V um)], UFL; its functions may change between solutions.
    potential
        phi [V], Lagrange; each solution starts from the last.
    held
        Name of a side -> potential [V] at first.
    taken
        q [pA/um^3], UFL: current that is taken out of each volume.
    extra
        Form that is added to the residual, with `ufl.TestFunction(potential.function_space)` and
        positive where current leaves [pA]: charge transfer through a side. It need not be linear in
        the potential, but its derivative must be symmetric and not negative.
    period
        Lengths of periodic cells, as `Ties` takes them.
    quadrature_degree
        Of all terms but `extra`.
    choices
        How the equation is solved.

    Attributes
    ----------
    unknown, solver
        The potential, and what solves for it.
    held
        Name of a side -> its potential [V], a `fem.Constant` that may change between solutions.
    """

    def __init__(
        self,
        tagged: TaggedMesh,
        conductivity,
        potential: fem.Function,
        held: Mapping[str, float],
        taken=0.0,
        extra: ufl.Form | None = None,
        period: tuple[float, ...] = (),
        quadrature_degree: int = QUADRATURE_DEGREE,
        choices: SolverChoices = SolverChoices(),
    ):
        mesh, space = tagged.mesh, potential.function_space
        self.unknown, self._comm = potential, mesh.comm
        self.held = {side: constant(mesh, value) for side, value in held.items()}
        fields = MixedFields(space, ("potential",))
        facet = mesh.topology.dim - 1
        mesh.topology.create_connectivity(facet, facet + 1)
        constraints = []
        for side, value in self.held.items():
            facets = tagged.facets.find(tagged.tags[side])
            dofs = fem.locate_dofs_topological(space, facet, facets)
            constraints.append(fem.dirichletbc(value, dofs, space))
        self._held_dofs = [held_dofs([one], fields)["potential"] for one in constraints]
        dx = ufl.dx(mesh, metadata={"quadrature_degree": quadrature_degree})
        test = ufl.TestFunction(space)
        residual = (
            conductivity * ufl.inner(ufl.grad(potential), ufl.grad(test)) + taken * test
        ) * dx
        direct = solves_directly(choices.linear_solver, fields)
        linear = DIRECT if direct else CONJUGATE_GRADIENTS
        self.solver = NonlinearSolver(
            residual if extra is None else residual + extra,
            potential,
            constraints,
            name=choices.name,
            fields=fields,
            options={**(LINEAR if extra is None else {}), **linear, **choices.options},
            before_assembly=choices.before_assembly,
            keep_jacobian=choices.keep_jacobian,
            ties=Ties(period),
        )

    def solve(self) -> SolveReport:
        """Solve for the present coefficients and held potentials; collective.

        Raises
        ------
        ConvergenceError
            On every rank alike, if the solver fails.
        """
        return self.solver.solve()

    def currents(self) -> dict[str, float]:
        """What enters through each held side [pA] (in two dimensions [pA/um] of depth), from what
        holds the potential there; collective.

        Beside a metal the round-off of the potential makes a current of its own: where next to
        nothing flows, take it from the side that touches what conducts least.
        """
        reactions = self.solver.reactions()
        sums = np.array([reactions[dofs].sum() for dofs in self._held_dofs])
        return dict(zip(self.held, self._comm.allreduce(sums, op=MPI.SUM).tolist(), strict=True))

    def destroy(self) -> None:
        """Free the PETSc objects; collective."""
        self.solver.destroy()
