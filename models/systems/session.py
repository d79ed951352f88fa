"""One run from a case to a result folder: what the command, Python and sweeps all call."""

import gc
import logging
import time
import tomllib
from pathlib import Path
from typing import Any

from mpi4py import MPI

from anodex.models import registry
from anodex.models.errors import AnodexError, ConvergenceError, InputError
from anodex.models.inputs.casefile import parse_case, read_case, write_case
from anodex.models.results.folder import ResultFolder
from anodex.models.results.log import open_log
from anodex.models.results.progress import Progress
from anodex.models.results.ranks import on_first_rank
from anodex.models.results.result import Result
from anodex.models.results.summary import write_summary

log = logging.getLogger("anodex")


def run_case(
    case: Any,
    directory: Path,
    comm: MPI.Comm,
    resume: bool = False,
    progress: Progress | None = None,
    called: str = "run_case",
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

    Raises
    ------
    SetupError
        When the folder holds a run, and `resume` is not given; or when it cannot be written.
    InputError
        When the folder holds a run of another case.
    ConvergenceError
        When there is no solution; the last good state is then in the folder.
    """
    text = write_case(case)
    held = on_first_rank(comm, lambda: state_of(directory, text)) if resume else "new"
    if held == "finished":
        return Result(directory, comm)
    if held == "new":
        registry.load(case.system.name).check(case)  # nothing is written for bad input
        folder = ResultFolder.create(directory, comm)
        folder.write_text("case.toml", text)
    else:
        folder = ResultFolder.open(directory, comm)
    # Killed before its first checkpoint, a run begins again.
    go_on = on_first_rank(comm, folder.checkpoint.exists)
    start = time.perf_counter()
    progress = progress or Progress(case.progress_total, comm, case.progress_unit)
    name = case.system.name
    with open_log(folder.log, comm):
        log.info("%s (%d rank(s))", called, comm.size)
        try:
            observables = registry.load(name).run(case, folder, comm, progress, resume=go_on)
        except AnodexError as error:
            log.info("stopped: %s", error)
            if isinstance(error, ConvergenceError):
                error.add_note(f"The last good state is in {directory}.")
            raise
        finally:
            progress.close()
    write_summary(folder, case.title, name, observables, time.perf_counter() - start)
    return Result(directory, comm, case, observables)


def tidy_up(comm: MPI.Comm) -> None:
    """Free what a run has left: matrices and factorisations stand in cycles, and would wait for
    the memory of the next run; collective.
    """
    from petsc4py import PETSc

    gc.collect()
    PETSc.garbage_cleanup(comm)


def state_of(directory: Path, text: str) -> str:
    """What a result folder holds of the case `text`: "new" (nothing), "begun" or "finished".

    Raises
    ------
    InputError
        When the folder holds another case.
    """
    stored = directory / "case.toml"
    if not stored.exists():
        return "new"
    given = tomllib.loads(text)
    differing = differences(tomllib.loads(stored.read_text(encoding="utf-8")), given)
    if differing:  # as text: not in other units alone, nor in keys that did nothing earlier
        cases = read_case(stored), parse_case(given, "the given case")
        differing = differences(
            *(tomllib.loads(write_case(case, as_given=False)) for case in cases)
        )
    if differing:
        listed = "\n  ".join(differing)
        raise InputError(
            f"{directory} holds a run of another case:\n  {listed}\nGive the same values to resume "
            "it, or another folder with -o."
        )
    return "finished" if Result(directory).finished else "begun"


def differences(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Lines `key: old there, new given` for the values in which two cases differ."""
    old, new = flat(old), flat(new)
    return [
        f"{key}: {old.get(key, 'absent')!r} there, {new.get(key, 'absent')!r} given"
        for key in old | new
        if old.get(key) != new.get(key)
    ]


def flat(table: Any, prefix: str = "") -> dict[str, Any]:
    """A nested case as one mapping from dotted keys (`protocol.steps.0.duration`) to values."""
    items = (
        table.items()
        if isinstance(table, dict)
        else enumerate(table)
        if isinstance(table, list)
        else ()
    )
    pairs = [(f"{prefix}.{key}" if prefix else str(key), value) for key, value in items]
    return (
        {prefix: table}
        if not pairs
        else {key: value for name, part in pairs for key, value in flat(part, name).items()}
    )
