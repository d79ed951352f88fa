"""What is being worked on at this moment: said by those who work, asked for by who tells the user.

Nothing is called and nothing printed here, so that saying it costs next to nothing, whether anybody
asks or not: `anodex.models.results.progress` does, once a second.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

LONG = 2.0  # s; what takes less is over before it can be read


@dataclass
class Activity:
    """A piece of work.

    Attributes
    ----------
    name
        What is worked on: "flow".
    detail
        How far that is: "Newton 7"; empty where there is nothing to count.
    began
        When, by `time.monotonic` [s].
    """

    name: str
    detail: str = ""
    began: float = field(default_factory=time.monotonic)

    def __str__(self) -> str:
        return f"{self.name}: {self.detail}" if self.detail else self.name


_going_on: list[Activity] = []  # each within the one before


@contextmanager
def doing(name: str) -> Iterator[Activity]:
    """A block that works on something; what it yields may be told how far it is."""
    activity = Activity(name)
    _going_on.append(activity)
    try:
        yield activity
    finally:
        _going_on.remove(activity)


def now() -> str:
    """What goes on for a while already, as "critical current, flow: Newton 7, 23 s"; the seconds
    are those of the last. Empty where nothing takes long. From any thread.
    """
    moment = time.monotonic()
    long = [activity for activity in tuple(_going_on) if moment - activity.began >= LONG]
    return ", ".join([*map(str, long), f"{moment - long[-1].began:.0f} s"]) if long else ""
