"""What a checkpoint says of itself: its format, and which version of anodex wrote it."""

from importlib.metadata import version
from pathlib import Path
from typing import Any

from anodex.models.errors import SetupError
from anodex.models.results.sealed import read_head

FORMAT = 1  # count up when what a checkpoint holds, or how, is no longer what it was


class FormatError(SetupError):
    """A whole checkpoint that this version of anodex cannot go on from."""


def stamp() -> dict[str, Any]:
    """What a head begins with."""
    return {"format": FORMAT, "anodex": version("anodex")}


def read_checkpoint_head(path: Path) -> dict[str, Any]:
    """Head of a checkpoint of the present format; serial.

    Raises
    ------
    FormatError
        If it is of another format. One without a number is too: several formats had none, so
        nothing says which of them it is.
    SetupError
        As of `read_head`.
    """
    head = read_head(path)
    found = head.get("format")
    if found == FORMAT:
        return head
    if found is None:
        what, use = "has no format number", "the version that wrote it"
    else:
        what, use = f"has format {found}", f"anodex {head.get('anodex', 'of that format')}"
    raise FormatError(
        f"cannot go on from {path}: it {what}, and anodex {version('anodex')} reads format "
        f"{FORMAT}; use {use}, or run again into another folder"
    )
