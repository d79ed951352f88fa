"""Runs cases in copies of a process that has imported everything, some of them to be killed.

Each line of its standard input is an order, `{"words": [...], "folder": ..., "mode": ..., "nth":
..., "log": ...}`; each line of its standard output says how it ended.
"""

import ctypes
import json
import os
import sys

from mpi4py import MPI

from anodex.scripts.main import call

OUT, ERROR = 1, 2  # file descriptors


def main() -> None:
    """Warm up with a run, then obey until the standard input ends."""
    faults = ctypes.CDLL(sys.argv[1])
    faults.changed.restype = ctypes.c_long
    answers = os.fdopen(os.dup(OUT), "w")
    os.dup2(ERROR, OUT)
    for line in sys.stdin:
        order = json.loads(line)
        if order["mode"] is None:
            answer = {"code": call(order["words"], MPI.COMM_WORLD)}
        else:
            answer = in_a_copy(faults, **order)
        print(json.dumps(answer), file=answers, flush=True)


def in_a_copy(faults, words: list[str], folder: str, mode: int, nth: int, log: str) -> dict:
    """Exit code of a command, negative for a signal, and the number of changes it has made below a
    folder.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        said = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(said, OUT)
        os.dup2(said, ERROR)
        sys.argv = ["anodex", *words]
        faults.watch(os.fsencode(folder), mode, ctypes.c_long(nth))
        code = call(words, MPI.COMM_WORLD)
        sys.stderr.flush()
        os.write(writer, str(faults.changed()).encode())
        os._exit(code)
    os.close(writer)
    with os.fdopen(reader) as told:
        count = told.read()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return {"code": code, "changes": int(count or 0)}


if __name__ == "__main__":
    main()
