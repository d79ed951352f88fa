"""The systems that the suite knows; each is imported only when it is used.

Those of other packages are found by the entry point `anodex.systems`: its name is the system's,
its object a `System` (`anodex.models.systems.system`).
"""

import importlib
from functools import cache
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anodex.models.systems.system import System

OWN = (
    "spindle_void",
    "contoured_interface",
    "cell_stack",
    "dendrite",
    "elastic_sei",
    "filled_crack",
)
GROUP = "anodex.systems"


@cache  # asking every installed package takes some ten milliseconds
def names() -> tuple[str, ...]:
    """Names of all systems, the suite's own first."""
    others = sorted(entry.name for entry in entry_points(group=GROUP) if entry.name not in OWN)
    return (*OWN, *others)


def load(name: str) -> "System":
    """The system of a name, of `names`."""
    if name in OWN:
        return importlib.import_module(f"anodex.models.systems.{name}").SYSTEM
    return next(entry for entry in entry_points(group=GROUP) if entry.name == name).load()
