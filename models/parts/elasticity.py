"""Quasi-static linear elasticity of a body whose moduli and swelling are fields, under pressure."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import ufl
from dolfinx import default_scalar_type, fem
from mpi4py import MPI

from anodex.meshes.tagged import TaggedMesh
from anodex.models.discrete.fields import MixedFields
from anodex.models.laws.kinematics import strain
from anodex.models.solve.linear import DIRECT, rigid_body_modes, solves_directly
from anodex.models.solve.nonlinear import NonlinearSolver, SolveReport
from anodex.models.solve.ties import Ties

# times the order of the displacement; 2 x 2 (x 2) Gauss points for the first: moduli vary smoothly
# over a few cells
QUADRATURE_DEGREE = 3
LATERAL_SIDES = {"bottom": 1, "top": 1, "front": 2, "back": 2}  # of a slab -> axis across
TOLERANCE = 1e-8  # of the balance of forces
# The multigrid of a stiffness with large jumps can turn out slightly indefinite, which conjugate
# gradients refuse. Each call brings a new matrix, which costs less than solving with an old one;
# its multigrid serves some ten calls. Linear: one step to a residual below the tolerance.
ITERATIVE = {
    "snes_linesearch_type": "basic",
    "snes_lag_preconditioner": 10,
    "snes_lag_preconditioner_persists": True,
    "ksp_type": "fgmres",
    "ksp_gmres_restart": 60,
    "ksp_rtol": TOLERANCE / 3,
    "ksp_max_it": 400,
    "pc_type": "gamg",
    # Jacobi turns indefinite beside long cells
    "mg_levels_pc_type": "sor",
}


def slab_supports(dimension: int, mirrored: bool = True) -> dict[str, tuple[int, ...]]:
    """What holds a slab (`anodex.meshes.slab`) that is clamped at "left": side -> axes.

    Mirrors at the lateral sides let nothing move across, and take no shear.
    """
    axes = tuple(range(dimension))
    lateral = LATERAL_SIDES if mirrored else {}
    return {"left": axes} | {side: (axis,) for side, axis in lateral.items() if axis in axes}


class Elasticity:
    """Displacement of a body that is held at some sides and loaded at others; plane strain in 2-D.

    Parameters
    ----------
    tagged
        Mesh with the parts that are held or pressed.
    bulk, shear
        Moduli [MPa], UFL expressions of functions that may change from call to call.
    eigenstrain
        Stress-free linear strain [-] along each axis, also out of the plane; such an expression
        too.
    held
        Name of a side -> axes along which it does not move.
    pressed
        Name of the side that `pressure` acts on; None for none.
    tractions
        Name of a side -> what else acts on it [MPa], a UFL vector.
    order
        Of the displacement.
    period
        Lengths of periodic cells, as `Ties` takes them.
    linear_solver
        "direct", "iterative", or "auto", which chooses by the number of unknowns.
    name
        Prefix of its PETSc options.

    Attributes
    ----------
    unknown, solver
        The displacement [um], a Lagrange vector, and what solves for it.
    pressure
        On the pressed side [MPa], a `fem.Constant`, zero at first.
    strain, stress
        3 x 3, UFL, [-] and [MPa].
    volume_strain, hydrostatic_pressure
        tr(strain) [-] and -tr(stress)/3 [MPa], UFL.
    energy
        Elastic energy density 1/2 (strain - e* I) : C : (strain - e* I) [pJ/um^3], UFL. Its
        derivative with respect to a field in the moduli or the eigenstrain is the force on that
        field, as the strain depends on the displacement alone.
    dx
        The measure of the mesh with the quadrature that the balance of forces uses.

    Raises
    ------
    InputError
        If the nodes of opposite periodic sides do not match.
    """

    def __init__(
        self,
        tagged: TaggedMesh,
        bulk,
        shear,
        eigenstrain,
        held: Mapping[str, Sequence[int]],
        pressed: str | None = "right",
        period: tuple[float, ...] = (),
        linear_solver: Literal["auto", "direct", "iterative"] = "iterative",
        name: str = "elasticity",
        tractions: Mapping[str, Any] | None = None,
        order: int = 1,
    ):
        self._tagged, mesh, self._comm = tagged, tagged.mesh, tagged.mesh.comm
        self._dimension = dimension = mesh.geometry.dim
        space = fem.functionspace(mesh, ("Lagrange", order, (dimension,)))
        self._fields = MixedFields(space, ("displacement",))
        self.unknown = fem.Function(space, name="displacement")
        self.pressure = fem.Constant(mesh, default_scalar_type(0))
        self.strain = strain(self.unknown, None, "3d" if dimension == 3 else "plane-strain")
        self.volume_strain = ufl.tr(self.strain)
        deviator, elastic_volume_strain = ufl.dev(self.strain), self.volume_strain - 3 * eigenstrain
        self.hydrostatic_pressure = -bulk * elastic_volume_strain
        self.stress = 2 * shear * deviator - self.hydrostatic_pressure * ufl.Identity(3)
        self.energy = bulk / 2 * elastic_volume_strain**2 + shear * ufl.inner(deviator, deviator)

        self.dx = ufl.dx(mesh, metadata={"quadrature_degree": order * QUADRATURE_DEGREE})
        test = ufl.TestFunction(space)
        loads = dict(tractions or {})
        if pressed is not None:
            loads[pressed] = loads.get(pressed, 0) - self.pressure * ufl.FacetNormal(mesh)
        pushed = sum(
            ufl.dot(load, test)
            * ufl.ds(tagged.tags[side], domain=mesh, subdomain_data=tagged.facets)
            for side, load in loads.items()
        )
        direct = solves_directly(linear_solver, self._fields)
        self.solver = NonlinearSolver(
            ufl.derivative(self.energy * self.dx, self.unknown, test) - pushed,
            self.unknown,
            [self._hold(side, axis) for side, axes in held.items() for axis in axes],
            name=name,
            fields=self._fields,
            options={**DIRECT, "pc_type": "cholesky"} if direct else ITERATIVE,
            tolerance=TOLERANCE,
            keep_jacobian=False,
            ties=Ties(period),
        )
        if not direct:  # of the whole matrix: there is one field
            nodes = space.tabulate_dof_coordinates()[: space.dofmap.index_map.size_local]
            self.solver.matrix.setNearNullSpace(rigid_body_modes(nodes, dimension, self._comm))

    def solve(self) -> SolveReport:
        """Balance the forces for the present fields and pressure, from the present displacement;
        collective.

        Raises
        ------
        ConvergenceError
            On every rank alike; the displacement then is as before.
        """
        # No further than it must: where the fields of a stage take turns, each solution starts
        # closer to its end.
        self.solver.snes.ksp.setTolerances(atol=TOLERANCE / 3 * self.solver.scales["displacement"])
        return self.solver.solve()

    def force(self, side: str) -> np.ndarray:
        """Force with which a held side pushes the body [uN] (in two dimensions [uN/um] of depth),
        shape (dimension,); collective.

        Where a side shares nodes with another, with what that one does there.
        """
        reactions, space = self.solver.reactions(), self._fields.space
        facets, owned = self._facets(side), len(reactions)
        sums = np.zeros(self._dimension)
        for axis in range(self._dimension):
            dofs = fem.locate_dofs_topological(space.sub(axis), self._dimension - 1, facets)
            sums[axis] = reactions[dofs[dofs < owned]].sum()
        return self._comm.allreduce(sums, op=MPI.SUM)

    def destroy(self) -> None:
        """Free the PETSc objects; collective."""
        self.solver.destroy()

    def _hold(self, side: str, axis: int) -> fem.DirichletBC:
        return self._fields.hold(
            "displacement", self._facets(side), self._dimension - 1, component=axis
        )

    def _facets(self, side: str) -> np.ndarray:
        return self._tagged.facets.find(self._tagged.tags[side])
