"""Ctrl-C, or the stop button of a notebook, while a run goes on in Python.

An exception inside a solver would not do: PETSc and Gmsh call Python from C, where it becomes an
error of theirs, or gets lost so that the run goes on with a wrong number. So a run stops where it
tells its progress, between two steps. A second signal ends Python's patience at once.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from mpi4py import MPI

from anodex.models.results.progress import Progress


class StoppableProgress(Progress):
    """Passes on what it is told, and raises KeyboardInterrupt instead once `stop` is set."""

    def __init__(self, told: Progress):
        self.total, self.unit, self.told = told.total, told.unit, told
        self.stop = False

    def update(self, value: float, text: str = "") -> None:
        """Pass on, or stop."""
        if self.stop:
            raise KeyboardInterrupt
        self.told.update(value, text)

    def close(self) -> None:
        """Pass on."""
        self.told.close()


@contextmanager
def stopping_between_steps(told: Progress, comm: MPI.Comm) -> Iterator[StoppableProgress]:
    """A progress that ends a run when a signal has come, while the block runs.

    Under mpirun a signal ends all ranks, and another thread than the first gets none: both are
    left as they are.
    """
    progress = StoppableProgress(told)
    before = signal.getsignal(signal.SIGINT)
    if comm.size > 1 or threading.current_thread() is not threading.main_thread():
        yield progress
        return

    def stop(number: int, frame: FrameType | None) -> None:
        progress.stop = True
        signal.signal(number, before)

    signal.signal(signal.SIGINT, stop)
    try:
        yield progress
    finally:
        signal.signal(signal.SIGINT, before)
