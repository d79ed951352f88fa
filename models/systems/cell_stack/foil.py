"""Creeping flow of a lithium foil between pellet and rod at one instant: plated at the pellet,
pressed out past the rod.

All velocities are seen from the pellet. Lithium is incompressible and creeps without memory, so
shape and loads at an instant give the velocities; who steps in time moves the shape along with
them.
"""

import logging
from collections.abc import Callable, Collection
from functools import cached_property
from math import sqrt

import basix.ufl
import numpy as np
import ufl
from dolfinx import fem
from mpi4py import MPI

from anodex.meshes.foil import FoilMesh, FoilShape
from anodex.models.constitutive.power_law_stress import PowerLawStress
from anodex.models.discrete.fields import MixedFields, total
from anodex.models.errors import ConvergenceError
from anodex.models.laws.kinematics import strain, thickness
from anodex.models.materials.lithium_creep import PowerLaw
from anodex.models.solve.linear import DIRECT
from anodex.models.solve.nonlinear import NonlinearSolver, SolveReport
from anodex.models.systems.cell_stack.foil_boundary import AXIAL, FoilBoundary
from anodex.models.systems.cell_stack.foil_state import FoilState, HeldRod, PushedRod

log = logging.getLogger("anodex")

QUADRATURE_DEGREE = 4
# of what is left, over the forces and flows of the instant
TOLERANCES = {"velocity": 1e-9, "pressure": 1e-13}
PIVOT_SPACE = 500  # %, room for the pivots of viscosities that differ by 1e15


class FoilFlow:
    """Incompressible power-law creep of the foil; forms and matrices are built once, for all
    shapes.

    Unknowns: velocity [um/s], second order, and pressure [MPa], first order. The front is free,
    which fixes the level of the pressure.

    Parameters
    ----------
    foil
        Its mesh, which `solve` moves.
    law
        Creep law.
    floor
        Equivalent stress [MPa] below which lithium is Newtonian.
    sliding
        What lithium slides along without friction, of `SLIDING`; it sticks to all else.
    dimension
        "axisymmetric" or "plane-strain"; as the mesh is a die or a pouch unless given.
    yielding
        Whether the tube's wall recedes.

    Attributes
    ----------
    unknown, fields
        Mixed function and the names of its parts.
    stress
        The stress deviator; knows the von Mises stress.
    """

    def __init__(
        self,
        foil: FoilMesh,
        law: PowerLaw,
        floor: float,
        sliding: Collection[str] = (),
        dimension: str | None = None,
        yielding: bool = False,
    ):
        self.foil, self.mesh, self.law, self.floor, self.sliding = (
            foil,
            foil.tagged.mesh,
            law,
            floor,
            sliding,
        )
        self.dimension = dimension or ("axisymmetric" if foil.die else "plane-strain")
        mesh, cell = self.mesh, self.mesh.basix_cell()
        vector, scalar = (
            basix.ufl.element("Lagrange", cell, 2, shape=(2,)),
            basix.ufl.element("Lagrange", cell, 1),
        )
        self.fields = MixedFields(
            fem.functionspace(mesh, basix.ufl.mixed_element([vector, scalar])),
            ("velocity", "pressure"),
        )
        self.unknown = fem.Function(self.fields.space, name="flow")
        self.velocity, self.pressure = ufl.split(self.unknown)
        self.boundary = FoilBoundary(foil, self.fields, sliding, yielding)
        self._forms()
        self._last: NonlinearSolver | None = None  # that found the present flow
        self._slack = False  # whether the rod has lost the lithium
        self._forces = np.zeros(0)  # at this rank's dofs [uN]
        self._flows: dict[str, float] = {}  # what leaves through each part of the boundary [um^3/s]
        self._sizes = {"velocity": 0.0, "pressure": 0.0}  # of them

    def _forms(self) -> None:
        mesh, tags = self.mesh, self.foil.tagged.tags
        width = thickness(ufl.SpatialCoordinate(mesh), self.dimension)
        metadata = {"quadrature_degree": QUADRATURE_DEGREE}
        inside = ufl.dx(mesh, metadata=metadata)
        outside = ufl.ds(mesh, subdomain_data=self.foil.tagged.facets, metadata=metadata)
        on = {name: outside(tags[name]) for name in self.foil.parts}
        normal = ufl.FacetNormal(mesh)
        self._through = {
            name: fem.form(width * ufl.dot(self.velocity, normal) * part)
            for name, part in on.items()
            if name != "axis"
        }
        self._areas = {name: fem.form(width * on[name]) for name in ("rod_face", "front")}
        self._volume = fem.form(width * inside)

        rate = self._strain(self.velocity)
        self.stress = PowerLawStress(
            ufl.dev(rate),
            mesh,
            self.law.prefactor,
            self.law.exponent,
            self.floor,
            QUADRATURE_DEGREE,
        )
        # Test functions in these units bring the residuals of both fields to one size, and those of
        # all instants.
        self._unit_rate, self._unit_stress, self._push, self._slope = (
            fem.Constant(mesh, 1.0) for _ in range(4)
        )
        w, q = ufl.TestFunctions(self.fields.space)
        w, q = w / self._unit_stress, q / self._unit_rate
        virtual_rate = self._strain(w)
        momentum = ufl.inner(self.stress.deviator, virtual_rate) - self.pressure * ufl.tr(
            virtual_rate
        )
        push = (self._push + self._slope * self.velocity[AXIAL]) * w[AXIAL]  # of the rod [MPa]
        self._residual = (momentum - q * ufl.tr(rate)) * width * inside + push * width * on[
            "rod_face"
        ]

    def _strain(self, velocity):
        return strain(velocity, ufl.SpatialCoordinate(self.mesh), self.dimension)

    @cached_property
    def _held(self) -> NonlinearSolver:
        """Solver for a rod whose velocity is given."""
        return self._solver(held_rod=True)

    @cached_property
    def _loose(self) -> NonlinearSolver:
        """Solver for a rod whose velocity is found."""
        return self._solver(held_rod=False)

    def _solver(self, held_rod: bool) -> NonlinearSolver:
        return NonlinearSolver(
            self._residual,
            self.unknown,
            self.boundary.constraints(held_rod),
            name="cell_stack_foil",
            fields=self.fields,
            # Steps are taken whole: the stress follows the velocity, not the residual downhill.
            options={"snes_linesearch_type": "basic", **DIRECT, "mat_mumps_icntl_14": PIVOT_SPACE},
            tolerance=min(TOLERANCES.values()),
            before_assembly=self.stress.update,
            keep_jacobian=False,
            ties=self.boundary.ties(held_rod),
        )

    def solve(
        self,
        shape: FoilShape,
        plating: float,
        rod: HeldRod | PushedRod,
        wall_speed: Callable[[np.ndarray], np.ndarray] | None = None,
    ) -> FoilState:
        """Solve for a shape and loads, from the last solution where there is one.

        Parameters
        ----------
        shape
            The mesh is moved to it.
        plating
            Thickness that grows on the electrode in time [um/s]; negative when it strips.
        rod
            What the rod does. It cannot pull: where it would, it follows the lithium without force.
        wall_speed
            Rate of the tube's radius [um/s] at distances from the pellet [um], shapes (places,);
            None where it rests.

        Raises
        ------
        InputError
            If the shape cannot be.
        ConvergenceError
            If no flow is found.
        """
        self.foil.move(shape)
        self.boundary.give(shape, plating, wall_speed)
        area, front = (total(self.mesh.comm, self._areas[part]) for part in ("rod_face", "front"))
        reports, force = self._contact(plating, rod, area)
        velocity, outflow = self._flows["rod_face"] / area, self._flows["front"]
        nodes, blocks = self.boundary.wall, self.boundary.blocks
        pressure, drag = nodes.load(-self._at(blocks["wall"])) if nodes else (np.empty(0), 0.0)
        return FoilState(
            rod_velocity=velocity,
            force=force,
            slack=self._slack,
            pellet_force=self._axial_force(blocks["pellet"]),
            wall_drag=drag,
            plated=-self._flows["pellet"],
            outflow=outflow,
            widening=self._flows.get("wall", 0.0),
            swept=self._flows["rod_face"] + self._flows.get("rod_side", 0.0),
            growth=outflow / front - (velocity if self.foil.die else 0.0),
            volume_error=abs(sum(self._flows.values()))
            / (max(map(abs, self._flows.values())) or 1.0),
            wall_places=nodes.axial if nodes else np.empty(0),
            wall_pressure=pressure,
            report=SolveReport.of(reports),
        )

    def volume(self, shape: FoilShape) -> float:
        """Volume of the cells [um^3] (in a pouch [um^2]), when the mesh has moved to a shape."""
        self.foil.move(shape)
        return total(self.mesh.comm, self._volume)

    def destroy(self) -> None:
        """Free the PETSc objects; collective."""
        for name in ("_held", "_loose"):
            if name in vars(self):
                getattr(self, name).destroy()

    def _contact(
        self, plating: float, rod: HeldRod | PushedRod, area: float
    ) -> tuple[list[SolveReport], float]:
        """Find the flow and the force [uN] of a rod that cannot pull: first with force or
        without, as at the last instant.
        """
        reports = []
        if self._slack:
            reports += self._flow(plating, PushedRod(0.0), area)
            self._slack = not rod.pushes(self._flows["rod_face"] / area)
        if not self._slack:
            reports += self._flow(plating, rod, area)
            if isinstance(rod, PushedRod):
                force = rod.force + rod.slope * self._flows["rod_face"] / area
            else:
                force = -self._axial_force(self.boundary.blocks["rod"])
            if force >= 0:
                return reports, force
            self._slack = True
            reports += self._flow(plating, PushedRod(0.0), area)
        return reports, 0.0

    def _flow(self, plating: float, rod: HeldRod | PushedRod, area: float) -> list[SolveReport]:
        rate = self._typical_rate(plating, rod, area)
        self._unit_rate.value, self._unit_stress.value = rate, self.law.flow_stress(rate)
        if isinstance(rod, HeldRod):
            solver = self._held
            self.boundary.give_rod(rod.velocity)
            self._push.value = self._slope.value = 0.0
        else:
            solver = self._loose
            self._push.value, self._slope.value = rod.force / area, rod.slope / area
        last, self._last = self._last, None
        reports = []
        if last is not None:
            try:
                reports += self._solve(solver)
            except ConvergenceError as error:  # the last flow was too different
                log.debug("%s", error)
        if not reports:
            self.stress.begin(rate)
            reports += self._solve(solver)
            self.stress.follow_law()
            reports += self._solve(solver)
        self._last = solver
        return reports

    def _solve(self, solver: NonlinearSolver) -> list[SolveReport]:
        """Solve until what is left is small against the forces and flows of this instant.

        Residuals on the way are no measure: where a first step shears what a large exponent makes
        stiff they are 1e7 times the forces.
        """
        reports, units = (
            [],
            {"velocity": self._unit_stress.value, "pressure": self._unit_rate.value},
        )
        while True:
            for field, unit in units.items():
                solver.scales[field] = (
                    self._sizes[field] / unit * TOLERANCES[field] / solver.tolerance
                )
            reports.append(solver.solve())
            self._measure(solver)
            left = (
                unit * reports[-1].residuals[field] / TOLERANCES[field] <= self._sizes[field]
                for field, unit in units.items()
            )
            # the latter where nothing but round-off is left
            if all(left) or (len(reports) > 1 and reports[-1].iterations == 0):
                return reports

    def _measure(self, solver: NonlinearSolver) -> None:
        """Take the forces and the flow through each part of the boundary."""
        comm = self.mesh.comm
        self._forces = self._unit_stress.value * solver.reactions()
        self._flows = {name: total(comm, form) for name, form in self._through.items()}
        velocities = self._forces[self.fields.owned["velocity"]]
        self._sizes["velocity"] = sqrt(comm.allreduce(float(velocities @ velocities), op=MPI.SUM))
        self._sizes["pressure"] = max(map(abs, self._flows.values()))

    def _typical_rate(self, plating: float, rod: HeldRod | PushedRod, area: float) -> float:
        """Strain rate [1/s] to start from and to measure residuals in: of simple shear in the
        narrowest passage.
        """
        shape, radius = self.foil.shape, self.foil.radius
        passage = (
            min(shape.thickness, float(self.boundary.wall.radii.min()) - radius)
            if self.foil.die
            else shape.thickness
        )
        rates = [
            abs(plating) * radius / passage**2,
            self.law.prefactor * self.floor**self.law.exponent,
        ]
        if isinstance(rod, HeldRod):
            rates.append(abs(rod.velocity) * radius / passage**2)
        else:
            shear = abs(rod.force) / area * min(passage / shape.length, shape.thickness / radius)
            rates.append(self.law.prefactor * shear**self.law.exponent)
        return max(rates)

    def _axial_force(self, blocks: np.ndarray) -> float:
        """Force along the axis [uN] that holds the lithium at some blocks of the velocity."""
        return self.mesh.comm.allreduce(float(np.sum(self._at(blocks)[:, AXIAL])), op=MPI.SUM)

    def _at(self, blocks: np.ndarray) -> np.ndarray:
        """Forces [uN] that hold the lithium at those of the blocks that this rank owns, shape
        (owned blocks, 2).
        """
        owned = blocks[blocks < self.fields.spaces["velocity"].dofmap.index_map.size_local]
        return self._forces[self.fields.maps["velocity"].reshape(-1, 2)[owned]]
