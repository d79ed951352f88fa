"""A rank of a run under mpirun; one of them is killed at its nth change of the result folder.

mpirun -n 2 python3 rank.py LIBRARY VICTIM NTH FOLDER WORDS...
"""

import ctypes
import os
import sys

from mpi4py import MPI

from anodex.scripts.main import main

COUNT, KILL = 0, 1


def run() -> None:
    """Do what `anodex WORDS...` does; in the end each rank says its number of changes."""
    library, victim, nth, folder, *words = sys.argv[1:]
    rank, faults = MPI.COMM_WORLD.rank, ctypes.CDLL(library)
    faults.changed.restype = ctypes.c_long
    mode = KILL if rank == int(victim) else COUNT
    faults.watch(os.fsencode(folder), mode, ctypes.c_long(int(nth)))
    sys.argv = ["anodex", *words]
    try:
        main()
    finally:
        print(f"rank {rank}: {faults.changed()} changes", file=sys.stderr, flush=True)


if __name__ == "__main__":
    run()
