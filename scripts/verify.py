"""`anodex verify`: the exact-solution checks as a table, and as a file for a report."""

import csv
import io
import json
import textwrap
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer
from mpi4py import MPI

from anodex.models import registry
from anodex.models.errors import AnodexError, InputError
from anodex.models.inputs.spelling import hint
from anodex.models.results.ranks import on_first_rank
from anodex.scripts.console import console, say

FAILED = 3
GAP = "  "
NUMBERS = "     computed          exact     error  tolerance        seconds"
LEAST_WIDTH = 14  # letters, of the names of checks: a row fits into 80 columns
# Rooms that systems share, with exact solutions of their own: name -> module of the checks.
ROOMS = {"moving": "anodex.verification.moving", "fracture": "anodex.verification.fracture"}


@dataclass(frozen=True)
class Outcome:
    """One line of the verification table; numbers are nan when the check raised `message`."""

    system: str
    check: str
    computed: float
    exact: float
    error: float
    tolerance: float
    kind: str
    passed: bool
    seconds: float
    source: str
    message: str = ""


def verify(
    name: Annotated[
        str | None, typer.Argument(help="A system, or a room that systems share; without it all.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="Also write the table: .md, .csv or .json."
        ),
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Leave out the checks that take long.")
    ] = False,
    keyword: Annotated[
        str, typer.Option("-k", metavar="TEXT", help="Only checks whose name contains TEXT.")
    ] = "",
) -> None:
    """Compare computed with exact solutions; ends with 3 when a check fails."""
    if output is not None and output.suffix not in WRITERS:
        raise InputError(
            f"cannot write '{output}': the ending says the format; allowed: {', '.join(WRITERS)}"
        )
    chosen = select(name, quick, keyword)
    longest = max(len(check.name) for _, check in chosen)
    width = width_of_names(longest, console().width)
    say(f"{'check':<{width}}{GAP}{NUMBERS}")
    outcomes = []
    for system, check in chosen:
        outcome = measure(system, check)
        outcomes.append(outcome)
        say(line(outcome, width), style=None if outcome.passed else "red")
    failed = sum(not outcome.passed for outcome in outcomes)
    say(
        f"{len(outcomes) - failed} passed, {failed} failed in "
        f"{sum(outcome.seconds for outcome in outcomes):.1f} s"
    )
    if output is not None:
        on_first_rank(MPI.COMM_WORLD, lambda: write(output, outcomes))
        say(f"table in {output}")
    if failed:
        raise typer.Exit(FAILED)


def width_of_names(longest: int, columns: int) -> int:
    """Letters for the names of checks on a terminal of some columns."""
    return min(longest, max(LEAST_WIDTH, columns - len(NUMBERS) - len(GAP)))


def subjects() -> tuple[str, ...]:
    """What can be verified: systems, then rooms."""
    return (*registry.names(), *ROOMS)


def checks_of(name: str) -> Sequence:
    """Those of one of `subjects`."""
    if name in ROOMS:
        return import_module(ROOMS[name]).CHECKS
    return registry.load(name).part("checks")


def select(name: str | None, quick: bool, keyword: str) -> list[tuple]:
    """Pairs (system, check) that the user asked for.

    Raises
    ------
    InputError
        For an unknown name, or when nothing is left to check.
    """
    if name is not None and name not in subjects():
        raise InputError(f"'{name}' is not known to verify{hint(name, subjects())}")
    known = [
        (each, check) for each in ([name] if name else subjects()) for check in checks_of(each)
    ]
    chosen = [
        (system, check)
        for system, check in known
        if keyword.lower() in check.name.lower() and not (quick and check.slow)
    ]
    if not chosen:
        names = "\n  ".join(check.name for _, check in known)
        raise InputError(
            f"no check is left with -k '{keyword}'{' and --quick' if quick else ''}; there are:\n  "
            f"{names}"
        )
    return chosen


def measure(system: str, check) -> Outcome:
    """Compute one check; an error that it raises is a failed check, so that the others still
    run.
    """
    start = time.perf_counter()
    computed = exact = error = float("nan")
    message = ""
    try:
        computed, exact = (float(number) for number in check.compute())
        error = check.error(computed, exact)
    except AnodexError as raised:
        message = str(raised)
    return Outcome(
        system=system,
        check=check.name,
        computed=computed,
        exact=exact,
        error=error,
        tolerance=check.tolerance,
        kind="relative" if check.relative else "absolute",
        passed=error <= check.tolerance,  # false for nan
        seconds=time.perf_counter() - start,
        source=check.source,
        message=message,
    )


def line(outcome: Outcome, width: int) -> str:
    """One row of the table on the terminal; a name longer than `width` goes on below."""
    numbers = (
        f"{outcome.computed:13.7g}  {outcome.exact:13.7g}  {outcome.error:8.1e}  "
        f"{outcome.tolerance:9.1e}"
    )
    verdict = "pass" if outcome.passed else "FAIL"
    name, *rest = textwrap.wrap(outcome.check, width)
    row = f"{name:<{width}}{GAP}{numbers}  {verdict}  {outcome.seconds:7.1f}  {outcome.message}"
    return "\n".join([row.rstrip(), *rest])


def markdown(outcomes: list[Outcome]) -> str:
    """The table in Markdown."""
    lines = [
        "| check | computed | exact | error | tolerance | result | source |",
        "|---|---:|---:|---:|---:|---|---|",
    ]
    for outcome in outcomes:
        numbers = (
            f"{outcome.computed:.7g}",
            f"{outcome.exact:.7g}",
            f"{outcome.error:.2e}",
            f"{outcome.tolerance:.2e} {outcome.kind}",
        )
        result = "pass" if outcome.passed else f"FAIL {outcome.message}".rstrip()
        cells = [
            cell.replace("|", r"\|")
            for cell in (f"{outcome.system}: {outcome.check}", *numbers, result, outcome.source)
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def comma_separated(outcomes: list[Outcome]) -> str:
    """The table as CSV."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(field.name for field in fields(Outcome))
    writer.writerows(asdict(outcome).values() for outcome in outcomes)
    return text.getvalue()


def as_json(outcomes: list[Outcome]) -> str:
    """The table as JSON; a number that is not finite becomes null, which JSON knows."""
    rows = [
        {key: None if value != value else value for key, value in asdict(outcome).items()}
        for outcome in outcomes
    ]
    return json.dumps(rows, indent=2) + "\n"


WRITERS = {".md": markdown, ".csv": comma_separated, ".json": as_json}


def write(path: Path, outcomes: list[Outcome]) -> None:
    """Write the table in the format that the ending of `path` names."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(WRITERS[path.suffix](outcomes), encoding="utf-8")
