"""`anodex list`: the systems and the shipped cases, or the results in folders, a line each."""

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from mpi4py import MPI

from anodex.models import registry
from anodex.models.errors import SetupError
from anodex.models.inputs.casefile import STUDIES
from anodex.scripts.console import say, say_table
from anodex.scripts.shipped import shipped_cases

if TYPE_CHECKING:  # reads results, which whoever lists systems does not
    from anodex.models.results.standing import Standing

RESULTS = ("result", "system", "state", "run time", "size")


def list_all(
    directories: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[DIR]...", help="List the results in these folders instead."),
    ] = None,
) -> None:
    """List the systems and the shipped cases, or the results in folders."""
    if directories:
        list_results(directories)
        return
    say_table(
        ("system", "is"), ((name, registry.load(name).title) for name in sorted(registry.names()))
    )
    cases = sorted(described(name, path) for name, path in shipped_cases().items())
    say_table(("case", "system", "shows"), cases)


def described(name: str, path: Path) -> tuple[str, str, str]:
    """Name, system (for a study its command, such as "sweep") and title of a shipped file."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    for study in STUDIES:
        if study in data:
            return name, study, data[study].get("title", "")
    return name, data["system"]["name"], data.get("title", "")


def list_results(directories: list[Path]) -> None:
    """State, run time and size of each result."""
    from anodex.models.results.ranks import on_first_rank
    from anodex.models.results.standing import standings

    found = on_first_rank(MPI.COMM_WORLD, lambda: standings(directories))
    if not found:
        say(f"there are no results in {', '.join(map(str, directories))}")
        return
    rows = []
    for one in found:
        size = f"{one.size / 1e6:.1f} MB"
        state = one.state + reached(one)
        rows.append((str(one.folder), one.system, state, in_words(one.seconds), size))
    say_table(RESULTS, rows)


def reached(standing: "Standing") -> str:
    """How far a run that is not finished has come through the steps of its protocol."""
    from anodex.models.results.protocol import read_steps

    if standing.state == "finished":
        return ""
    try:
        steps = [step for step in read_steps(standing.folder) if step.cycle]
    except SetupError:
        return ""
    return f", after step {steps[-1].number} of cycle {steps[-1].cycle}" if steps else ""


def in_words(seconds: float | None) -> str:
    """How long something took: `12.3 s`, `4.5 min`, `6.7 h`."""
    if seconds is None:
        return "-"
    for unit, length in (("h", 3600.0), ("min", 60.0)):
        if seconds >= length:
            return f"{seconds / length:.1f} {unit}"
    return f"{seconds:.1f} s"
