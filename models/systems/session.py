"""One run from a case to a result folder: what the command, Python and sweeps all call."""

import gc
import logging
import time
import tomllib
from pathlib import Path
from typing import Any

from mpi4py import MPI

from anodex.models import registry
from anodex.models.errors import AnodexError, ConvergenceError, SetupError
from anodex.models.inputs.casefile import write_case
from anodex.models.results.folder import CASE, ResultFolder, refuse_run, speakable
from anodex.models.results.lock import locked, refuse_running
from anodex.models.results.log import open_log
from anodex.models.results.progress import Progress
from anodex.models.results.ranks import on_first_rank
from anodex.models.results.recovery import recover
from anodex.models.results.result import Result
from anodex.models.results.summary import read_summary, write_summary
from anodex.models.results.sums import SUMS, changed_files, write_sums
from anodex.models.systems.folder_state import flat, state_of

log = logging.getLogger("anodex")


def run_case(
    case: Any,
    directory: Path,
    comm: MPI.Comm,
    resume: bool = False,
    progress: Progress | None = None,
    called: str = "run_case",
    verbose: bool = False,
) -> Result:
    """Run a case into a folder, with its log and its summary; collective.

    Parameters
    ----------
    case
        A case of any system.
    directory
        Made if it is not there.
    resume
        Go on with the run in the folder; a finished one is only read.
    progress
        Told how far it has come, and closed; a bar or lines of its own by default.
    called
        What the log says about where the run comes from.
    verbose
        Show on the terminal all that the log is told, not warnings alone.

    Raises
    ------
    SetupError
        When the folder holds a run, and `resume` is not given; or when it cannot be written.
    InputError
        When the folder holds a run of another case.
    ConvergenceError
        When there is no solution; the last good state is then in the folder.
    """
    text, directory = write_case(case), speakable(directory)
    name = case.system.name
    system = registry.load(name)

    def found() -> str:
        if resume:
            return state_of(directory, text)
        refuse_run(directory)
        return "new"

    # Refused before anything is written; then again, as another run may have just ended.
    on_first_rank(comm, lambda: refuse_running(directory))
    held = on_first_rank(comm, found)
    if held == "finished":
        return Result(directory, comm)
    if held == "new":
        system.check(case)
    with locked(directory, comm):
        held = on_first_rank(comm, found)
        if held == "finished":
            return Result(directory, comm)
        if held == "new":
            folder = ResultFolder.create(directory, comm)
            folder.write_text(CASE, text)  # before all else: without it a folder cannot go on
        else:
            folder = ResultFolder.open(directory, comm)
        start = time.perf_counter()
        progress = progress or Progress(case.progress_total, comm, case.progress_unit)
        with open_log(folder.log, comm, verbose):
            log.info("%s (%d rank(s))", called, comm.size)
            try:
                go_on = False
                if held == "begun":
                    go_on = on_first_rank(comm, lambda: _taken_up(folder, text))
                    folder.write_text(CASE, text)
                observables = system.run(case, folder, comm, progress, resume=go_on)
            except AnodexError as error:
                log.info("stopped: %s", error)
                if isinstance(error, ConvergenceError):
                    error.add_note(f"The last good state is in {directory}.")
                raise
            finally:
                progress.close()
        write_summary(folder, case.title, name, observables, time.perf_counter() - start)
        write_sums(folder)
        return Result(directory, comm, case, observables)


def _taken_up(folder: ResultFolder, text: str) -> bool:
    """Make a folder ready for a run that goes on; whether it does so from a checkpoint."""
    if folder.summary.exists():
        if changed := changed_files(folder.path):
            log.warning("%s is no longer as the run has left it", folder.path / changed[0])
        try:
            read_summary(folder.summary)
        except SetupError as error:
            log.warning("%s; written anew at the end of the run", error)
    go_on = recover(folder)
    folder.summary.unlink(missing_ok=True)
    (folder.path / SUMS).unlink(missing_ok=True)
    if set(flat(tomllib.loads(text))) - set(flat(tomllib.loads(folder.case.read_text("utf-8")))):
        log.info("%s lacks keys; written anew", folder.case)
    return go_on


def tidy_up(comm: MPI.Comm) -> None:
    """Free what a run has left: matrices and factorisations stand in cycles, and would wait for
    the memory of the next run; collective.
    """
    from petsc4py import PETSc

    gc.collect()
    PETSc.garbage_cleanup(comm)
