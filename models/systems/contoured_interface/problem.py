"""The coupled problem: current in the electrolyte, flow in the lithium, and what each tells the
other at the interface.
"""

import logging
from dataclasses import dataclass

import numpy as np
from mpi4py import MPI

from anodex.meshes.contour_mesh import build_contour
from anodex.models.errors import ConvergenceError
from anodex.models.laws.constants import FARADAY
from anodex.models.solve.fixed_point import AndersonMixing
from anodex.models.solve.nonlinear import SolveReport
from anodex.models.systems.contoured_interface.case import Case
from anodex.models.systems.contoured_interface.current import ElectrolyteCurrent
from anodex.models.systems.contoured_interface.flow import LithiumFlow

COUPLING_TOLERANCE = 1e-9  # change of the current, over its largest value
MOST_PASSES = 30

log = logging.getLogger("anodex")


@dataclass(frozen=True)
class InterfaceState:
    """What happens at the nodes of the interface; arrays of shape (nodes,).

    Attributes
    ----------
    current
        Current density normal to the interface [A/m^2], positive when it plates.
    pressure, normal_pressure
        Pressure and compressive stress across the interface, above the stack pressure [MPa]; None
        without flow.
    """

    current: np.ndarray
    pressure: np.ndarray | None = None
    normal_pressure: np.ndarray | None = None


class ContouredInterface:
    """Both bodies of a case, solved in turn until they agree.

    Attributes
    ----------
    electrolyte, lithium
        The two problems; no lithium where the case has no flow law.
    points
        Nodes of the interface, shape (nodes, dimension) [um].
    state
        Of the last solution.
    current_change
        Largest change of the local current density that the pressure makes, over the largest local
        current density; None without flow or kinetics, where there is no such change.
    flow_report
        Iterations of the last flow.
    """

    def __init__(self, case: Case, comm: MPI.Comm):
        self.case = case
        self.electrolyte = ElectrolyteCurrent(
            case, build_contour(case.contour, comm, "electrolyte")
        )
        flows = case.flow.law != "none" and case.loading.current_density != 0
        self.lithium = (
            LithiumFlow(case, build_contour(case.contour, comm, "lithium")) if flows else None
        )
        self.points = self.electrolyte.nodes.points[:, : self.electrolyte.mesh.geometry.dim]
        self.current_change: float | None = None
        self.flow_report: SolveReport | None = None

    def solve(self, current_density: float) -> InterfaceState:
        """Solve for a current density over the plan area [A/m^2].

        Raises
        ------
        ConvergenceError
            When a Newton iteration or the exchange between the two bodies does not settle.
        """
        alone = self._current(current_density, None)
        self._alone = self.electrolyte.get_state() if self._shifts else None
        if self.lithium is None:
            self.state = InterfaceState(alone)
            return self.state
        current, mixing, largest = alone, AndersonMixing(), np.abs(alone).max()
        for number in range(1, MOST_PASSES + 1):
            pressure, normal_pressure = self._flow(current)
            shifted = self._shifted(current_density, normal_pressure, alone)
            if self._shifts:
                self.current_change = float(np.abs(shifted - alone).max() / largest)
            if not self.case.coupling.pressure_kinetics:
                self._forget_pressure()
                self.state = InterfaceState(alone, pressure, normal_pressure)
                return self.state
            change = np.abs(shifted - current).max() / largest
            log.info("pass %d: the current changed by %.2e of its largest value", number, change)
            if change <= COUPLING_TOLERANCE:
                self.state = InterfaceState(shifted, pressure, normal_pressure)
                return self.state
            current = largest * mixing.next(current / largest, shifted / largest)
        raise ConvergenceError(
            f"current and pressure did not settle in {MOST_PASSES} passes: the current still "
            f"changes by {change:.1e} of its largest value. "
            "Raise kinetics.area_resistance or the current density: the pressure then counts for "
            "less."
        )

    @property
    def scales(self) -> bool:
        """Whether local currents grow in proportion to the applied one and pressures with its
        power 1/n.
        """
        return (
            self.case.kinetics.law != "butler-volmer" and not self.case.coupling.pressure_kinetics
        )

    def unknowns(self) -> tuple[int, int]:
        """Unknowns of the current and of the flow."""
        flow = self.lithium.fields.space.dofmap.index_map.size_global if self.lithium else 0
        return self.electrolyte.nodes.space.dofmap.index_map.size_global, flow

    def destroy(self) -> None:
        """Free the solvers; collective."""
        self.electrolyte.solver.destroy()
        if self.lithium is not None:
            self.lithium.solver.destroy()

    def _current(self, current_density: float, shift: np.ndarray | None) -> np.ndarray:
        report = self.electrolyte.solve(current_density, shift)
        log.info(
            "current: %d Newton iterations, residual %.1e",
            report.iterations,
            report.residuals["potential"],
        )
        return self.electrolyte.nodes.gather(self.electrolyte.current)

    def _flow(self, current: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        self.flow_report = report = self.lithium.solve(current)
        residuals = ", ".join(f"{field} {size:.1e}" for field, size in report.residuals.items())
        log.info(
            "flow: %d Newton, %d linear iterations, residuals: %s",
            report.iterations,
            report.linear_iterations,
            residuals,
        )
        return self.lithium.excess_pressure(), self.lithium.excess_normal_pressure()

    @property
    def _shifts(self) -> bool:
        """Whether a pressure changes the current; without kinetics the surface stays at one
        potential.
        """
        return self.case.kinetics.law != "none"

    def _shifted(
        self, current_density: float, normal_pressure: np.ndarray, alone: np.ndarray
    ) -> np.ndarray:
        """Current with the equilibrium potential that the pressure gives: compressed lithium
        dissolves more easily.
        """
        if not self._shifts:
            return alone
        return self._current(current_density, self.lithium.molar_volume / FARADAY * normal_pressure)

    def _forget_pressure(self) -> None:
        if self._shifts:
            self.electrolyte.set_state(self._alone)
