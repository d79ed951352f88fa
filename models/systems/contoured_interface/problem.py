"""The coupled problem: current in the electrolyte, flow in the lithium, and what each tells the
other at the interface.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from mpi4py import MPI

from anodex.meshes.contour import ContourGeometry, period
from anodex.meshes.contour_mesh import Body, build_contour
from anodex.meshes.tagged import TaggedMesh
from anodex.models.errors import ConvergenceError
from anodex.models.laws.constants import FARADAY
from anodex.models.materials.lithium import LITHIUM
from anodex.models.solve.fixed_point import AndersonMixing
from anodex.models.solve.nonlinear import SolveReport
from anodex.models.systems.contoured_interface.case import Case
from anodex.models.systems.contoured_interface.case_tables import GrowingCrack
from anodex.models.systems.contoured_interface.current import ElectrolyteCurrent
from anodex.models.systems.contoured_interface.flow import LithiumFlow
from anodex.models.systems.contoured_interface.opening import OpeningStress

MOLAR_VOLUME = LITHIUM["molar_volume"].to("um^3/amol")
COUPLING_TOLERANCE = 1e-9  # change of the current, over its largest value
MOST_PASSES = 30

log = logging.getLogger("anodex")


@dataclass(frozen=True)
class InterfaceState:
    """A solution: what happens at the nodes of the interface; arrays of shape (nodes,).

    Attributes
    ----------
    report
        Work of the last flow; of the last current without one.
    current
        Current density normal to the interface [A/m^2], positive when it plates.
    pressure, normal_pressure
        Pressure and compressive stress across the interface, above the stack pressure [MPa]; None
        without flow.
    opening
        Even pressure that opens cracks of some lengths as the stress in the electrolyte does [MPa],
        shape (lengths, nodes); None where that is not asked for.
    current_change
        Largest change of the local current density that the pressure makes, over the largest local
        current density; None without flow or kinetics, where there is no such change.
    """

    report: SolveReport
    current: np.ndarray
    pressure: np.ndarray | None = None
    normal_pressure: np.ndarray | None = None
    current_change: float | None = None
    opening: np.ndarray | None = None


def build_bodies(
    case: Case, comm: MPI.Comm, contour: ContourGeometry | None = None
) -> dict[str, TaggedMesh]:
    """Meshes "electrolyte" and, where it flows, "lithium", whose nodes meet at the interface: at
    the contour of the case where no other is given.
    """
    flows = case.flow.law != "none" and case.loading.current_density != 0
    names: tuple[Body, ...] = ("electrolyte", "lithium") if flows else ("electrolyte",)
    return {name: build_contour(contour or case.contour, comm, name) for name in names}


class ContouredInterface:
    """Both bodies of a case, solved in turn until they agree.

    Parameters
    ----------
    case
        The case.
    bodies
        The meshes, as `build_bodies` gives them.

    Attributes
    ----------
    electrolyte, lithium
        The two problems; no lithium where nothing flows.
    opening
        The stress that opens cracks; None for a crack of fixed size.
    points
        Nodes of the interface, shape (nodes, dimension) [um].
    state
        The last solution.
    """

    state: InterfaceState

    def __init__(self, case: Case, bodies: Mapping[str, TaggedMesh]):
        self.case = case
        self.electrolyte = ElectrolyteCurrent(case, bodies["electrolyte"])
        self.lithium = LithiumFlow(case, bodies["lithium"]) if "lithium" in bodies else None
        self.opening = self._opening(bodies["electrolyte"]) if self.lithium is not None else None
        self.points = self.electrolyte.nodes.points[:, : self.electrolyte.mesh.geometry.dim]

    def solve(self, current_density: float) -> InterfaceState:
        """Solve for a current density over the plan area [A/m^2].

        Raises
        ------
        ConvergenceError
            When a Newton iteration or the exchange between the two bodies does not settle.
        """
        report, alone = self._current(current_density, None)
        lithium = self.lithium
        if lithium is None:
            self.state = InterfaceState(report, alone)
        elif self.case.coupling.pressure_kinetics:
            self.state = self._settled(lithium, current_density, alone)
        else:
            report, pressure, normal_pressure = _flow(lithium, alone)
            change = self._change(current_density, normal_pressure, alone)
            self.state = InterfaceState(report, alone, pressure, normal_pressure, change)
        if lithium is not None and self.opening is not None:
            opening = self.opening.solve(lithium.excess_push())
            self.state = replace(self.state, opening=opening)
        return self.state

    @property
    def scales(self) -> bool:
        """Whether local currents grow in proportion to the applied one and pressures with its
        power 1/n.
        """
        return (
            self.case.kinetics.law != "butler-volmer" and not self.case.coupling.pressure_kinetics
        )

    def size(self) -> dict[str, int]:
        """Numbers of unknowns, of the current and of the flow."""
        flow = {"flow unknowns": self.lithium.fields.space} if self.lithium is not None else {}
        spaces = {"unknowns": self.electrolyte.nodes.space, **flow}
        return {name: space.dofmap.index_map.size_global for name, space in spaces.items()}

    def destroy(self) -> None:
        """Free the PETSc objects; collective."""
        self.electrolyte.destroy()
        if self.lithium is not None:
            self.lithium.solver.destroy()
        if self.opening is not None:
            self.opening.destroy()

    def _opening(self, electrolyte: TaggedMesh) -> OpeningStress | None:
        """What opens cracks that grow; None where they do not."""
        crack = self.case.dendrite
        if not isinstance(crack, GrowingCrack):
            return None
        periods = period(self.case.contour)
        nodes = self.electrolyte.nodes
        return OpeningStress(electrolyte, nodes, crack.poisson_ratio, crack.lengths, periods)

    def _settled(
        self, lithium: LithiumFlow, current_density: float, alone: np.ndarray
    ) -> InterfaceState:
        """The state in which current and pressure belong to each other; `alone` is the current
        without a pressure.
        """
        current, mixing, largest = alone, AndersonMixing(), np.abs(alone).max()
        for number in range(1, MOST_PASSES + 1):
            report, pressure, normal_pressure = _flow(lithium, current)
            shifted = self._shifted(current_density, normal_pressure)
            change = np.abs(shifted - current).max() / largest
            log.info("pass %d: the current changed by %.2e of its largest value", number, change)
            if change <= COUPLING_TOLERANCE:
                made = float(np.abs(shifted - alone).max() / largest)
                return InterfaceState(report, shifted, pressure, normal_pressure, made)
            current = largest * mixing.next(current / largest, shifted / largest)
        raise ConvergenceError(
            f"current and pressure did not settle in {MOST_PASSES} passes: the current still "
            f"changes by {change:.1e} of its largest value. "
            "Raise kinetics.area_resistance or the current density: the pressure then counts for "
            "less."
        )

    def _change(
        self, current_density: float, normal_pressure: np.ndarray, alone: np.ndarray
    ) -> float | None:
        """What the pressure would change of the current `alone`, which stays; None where the
        surface has one potential.
        """
        if self.case.kinetics.law == "none":
            return None
        before = self.electrolyte.get_state()
        shifted = self._shifted(current_density, normal_pressure)
        self.electrolyte.set_state(before)
        return float(np.abs(shifted - alone).max() / np.abs(alone).max())

    def _shifted(self, current_density: float, normal_pressure: np.ndarray) -> np.ndarray:
        """Current with the equilibrium potential that the pressure gives: compressed lithium
        dissolves more easily.
        """
        shift = MOLAR_VOLUME / FARADAY * normal_pressure
        return self._current(current_density, shift)[1]

    def _current(
        self, current_density: float, shift: np.ndarray | None
    ) -> tuple[SolveReport, np.ndarray]:
        report = self.electrolyte.solve(current_density, shift)
        _log("current", report)
        return report, self.electrolyte.nodes.gather(self.electrolyte.current)


def _flow(lithium: LithiumFlow, current: np.ndarray) -> tuple[SolveReport, np.ndarray, np.ndarray]:
    report = lithium.solve(current)
    _log("flow", report)
    return report, lithium.excess_pressure(), lithium.excess_normal_pressure()


def _log(what: str, report: SolveReport) -> None:
    residuals = ", ".join(f"{field} {size:.1e}" for field, size in report.residuals.items())
    counts = f"{report.iterations} Newton, {report.linear_iterations} linear iterations"
    log.info("%s: %s, residuals: %s", what, counts, residuals)
