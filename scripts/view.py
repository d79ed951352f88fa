"""`anodex view`: results in a browser."""

from collections.abc import Mapping
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from mpi4py import MPI

from anodex.models.errors import InputError, SetupError
from anodex.scripts.console import say

if TYPE_CHECKING:
    from anodex.models.results.result import Result
    from anodex.models.systems.system import FirstLook
    from anodex.scripts.viewing.scene import Scene

EXTRA = ("trame", "trame_vuetify")
HOME = "127.0.0.1"  # nobody else's machine reaches the page; its name may be unknown in a container


def view(
    directories: Annotated[
        list[Path], typer.Argument(metavar="DIR...", help="Result folders, also of running cases.")
    ],
    field: Annotated[
        str, typer.Option("--field", metavar="NAME", help="Array to begin with.")
    ] = "",
    port: Annotated[
        int,
        typer.Option("--port", metavar="N", min=0, help="Of this machine; 0: any that is free."),
    ] = 8080,
    browser: Annotated[
        bool, typer.Option(help="Open the page in the browser of this machine.")
    ] = True,
) -> None:
    """Look at the fields and histories of results in a browser, side by side and live."""
    from anodex.models.drawing.render import offscreen
    from anodex.models.results.result import Result
    from anodex.scripts.comparison import names_of

    missing = [name for name in EXTRA if find_spec(name) is None]
    if missing:
        raise SetupError(
            f"anodex view needs {' and '.join(missing)}: pip install trame trame-vuetify, or "
            "anodex with the extra 'view'; see docs/how-to/view.md"
        )
    if MPI.COMM_WORLD.size > 1:
        raise InputError("anodex view runs on one rank; leave out mpirun")
    results = {
        name: Result(each) for name, each in zip(names_of(directories), directories, strict=True)
    }
    if not any(result.parts for result in results.values()):
        raise SetupError(f"{', '.join(map(str, directories))}: no fields yet")

    from anodex.scripts.viewing.page import Page
    from anodex.scripts.viewing.scene import Scene

    with offscreen():
        first = first_look(next(iter(results.values())))
        scene = Scene(results, share=first.share)
        if field:
            first = where(field, scene, first)
        page = Page(scene, lambda: tables(scene.results), first)
        say("Ctrl-C ends it")
        page.server.start(port=port, host=HOME, open_browser=browser, timeout=0)
        scene.close()


def first_look(result: "Result") -> "FirstLook":
    """What to begin with, also where the package of its system is not installed."""
    from anodex.models import registry
    from anodex.models.systems.system import FirstLook
    from anodex.scripts.comparison import settings

    system = settings(result.folder)["system.name"]
    return registry.load(system).first_look if system in registry.names() else FirstLook()


def where(field: str, scene: "Scene", first: "FirstLook") -> "FirstLook":
    """The same look at the array of a name, in the file of fields of before if that has it, else in
    the first that does.

    Raises
    ------
    InputError
        If there is none; names the nearest.
    """
    from anodex.models.inputs.spelling import hint

    parts = sorted(scene.parts, key=lambda name: name != first.part)
    having = {
        name.partition(" [")[0]: part for part in reversed(parts) for name in scene.arrays(part)
    }
    if field not in having:
        raise InputError(f"there is no array '{field}'{hint(field, having)}")
    return replace(first, part=having[field], array=field)


def tables(
    results: "Mapping[str, Result]",
) -> list[tuple[str, tuple[str, ...], list[tuple[str, ...]]]]:
    """Title, header and rows of the observables and of the parameters of results; parameters in
    which they differ come first.
    """
    from anodex.models.results.result import shown
    from anodex.scripts.comparison import settings

    found = [result.observables if result.finished else {} for result in results.values()]
    units = {name: one.unit for observables in found for name, one in observables.items()}
    numbers = [
        (name, unit, *(shown(each[name].value) if name in each else "" for each in found))
        for name, unit in units.items()
    ]
    keys = [settings(result.folder) for result in results.values()]
    every = dict.fromkeys(key for each in keys for key in each)
    parameters = [(key, *(str(each.get(key, "")) for each in keys)) for key in every]
    parameters.sort(key=lambda row: len(set(row[1:])) == 1)
    return [
        ("numbers", ("observable", "unit", *results), numbers),
        ("parameters", ("parameter", *results), parameters),
    ]
