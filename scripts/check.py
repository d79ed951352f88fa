"""`anodex check`: whether a case is right, and what its run takes; nothing is solved."""

from typing import Any

from mpi4py import MPI

from anodex.models import registry
from anodex.scripts.console import say, say_table
from anodex.scripts.run import CaseArgument, SetOption

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0


def check(case: CaseArgument, overrides: SetOption = []) -> None:  # noqa: B006
    """Validate a case; say cells, unknowns, and roughly memory and time. Runs nothing."""
    from anodex.models.systems.workload import rough_memory, rough_time
    from anodex.scripts.cases import open_case

    settings: Any = open_case(case, overrides)
    system = registry.load(settings.system.name)
    system.check(settings)
    say(f"{case}: a valid case of system {system.name}")
    workload = system.part("workload")
    if workload is None:
        return
    works = workload(settings, MPI.COMM_WORLD)
    say_table(
        ("part", "cells", "unknowns"),
        [(work.name, f"{work.cells}", f"{work.unknowns}") for work in works],
    )
    say(
        f"rough memory: {rough_memory(works) / 1024:.1f} GiB; rough time: "
        f"{shown(rough_time(works))} (one rank; a factor of three either way)"
    )


def shown(seconds: float) -> str:
    """A duration in the unit that suits it."""
    if seconds < 2 * MINUTE:
        return f"{seconds:.0f} s"
    if seconds < 2 * HOUR:
        return f"{seconds / MINUTE:.0f} min"
    return f"{seconds / HOUR:.0f} h" if seconds < 2 * DAY else f"{seconds / DAY:.0f} days"
