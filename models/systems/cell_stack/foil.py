"""Creeping flow of a lithium foil between pellet and rod at one instant: plated at the pellet,
pressed out past the rod.

All velocities are seen from the pellet. Lithium is incompressible and creeps without memory, so
shape and loads at an instant give the velocities; who steps in time moves the shape along with
them.
"""

import logging
from collections.abc import Callable, Collection
from functools import cached_property
from math import fsum, sqrt

import numpy as np
import ufl
from dolfinx import fem
from mpi4py import MPI

from anodex.meshes.foil import FoilMesh, FoilShape
from anodex.models.discrete.fields import constant, total
from anodex.models.errors import ConvergenceError
from anodex.models.laws.creep import PowerLaw
from anodex.models.parts.creeping_flow import QUADRATURE_DEGREE, CreepingFlow
from anodex.models.solve.linear import DIRECT
from anodex.models.solve.nonlinear import NonlinearSolver, SolveReport
from anodex.models.systems.cell_stack.foil_boundary import AXIAL, FoilBoundary
from anodex.models.systems.cell_stack.foil_state import FoilState, HeldRod, PushedRod

log = logging.getLogger("anodex")

# of what is left, over the forces and flows of the instant
TOLERANCES = {"velocity": 1e-9, "pressure": 1e-13}
PIVOT_SPACE = 500  # %, room for the pivots of viscosities that differ by 1e15


class FoilFlow:
    """Incompressible power-law creep of the foil, for all its shapes.

    The front is free, which fixes the level of the pressure.

    Parameters
    ----------
    foil
        Its mesh, which `solve` moves.
    law
        Creep law.
    floor
        Equivalent stress [MPa] above the yield stress below which lithium is Newtonian.
    sliding
        What lithium slides along without friction, of `SLIDING`; it sticks to all else.
    dimension
        "axisymmetric" or "plane-strain"; as the mesh is a die or a pouch unless given.
    yielding
        Whether the tube's wall recedes.
    is_uneven
        Whether the prefactor of the law may differ from cell to cell.

    Attributes
    ----------
    creep
        Unknowns, stress and equations.
    boundary
        Conditions around the lithium.
    """

    def __init__(
        self,
        foil: FoilMesh,
        law: PowerLaw,
        floor: float,
        sliding: Collection[str] = (),
        dimension: str | None = None,
        yielding: bool = False,
        is_uneven: bool = False,
    ):
        self.foil, self.law, self.floor, self.comm = foil, law, floor, foil.tagged.mesh.comm
        dimension = dimension or ("axisymmetric" if foil.die else "plane-strain")
        self.creep = CreepingFlow(foil.tagged.mesh, law, dimension, floor, is_uneven=is_uneven)
        self.boundary = FoilBoundary(foil, self.creep.fields, sliding, yielding)
        self._forms()
        self._last: NonlinearSolver | None = None  # that found the present flow
        self._slack = False  # whether the rod has lost the lithium
        self._forces: np.ndarray = np.zeros(0)  # at this rank's dofs [uN]
        self._flows: dict[str, float] = {}  # what leaves through each part of the boundary [um^3/s]
        self._sizes = {"velocity": 0.0, "pressure": 0.0}  # of them

    def _forms(self) -> None:
        mesh, tags, creep = self.foil.tagged.mesh, self.foil.tagged.tags, self.creep
        outside = ufl.ds(
            mesh,
            subdomain_data=self.foil.tagged.facets,
            metadata={"quadrature_degree": QUADRATURE_DEGREE},
        )
        on = {name: outside(tags[name]) for name in self.foil.parts}
        through = creep.weight * ufl.dot(creep.velocity, ufl.FacetNormal(mesh))
        self._through = {
            name: fem.form(through * part) for name, part in on.items() if name != "axis"
        }
        self._areas = {name: fem.form(creep.weight * on[name]) for name in ("rod_face", "front")}
        cells = ufl.TestFunction(fem.functionspace(mesh, ("DG", 0)))
        self._cell_volumes = fem.form(cells * creep.weight * creep.inside)
        self._push, self._slope = (constant(mesh, 1.0) for _ in range(2))
        push = self._push + self._slope * creep.velocity[AXIAL]  # of the rod [MPa]
        self._power = push * creep.virtual_velocity[AXIAL] * creep.weight * on["rod_face"]

    @cached_property
    def _held(self) -> NonlinearSolver:
        """Solver for a rod whose velocity is given."""
        return self._solver(held_rod=True)

    @cached_property
    def _loose(self) -> NonlinearSolver:
        """Solver for a rod whose velocity is found."""
        return self._solver(held_rod=False)

    def _solver(self, held_rod: bool) -> NonlinearSolver:
        return self.creep.solver(
            "cell_stack_foil",
            self.boundary.constraints(held_rod),
            {**DIRECT, "mat_mumps_icntl_14": PIVOT_SPACE},
            tolerance=min(TOLERANCES.values()),
            extra=self._power,
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
        ConvergenceError
            If the shape cannot be, or no flow is found.
        """
        self.foil.move(shape)
        self.boundary.give(shape, plating, wall_speed)
        area, front = (total(self.comm, self._areas[part]) for part in ("rod_face", "front"))
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
        """Volume of the cells [um^3] (in a pouch [um^2]), when the mesh has moved to a shape.

        Summed without round-off: what is pressed out may be a millionth of it.
        """
        self.foil.move(shape)
        own = fem.assemble_vector(self._cell_volumes)
        own = own.array[: own.index_map.size_local]
        return fsum(np.concatenate(self.comm.allgather(own)))

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
        self.creep.take_load(self._typical_rate(plating, rod, area))
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
            reports += self.creep.start(lambda: self._solve(solver))
            reports += self._solve(solver)
        self._last = solver
        return reports

    def _solve(self, solver: NonlinearSolver) -> list[SolveReport]:
        """Solve until what is left is small against the forces and flows of this instant.

        Residuals on the way are no measure: where a first step shears what a large exponent makes
        stiff they are 1e7 times the forces.
        """
        reports: list[SolveReport] = []
        units = {"velocity": self.creep.typical_stress, "pressure": self.creep.rate}
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
        self._forces = self.creep.typical_stress * solver.reactions()
        self._flows = {name: total(self.comm, form) for name, form in self._through.items()}
        forces = self._forces[self.creep.fields.owned["velocity"]]
        self._sizes["velocity"] = sqrt(self.comm.allreduce(float(forces @ forces), op=MPI.SUM))
        self._sizes["pressure"] = max(map(abs, self._flows.values()))

    def _typical_rate(self, plating: float, rod: HeldRod | PushedRod, area: float) -> float:
        """Strain rate [1/s] to start from and to measure residuals in: of simple shear in the
        narrowest passage.
        """
        shape, radius, wall = self.foil.shape, self.foil.radius, self.boundary.wall
        passage = shape.thickness
        if wall is not None:
            passage = min(passage, float(wall.radii.min()) - radius)
        rates = [
            abs(plating) * radius / passage**2,
            self.law.prefactor * self.floor**self.law.exponent,
        ]
        if isinstance(rod, HeldRod):
            rates.append(abs(rod.velocity) * radius / passage**2)
        else:
            shear = abs(rod.force) / area * min(passage / shape.length, shape.thickness / radius)
            rates.append(self.law.rate(shear))
        return max(rates)

    def _axial_force(self, blocks: np.ndarray) -> float:
        """Force along the axis [uN] that holds the lithium at some blocks of the velocity."""
        return self.comm.allreduce(float(np.sum(self._at(blocks)[:, AXIAL])), op=MPI.SUM)

    def _at(self, blocks: np.ndarray) -> np.ndarray:
        """Forces [uN] that hold the lithium at those of the blocks that this rank owns, shape
        (owned blocks, 2).
        """
        fields = self.creep.fields
        owned = blocks[blocks < fields.spaces["velocity"].dofmap.index_map.size_local]
        return self._forces[fields.maps["velocity"].reshape(-1, 2)[owned]]
