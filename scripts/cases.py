"""A case and its changes, as the command and Python give them."""

import os
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from anodex.models import registry
from anodex.models.errors import InputError
from anodex.models.inputs.casefile import parse_case, read_case, toml_text, write_case
from anodex.models.inputs.overrides import override
from anodex.models.inputs.tables import Table
from anodex.models.inputs.taken import without_left_out
from anodex.models.inputs.units import cut
from anodex.scripts.shipped import find_case, shipped_cases


def open_case(given: str | Path | Table, overrides: Sequence[str] = ()) -> Table:
    """The validated case of a file, of a shipped case, or of a system with its defaults; a file
    goes first.

    Parameters
    ----------
    given
        Path, name, or a case to be changed.
    overrides
        Changes, `table.key=value` each, as of `override`.

    Raises
    ------
    InputError
        When there is no such case, or with all the mistakes in it.
    """
    if isinstance(given, Table):
        data = without_left_out(given, tomllib.loads(write_case(given)))
        return parse_case(override(data, overrides), "the given case") if overrides else given
    name = str(given)
    if not os.path.exists(name) and name not in shipped_cases() and name in registry.names():
        return parse_case(override({"system": {"name": name}}, overrides), name)
    return read_case(find_case(name), overrides)


def as_overrides(changes: Mapping[str, Any]) -> list[str]:
    """Changes given in Python, dotted key -> value, as `override` takes them.

    Raises
    ------
    InputError
        When a key is none, or TOML has nothing for a value.
    """
    for key in changes:
        if "=" in key:
            raise InputError(f"key '{cut(key)}': a key has no '='; give its value beside it")
    return [f"{key}={_given(key, value)}" for key, value in changes.items()]


def as_toml(value: Any) -> str:
    """A value as TOML on one line."""
    if isinstance(value, Mapping):
        entries = (f"{as_toml(key)} = {as_toml(entry)}" for key, entry in value.items())
        return f"{{{', '.join(entries)}}}"
    if isinstance(value, np.ndarray | np.generic):
        return as_toml(value.tolist())
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(as_toml, value))}]"
    if not isinstance(value, bool | int | float | str | Path):
        raise InputError(
            f"{value!r} is no value of a case; give a text with a unit such as '90 um', a number, "
            "True or False, a list or a dict"
        )
    return toml_text(value, unit="")


def _given(key: str, value: Any) -> str:
    try:
        return as_toml(value)
    except InputError as error:
        raise InputError(f"key '{key}': {error}") from None
