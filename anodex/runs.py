"""Cases and runs, called from Python."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mpi4py import MPI

from anodex.interrupts import stopping_between_steps
from anodex.models.inputs.tables import Table
from anodex.models.results.progress import Progress, SilentProgress
from anodex.models.results.ranks import TemporaryFolder
from anodex.models.results.result import Result
from anodex.models.systems.session import run_case, tidy_up
from anodex.scripts.cases import as_overrides, open_case

Changes = Mapping[str, Any]


def case(given: str | Path | Table, changes: Changes | None = None) -> Table:
    """A case, checked, with all its defaults; it does not change any more.

    Parameters
    ----------
    given
        Path of a case file, name of a shipped case or of a system, or a case to be changed.
    changes
        Dotted key -> value as a case file has it: a text with a unit (`{"geometry.length": "90
        um"}`), a number, a list, a dict. A number in a key is the place in a list, from 0:
        `"protocol.steps.0.duration"`.

    Raises
    ------
    InputError
        When there is no such case, or with all the mistakes in it.
    """
    return open_case(given, as_overrides(changes or {}))


def run(
    given: str | Path | Table,
    changes: Changes | None = None,
    folder: str | Path | None = None,
    comm: MPI.Comm | None = None,
    resume: bool = False,
    *,
    progress: bool = True,
) -> Result:
    """Run a case, as `anodex run` does, and give its result; collective.

    Ctrl-C, or the stop button of a notebook, ends it after the step at hand; a second one at once.

    Parameters
    ----------
    given, changes
        The case, as of `case`.
    folder
        Of the result; left out, a temporary one that goes with the result.
    comm
        Its ranks run together; left out, all of them.
    resume
        Go on with the run that the folder holds; a finished one is only read.
    progress
        Whether to tell how far it has come.

    Raises
    ------
    InputError
        When the case is wrong, or the folder holds another one.
    SetupError
        When the folder holds a run, and `resume` is not given; or when it cannot be written.
    ConvergenceError
        When there is no solution; the last good state is then in the folder.
    """
    comm = comm or MPI.COMM_WORLD
    chosen: Any = case(given, changes)
    temporary = TemporaryFolder(comm) if folder is None else None
    place = temporary.path / chosen.system.name if temporary else Path(folder or "").absolute()
    kind: type[Progress] = Progress if progress else SilentProgress
    told = kind(chosen.progress_total, comm, chosen.progress_unit)
    try:
        with stopping_between_steps(told, comm) as stoppable:
            result = run_case(chosen, place, comm, resume, stoppable, called="anodex.run")
    finally:
        told.close()
        tidy_up(comm)
    return result.keeping(temporary) if temporary else result


def open_result(folder: str | Path) -> Result:
    """The result of a run that is over or still goes on.

    Raises
    ------
    SetupError
        When the folder holds no run.
    """
    return Result(Path(folder).absolute())
