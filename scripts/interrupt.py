"""What Ctrl-C and Ctrl-\\ do, the SIGTERM of a scheduler or container, and the SIGHUP of a terminal
that is closed.

Python runs its handler of a signal only between two of its own instructions: after a call of C (a
factorisation, a mesh) has returned, which may take minutes. A thread would not help, as PETSc keeps
the interpreter's lock. So a small process watches: a second signal, or `GRACE` seconds after the
first, it kills this one.
"""

import faulthandler
import os
import select
import signal
import subprocess
import sys
from contextlib import suppress

INTERRUPTED = 130
ERROR = 2  # number of the standard error stream
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT, signal.SIGHUP)
GRACE = 10.0  # s


def leave_at_once(message: str, comm) -> None:
    """From now on an interrupt prints `message` on rank 0 and ends the process, with `INTERRUPTED`,
    or by SIGKILL inside a long call of C.

    An exception would not do: PETSc and Gmsh call Python from C, where it becomes an error of
    theirs, or gets lost so that the run goes on with a wrong number. Results are whole at every
    moment, as they must be for a hard kill.
    """
    said = f"\n{message}\n" if comm.rank == 0 else ""
    stream = _stream_that_lasts()
    # PETSc would take some of these signals for itself, and end a run whose reader has left.
    os.environ["PETSC_OPTIONS"] = f"{os.environ.get('PETSC_OPTIONS', '')} -no_signal_handler"
    faulthandler.enable()  # says where a crash was, as PETSc does no more

    def leave(number, frame):
        _say(said, stream)
        os._exit(INTERRUPTED)

    _begin_watch(said, stream)
    heeded = _heeded()
    for number in SIGNALS:  # MPI has taken one that was ignored
        signal.signal(number, leave if number in heeded else signal.SIG_IGN)


def raise_from_now_on() -> None:
    """An interrupt is a KeyboardInterrupt again, and no longer watched: for work in Python that
    has processes of its own to end.
    """
    writer = signal.set_wakeup_fd(-1)
    if writer >= 0:
        os.close(writer)  # the watching process ends
    for number in _heeded():
        signal.signal(number, signal.default_int_handler)


def _heeded() -> list[signal.Signals]:
    """Signals that end the process: not the SIGHUP that `nohup` has taken away."""
    ignored = signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    return [number for number in SIGNALS if not (ignored and number == signal.SIGHUP)]


def _stream_that_lasts() -> int:
    """File number for last words: an interrupted mpirun passes on nothing more, so they go where
    its own go.
    """
    from anodex.models.results.terminal import error_stream_of_mpirun

    stream = error_stream_of_mpirun()
    try:
        return os.open(stream, os.O_WRONLY | os.O_APPEND | os.O_NOCTTY) if stream else ERROR
    except OSError:
        return ERROR


def _say(words: str, stream: int) -> None:
    """Write without `print`, which might have been interrupted itself; a terminal may be gone."""
    with suppress(OSError):
        os.write(stream, words.encode())


def _begin_watch(said: str, stream: int) -> None:
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
        stderr=stream,
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
        if select.select([0], [], [], grace)[0] and not os.read(0, 1):
            return  # it has ended
        if os.getppid() == watched:
            _say(said, ERROR)
            os.kill(watched, signal.SIGKILL)


if __name__ == "__main__":
    _watch(float(sys.argv[1]), sys.argv[2])
