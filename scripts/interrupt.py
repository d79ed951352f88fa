"""What Ctrl-C and the SIGTERM of a scheduler or container do."""

import os
import signal

INTERRUPTED = 130
SIGNALS = (signal.SIGINT, signal.SIGTERM)


def leave_at_once(message: str, comm) -> None:
    """From now on an interrupt prints `message` on rank 0 and ends the process.

    An exception would not do: PETSc and Gmsh call Python from C, where it becomes an error of theirs, or gets lost so that the run goes on
    with a wrong number. Results are whole at every moment, as they must be for a hard kill.
    """

    def leave(number, frame):
        if comm.rank == 0:
            os.write(2, f"\n{message}\n".encode())  # print might have been interrupted itself
        os._exit(INTERRUPTED)

    for number in SIGNALS:
        signal.signal(number, leave)


def raise_from_now_on() -> None:
    """An interrupt is a KeyboardInterrupt again: for work in Python that has processes of its own to end."""
    for number in SIGNALS:
        signal.signal(number, signal.default_int_handler)
