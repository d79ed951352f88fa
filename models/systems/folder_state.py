"""What a result folder holds of a case: nothing, a run that can go on, or a finished one."""

import tomllib
from pathlib import Path
from typing import Any

from anodex.models.errors import AnodexError, InputError, SetupError
from anodex.models.inputs.casefile import parse_case, read_case, write_case
from anodex.models.results.folder import CASE, left_by_run
from anodex.models.results.recovery import time_reached
from anodex.models.results.summary import read_summary
from anodex.models.results.sums import changed_files


def state_of(directory: Path, text: str) -> str:
    """What a result folder holds of the case `text`: "new" (nothing), "begun" or "finished".

    A run of a case that is alike up to the time it has reached is one that can go on, to another
    end.

    Raises
    ------
    InputError
        When the folder holds another case.
    SetupError
        When its case file is damaged or gone.
    """
    stored = directory / CASE
    if not stored.exists():
        if left := left_by_run(directory):
            raise SetupError(
                f"{directory} holds {left[0].name} but no {CASE}, so nothing says what was run; "
                "put that file back, or choose another folder with -o"
            )
        return "new"
    given = tomllib.loads(text)
    differing = differences(_tables(stored), given)
    if differing:  # as text: not in other units alone, nor in keys that did nothing earlier
        earlier, case = _case_of(stored), parse_case(given, "the given case")
        differing = differences(
            *(tomllib.loads(write_case(each, as_given=False)) for each in (earlier, case))
        )
        if differing and _goes_on(directory, earlier, case, differing):
            return "begun"
    if differing:
        listed = "\n  ".join(differing)
        raise InputError(
            f"{directory} holds a run of another case:\n  {listed}\nGive the same values to resume "
            "it, or another folder with -o."
        )
    return "finished" if _finished(directory) else "begun"


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


def _goes_on(directory: Path, earlier: Any, case: Any, differing: list[str]) -> bool:
    """Whether a case differs from that of a folder only in what is still to come."""
    keys = [line.partition(":")[0] for line in differing]
    late = getattr(case, "lengthening", ())
    if not all(any(f"{key}.".startswith(f"{name}.") for name in late) for key in keys):
        return False
    return time_reached(directory) <= case.alike_until(earlier)


def _finished(directory: Path) -> bool:
    """Whether a run has come to its end, and its files are still what they were then."""
    try:
        read_summary(directory / "summary.json")
    except SetupError:
        return False
    return not changed_files(directory)


def _tables(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _damaged(path, error) from error


def _case_of(path: Path) -> Any:
    try:
        return read_case(path)
    except AnodexError as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> SetupError:
    return SetupError(
        f"{path} is damaged, so nothing says what was run: {error}; put back a copy of it, or "
        "choose another folder with -o"
    )
