"""Numbers of a growing dendrite."""

import numpy as np
import ufl
from dolfinx import fem
from dolfinx.la import InsertMode
from mpi4py import MPI
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from anodex.models.discrete.components import label_components
from anodex.models.discrete.fields import VertexAverage, total
from anodex.models.laws.phase_field import interpolation
from anodex.models.results.history import History
from anodex.models.results.observable import Observable
from anodex.models.systems.dendrite.case import Case
from anodex.models.systems.dendrite.conduction import Conduction
from anodex.models.systems.dendrite.problem import Dendrite
from anodex.models.systems.dendrite.short import classify
from anodex.models.systems.dendrite.structure import first_phase

COLUMNS = (
    "deposited_thickness [um]",
    "tip_position [um]",
    "overpotential [V]",
    "current_density [A/m^2]",
    "leakage_current_density [A/m^2]",  # at LEAKAGE_VOLTAGE
    "dead_lithium_fraction [1]",
    "detached_pieces [1]",
    "max_hydrostatic_pressure [MPa]",
    "max_pressure_phase [1]",  # phase field where that pressure is
    "max_lithium_pressure [MPa]",
    "mean_volume_strain [1]",
    "charge_balance_error [1]",
)
LEAKAGE_VOLTAGE = 1.0  # V
LITHIUM = 0.5  # least phase field of what counts as lithium
STEADY = 0.5  # share of a run's end from which a front's speed is taken


class Observer:
    """Takes the numbers of the present state; collective."""

    def __init__(self, problem: Dendrite):
        self.problem, self.case = problem, problem.case
        space, mesh = problem.space, problem.mesh
        self.points = space.tabulate_dof_coordinates()
        self._tuples = space.dofmap.list
        weights = fem.assemble_vector(fem.form(ufl.TestFunction(space) * ufl.dx))
        weights.scatter_reverse(InsertMode.add)
        self._owned = space.dofmap.index_map.size_local
        self._weights = weights.array[: self._owned].copy()
        self._share = fem.form(interpolation(problem.phase) * problem.front.dx)
        self._first = total(mesh.comm, self._share)
        electronic = fem.Function(space, name="electronic_potential")
        self.leakage = Conduction(
            problem.tagged,
            problem.electronic_conductivity(),
            electronic,
            LEAKAGE_VOLTAGE,
            period=problem.period,
            name="dendrite_leakage",
        )
        cells = np.arange(mesh.topology.index_map(mesh.topology.dim).size_local, dtype=np.int32)
        self._volume_strain = None
        if problem.mechanics is not None:
            self._volume_strain = VertexAverage(problem.mechanics.volume_strain, mesh, cells)

    def row(self) -> dict[str, float]:
        """Row of the history."""
        problem = self.problem
        section = problem.cross_section()
        deposited = (total(problem.comm, self._share) - self._first) / section
        dead, pieces = self._detached()
        charge, entered = problem.deposited.tolist()
        self.leakage.solve()
        return {
            "deposited_thickness [um]": deposited,
            "tip_position [um]": self.tip(),
            "overpotential [V]": float(problem.charge.left.value)
            if problem.charge
            else self.case.loading.given_overpotential,
            "current_density [A/m^2]": sum(problem.charge.currents()) / section
            if problem.charge
            else np.nan,
            "leakage_current_density [A/m^2]": -self.leakage.currents()[1] / section,
            "dead_lithium_fraction [1]": dead / max(abs(deposited) * section, 1e-300)
            if pieces
            else 0.0,
            "detached_pieces [1]": float(pieces),
            **self._mechanical(),
            "charge_balance_error [1]": abs(charge - entered) / max(abs(charge), 1e-300)
            if problem.charge
            else np.nan,
        }

    def tip(self) -> float:
        """Farthest place along x [um] where the phase field falls through one half between two
        corners of a cell.
        """
        phase, x = self.problem.phase.x.array, self.points[:, 0]
        high = phase >= LITHIUM
        crossed = self._tuples[high[self._tuples].any(axis=1)]
        best = -np.inf
        for first in range(crossed.shape[1]):
            for second in range(crossed.shape[1]):
                inside, outside = crossed[:, first], crossed[:, second]
                use = high[inside] & ~high[outside] & (x[outside] > x[inside])
                inside, outside = inside[use], outside[use]
                share = (phase[inside] - LITHIUM) / (phase[inside] - phase[outside])
                best = max(
                    best, float((x[inside] + share * (x[outside] - x[inside])).max(initial=-np.inf))
                )
        best = max(best, float(x[high].max(initial=-np.inf)))
        return self.problem.comm.allreduce(best, op=MPI.MAX)

    def volume_strain(self) -> fem.Function:
        """At the vertices [-]."""
        return self._volume_strain()

    def destroy(self) -> None:
        """Free the PETSc objects; collective."""
        self.leakage.destroy()

    def _detached(self) -> tuple[float, int]:
        """Volume [um^3] of lithium that does not touch the left side, and the number of its
        pieces.
        """
        problem = self.problem
        labels = self._across(label_components(problem.space, problem.phase.x.array >= LITHIUM))
        left = self.points[:, 0] <= 1e-9 * self.case.geometry.length
        touching = np.unique(labels[left & (labels >= 0)])
        touching = np.unique(np.concatenate(problem.comm.allgather(touching)))
        most = problem.comm.allreduce(int(labels.max(initial=-1)), op=MPI.MAX)
        detached = (labels >= 0) & ~np.isin(labels, touching)
        share = interpolation(problem.phase.x.array[: self._owned])
        volume = float((share * self._weights)[detached[: self._owned]].sum())
        return problem.comm.allreduce(volume), most + 1 - len(touching)

    def _across(self, labels: np.ndarray) -> np.ndarray:
        """The labels of pieces, with one for those that hang together across periodic sides."""
        problem, count = (
            self.problem,
            self.problem.comm.allreduce(int(labels.max(initial=-1)), op=MPI.MAX) + 1,
        )
        if not (problem.period and count):
            return labels
        nodes = np.rint(self.points / (1e-3 * self.case.cell_size)).astype(np.int64)
        side = np.zeros(len(nodes), dtype=bool)
        for axis in range(1, len(problem.period)):
            ends = nodes[:, axis] % round(problem.period[axis] / (1e-3 * self.case.cell_size))
            nodes[:, axis] = ends
            side |= ends == 0
        # Nodes and their images are at one place now.
        chosen = side & (labels >= 0)
        found = np.concatenate(
            problem.comm.allgather(np.column_stack([nodes[chosen], labels[chosen]]))
        )
        places = np.unique(found[:, :3], axis=0, return_inverse=True)[1].ravel()
        links = coo_array(
            (np.ones(len(found)), (found[:, 3], count + places)), shape=(count + len(found),) * 2
        )
        whole = connected_components(links, directed=False)[1]
        return np.where(labels >= 0, whole[labels], -1)

    def _mechanical(self) -> dict[str, float]:
        problem, columns = (
            self.problem,
            [name for name in COLUMNS if "pressure" in name or "strain" in name],
        )
        if problem.mechanics is None:
            return dict.fromkeys(columns, np.nan)
        pressure = problem.mechanics.vertex_pressure().x.array[: self._owned]
        phase, strain = (
            problem.phase.x.array[: self._owned],
            self._volume_strain().x.array[: self._owned],
        )
        # The largest pressure, with the phase field there, and the largest in lithium.
        most = max(
            problem.comm.allgather(
                max(zip(pressure.tolist(), phase.tolist(), strict=True), default=(-np.inf, 0.0))
            )
        )
        inside = problem.comm.allreduce(
            float(pressure[phase >= LITHIUM].max(initial=-np.inf)), op=MPI.MAX
        )
        volume, stretched = problem.comm.allreduce(
            np.array([self._weights.sum(), (strain * self._weights).sum()])
        )
        return dict(zip(columns, (*most, inside, float(stretched / volume)), strict=True))


def observables(
    case: Case, problem: Dendrite, history: History, porosity: float
) -> dict[str, Observable]:
    """What a run reports; `porosity` is that of all that is not lithium at the start."""
    times = history.times
    leakage = history.column("leakage_current_density [A/m^2]")
    short = classify(times, leakage, leakage[0], case.leakage.factor)
    thickness = history.column("deposited_thickness [um]")
    late = times >= STEADY * times[-1]
    speed = np.polyfit(times[late], thickness[late], 1)[0] if late.sum() > 1 else np.nan
    found = {
        "deposited_thickness": (thickness[-1], "um"),
        "tip_position": (history.column("tip_position [um]")[-1], "um"),
        "front_speed": (speed, "um/s"),
        "leakage_current_density_start": (leakage[0], "A/m^2"),
        "leakage_current_density": (leakage[-1], "A/m^2"),
        "dead_lithium_fraction": (history.column("dead_lithium_fraction [1]")[-1], "1"),
        "max_dead_lithium_fraction": (history.column("dead_lithium_fraction [1]").max(), "1"),
        "max_hydrostatic_pressure": (history.column("max_hydrostatic_pressure [MPa]")[-1], "MPa"),
        "max_lithium_pressure": (history.column("max_lithium_pressure [MPa]")[-1], "MPa"),
        "max_pressure_phase": (history.column("max_pressure_phase [1]")[-1], "1"),
        "charge_balance_error": (
            history.column("charge_balance_error [1]")[1:].max(initial=0.0),
            "1",
        ),
        "porosity_reached": (porosity * _electrolyte(problem), "1"),
        "leakage_duty": (short.duty, "1"),
        "leakage_variation": (short.variation, "1"),
    }
    numbers = {
        name: Observable(None if np.isnan(value) else float(value), unit)
        for name, (value, unit) in found.items()
    }
    return {
        **numbers,
        "short_kind": Observable(short.kind, ""),
        "time_of_short": Observable(short.time, "s"),
        "leakage_crossings": Observable(float(short.crossings), "1"),
    }


def _electrolyte(problem: Dendrite) -> float:
    """Volume that is not lithium at the start, over that of the box in which pores are asked
    for; collective.
    """
    geometry, width = problem.case.geometry, problem.case.interface.width
    first = fem.Function(problem.space)
    first.x.array[:] = first_phase(problem.case, problem.space.tabulate_dof_coordinates())
    outside = total(problem.comm, fem.form((1 - interpolation(first)) * problem.front.dx))
    return outside / (
        (geometry.length - geometry.lithium_thickness - width) * problem.cross_section()
    )
