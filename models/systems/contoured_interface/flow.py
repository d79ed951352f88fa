"""Creeping flow of the lithium away from where it is plated: what is given at interface and
collector, and what the flow pushes there.
"""

import numpy as np
import ufl
from dolfinx import fem
from mpi4py import MPI

from anodex.meshes.contour import period
from anodex.meshes.tagged import TaggedMesh
from anodex.models.discrete.fields import constant, total
from anodex.models.discrete.surface import SurfaceNodes, SurfaceProjection
from anodex.models.laws.constants import FARADAY
from anodex.models.materials.lithium import LITHIUM
from anodex.models.parts.creeping_flow import CreepingFlow
from anodex.models.solve.linear import (
    DIRECT,
    DIRECT_SYMMETRIC,
    PRESSURE_MASS,
    VELOCITY,
    solver_options,
)
from anodex.models.solve.nonlinear import SolveReport
from anodex.models.solve.ties import SlipWall, Ties
from anodex.models.systems.contoured_interface.case import Case
from anodex.models.systems.contoured_interface.case_tables import NoFlow

# relative change of what is plated: passes of the coupling change its distribution alone
SAME_LOAD = 1e-6
# of the data on the interface: currents of fourth order at most times second-order velocities
SURFACE_DEGREE = 6


class LithiumFlow:
    """Incompressible power-law creep between the interface and the collector, a rigid plane that
    the stack presses on.

    The velocity is given on the interface, where lithium arrives at right angles, and on the
    collector, which moves as a whole and takes away what is plated. So the pressure is found up to
    a constant; the force on the collector fixes that.

    Parameters
    ----------
    case
        The case, with a flow law.
    tagged
        Mesh of the lithium, with the parts "interface", "collector" and "side_*".
    pressures
        Family of the pressure, as `CreepingFlow` takes it; another checks the first.

    Attributes
    ----------
    nodes
        The nodes on the interface.
    unknown, fields, velocity, pressure, stress, tensors
        Those of the flow (`anodex.models.parts.creeping_flow.CreepingFlow`).
    """

    def __init__(self, case: Case, tagged: TaggedMesh, pressures: str = "Lagrange"):
        if isinstance(case.flow, NoFlow):
            raise ValueError("flow.law is 'none': the lithium of this case does not flow")
        self.case, self._given = case, case.flow
        self.tagged, self.mesh = tagged, tagged.mesh
        mesh, dimension = tagged.mesh, tagged.mesh.geometry.dim
        self.dimension, self.vertical = dimension, dimension - 1
        self._flow = flow = CreepingFlow(
            mesh, case.creep, "3d" if dimension == 3 else "plane-strain", pressures=pressures
        )
        self.fields, self.unknown, self.stress = flow.fields, flow.unknown, flow.stress
        self.velocity, self.pressure = flow.velocity, flow.pressure
        self.tensors = flow.tensors
        self.molar_volume = LITHIUM["molar_volume"].to("um^3/amol")
        self._surface()
        blocks = {"velocity": VELOCITY, "pressure": PRESSURE_MASS}
        options = solver_options(self._given.linear_solver, self.fields, blocks)
        self.solver = flow.solver(
            "contoured_interface_flow",
            self._constraints(pressure_held=options is DIRECT),
            DIRECT_SYMMETRIC if options is DIRECT else options,
            ties=Ties(period(case.contour), (self._slip,) if self._given.wall == "slip" else ()),
            schur=True,
        )
        self._take_load(case.loading.current_density * self.molar_volume / FARADAY)
        self._solved_for = np.inf  # lithium plated in the last solution

    def _surface(self) -> None:
        mesh, tags, facets = self.mesh, self.tagged.tags, self.tagged.facets
        outside = ufl.ds(
            mesh, subdomain_data=facets, metadata={"quadrature_degree": SURFACE_DEGREE}
        )
        on_interface, on_collector = outside(tags["interface"]), outside(tags["collector"])
        normal, velocities = ufl.FacetNormal(mesh), self.fields.spaces["velocity"]
        self.plan_area = total(mesh.comm, fem.form(constant(mesh, 1.0) * on_collector))
        self.nodes = SurfaceNodes(mesh, self._find("interface"))
        self._current = fem.Function(self.nodes.space)
        self._wall, self._collector = fem.Function(velocities), fem.Function(velocities)
        self._projection = SurfaceProjection(
            velocities, self._find("interface"), on_interface, period(self.case.contour)
        )
        plating = self.molar_volume / FARADAY * self._current  # [um/s]
        upward = ufl.as_vector([0.0] * self.vertical + [1.0])
        self._arriving, self._plating = (
            self._projection.load(-plating * direction) for direction in (normal, upward)
        )
        self._plated = fem.form(plating * on_interface)
        self._through_wall = fem.form(-ufl.dot(self._wall, normal) * on_interface)
        # Normals that weigh each node as the flow through the wall does: any velocity normal to
        # them lets nothing through.
        weighted = self._projection.summed(self._projection.moments(self._projection.load(normal)))
        self._weights = np.linalg.norm(weighted, axis=1)
        self._normals = weighted / self._weights[:, None]
        self._slip = SlipWall(
            "velocity",
            self._projection.dofs[:: self.dimension] // self.dimension,
            self._normals,
            np.zeros(len(weighted)),
        )
        # No lithium crosses a mirror plane, also not along its edge with the interface, where the
        # projection is one-sided.
        mirrors = () if period(self.case.contour) else enumerate("xy"[: self.vertical])
        across = [
            self.dimension
            * fem.locate_dofs_topological(velocities, self.vertical, self._find(f"side_{axis}"))
            + component
            for component, axis in mirrors
        ]
        self._across_mirrors = np.concatenate(across) if across else np.empty(0, np.int32)
        self._through_interface = fem.form(-ufl.dot(self.velocity, normal) * on_interface)
        self._through_collector = fem.form(ufl.dot(self.velocity, normal) * on_collector)

    def _find(self, part: str) -> np.ndarray:
        return self.tagged.facets.find(self.tagged.tags[part])

    def _constraints(self, pressure_held: bool) -> list[fem.DirichletBC]:
        fields, facets = self.fields, self.dimension - 1
        # A factorisation needs the level of the pressure given; an iteration finds one by itself,
        # and a node held costs it twice the steps.
        held = [fields.hold_one("pressure")] if pressure_held else []
        if not period(self.case.contour):
            for component, axis in enumerate("xy"[: self.vertical]):
                held.append(
                    fields.hold("velocity", self._find(f"side_{axis}"), facets, component=component)
                )
        if self._given.wall == "stick":
            held.append(fields.hold_at("velocity", self._wall, self._find("interface"), facets))
        collector = fields.hold_at("velocity", self._collector, self._find("collector"), facets)
        dofs, owned = collector.dof_indices()
        own = np.isin(self.fields.maps["velocity"][self.vertical :: self.dimension], dofs[:owned])
        self._collector_dofs = self.fields.maps["velocity"][self.vertical :: self.dimension][own]
        return [*held, collector]

    def _take_load(self, speed: float) -> None:
        """Let the floor of the stress and the units of the residuals follow the load: a plating
        velocity over the plan area [um/s].
        """
        rate = abs(speed) / self.case.geometry.separation  # mean strain rate [1/s]
        self._flow.take_load(rate, self._given.stress_floor * self.case.creep.overstress(rate))

    def solve(self, current: np.ndarray) -> SolveReport:
        """Solve for a current density [A/m^2] at the nodes of the interface, shape (nodes,),
        positive when it plates.
        """
        self.nodes.spread(current, self._current)
        self._current.x.scatter_forward()
        plated = total(self.mesh.comm, self._plated)
        self._set_wall(plated)
        self._collector.x.array[self.vertical :: self.dimension] = -plated / self.plan_area
        reports = []
        change = self._solved_for / plated if plated else np.inf
        loaded_anew = plated and abs(change - 1) > SAME_LOAD
        if loaded_anew:
            self._take_load(plated / self.plan_area)
        if not 0.5 < change < 2:  # no good start from a flow so different
            reports.append(self._flow.start(self.solver.solve))
        elif loaded_anew:
            self.stress.follow_law()
        self._solved_for = plated
        # of the same load the distribution alone is another: the last Jacobian leads there too
        self.solver.keep_jacobian = not loaded_anew
        reports.append(self.solver.solve())
        # Of all levels the pressure gets the one above the stack: forces on curved walls then carry
        # no rounding of a large constant.
        push = self.mesh.comm.allreduce(
            float(np.sum(self.solver.reactions()[self._collector_dofs])), op=MPI.SUM
        )
        self.unknown.x.array[self.fields.maps["pressure"]] -= (
            self._flow.typical_stress * push / self.plan_area
        )
        return SolveReport.of(reports)

    def _set_wall(self, plated: float) -> None:
        """Velocity of the lithium on the interface; its flow must be what is plated to the last
        digit, or nothing incompressible fits.
        """
        self._slip.speeds[:] = (
            self._projection.summed(self._projection.moments(self._plating))[:, self.vertical]
            / self._weights
        )
        self._projection.solve(self._projection.moments(self._arriving), self._wall)
        self._wall.x.array[self._across_mirrors] = 0.0
        if plated:
            self._wall.x.array[:] *= plated / total(self.mesh.comm, self._through_wall)

    def excess_pressure(self) -> np.ndarray:
        """Pressure [MPa] at the nodes of the interface above that of the stack, shape (nodes,)."""
        return self._at_nodes(self.fields.extract(self.unknown, "pressure"))

    def excess_normal_pressure(self) -> np.ndarray:
        """Compressive stress [MPa] across the interface above that of the stack, at its nodes,
        shape (nodes,).
        """
        traction, dofs = self._traction(), self._projection.dofs
        tractions = traction.x.array[dofs].reshape(-1, self.dimension)
        # As a vector along the first axis, as the scalar space would need a map of its own.
        traction.x.array[:] = 0.0
        traction.x.array[dofs[:: self.dimension]] = -np.sum(tractions * self._normals, axis=1)
        traction.x.scatter_forward()
        return self._at_nodes(traction.sub(0).collapse())

    def excess_push(self) -> np.ndarray:
        """Force with which the lithium pushes and drags the electrolyte, over the area [MPa], above
        that of the stack, at the nodes of the interface, shape (nodes, dimension).
        """
        traction = self._traction()
        parts = [traction.sub(axis).collapse() for axis in range(self.dimension)]
        return -np.stack([self._at_nodes(part) for part in parts], axis=1)

    def _traction(self) -> fem.Function:
        """What acts on the lithium at the interface [MPa], above the stack pressure.

        From the forces that hold the velocity there, not from its gradients: exact for the discrete
        flow.
        """
        traction, dofs = fem.Function(self.fields.spaces["velocity"]), self._projection.dofs
        forces = (
            self._flow.typical_stress * self.solver.reactions()[self.fields.maps["velocity"][dofs]]
        )
        forces[np.isin(dofs, self._across_mirrors)] = 0.0  # those hold the mirror plane
        self._projection.solve(forces, traction)
        return traction

    def volume_rates(self) -> tuple[float, float, float]:
        """Lithium over the plan area [um/s]: plated by the current, let in by the interface,
        taken away by the collector.
        """
        forms = (self._plated, self._through_interface, self._through_collector)
        plated, through, away = (total(self.mesh.comm, form) / self.plan_area for form in forms)
        return plated, through, away

    def lost_volume(self) -> float:
        """Lithium over the plan area [um/s] that vanishes where the pressure is held, and so the
        flow need not conserve it.
        """
        own = self.fields.owned["pressure"]
        return (
            self._flow.volume_unit
            * abs(self.mesh.comm.allreduce(float(np.sum(self.solver.reactions()[own])), op=MPI.SUM))
            / self.plan_area
        )

    def _at_nodes(self, function: fem.Function) -> np.ndarray:
        at_nodes = fem.Function(self.nodes.space)
        at_nodes.interpolate(function)
        return self.nodes.gather(at_nodes)
