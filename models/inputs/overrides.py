"""Changing single values of a case, as `--set` on the command line does."""

import copy
import tomllib
from collections.abc import Iterable

from anodex.models.errors import InputError
from anodex.models.inputs.quantities import shown
from anodex.models.inputs.tomlfile import DEEPEST, LONGEST_TEXT, LimitError, parse_toml
from anodex.models.inputs.units import cut


def override(data: dict, assignments: Iterable[str]) -> dict:
    """Copy of `data` with some values set.

    Parameters
    ----------
    data
        Tables of a case file.
    assignments
        `table.key=value` each. The value is TOML, or text where it is no TOML (`geometry.length=90
        um`). A number in the key is the place in an array, from 0: `protocol.steps.0.duration=5
        min`. A table that `data` lacks is added.

    Raises
    ------
    InputError
        If there is no `=`, or the key leads into something that is not there or not a table.
    """
    data = copy.deepcopy(data)
    for assignment in assignments:
        key, equals, text = assignment.partition("=")
        parts = key.strip().split(".")
        try:
            assignment.encode()
        except UnicodeEncodeError:
            raise InputError(f"--set '{cut(assignment)}': holds bytes that are not UTF-8") from None
        assignment = cut(assignment)
        if not equals or not all(parts):
            raise InputError(
                f"--set '{assignment}': not of the form table.key=value, for example "
                "geometry.length=90 um"
            )
        if len(parts) > DEEPEST:
            raise InputError(f"--set '{assignment}': no key has {len(parts)} parts")
        target = data
        for depth, part in enumerate(parts[:-1]):
            place = place_in(target, part, parts[:depth], assignment)
            if isinstance(target, dict) and part not in target:
                if parts[depth + 1].isdecimal():
                    array = ".".join(parts[: depth + 1])
                    raise InputError(
                        f"--set '{assignment}': the case file gives no '{array}'; write that array "
                        "there first"
                    )
                target[part] = {}
            target = target[place]
        place = place_in(target, parts[-1], parts[:-1], assignment)
        try:
            target[place] = toml_value(text)
        except LimitError as error:
            raise InputError(f"--set '{assignment}': {error}") from None
    return data


def place_in(target, part: str, path: list[str], assignment: str) -> str | int:
    """What picks `part` out of `target`, which stands at `path`: the key of a table, the
    position in an array.
    """
    if isinstance(target, dict):
        return part
    key = ".".join(path)
    if not isinstance(target, list):
        raise InputError(
            f"--set '{assignment}': '{key}' is {shown(target)}, not a table; set '{key}' itself"
        )
    if not part.isdecimal() or len(part) > 9 or int(part) >= len(target):
        raise InputError(
            f"--set '{assignment}': '{key}' has {len(target)} entries, counted from 0; there is no "
            f"'{part}'"
        )
    return int(part)


def toml_value(text: str):
    """The TOML value that a text stands for, or the text itself.

    Raises
    ------
    LimitError
        As of `parse_toml`.
    """
    try:
        return parse_toml(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        if len(text) > LONGEST_TEXT:
            raise LimitError(
                f"has a text of {len(text)} characters; allowed are {LONGEST_TEXT}"
            ) from None
        return text.strip()
