"""What a benchmark measures: seconds by phase of a run, iterations, memory.

A benchmark is a run of a few steps with a `Stopwatch`. Every other run has `NO_WATCH`, which takes
no time itself, and what a problem tells of its `Costs`.
"""

import resource
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mpi4py import MPI

from anodex.models.solve.activity import doing

if TYPE_CHECKING:  # would load DOLFINx for whoever only asks what a system is
    from anodex.models.solve.nonlinear import SolveReport


class Costs:
    """CPU seconds of this rank by part of the work, of every run: it asks no other rank.

    Attributes
    ----------
    seconds
        Name of a part -> CPU seconds.
    """

    def __init__(self):
        self.seconds: dict[str, float] = {}

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        """Add what a block takes, to its end or to its failure."""
        began = time.process_time()
        try:
            yield
        finally:
            spent = time.process_time() - began
            self.seconds[name] = self.seconds.get(name, 0.0) + spent

    def __str__(self) -> str:
        return ", ".join(f"{name} {spent:.1f}" for name, spent in self.seconds.items())


class Enough(Exception):
    """As many steps as a benchmark asked for have been taken."""


class NoWatch:
    """A stopwatch that does nothing."""

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Do not time a block; whoever tells the user may still ask what it does."""
        with doing(name):
            yield

    def size(self, sizes: Mapping[str, int]) -> None:
        """Forget how large the problem is."""

    def start(self) -> None:
        """Do not begin to time a step."""

    def step(self, report: "SolveReport") -> None:
        """Forget a step."""


NO_WATCH = NoWatch()


class Stopwatch(NoWatch):
    """Seconds by phase, those of the slowest rank; all methods are collective.

    Parameters
    ----------
    steps
        After so many time steps it raises `Enough`.

    Attributes
    ----------
    seconds
        Phase -> seconds; of the steps the first, in which all is set up, and the others' sum.
    sizes
        What is counted (cells, unknowns) -> how many.
    reports
        Work of the last solve of each step.
    """

    def __init__(self, comm: MPI.Comm, steps: int):
        self._comm, self._most, self._began = comm, steps, 0.0
        self.seconds: dict[str, float] = {}
        self.sizes: dict[str, int] = {}
        self.reports: list[SolveReport] = []

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Time a block that all ranks enter and leave together."""
        began = self._now()
        with doing(name):
            yield
        self._add(name, self._now() - began)

    def size(self, sizes: Mapping[str, int]) -> None:
        """Take down how large the problem is."""
        self.sizes.update(sizes)

    def start(self) -> None:
        """Begin to time a step."""
        self._began = self._now()

    def step(self, report: "SolveReport") -> None:
        """Take down a step that has ended, or the solution of a steady problem."""
        self._add("further steps" if self.reports else "first step", self._now() - self._began)
        self.reports.append(report)
        if len(self.reports) == self._most:
            raise Enough

    def peak_memory(self) -> float:
        """Largest resident memory so far, summed over ranks [MiB]."""
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        return self._comm.allreduce(own, op=MPI.SUM)

    def _add(self, name: str, seconds: float) -> None:
        self.seconds[name] = self.seconds.get(name, 0.0) + seconds

    def _now(self) -> float:
        """The slowest rank's clock; clocks of one run start together or differ by a constant."""
        self._comm.barrier()
        return time.perf_counter()
