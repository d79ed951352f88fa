"""`anodex run`, `anodex mesh` and `anodex plot`: one case."""

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from mpi4py import MPI

from anodex.models import registry
from anodex.models.errors import InputError
from anodex.scripts import completion
from anodex.scripts.console import say, say_table
from anodex.scripts.interrupt import raise_from_now_on

CaseArgument = Annotated[
    str,
    typer.Argument(
        metavar="CASE",
        help="A case file, or the name of a shipped case or a system (see `anodex list`).",
        autocompletion=completion.cases,
    ),
]
SetOption = Annotated[
    list[str],
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help="Change one value of the case, for example geometry.length='90 um'; may be repeated.",
    ),
]
JobsOption = Annotated[
    int | None,
    typer.Option(
        "-j",
        "--jobs",
        metavar="N",
        min=1,
        help="Members at a time; default: one for each core.",
    ),
]

QuietOption = Annotated[
    bool, typer.Option("-q", "--quiet", help="Say nothing but warnings and errors.")
]


def refuse_both(quiet: bool, verbose: bool) -> None:
    """Refuse to be quiet and verbose at once.

    Raises
    ------
    InputError
        Where both are asked for.
    """
    if quiet and verbose:
        raise InputError("--quiet and --verbose exclude each other; give one of them")


def run(
    case: CaseArgument,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="DIR", help="Result folder; default: results/CASE."),
    ] = None,
    overrides: SetOption = [],  # noqa: B006 (typer reads the default, nobody changes it)
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the run in the result folder.")
    ] = False,
    with_plot: Annotated[
        bool, typer.Option("--plot", help="Make the pictures when the run is done.")
    ] = False,
    quiet: QuietOption = False,
    verbose: Annotated[
        bool, typer.Option("-v", "--verbose", help="Show each step, as run.log tells it.")
    ] = False,
) -> None:
    """Run a case; works under mpirun too."""
    from anodex.models.inputs.casefile import write_case
    from anodex.models.results.folder import CHECKPOINT
    from anodex.models.results.progress import SilentProgress
    from anodex.models.results.ranks import on_first_rank
    from anodex.models.results.result import shown
    from anodex.models.systems.folder_state import state_of
    from anodex.models.systems.session import run_case
    from anodex.scripts.cases import open_case

    refuse_both(quiet, verbose)
    comm = MPI.COMM_WORLD
    settings = open_case(case, overrides)
    directory = output or Path("results") / Path(case).stem
    text = write_case(settings)
    if resume and on_first_rank(comm, lambda: state_of(directory, text)) == "finished":
        result = None
        if not quiet:
            say(f"The run in {directory} is finished already; nothing is left to resume.")
    else:
        if resume and not quiet and not on_first_rank(comm, (directory / CHECKPOINT).exists):
            say(f"No checkpoint stands in {directory}: the run begins at its start.")
        progress = SilentProgress() if quiet else None
        called = shlex.join(sys.argv)
        result = run_case(settings, directory, comm, resume, progress, called, verbose)
    if result is not None and not quiet:
        rows = [(name, shown(one.value), one.unit) for name, one in result.observables.items()]
        say_table(("observable", "value", "unit"), rows)
        say(f"results in {directory}")
    if with_plot:
        draw(directory, quiet=quiet)


def mesh(
    case: CaseArgument,
    output: Annotated[
        Path,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            help="Mesh file: .msh, .xdmf or another format of meshio.",
        ),
    ],
    overrides: SetOption = [],  # noqa: B006
) -> None:
    """Write the mesh of a case, without running it."""
    from anodex.meshes.files import write_mesh
    from anodex.scripts.cases import open_case

    settings: Any = open_case(case, overrides)
    write_mesh(registry.load(settings.system.name).build_mesh(settings, MPI.COMM_WORLD), output)
    say(f"mesh in {output}")


def plot(
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="Result folder of a finished or running case.")
    ],
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME]...", help="Pictures; without a name all of them."),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="NAME", help="The same as NAME; may be repeated."),
    ] = None,
    kind: Annotated[str, typer.Option("--format", metavar="KIND", help="png, pdf or svg.")] = "png",
    style_file: Annotated[
        Path | None,
        typer.Option(
            "--style",
            metavar="FILE",
            help="A style file of Matplotlib, for fonts, colours and lines of your own.",
        ),
    ] = None,
) -> None:
    """Make the pictures of a result folder."""
    draw(directory, [*(names or ()), *(only or ())], kind, style_file)


def draw(
    directory: Path,
    names: Sequence[str] = (),
    kind: str = "png",
    style_file: Path | None = None,
    quiet: bool = False,
) -> None:
    """Make pictures and, unless told otherwise, name their files."""
    from anodex.models.results.ranks import on_first_rank
    from anodex.models.results.result import Result

    raise_from_now_on()  # the off-screen display is a process of its own
    drawn = on_first_rank(
        MPI.COMM_WORLD,
        lambda: Result(directory).plot(*names, kind=kind, style_file=style_file),
    )
    for picture in drawn if not quiet else ():
        say(str(picture))
