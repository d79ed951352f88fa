"""Which steps of a protocol a run has taken, and what ended each: protocol.csv."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anodex.models.errors import SetupError
from anodex.models.results.folder import PROTOCOL, ResultFolder
from anodex.models.results.quantity import Outcome, Run

HEADER = "cycle,step,start [s],end [s],current_density [A/m^2],ended_by"
BY_DURATION = "duration"


@dataclass(frozen=True)
class StepTaken:
    """A step that has ended.

    Attributes
    ----------
    cycle, number
        Which repeat it was of, and its place in it, from 1; cycle 0 holds the stages of a system.
    start, end
        [s].
    current_density
        [A/m^2].
    ended_by
        A condition, or `BY_DURATION`.
    """

    cycle: int
    number: int
    start: float
    end: float
    current_density: float
    ended_by: str


def write_steps(folder: ResultFolder, steps: Sequence[StepTaken]) -> None:
    """Write protocol.csv anew; collective.

    Raises
    ------
    SetupError
        If the file cannot be written.
    """
    rows = (
        f"{step.cycle},{step.number},{step.start!r},{step.end!r},{step.current_density!r},"
        f"{step.ended_by}"
        for step in steps
    )
    folder.write_text(PROTOCOL, "\n".join([HEADER, *rows]) + "\n")


def read_steps(folder: Path) -> list[StepTaken]:
    """The steps that have ended, of a result folder, also of a run that goes on; none where no step
    has; serial.

    Raises
    ------
    SetupError
        If the file is damaged.
    """
    path = folder / PROTOCOL
    if not path.exists():
        return []
    try:
        header, *rows = path.read_text(encoding="utf-8").splitlines()
        if header != HEADER:
            raise ValueError(f"its first line is {header!r}")
        return [_step(row.split(",")) for row in rows]
    except (OSError, ValueError) as error:
        raise SetupError(f"cannot read the steps of the protocol {path}: {error}") from error


def _step(words: list[str]) -> StepTaken:
    cycle, number, start, end, current_density, ended_by = words
    return StepTaken(
        int(cycle), int(number), float(start), float(end), float(current_density), ended_by
    )


def _cycled(run: Run) -> list[StepTaken]:
    """Steps of the protocol that have ended, without stages before it."""
    return [step for step in run.problem.course.taken(run.times[-1]) if step.cycle]


def _ended_by(run: Run) -> str:
    counts = Counter(step.ended_by for step in _cycled(run))
    return ", ".join(f"{by} ({count})" for by, count in counts.items())


def _repeats_or_ends_early(case: Any) -> bool:
    return case.protocol.repeat > 1 or case.protocol.has_conditions


OUTCOMES = (
    Outcome(
        "protocol_steps",
        "1",
        "number of steps of the protocol that have ended; of a case that repeats them or ends some "
        "early",
        lambda run: float(len(_cycled(run))),
        _repeats_or_ends_early,
    ),
    Outcome(
        "steps_ended_by",
        "1",
        "what ended these steps, and how many",
        _ended_by,
        _repeats_or_ends_early,
    ),
)
