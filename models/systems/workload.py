"""What a run has to do, said before it is done: exact sizes, rough memory and time.

Memory and time are those of one rank; docs/develop/benchmarks.md has what they were taken from. A
system knows how much each of its problems costs; nothing is compiled or solved to say so.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from dolfinx import fem
from dolfinx.mesh import Mesh

PROGRAM = 280.0  # MiB that a run takes without any unknowns
START = 3.0  # s that a run takes to begin and to end, its forms compiled before


@dataclass(frozen=True)
class Work:
    """One system of equations of a run.

    Attributes
    ----------
    name
        What it is of.
    cells, unknowns
        Their numbers, over all ranks.
    solves
        How often it is solved: time steps, or 1.
    seconds, kibibytes
        Of a solution and of memory, for each unknown.
    """

    name: str
    cells: int
    unknowns: int
    solves: float
    seconds: float
    kibibytes: float


def rough_memory(works: Iterable[Work]) -> float:
    """Peak memory of a run [MiB]."""
    return PROGRAM + sum(work.unknowns * work.kibibytes for work in works) / 1024


def rough_time(works: Iterable[Work]) -> float:
    """Duration of a run [s]."""
    return START + sum(work.unknowns * work.solves * work.seconds for work in works)


def count_cells(mesh: Mesh) -> int:
    """Number of cells, over all ranks."""
    return mesh.topology.index_map(mesh.topology.dim).size_global


def count_unknowns(mesh: Mesh, *elements: tuple) -> int:
    """Number of unknowns of fields on a mesh, over all ranks; collective.

    Elements as DOLFINx takes them: ("Lagrange", 2, (3,)).
    """
    maps = [fem.functionspace(mesh, element).dofmap for element in elements]
    return sum(found.index_map.size_global * found.index_map_bs for found in maps)
