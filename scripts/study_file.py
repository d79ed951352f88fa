"""Reading a file that asks for many runs of a case: a sweep, a sample, an optimisation."""

import json
import os
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from anodex.models.errors import InputError
from anodex.models.inputs.casefile import STUDIES
from anodex.models.inputs.mistakes import explained
from anodex.models.inputs.tables import Table
from anodex.models.inputs.tomlfile import read_toml
from anodex.scripts.shipped import find_case

File = TypeVar("File", bound=Table)


def read_study(path: Path, kind: str) -> dict[str, Any]:
    """The tables of a file for the command `kind`.

    Raises
    ------
    InputError
        If it cannot be read, or is for another command.
    """
    data = read_toml(path)
    if kind not in data:
        if "system" in data:
            raise InputError(f"{path}: is a single case; run it with `anodex run {path}`")
        for other in STUDIES:
            if other in data:
                raise InputError(f"{path}: is for another command: `anodex {other} {path}`")
    return data


def parse_study(model: type[File], data: dict[str, Any], given: dict, origin: str) -> File:
    """The validated tables of a file.

    Parameters
    ----------
    data, given
        Its tables as `model` knows them, and as they were written.
    origin
        Says in errors where they come from.

    Raises
    ------
    InputError
        With all mistakes, a line each.
    """
    try:
        return model.model_validate_json(json.dumps(data, default=str), strict=True)
    except ValidationError as error:
        lines = [explained(model, given, mistake) for mistake in error.errors()]
        raise InputError("\n  ".join([f"{origin}:", *lines])) from None


def case_of_study(path: Path, name: str) -> Path:
    """Path of the case that a file names: beside it, or a shipped one."""
    beside = path.parent / name
    return beside if os.path.exists(beside) else find_case(name)  # Path.exists refuses long names
