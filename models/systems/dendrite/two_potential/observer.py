"""What a run between two potentials shows of itself, step by step."""

from collections.abc import Mapping
from functools import cached_property

import numpy as np
from dolfinx import fem
from mpi4py import MPI

from anodex.models.results.history import History
from anodex.models.systems.dendrite.arrangement import LEAST_DEPOSIT, Arrangement, ShapeNumbers
from anodex.models.systems.dendrite.pieces import LITHIUM_PHASE
from anodex.models.systems.dendrite.two_potential.problem import TwoPotentialGrowth
from anodex.models.systems.dendrite.two_potential.quantities import QUANTITIES

# Phase field from which on electrons, and up to which ions, have a potential that means something
MEANT = 0.5


class TwoPotentialObserver(Arrangement):
    """Numbers and fields of a dendrite (`anodex.models.time.march.Observer`).

    Parameters
    ----------
    problem
        The system; it is only read.
    """

    quantities = QUANTITIES

    def __init__(self, problem: TwoPotentialGrowth):
        super().__init__(problem)
        self.moving = problem.case.numerics.adaptive

    def measure(self) -> "TwoPotentialNumbers":
        """The present state, for the quantities; collective."""
        return TwoPotentialNumbers(self)

    def check(self, row: Mapping[str, float]) -> None:
        """Every state that a step has found means something."""

    def note(self, row: Mapping[str, float]) -> str:
        """How far the lithium has come, and whether it touches."""
        touching = ", in contact" if row["contact [1]"] else ""
        return f"tip at {row['tip_position [um]']:.4g} um{touching}"

    def notable(self, history: History) -> bool:
        """Whether a contact has just been made or lost, one of the first."""
        return self.is_early_event(history.column("contact [1]"))

    def fields(self) -> Mapping[str, Mapping[str, fem.Function]]:
        """What is where, both potentials where they mean something, and stress."""
        problem = self.problem
        found = self.arrangement()
        if problem.potentials is not None:
            lithium = problem.phase.x.array >= MEANT
            for name, meant in (("electrons", lithium), ("ions", ~lithium)):
                potential = problem.potentials.part(name)
                potential.x.array[~meant] = np.nan
                found[f"potential_of_{name} [V]"] = potential
        return {"fields": found | self.stresses()}


class TwoPotentialNumbers(ShapeNumbers):
    """Numbers of the present state, each computed when it is asked for, once; collective.

    nan stands for a number that the case does not have.
    """

    def __init__(self, observer: TwoPotentialObserver):
        super().__init__(observer)
        self._observer: TwoPotentialObserver = observer
        self._problem: TwoPotentialGrowth = observer.problem
        self._numbers = observer.problem.state.numbers
        self._solved = observer.problem.potentials is not None

    @cached_property
    def deposited_thickness(self) -> float:
        return self._won / self._section

    @cached_property
    def mean_position(self) -> float:
        return (self._won + float(self._numbers["start"][0])) / self._section

    @cached_property
    def cell_voltage(self) -> float:
        potentials = self._problem.potentials
        return np.nan if potentials is None else potentials.voltage()

    @cached_property
    def current_density(self) -> float:
        place = 0 if self._solved else 2  # what plates, where no circuit is solved for
        return float(self._numbers["flows"][place]) / self._section

    @cached_property
    def electronic_share(self) -> float:
        return self._problem.electronic_share()

    @cached_property
    def contact_current_density(self) -> float:
        return float(self._numbers["flows"][1]) / self._section

    @cached_property
    def contact(self) -> float:
        return float(self._numbers["contact"][0])

    @cached_property
    def dead_lithium_fraction(self) -> float:
        dead, pieces = self._detached
        # More can come off than was won: what was there at the start, or has dissolved elsewhere.
        return dead / max(abs(self._won), dead) if pieces else 0.0

    @cached_property
    def detached_pieces(self) -> float:
        return float(self._detached[1])

    @cached_property
    def max_hydrostatic_pressure(self) -> float:
        return self._largest(self._pressure)

    @cached_property
    def max_lithium_pressure(self) -> float:
        return self._largest(self._pressure[self._inside])

    @cached_property
    def max_lithium_von_mises(self) -> float:
        return self._largest(self._average("von_mises [MPa]")[self._inside])

    @cached_property
    def ion_balance_error(self) -> float:
        external, contact = self._numbers["charges"][:2]
        return self._error(external - contact, self._deposited) if self._solved else np.nan

    @cached_property
    def charge_balance_error(self) -> float:
        external, collector = self._numbers["charges"][[0, 3]]
        return self._error(external, collector) if self._solved else np.nan

    @cached_property
    def lithium_balance_error(self) -> float:
        return self._error(float(self._numbers["charges"][2]), self._deposited)

    def _error(self, entered: float, other: float) -> float:
        """Difference of two charges over the charge that has been deposited, or that of hardly any
        lithium.
        """
        least = LEAST_DEPOSIT * self._observer.volume / self._problem.volume_of_charge
        return abs(entered - other) / max(abs(self._deposited), abs(other), least)

    @cached_property
    def _won(self) -> float:
        """Volume of lithium since the start [um^3]."""
        return self._problem.lithium() - float(self._numbers["start"][0])

    @property
    def _deposited(self) -> float:
        """Its charge [pC]."""
        return self._won / self._problem.volume_of_charge

    @cached_property
    def _detached(self) -> tuple[float, int]:
        return self._observer.pieces.detached()

    @property
    def _inside(self) -> np.ndarray:
        return self._problem.phase.x.array[: self._observer.owned] >= LITHIUM_PHASE

    def _largest(self, values: np.ndarray) -> float:
        """Of all ranks; nan without stress."""
        if not self._observer.averages:
            return np.nan
        return self._comm.allreduce(float(values.max(initial=-np.inf)), op=MPI.MAX)
