"""A crack that plated metal fills and wedges open: what it remembers, and its steps."""

import logging
from math import pi, sqrt

import numpy as np
from dolfinx import fem
from mpi4py import MPI
from scipy.optimize import brentq

from anodex.meshes.crack_box import CrackBox, build_crack_box
from anodex.meshes.tagged import TaggedMesh
from anodex.models.discrete.fields import MixedFields
from anodex.models.errors import ConvergenceError
from anodex.models.fracture.crack_growth import LAG
from anodex.models.fracture.cracked_body import CrackedBody
from anodex.models.fracture.phase_field_crack import Alternation, alternate
from anodex.models.laws.elasticity import bulk_modulus, shear_modulus
from anodex.models.solve.nonlinear import SolveReport
from anodex.models.systems.filled_crack.case import Case
from anodex.models.time.state import Snapshot, State
from anodex.models.time.stepping import StepControl
from anodex.models.time.timeline import Schedule

CELLS = 4  # in a length scale
BESIDE = 3  # length scales beside the crack with small cells: its damage ends after two
BEHIND = 4  # length scales behind the tip, where the small cells begin
# Length scales by which a crack acts longer than the line on which its damage is 1: measured, by
# its compliance.
AHEAD = {"AT1": LAG, "AT2": 0.75}
RUNG = 1.25  # steps change by powers of it

log = logging.getLogger("anodex")


def cell_size(case: Case) -> float:
    """Of the small cells [um]."""
    return case.damage.length / (CELLS * case.numerics.refinement)


def broken_length(case: Case) -> float:
    """How far the cells are broken at the start [um]."""
    return case.crack.length - AHEAD[case.fracture.model] * case.damage.length


def small_cells_end(case: Case) -> float:
    """Up to where cells are small along the way of the crack [um]."""
    return case.crack.length * case.numerics.farthest + BEHIND * case.damage.length


def build_mesh(case: Case, comm: MPI.Comm) -> TaggedMesh:
    """A quarter of the electrolyte around the crack."""
    scale, broken = case.damage.length, broken_length(case)
    box = CrackBox(
        fine_from=broken - BEHIND * scale,
        fine_to=small_cells_end(case),
        fine_beside=BESIDE * scale,
        cell_size=cell_size(case),
        size=case.crack.length * case.numerics.box,
    )
    return build_crack_box(box, comm)


class GrowingCrack:
    """The problem of a case on a mesh (`anodex.models.time.march.TimedProblem`).

    Metal cannot be pressed together: the crack holds what was plated less what was squeezed out,
    and the pressure follows. By superposition the body feels the net pressure alone, that of the
    metal less that which presses the faces together.

    Attributes
    ----------
    state
        The damage, the one that was accepted last, and `volumes`: what was plated and what was
        squeezed out so far [um^3], of a straight crack over its depth [um^2].
    net_pressure
        [MPa], shape (1,).
    """

    def __init__(self, case: Case, tagged: TaggedMesh):
        self.case, self.tagged, self.mesh = case, tagged, tagged.mesh
        electrolyte = case.electrolyte
        displacement = fem.Function(fem.functionspace(self.mesh, ("Lagrange", 1, (2,))))
        damage = fem.Function(fem.functionspace(self.mesh, ("Lagrange", 1)))
        fields = MixedFields(displacement.function_space, ("displacement",))
        excess = case.damage.excess(cell_size(case) / 2, half=True)
        self.body = CrackedBody(
            displacement,
            damage,
            case.damage,
            toughness=electrolyte.energy / (1 + excess),
            bulk=bulk_modulus(electrolyte.young_modulus, electrolyte.poisson_ratio),
            shear=shear_modulus(electrolyte.young_modulus, electrolyte.poisson_ratio),
            kinematics=case.kinematics,
            constraints=[
                fields.hold("displacement", tagged.facets.find(tagged.tags[plane]), 1, 0.0, axis)
                for axis, plane in enumerate(("crack_plane", "mouth_plane"))
            ],
        )
        self.crack, self.settings = self.body.crack, Alternation()
        self._parts = 4 if case.crack.shape == "centre" else 2  # of the whole in the model
        self._share = self._parts / (1 + excess)
        near = 1e-6 * cell_size(case)
        self.crack.cut(
            lambda x: (x[0] < cell_size(case) / 2 + near) & (x[1] < broken_length(case) + near)
        )
        self._grown_from = self.crack.area()
        self.growth_pressure = case.growth_pressure(case.crack.length)
        self._usual = case.volume(self.growth_pressure, case.crack.length)
        self.net_pressure, self.volumes, self._before = np.zeros(1), np.zeros(2), 0.0
        self.state = State(
            fields={"damage": damage, "accepted_damage": self.crack.before},
            numbers={"volumes": self.volumes},
            start_fields={"displacement": displacement},
            start_numbers={
                "net_pressure": self.net_pressure,
                "displacement_scales": self.body.solver.scales,
                "damage_scales": self.crack.solver.scales,
            },
        )
        steps = case.numerics
        self.schedule = Schedule(
            end=case.loading.duration,
            control=StepControl(
                steps.first_step, steps.smallest_step, steps.largest_step, rung=RUNG
            ),
            checkpoint_interval=case.output.checkpoint_interval,
            outputs=tuple(case.output.times),
        )

    def begin(self) -> None:
        """The crack is closed, and nothing presses."""

    def switch(self, time: float) -> None:
        """No load changes; a run that goes on takes its first step from here."""
        self._before = self.volume

    def accept(self) -> None:
        """Nothing heals from now on."""
        self.crack.accept()
        self._before = self.volume

    def ended(self) -> bool:
        """Whether the crack has come to the end of the small cells."""
        return self.crack_length >= self.case.numerics.farthest * self.case.crack.length

    @property
    def volume(self) -> float:
        """What the crack holds [um^3], of a straight one over its depth [um^2]."""
        return float(self.volumes[0] - self.volumes[1])

    def held_volume(self) -> float:
        """The same, by the opening of the damaged body; collective."""
        return self._parts * self.body.volume()

    @property
    def pressure(self) -> float:
        """In the metal [MPa]."""
        return float(self.net_pressure[0]) + self.case.loading.closing

    @property
    def area(self) -> float:
        """Of the whole crack [um^2], of a straight one over its depth [um]; collective."""
        first = self.case.area(self.case.crack.length)
        return first + self._share * (self.crack.area() - self._grown_from)

    @property
    def crack_length(self) -> float:
        """Half of it, or the radius [um]; collective."""
        return self._length(self.area)

    def _length(self, area: float) -> float:
        return sqrt(area / pi) if self.case.crack.shape == "penny" else area / 2

    def _rates(self, net: float, area: float) -> np.ndarray:
        """What is plated and squeezed out in a time, as `volumes`, under a net pressure [MPa]."""
        loading, filling = self.case.loading, self.case.filling
        pressure = net + loading.closing
        out = filling.outflow(pressure - loading.stack_pressure, self._length(area))
        return 2 * area * np.array([filling.velocity(pressure), out])

    def solve_stage(self, time: float, step: float, old: Snapshot) -> SolveReport:
        """Find pressure and damage at the end of a stage of a length [s] that starts from `old`."""
        reports = []

        def balance() -> SolveReport:
            reports.append(self._balance(old["volumes"], step))
            return reports[-1]

        alternate(
            self.crack,
            balance,
            # the volume is as good as given: the pressure does no work that could be gained
            lambda: self.body.energy() + float(self.body.pressure.value) * self.body.volume(),
            self.settings,
        )
        self._stay_in_small_cells()
        return SolveReport.of(reports)

    def _stay_in_small_cells(self) -> None:
        """Refuse a step in which the crack runs on into cells that are too coarse for it."""
        length, end = self.crack_length, small_cells_end(self.case)
        if length > end:
            raise ConvergenceError(
                f"the crack came to {length:.3g} um in one step, and the small cells end at "
                f"{end:.3g} um; lower numerics.smallest_step or numerics.largest_change, or raise "
                "numerics.farthest"
            )

    def _balance(self, old: np.ndarray, step: float) -> SolveReport:
        """Balance the forces under the pressure at which the crack holds what flows into it.

        Displacement and volume are linear in the pressure, so that one solution gives all.
        """
        field, unit = self.body.displacement.x.array, self.growth_pressure
        if self.net_pressure[0] > 0:
            field *= unit / self.net_pressure[0]
        self.body.pressure.value = unit
        report = self.body.balance()
        compliance, area = self.held_volume() / unit, self.area
        start = old[0] - old[1]

        def missing(net: float) -> float:
            plated, out = self._rates(net, area)
            return compliance * net - start - step * (plated - out)

        # rates fall with the pressure: no more flows in than without; twice that for round-off
        most = -2 * missing(0.0) / compliance
        net = brentq(missing, 0.0, most, xtol=1e-14 * unit, rtol=1e-14) if most > 0 else 0.0
        self.net_pressure[0] = self.body.pressure.value = net
        field *= net / unit
        self.volumes[:] = old + step * self._rates(net, area)
        return report

    def error(self, difference: Snapshot) -> float:
        """Volume that the step has added, over what a step may add; squared, as steps follow its
        root.
        """
        most = self.case.numerics.largest_change * max(self._before, self._usual)
        return (abs(self.volume - self._before) / most) ** 2

    def size(self) -> dict[str, int]:
        """Numbers of cells and of unknowns."""
        spaces = self.body.displacement.function_space, self.crack.damage.function_space
        return {
            "cells": self.mesh.topology.index_map(2).size_global,
            "unknowns": sum(
                space.dofmap.index_map.size_global * space.dofmap.index_map_bs for space in spaces
            ),
        }

    def destroy(self) -> None:
        """Free the PETSc objects; collective."""
        self.body.destroy()
