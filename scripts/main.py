"""The `anodex` command: collects the commands and turns every way to end into an exit code.

0 done; 1 a bug in anodex; 2 bad input; 3 no convergence or a failed check; 4 environment or I/O;
130 interrupted.
"""

import os
import sys
import traceback
from importlib.metadata import version
from typing import Annotated, Any

import typer
from mpi4py import MPI

from anodex.local_settings import local_settings
from anodex.models.errors import AnodexError, SetupError
from anodex.scripts.bench import bench
from anodex.scripts.check import check
from anodex.scripts.cite import cite
from anodex.scripts.compare import compare
from anodex.scripts.console import console, say
from anodex.scripts.doctor import doctor
from anodex.scripts.export import export
from anodex.scripts.interrupt import INTERRUPTED, leave_at_once
from anodex.scripts.keys import keys
from anodex.scripts.listing import list_all
from anodex.scripts.materials import materials
from anodex.scripts.optimise import optimise
from anodex.scripts.run import mesh, plot, run
from anodex.scripts.sample import sample
from anodex.scripts.schema import schema
from anodex.scripts.streams import make_lasting
from anodex.scripts.sweep import sweep
from anodex.scripts.verify import verify
from anodex.scripts.view import view

BUG, ENVIRONMENT = 1, 4
# A wrong command line, for which typer has no name of its own: older versions take it from click,
# newer ones bring no click.
UsageError: Any = typer.BadParameter.__base__

app = typer.Typer(
    help="Open FEniCSx multiphysics models of alkali-metal anodes.",
    epilog="Exit codes: 0 done, 1 a bug, 2 bad input, 3 no convergence or a failed check, 4 "
    "environment or I/O, 130 interrupted.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command("list")(list_all)
for command in (
    run,
    check,
    mesh,
    plot,
    view,
    compare,
    export,
    sweep,
    sample,
    optimise,
    materials,
    keys,
    schema,
    cite,
    verify,
    bench,
    doctor,
):
    app.command()(command)


def show_version(wanted: bool) -> None:
    """Print the version and leave, when `--version` is given."""
    if wanted:
        say(f"anodex {version('anodex')}")
        raise typer.Exit


@app.callback()
def options(
    debug: Annotated[
        bool, typer.Option("--debug", envvar="ANODEX_DEBUG", help="Show the traceback of an error.")
    ] = False,
    version: Annotated[
        bool,
        typer.Option("--version", callback=show_version, is_eager=True, help="Show the version."),
    ] = False,
):
    """Options that stand before the command."""
    if debug:
        os.environ["ANODEX_DEBUG"] = "1"  # read by `call` below, and by the members of a sweep
    ignored = local_settings()
    if ignored and MPI.COMM_WORLD.rank == 0:
        console(error=True).print(
            f"note: settings in the current folder are not read: {', '.join(ignored)}; the "
            "environment and the home folder count, see docs/security.md",
            style="yellow",
            soft_wrap=True,
        )


def call(arguments: list[str], comm) -> int:
    """Run one command line and return its exit code; nothing but an interrupt of the interpreter
    escapes.

    Parameters
    ----------
    arguments
        What follows `anodex`, for example `["run", "spindle_void"]`.
    comm
        Its rank 0 reports. With more than one rank an error that may have struck one rank alone
        aborts all of them, because the others would wait for it for ever.
    """
    try:
        refuse_bytes(arguments)
        code = app(arguments, prog_name="anodex", standalone_mode=False) or 0
        sys.stdout.flush()  # a full disk is an error of this command, not of the interpreter's end
        if code == INTERRUPTED:  # what typer makes of a Ctrl-C
            raise KeyboardInterrupt
        return code
    except UsageError as error:
        if comm.rank == 0:
            error.show()
        return error.exit_code
    except AnodexError as error:
        if comm.rank == 0:
            report("Error", error)
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        if comm.rank == 0:
            console(error=True).print(how_to_go_on(arguments), style="yellow", soft_wrap=True)
        return leave_together(INTERRUPTED, comm)
    except OSError as error:
        report("Error", error)
        return leave_together(ENVIRONMENT, comm)
    except Exception as error:
        if isinstance(error, ImportError) and not (error.name or "anodex").startswith("anodex"):
            report(
                f"Error: '{error.name}' cannot be imported; anodex needs the environment of "
                "docs/how-to/install.md, see `anodex doctor`",
                error,
            )
            return leave_together(ENVIRONMENT, comm)
        traceback.print_exc()
        console(error=True).print(
            f"This is a bug in anodex (rank {comm.rank}): please report it with the output of "
            "`anodex doctor`.",
            style="red",
        )
        return leave_together(BUG, comm)


def refuse_bytes(arguments: list[str]) -> None:
    """Refuse words of the command line that are no text, such as a path in Latin-1: libraries read
    them too, and results and logs name them.

    Raises
    ------
    SetupError
        For the first one.
    """
    for word in arguments:
        try:
            word.encode()
        except UnicodeEncodeError:
            shown = word.encode(errors="surrogateescape").decode(errors="backslashreplace")
            raise SetupError(
                f"'{shown}' is no text in UTF-8; rename that file or folder, or choose another"
            ) from None


def report(title: str, error: Exception) -> None:
    """Print an error for the user; with `--debug` its traceback first."""
    if os.environ.get("ANODEX_DEBUG"):
        traceback.print_exception(error)
    lines = [f"{title}: {error}", *getattr(error, "__notes__", [])]
    console(error=True).print("\n".join(lines), style="red", soft_wrap=True)


def how_to_go_on(arguments: list[str]) -> str:
    """What a user does after an interrupt."""
    if "run" in arguments:
        return "Interrupted. Go on from the last checkpoint with the same command and --resume."
    if not {"sweep", "sample", "optimise"}.isdisjoint(arguments):
        return (
            "Interrupted. Give the same command again: finished members are kept, the others "
            "resumed."
        )
    return "Interrupted. Give the same command again."


def leave_together(code: int, comm) -> int:
    """The exit code; with more than one rank, end all of them with it now."""
    if comm.size > 1:
        sys.stdout.flush()
        sys.stderr.flush()
        comm.Abort(code)
    return code


def main() -> None:
    """Entry point of `anodex` and of `python -m anodex.scripts.main`."""
    # Processes of Python that libraries start take no module from the current folder, which may be
    # a stranger's.
    os.environ["PYTHONSAFEPATH"] = "1"
    make_lasting()
    comm = MPI.COMM_WORLD
    leave_at_once(how_to_go_on(sys.argv), comm)
    if comm.rank > 0:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 (open for as long as the process lives)
    sys.exit(call(sys.argv[1:], comm))


if __name__ == "__main__":
    main()
