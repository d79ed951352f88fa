"""`anodex optimise`: values of keys for which a number of a case is largest or smallest."""

from pathlib import Path
from typing import Annotated

import typer
from mpi4py import MPI

from anodex.models.errors import ConvergenceError
from anodex.scripts.console import say
from anodex.scripts.interrupt import raise_from_now_on
from anodex.scripts.run import JobsOption, SetOption


def optimise(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="File of an optimisation.")],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="DIR", help="Folder for all; default: results/FILE."
        ),
    ] = None,
    jobs: JobsOption = None,
    overrides: SetOption = [],  # noqa: B006 (typer reads the default, nobody changes it)
) -> None:
    """Make a number of a case as large or as small as its keys allow; give the same command again
    to resume.
    """
    from anodex.models.results.files import replace_text
    from anodex.scripts.optimise_file import read_optimise
    from anodex.scripts.optimise_path import draw, path_columns
    from anodex.scripts.optimise_search import Search, Step, search
    from anodex.scripts.sweep_members import Crew, at_a_time, refuse_ranks
    from anodex.scripts.sweep_table import write_table

    refuse_ranks(MPI.COMM_WORLD)
    plan = read_optimise(file, overrides)
    directory = output or Path("results") / file.stem
    wanted = plan.given.observable

    def told(step: Step) -> None:
        values = ", ".join(f"{key} = {value}" for key, value in step.values.items())
        beyond = "" if step.kept else " (not allowed)"
        say(f"[{len(found.steps)}] {wanted} {step.numbers[wanted]:.6g}{beyond}: {values}")

    raise_from_now_on()  # the members are processes of their own
    with Crew(directory, at_a_time(jobs)) as crew:
        found = Search(plan, directory, crew, told)
        how = search(found)
    say(str(write_table(path_columns(found), directory / "path.csv")))
    say(str(draw(found, directory / "figures" / "optimise.png")))
    best = found.best
    if best is None or best.member is None:
        raise ConvergenceError(
            f"none of the {len(found.steps)} runs keeps the constraints; start from a case that "
            "does, or loosen optimise.constraints"
        )
    replace_text(directory / "optimum.toml", best.member.text)
    say(str(directory / "optimum.toml"))
    say(f"{wanted} {best.numbers[wanted]:.6g} after {len(found.steps)} runs: {how}")
