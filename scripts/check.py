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
    if taken := taken_values(settings):
        say_table(("value", "is", "given by", "taken by"), taken)
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


def taken_values(case: Any) -> list[tuple[str, str, str, str]]:
    """A row for each value of the material files that a case names: name, value, file, and the
    keys that take it, or why none does.
    """
    from anodex.models.inputs.taken import keys_with_origin, material_values, status

    keys = list(keys_with_origin(case))
    return [
        (
            ".".join(origin),
            str(value.entry),
            value.given_by,
            ", ".join(status(key, value) for key in keys if key.origin == origin)
            or "no key of this case",
        )
        for origin, value in material_values(case).items()
    ]


def shown(seconds: float) -> str:
    """A duration in the unit that suits it."""
    if seconds < 2 * MINUTE:
        return f"{seconds:.0f} s"
    if seconds < 2 * HOUR:
        return f"{seconds / MINUTE:.0f} min"
    return f"{seconds / HOUR:.0f} h" if seconds < 2 * DAY else f"{seconds / DAY:.0f} days"
