"""What a dendrite run shows of itself, step by step."""

from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple, Self

import numpy as np
import ufl
from dolfinx import fem
from dolfinx.la import InsertMode
from dolfinx.mesh import Mesh
from mpi4py import MPI

from anodex.models.discrete.fields import VertexAverage, total
from anodex.models.laws.phase_field import interpolation
from anodex.models.parts.elasticity import Elasticity
from anodex.models.systems.dendrite.pieces import LITHIUM_PHASE, LithiumPieces
from anodex.models.systems.dendrite.problem import DendriteGrowth
from anodex.models.systems.dendrite.quantities import QUANTITIES

# Share of a box full of lithium below which a deposit is as good as none: against less, what the
# solvers leave would look like a loss.
LEAST_DEPOSIT = 1e-6


class Averages(NamedTuple):
    """Stress and strain at vertices."""

    pressure: VertexAverage
    volume_strain: VertexAverage

    @classmethod
    def of(cls, mechanics: Elasticity, mesh: Mesh) -> Self:
        """Those of the cells that this rank owns."""
        cells = np.arange(mesh.topology.index_map(mesh.topology.dim).size_local, dtype=np.int32)
        return cls(
            VertexAverage(mechanics.hydrostatic_pressure, mesh, cells),
            VertexAverage(mechanics.volume_strain, mesh, cells),
        )


class DendriteObserver:
    """Numbers and fields of a dendrite (`anodex.models.time.march.Observer`).

    Forms are built once.

    Parameters
    ----------
    problem
        The system; it is only read.
    """

    quantities = QUANTITIES
    moving = False

    def __init__(self, problem: DendriteGrowth):
        self.problem, self.comm = problem, problem.comm
        space, mesh, composition = problem.space, problem.mesh, problem.composition
        volumes = fem.assemble_vector(fem.form(ufl.TestFunction(space) * ufl.dx))
        volumes.scatter_reverse(InsertMode.add)
        self.owned = space.dofmap.index_map.size_local
        self.weights = volumes.array[: self.owned].copy()
        self.volume = self.comm.allreduce(float(self.weights.sum()))
        self.pieces = LithiumPieces(
            problem.phase, self.weights, problem.case.cell_size, problem.period
        )
        self.lithium, at_start = (
            fem.form(interpolation(phase) * problem.front.dx)
            for phase in (problem.phase, composition.phase_at_start)
        )
        self.lithium_at_start = total(self.comm, at_start)
        self.averages = None if problem.mechanics is None else Averages.of(problem.mechanics, mesh)
        self._structure, self._concentration = (fem.Function(space) for _ in range(2))

    def measure(self) -> "DendriteNumbers":
        """The present state, for the quantities; collective."""
        return DendriteNumbers(self)

    def check(self, row: Mapping[str, float]) -> None:
        """Every state that a step has found means something."""

    def note(self, row: Mapping[str, float]) -> str:
        """How far the lithium has come."""
        return f"tip at {row['tip_position [um]']:.4g} um"

    def meshes(self) -> Mapping[str, Mesh]:
        """One file of fields."""
        return {"fields": self.problem.mesh}

    def fields(self) -> Mapping[str, Mapping[str, fem.Function]]:
        """What is where, and the unknowns and stresses that the case has."""
        problem = self.problem
        # The paper's coding: 2 lithium, 1 electrolyte, 0 pore filled with lithium, -1 air.
        self._structure.x.array[:] = problem.phase.x.array + problem.pores.x.array
        found = {
            "phase [1]": problem.phase,
            "pores [1]": problem.pores,
            "structure [1]": self._structure,
        }
        if problem.charge is not None:
            found["potential [V]"] = problem.potential
        if problem.front.ions is not None:
            self._concentration.x.array[:] = np.exp(problem.front.concentration.x.array)
            found["concentration_ratio [1]"] = self._concentration
        if problem.mechanics is not None and self.averages is not None:
            found["displacement [um]"] = problem.mechanics.unknown
            found["hydrostatic_pressure [MPa]"] = self.averages.pressure()
            found["volume_strain [1]"] = self.averages.volume_strain()
        return {"fields": found}


class DendriteNumbers:
    """Numbers of the present state, each computed when it is asked for, once; collective.

    nan stands for a number that the case does not have.
    """

    def __init__(self, observer: DendriteObserver):
        self._observer, self._problem, self._comm = observer, observer.problem, observer.comm
        self._section = observer.problem.cross_section()
        self.overpotential = float(self._problem.overpotential[0])

    @cached_property
    def deposited_thickness(self) -> float:
        lithium = total(self._comm, self._observer.lithium)
        return (lithium - self._observer.lithium_at_start) / self._section

    @cached_property
    def tip_position(self) -> float:
        return self._observer.pieces.tip()

    @cached_property
    def current_density(self) -> float:
        return self._problem.current() / self._section

    @cached_property
    def leakage_current_density(self) -> float:
        return self._problem.leakage_current() / self._section

    @cached_property
    def dead_lithium_fraction(self) -> float:
        dead, pieces = self._detached
        deposited = abs(self.deposited_thickness) * self._section
        # More can come off than was won: what was there at the start, or has dissolved elsewhere.
        return dead / max(deposited, dead) if pieces else 0.0

    @cached_property
    def detached_pieces(self) -> float:
        return float(self._detached[1])

    @cached_property
    def max_hydrostatic_pressure(self) -> float:
        return self._largest_pressure[0]

    @cached_property
    def max_pressure_phase(self) -> float:
        return self._largest_pressure[1]

    @cached_property
    def max_lithium_pressure(self) -> float:
        if self._problem.mechanics is None:
            return np.nan
        inside = self._pressure[self._phase >= LITHIUM_PHASE]
        return self._comm.allreduce(float(inside.max(initial=-np.inf)), op=MPI.MAX)

    @cached_property
    def mean_volume_strain(self) -> float:
        averages, weights = self._observer.averages, self._observer.weights
        if averages is None:
            return np.nan
        own = averages.volume_strain().x.array[: self._observer.owned]
        volume, stretched = self._comm.allreduce(np.array([weights.sum(), (own * weights).sum()]))
        return float(stretched / volume)

    @cached_property
    def charge_balance_error(self) -> float:
        if self._problem.charge is None:
            return np.nan
        deposited, entered = self._problem.deposited.tolist()
        least = LEAST_DEPOSIT * self._problem.charge_density * self._observer.volume
        return abs(deposited - entered) / max(abs(deposited), least)

    @cached_property
    def _detached(self) -> tuple[float, int]:
        return self._observer.pieces.detached()

    @cached_property
    def _phase(self) -> np.ndarray:
        """Of the nodes of this rank, shape (nodes,)."""
        return self._problem.phase.x.array[: self._observer.owned]

    @cached_property
    def _pressure(self) -> np.ndarray:
        """At the nodes of this rank [MPa], shape (nodes,); nan without stress."""
        averages, owned = self._observer.averages, self._observer.owned
        return np.full(owned, np.nan) if averages is None else averages.pressure().x.array[:owned]

    @cached_property
    def _largest_pressure(self) -> tuple[float, float]:
        """The largest pressure [MPa], and the phase field where it is."""
        if self._problem.mechanics is None:
            return np.nan, np.nan
        pairs = zip(self._pressure.tolist(), self._phase.tolist(), strict=True)
        return max(self._comm.allgather(max(pairs, default=(-np.inf, 0.0))))
