"""What a benchmark measures: seconds by phase, iterations, memory."""

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from mpi4py import MPI


@dataclass
class Stopwatch:
    """Seconds by phase, the slowest rank's."""

    comm: MPI.Comm
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Time a block that all ranks enter and leave together."""
        self.comm.barrier()
        start = time.perf_counter()
        yield
        self.seconds[name] = self.comm.allreduce(time.perf_counter() - start, op=MPI.MAX)


def peak_memory(comm: MPI.Comm) -> float:
    """Largest resident memory so far, summed over ranks [MiB]."""
    return comm.allreduce(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
