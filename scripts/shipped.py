"""The cases that come with the suite, found by name; no case is read."""

import os
from importlib.resources import files
from pathlib import Path

from anodex.models import registry
from anodex.models.errors import InputError
from anodex.models.inputs.spelling import nearest


def shipped_cases() -> dict[str, Path]:
    """Name -> path of the files that come with the suite, cases and sweeps."""
    return {
        Path(entry.name).stem: Path(str(entry))
        for entry in files("anodex.cases").iterdir()
        if entry.name.endswith(".toml")
    }


def find_case(given: str) -> Path:
    """Path of a case file, or of the shipped case with that name; a file goes first.

    Raises
    ------
    InputError
        When a name without a folder is neither; the message has the nearest of both.
    """
    path = Path(given)
    if os.path.exists(path) or path.name != given:  # Path.exists refuses long names
        return path
    shipped = shipped_cases()
    name = given.removesuffix(".toml")
    if name not in shipped:
        beside = [] if name == given else [file.name for file in Path().glob("*.toml")]
        near = nearest(given, [*beside, *shipped, *registry.names()])
        raise InputError(
            f"'{given}' is no file here ({Path().resolve()}) and no shipped case{near}; `anodex "
            "list` shows the shipped cases"
        )
    return shipped[name]
