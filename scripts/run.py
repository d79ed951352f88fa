"""`anodex run`, `anodex mesh` and `anodex plot`: one case."""

import shlex
import sys
import time
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

import typer
from mpi4py import MPI

from anodex.models import registry
from anodex.models.errors import AnodexError, ConvergenceError, InputError
from anodex.models.inputs.spelling import nearest
from anodex.scripts.console import on_first_rank, say, say_table
from anodex.scripts.interrupt import raise_from_now_on

CaseArgument = Annotated[
    str,
    typer.Argument(
        metavar="CASE", help="A case file, or the name of a shipped case (see `anodex list`)."
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
) -> None:
    """Run a case; works under mpirun too."""
    from anodex.models.inputs.casefile import read_case, write_case
    from anodex.models.results.folder import ResultFolder
    from anodex.models.results.log import open_log
    from anodex.models.results.progress import Progress
    from anodex.models.results.summary import write_summary

    comm = MPI.COMM_WORLD
    path = find_case(case)
    settings = read_case(path, overrides)
    system = registry.load(settings.system.name)
    text = write_case(settings)
    directory = output or Path("results") / path.stem

    state = on_first_rank(comm, lambda: state_of(directory, text)) if resume else "new"
    if state == "finished":
        say(f"The run in {directory} is finished already; nothing is left to resume.")
        if with_plot:
            plot(directory)
        return
    if state == "new":
        folder = ResultFolder.create(directory, comm)
        folder.write_text("case.toml", text)
    else:
        folder = ResultFolder.open(directory, comm)

    # Killed before its first checkpoint, a run begins again.
    resume = on_first_rank(comm, folder.checkpoint.exists)
    log = open_log(folder.log, comm)
    log.info("%s (%d rank(s))", shlex.join(sys.argv), comm.size)
    start = time.perf_counter()
    progress = Progress(settings.progress_total, comm, settings.progress_unit)
    try:
        observables = system.run(settings, folder, comm, progress, resume=resume)
    except AnodexError as error:
        log.info("stopped: %s", error)
        if isinstance(error, ConvergenceError):
            error.add_note(f"The last good state is in {directory}.")
        raise
    finally:
        progress.close()
    write_summary(
        folder, settings.title, settings.system.name, observables, time.perf_counter() - start
    )
    say_table(
        ("observable", "value", "unit"),
        [(name, shown(entry.value), entry.unit) for name, entry in observables.items()],
    )
    say(f"results in {directory}")
    if with_plot:
        plot(directory)


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
    from anodex.models.inputs.casefile import read_case

    settings = read_case(find_case(case), overrides)
    write_mesh(registry.load(settings.system.name).build_mesh(settings, MPI.COMM_WORLD), output)
    say(f"mesh in {output}")


def plot(
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="Result folder of a finished or running case.")
    ],
) -> None:
    """Make the pictures of a result folder."""
    from anodex.models.results.folder import ResultFolder

    comm = MPI.COMM_WORLD
    ResultFolder.open(directory, comm)
    raise_from_now_on()  # the off-screen display is a process of its own
    for picture in on_first_rank(comm, lambda: registry.load(system_of(directory)).plot(directory)):
        say(str(picture))


def find_case(given: str) -> Path:
    """Path of a case file, or of the shipped case with that name; a file goes first.

    Raises
    ------
    InputError
        When a name without a folder is neither; the message has the nearest of both.
    """
    path = Path(given)
    if path.exists() or path.name != given:
        return path
    shipped = {
        Path(entry.name).stem: Path(str(entry))
        for entry in files("anodex.cases").iterdir()
        if entry.name.endswith(".toml")
    }
    name = given.removesuffix(".toml")
    if name not in shipped:
        beside = [] if name == given else [file.name for file in Path().glob("*.toml")]
        near = nearest(given, [*beside, *shipped])
        raise InputError(
            f"'{given}' is no file here ({Path().resolve()}) and no shipped case{near}; `anodex "
            "list` shows the shipped cases"
        )
    return shipped[name]


def system_of(directory: Path) -> str:
    """Name of the system that a result folder holds."""
    return tomllib.loads((directory / "case.toml").read_text(encoding="utf-8"))["system"]["name"]


def state_of(directory: Path, text: str) -> str:
    """What a result folder holds of the case `text`: "new" (nothing), "begun" or "finished".

    Raises
    ------
    InputError
        When the folder holds another case.
    """
    stored = directory / "case.toml"
    if not stored.exists():
        return "new"
    differing = differences(tomllib.loads(stored.read_text(encoding="utf-8")), tomllib.loads(text))
    if differing:
        listed = "\n  ".join(differing)
        raise InputError(
            f"{directory} holds a run of another case:\n  {listed}\nGive the same values to resume "
            "it, or another folder with -o."
        )
    return "finished" if (directory / "summary.json").exists() else "begun"


def differences(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Lines `key: old there, new given` for the values in which two cases differ."""
    old, new = flat(old), flat(new)
    return [
        f"{key}: {old.get(key, 'absent')!r} there, {new.get(key, 'absent')!r} given"
        for key in old | new
        if old.get(key) != new.get(key)
    ]


def flat(table: Any, prefix: str = "") -> dict[str, Any]:
    """A nested case as one mapping from dotted keys (`protocol.steps.0.duration`) to values."""
    items = (
        table.items()
        if isinstance(table, dict)
        else enumerate(table)
        if isinstance(table, list)
        else ()
    )
    pairs = [(f"{prefix}.{key}" if prefix else str(key), value) for key, value in items]
    return (
        {prefix: table}
        if not pairs
        else {key: value for name, part in pairs for key, value in flat(part, name).items()}
    )


def shown(value: float | str | None) -> str:
    """An observable's value for the terminal."""
    return f"{value:.6g}" if isinstance(value, float) else "-" if value is None else str(value)
