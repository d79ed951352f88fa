"""The result of earlier stages that a case goes on from: where it is, and whether it fits."""

from math import isclose
from pathlib import Path
from typing import Any

from anodex.models.errors import InputError
from anodex.models.inputs.casefile import read_case
from anodex.models.results.checkpoint_head import read_checkpoint_head
from anodex.models.systems.cell_stack.case import STAGES, Case
from anodex.models.time.timeline import Timeline

ROUND_OFF = 1e-12  # relative, of times


def previous_checkpoint(case: Case, previous: Path) -> Path:
    """Checkpoint of the result folder that `stages.previous` names.

    Raises
    ------
    InputError
        If there is none, or it is that of another case.
    """
    path = previous / "checkpoint.h5"
    if not path.exists():
        raise InputError(
            f"key 'stages.previous': {previous} holds no checkpoint; give the result "
            "folder of an earlier stage"
        )
    _check_tables(
        case, previous, 1
    )  # the checkpoint of another system or mesh cannot be read at all
    return path


def check_origin(case: Case) -> None:
    """Refuse a case whose earlier result is not there, or does not fit, before anything is
    written.

    Raises
    ------
    InputError
        As of `previous_checkpoint` and `check_previous`.
    """
    previous = case.stages.previous
    if previous is not None:
        numbers = read_checkpoint_head(previous_checkpoint(case, previous))["scalars"]
        check_previous(case, previous, int(numbers["stage"][0]), numbers["time"])


def check_previous(case: Case, previous: Path, stage: int, time: float) -> None:
    """Refuse a result that has used other values, that stands in the middle of a stage, or that
    leaves nothing to do.

    Parameters
    ----------
    previous
        The folder of the result.
    stage
        Number in the history of the stage that the result is in.
    time
        At which it stands [s].

    Raises
    ------
    InputError
        With what to give instead.
    """
    _check_tables(case, previous, stage)
    last, present = case.stages.last, STAGES[stage - 1]
    if case.protocol.steps and stage > 2:
        raise InputError(
            f"key 'stages.previous': {previous} is in stage '{present}', but protocol.steps begin "
            "after the stacking; give the result folder of one that ended with 'stacking'"
        )
    if present == STAGES[-1]:
        raise InputError(
            f"key 'stages.previous': {previous} is in the last stage, '{present}'; give the result "
            "folder of an earlier stage"
        )
    if STAGES.index(last) < stage:
        raise InputError(
            f"key 'stages.last': '{last}' is over in {previous}, which is in stage '{present}'; "
            "choose a later one"
        )
    timeline = Timeline(tuple(case.durations.values()))
    end = timeline.ends[stage - 1]
    if not isclose(time, end, rel_tol=ROUND_OFF):
        raise InputError(
            f"key 'stages.previous': {previous} stands at {time:g} s, in the middle of stage "
            f"'{present}', which ends at {end:g} s; "
            "finish that run with `anodex run ... --resume`, or give the result folder of an "
            "earlier stage"
        )
    if not timeline.end > end:
        keys = " or ".join(f"{name}.duration" for name in list(case.durations)[stage:])
        raise InputError(
            f"key 'stages.previous': nothing is left to run after stage '{present}' of {previous}; "
            f"give {keys}, now 0 s"
        )


def _check_tables(case: Case, previous: Path, stage: int) -> None:
    """Refuse a result of another case: what its stages up to a number have used must be the same
    here.
    """
    used: Any = read_case(previous / "case.toml")  # of any system
    if not isinstance(used, Case):
        raise InputError(
            f"key 'stages.previous': {previous} holds a result of system "
            f"'{used.system.name}'; "
            f"give the result folder of a {case.system.name}"
        )
    tables = [
        "geometry",
        "powder",
        "tube",
        *STAGES[:stage],
        *(["flow"] if stage > 1 else []),
        *(["frame", "protocol"] if stage > 2 else []),
    ]
    for name in tables:
        if getattr(used, name) != getattr(case, name):
            raise InputError(
                f"key 'stages.previous': {previous} was run with another table "
                f"[{name}]; "
                "give the same values, or run its stages again"
            )
