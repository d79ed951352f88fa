"""Quasi-static linear elasticity of lithium, electrolyte and pores, whose places are fields:
stiffness and swelling follow them.
"""

import numpy as np
import ufl
from dolfinx import default_scalar_type, fem
from mpi4py import MPI

from anodex.meshes.tagged import TaggedMesh
from anodex.models.discrete.fields import MixedFields, VertexAverage
from anodex.models.laws.kinematics import strain
from anodex.models.solve.linear import DIRECT, rigid_body_modes, solves_directly
from anodex.models.solve.nonlinear import NonlinearSolver, SolveReport
from anodex.models.solve.ties import Ties

QUADRATURE_DEGREE = 3  # 2 x 2 (x 2) Gauss points: moduli vary smoothly over a few cells
LATERAL_SIDES = {"bottom": 1, "top": 1, "front": 2, "back": 2}  # -> axis across
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
    # Jacobi turns indefinite beside the long cells of a full-size lithium
    "mg_levels_pc_type": "sor",
}


class Elasticity:
    """Displacement of a block that is clamped at "left" and pressed at "right"; plane strain in
    2-D.

    Parameters
    ----------
    tagged
        Mesh with facets "left", "right", and "bottom", "top" (in 3-D "front", "back" too) where
        `sides` are mirrored.
    bulk, shear
        Moduli [MPa], UFL expressions of functions that may change from call to call.
    eigenstrain
        Stress-free linear strain [-] along each axis, also out of the plane; such an expression
        too.
    sides
        "mirrored": no displacement across the lateral sides, and no shear along them. "periodic":
        opposite sides move alike.
    linear_solver
        "direct", "iterative" or "auto".

    Attributes
    ----------
    displacement
        [um], first-order Lagrange vector.
    pressure
        On the right side [MPa], a `fem.Constant`, zero at first.
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
        If `sides` are periodic and opposite sides do not match.
    """

    def __init__(
        self,
        tagged: TaggedMesh,
        bulk,
        shear,
        eigenstrain,
        sides: str = "mirrored",
        linear_solver: str = "iterative",
    ):
        self.tagged, self.mesh = tagged, tagged.mesh
        self.dimension = dimension = tagged.mesh.geometry.dim
        space = fem.functionspace(self.mesh, ("Lagrange", 1, (dimension,)))
        self.fields = MixedFields(space, ("displacement",))
        self.displacement = fem.Function(space, name="displacement")
        self.pressure = fem.Constant(self.mesh, default_scalar_type(0))
        self.strain = strain(self.displacement, None, "3d" if dimension == 3 else "plane-strain")
        self.volume_strain = ufl.tr(self.strain)
        deviator, elastic_volume_strain = ufl.dev(self.strain), self.volume_strain - 3 * eigenstrain
        self.hydrostatic_pressure = -bulk * elastic_volume_strain
        self.stress = 2 * shear * deviator - self.hydrostatic_pressure * ufl.Identity(3)
        self.energy = bulk / 2 * elastic_volume_strain**2 + shear * ufl.inner(deviator, deviator)

        self.dx = ufl.dx(self.mesh, metadata={"quadrature_degree": QUADRATURE_DEGREE})
        on_right = ufl.ds(tagged.tags["right"], domain=self.mesh, subdomain_data=tagged.facets)
        test = ufl.TestFunction(space)
        pushed = self.pressure * ufl.dot(ufl.FacetNormal(self.mesh), test) * on_right
        direct = solves_directly(linear_solver, self.fields)
        self.solver = NonlinearSolver(
            ufl.derivative(self.energy * self.dx, self.displacement, test) + pushed,
            self.displacement,
            self._constraints(sides),
            name="dendrite_mechanics",
            fields=self.fields,
            options=DIRECT if direct else ITERATIVE,
            tolerance=TOLERANCE,
            keep_jacobian=False,
            ties=Ties(self._period() if sides == "periodic" else ()),
        )
        if not direct:  # of the whole matrix: there is one field
            nodes = space.tabulate_dof_coordinates()[: space.dofmap.index_map.size_local]
            self.solver.matrix.setNearNullSpace(rigid_body_modes(nodes, dimension, self.mesh.comm))
        self._clamped = self._axial_dofs("left")
        self._area = fem.form(1.0 * on_right)
        cells = self.mesh.topology.index_map(self.mesh.topology.dim)
        self._at_vertices = VertexAverage(
            self.hydrostatic_pressure, self.mesh, np.arange(cells.size_local, dtype=np.int32)
        )

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

    def vertex_pressure(self) -> fem.Function:
        """Hydrostatic pressure [MPa] at the vertices: the average over the cells around each;
        collective.
        """
        return self._at_vertices()

    def support_pressure(self) -> float:
        """Mean push [MPa] on the clamped side, from the forces that hold it; the balance of
        forces makes it `pressure`; collective.
        """
        push, area = (
            float(self.solver.reactions()[self._clamped].sum()),
            fem.assemble_scalar(self._area),
        )
        push, area = self.mesh.comm.allreduce(np.array([push, area]), op=MPI.SUM)
        return float(push / area)

    def _constraints(self, sides: str) -> list[fem.DirichletBC]:
        held = [("left", axis) for axis in range(self.dimension)]
        if sides == "mirrored":
            held += [(side, axis) for side, axis in LATERAL_SIDES.items() if axis < self.dimension]
        return [
            self.fields.hold("displacement", self._facets(side), self.dimension - 1, component=axis)
            for side, axis in held
        ]

    def _facets(self, side: str) -> np.ndarray:
        return self.tagged.facets.find(self.tagged.tags[side])

    def _axial_dofs(self, side: str) -> np.ndarray:
        """Those of this rank."""
        space = self.fields.space
        dofs = fem.locate_dofs_topological(space.sub(0), self.dimension - 1, self._facets(side))
        return dofs[dofs < len(self.fields.owned["displacement"])]

    def _period(self) -> tuple[float, ...]:
        """Extent along the lateral axes; none along the first."""
        ends = [
            (x.min(initial=np.inf), -x.max(initial=-np.inf))
            for x in self.mesh.geometry.x[:, 1 : self.dimension].T
        ]
        low, minus_high = np.min(self.mesh.comm.allgather(ends), axis=0).T
        return 0.0, *(-minus_high - low).tolist()

    def destroy(self) -> None:
        """Free the solver; collective."""
        self.solver.destroy()
