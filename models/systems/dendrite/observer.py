"""What a dendrite run shows of itself, step by step."""

import logging
from collections.abc import Mapping
from functools import cached_property

import numpy as np
from dolfinx import fem
from mpi4py import MPI

from anodex.models.discrete.fields import VertexAverage, owned_cells
from anodex.models.laws.phase_field import interpolation
from anodex.models.results.history import History
from anodex.models.systems.dendrite.arrangement import LEAST_DEPOSIT, Arrangement, ShapeNumbers
from anodex.models.systems.dendrite.case_models import MOST_OUTRUN
from anodex.models.systems.dendrite.pieces import LITHIUM_PHASE
from anodex.models.systems.dendrite.problem import DendriteGrowth
from anodex.models.systems.dendrite.quantities import QUANTITIES
from anodex.models.time.march import SpentState

log = logging.getLogger("anodex")

# Reaction over relaxation, up to which a front is too slow by 1 % at most.
NOTABLE_OUTRUN = 0.15
# Phase fields between which an interface reacts.
REACTING = 0.05, 0.95


class DendriteObserver(Arrangement):
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
        super().__init__(problem)
        mesh, composition = problem.mesh, problem.composition
        at_start = interpolation(composition.phase_at_start.x.array)
        self.lithium_at_start = self.amount(at_start)
        ions = problem.front.ions
        if ions is not None:
            start = ions.content(composition.phase_at_start.x.array, np.zeros_like(at_start))
            self.ions_at_start = self.amount(start - at_start)
        cells = owned_cells(mesh)
        self.outrun = VertexAverage(problem.front.outrun, mesh, cells)
        self._warned = False
        self._concentration = fem.Function(problem.space)

    def amount(self, values: np.ndarray) -> float:
        """Integral of what has these values at the nodes; collective."""
        return self.comm.allreduce(float((values[: self.owned] * self.weights).sum()))

    def measure(self) -> "DendriteNumbers":
        """The present state, for the quantities; collective."""
        return DendriteNumbers(self)

    def check(self, row: Mapping[str, float]) -> None:
        """Refuse lithium that is used up, and say once if the reaction outruns the relaxation."""
        width, tip = self.problem.case.interface.width, row["tip_position [um]"]
        if tip < width and row["deposited_thickness [um]"] < 0:
            left = f"no more than {tip:.3g} um is left" if tip > 0 else "none is left"
            raise SpentState(
                f"the lithium is used up: {left} of "
                f"{self.problem.case.geometry.lithium_thickness:g} um, and what is thinner than "
                f"interface.width ({width:g} um) dissolves by itself. Strip for a shorter time "
                "(loading.duration), take more lithium (geometry.lithium_thickness) or a smaller "
                "interface.width. The last good state is in the result folder."
            )
        outrun = row["reaction_over_relaxation [1]"]
        if outrun > NOTABLE_OUTRUN and not self._warned:
            self._warned = True
            if self.comm.rank == 0:
                log.warning(
                    "the reaction runs at %.2g times the relaxation of the interface, so that the "
                    "front is slower than it should be, by 1 %% at %g and by 6 %% at %g; set "
                    "interface.relaxation_law = 'following' or raise interface.relaxation_rate",
                    outrun,
                    NOTABLE_OUTRUN,
                    MOST_OUTRUN,
                )

    def note(self, row: Mapping[str, float]) -> str:
        """How far the lithium has come."""
        return f"tip at {row['tip_position [um]']:.4g} um"

    def notable(self, history: History) -> bool:
        """Whether the leakage current has just crossed the threshold of a short, one of the first
        times.
        """
        currents = history.column("leakage_current_density [A/m^2]")
        return self.is_early_event(currents > self.problem.case.leakage.factor * currents[0])

    def fields(self) -> Mapping[str, Mapping[str, fem.Function]]:
        """What is where, and the unknowns and stresses that the case has."""
        problem = self.problem
        found = self.arrangement()
        if problem.charge is not None:
            found["potential [V]"] = problem.potential
        if problem.front.ions is not None:
            # Inside lithium it is a number without meaning.
            self._concentration.x.array[:] = np.where(
                problem.phase.x.array >= LITHIUM_PHASE,
                np.nan,
                np.exp(problem.front.concentration.x.array),
            )
            found["concentration_ratio [1]"] = self._concentration
        return {"fields": found | self.stresses()}


class DendriteNumbers(ShapeNumbers):
    """Numbers of the present state, each computed when it is asked for, once; collective.

    nan stands for a number that the case does not have.
    """

    def __init__(self, observer: DendriteObserver):
        super().__init__(observer)
        self._observer: DendriteObserver = observer
        self._problem: DendriteGrowth = observer.problem
        self.overpotential = float(self._problem.overpotential[0])

    @cached_property
    def deposited_thickness(self) -> float:
        return self._deposited / self._section

    @cached_property
    def lithium_balance_error(self) -> float:
        counted = float(self._problem.deposited[0]) / self._problem.charge_density
        return abs(self._deposited - counted) / self._least(counted)

    @cached_property
    def ion_balance_error(self) -> float:
        front = self._problem.front
        if front.ions is None:
            return np.nan
        content = front.content.x.array - front.lithium.x.array
        stored = self._observer.amount(content) - self._observer.ions_at_start
        entered = float(self._problem.ions_entered[0]) / self._problem.charge_density
        return abs(entered - stored - self._deposited) / self._least(self._deposited)

    @cached_property
    def reaction_over_relaxation(self) -> float:
        outrun = self._observer.outrun().x.array[: self._observer.owned]
        least, most = REACTING
        reacting = outrun[(self._phase > least) & (self._phase < most)]
        return self._comm.allreduce(float(reacting.max(initial=0.0)), op=MPI.MAX)

    @cached_property
    def mean_position(self) -> float:
        return (self._observer.lithium_at_start + self._deposited) / self._section

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
        own, weights = self._average("volume_strain [1]"), self._observer.weights
        volume, stretched = self._comm.allreduce(np.array([weights.sum(), (own * weights).sum()]))
        return float(stretched / volume)

    @cached_property
    def charge_balance_error(self) -> float:
        if self._problem.charge is None:
            return np.nan
        density = self._problem.charge_density
        deposited, entered = (float(charge) / density for charge in self._problem.deposited)
        return abs(deposited - entered) / self._least(deposited)

    @cached_property
    def _deposited(self) -> float:
        """Volume of lithium won since the start [um^3] (in two dimensions [um^2])."""
        lithium = interpolation(np.clip(self._problem.phase.x.array, 0, 1))
        return self._observer.amount(lithium) - self._observer.lithium_at_start

    def _least(self, deposited: float) -> float:
        """What an error of a balance goes over."""
        return max(abs(deposited), LEAST_DEPOSIT * self._observer.volume)

    @cached_property
    def _detached(self) -> tuple[float, int]:
        return self._observer.pieces.detached()

    @cached_property
    def _phase(self) -> np.ndarray:
        """Of the nodes of this rank, shape (nodes,)."""
        return self._problem.phase.x.array[: self._observer.owned]

    @cached_property
    def _largest_pressure(self) -> tuple[float, float]:
        """The largest pressure [MPa], and the phase field where it is."""
        if self._problem.mechanics is None:
            return np.nan, np.nan
        pairs = zip(self._pressure.tolist(), self._phase.tolist(), strict=True)
        return max(self._comm.allgather(max(pairs, default=(-np.inf, 0.0))))
