"""The members of a study run side by side, and what is said of how they ended."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import typer

from anodex.scripts.console import say, silent
from anodex.scripts.interrupt import raise_from_now_on
from anodex.scripts.sweep_file import Sweep
from anodex.scripts.sweep_members import log_file, run_members
from anodex.scripts.sweep_table import check_observables

FAILED = 3


def run_waiting(
    plan: Sweep,
    directory: Path,
    states: dict[str, str],
    jobs: int | None,
    check: Callable[[], bool] | None = None,
    told: Callable[[str], None] = say,
    begun: Callable[[str], None] = silent,
) -> dict[str, int]:
    """Run the members that are not finished; gives the exit codes of all.

    Parameters
    ----------
    states
        What the folder of each member holds, as of `prepare`.
    jobs
        Members at a time; None for one on each core.
    check
        Refuses what the file asks for and no run can give, as soon as that is sure, and gives
        whether it was; left out, the observables alone.
    told, begun
        Get a line for each member that has ended, and for each that begins.

    Raises
    ------
    InputError
        By `check`.
    """
    codes = {name: 0 for name, state in states.items() if state == "finished"}
    if codes:
        told(f"{len(codes)} of {len(states)} members are finished already")
    waiting = [name for name in states if name not in codes]
    check = check or partial(check_observables, plan, directory)
    is_sure = check()

    def ended(name: str, code: int, seconds: float, count: int) -> None:
        nonlocal is_sure
        verdict = "FAILED" if code else "done"
        told(f"[{count}/{len(waiting)}] {name}: {verdict} after {seconds:.1f} s")
        is_sure = is_sure or check()

    raise_from_now_on()  # the members are processes of their own
    return codes | run_members(
        directory, waiting, jobs, ended, lambda name: begun(f"{name}: begins")
    )


def end_with_failures(directory: Path, codes: dict[str, int]) -> None:
    """Name the members that failed and end the command with its exit code; nothing where all are
    done.
    """
    failed = {name: code for name, code in codes.items() if code}
    for name, code in failed.items():
        say(f"failed with exit code {code}: {name}; see {log_file(directory, name)}", style="red")
    if failed:
        raise typer.Exit(FAILED)
