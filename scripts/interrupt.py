"""What Ctrl-C and the SIGTERM of a scheduler or container do.

Python runs its handler of a signal only between two of its own instructions: after a call of C (a
factorisation, a mesh) has returned, which may take minutes. A thread would not help, as PETSc keeps
the interpreter's lock. So a small process watches: a second signal, or `GRACE` seconds after the
first, it kills this one.
"""

import os
import select
import signal
import subprocess
import sys

INTERRUPTED = 130
SIGNALS = (signal.SIGINT, signal.SIGTERM)
GRACE = 10.0  # s


def leave_at_once(message: str, comm) -> None:
    """From now on an interrupt prints `message` on rank 0 and ends the process, with `INTERRUPTED`,
    or by SIGKILL inside a long call of C.

    An exception would not do: PETSc and Gmsh call Python from C, where it becomes an error of
    theirs, or gets lost so that the run goes on with a wrong number. Results are whole at every
    moment, as they must be for a hard kill.
    """
    said = f"\n{message}\n" if comm.rank == 0 else ""

    def leave(number, frame):
        os.write(2, said.encode())  # print might have been interrupted itself
        os._exit(INTERRUPTED)

    _begin_watch(said)
    for number in SIGNALS:
        signal.signal(number, leave)


def raise_from_now_on() -> None:
    """An interrupt is a KeyboardInterrupt again, and no longer watched: for work in Python that
    has processes of its own to end.
    """
    writer = signal.set_wakeup_fd(-1)
    if writer >= 0:
        os.close(writer)  # the watching process ends
    for number in SIGNALS:
        signal.signal(number, signal.default_int_handler)


def _begin_watch(said: str) -> None:
    """Start a process that reads a byte for each signal, which the C part of Python's handler
    writes at once.
    """
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    # Nothing but the standard library, and no packages of the user: it starts in some 10 ms.
    subprocess.Popen(
        [sys.executable, "-ISE", __file__, str(GRACE), said],
        stdin=reader,
        stdout=subprocess.DEVNULL,
    )
    os.close(reader)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)


def _watch(grace: float, said: str) -> None:
    """Kill the process that started this one `grace` seconds after its first signal, or at its
    second; end when it ends.
    """
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)  # Ctrl-C and some schedulers reach this process too
    watched = os.getppid()
    if os.read(0, 1):
        select.select([0], [], [], grace)
        if os.getppid() == watched:
            os.write(2, said.encode())
            os.kill(watched, signal.SIGKILL)


if __name__ == "__main__":
    _watch(float(sys.argv[1]), sys.argv[2])
