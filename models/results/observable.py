"""A number that a run reports."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Observable:
    """A value with its unit; None stands for "did not happen" (a threshold that was never
    reached).
    """

    value: float | str | None
    unit: str
