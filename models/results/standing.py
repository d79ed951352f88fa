"""How far the runs are whose results lie in some folders, from what is on disk."""

import os
import time
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from anodex.models.errors import SetupError
from anodex.models.results.folder import CASE
from anodex.models.results.lock import LOCK, is_running
from anodex.models.results.summary import read_summary


@dataclass(frozen=True)
class Standing:
    """A result folder.

    Attributes
    ----------
    system
        Its name, "?" where the case is damaged.
    state
        "finished", "running" or "cut off".
    seconds
        How long it took; of one that is not finished since it began or was last resumed; None where
        nothing tells.
    size
        Of all its files [bytes].
    """

    folder: Path
    system: str
    state: str
    seconds: float | None
    size: int


def standings(directories: Sequence[Path]) -> list[Standing]:
    """Of the results in some folders, at any depth, in the order of their names; serial.

    Raises
    ------
    SetupError
        If there is no such folder.
    """
    for directory in directories:
        if not directory.is_dir():
            raise SetupError(f"there is no folder {directory}")
    return [_standing(folder) for directory in directories for folder in _results(directory)]


def _results(directory: Path) -> Iterator[Path]:
    for folder, below, files in os.walk(directory):
        below.sort()
        if CASE in files:
            below.clear()  # what a run leaves is no place for another one
            yield Path(folder)


def _standing(folder: Path) -> Standing:
    seconds: float | None = None
    try:
        seconds = read_summary(folder / "summary.json")["wall_time"]
        state = "finished"
    except (SetupError, KeyError):
        running = is_running(folder)
        state = "running" if running else "cut off"
        with suppress(OSError):  # no lock is left of a run of earlier versions
            last = time.time() if running else (folder / "run.log").stat().st_mtime
            seconds = max(0.0, last - (folder / LOCK).stat().st_mtime)
    return Standing(folder, _system(folder), state, seconds, _size(folder))


def _system(folder: Path) -> str:
    try:
        return str(tomllib.loads((folder / CASE).read_text(encoding="utf-8"))["system"]["name"])
    except (OSError, ValueError, KeyError, TypeError):
        return "?"


def _size(folder: Path) -> int:
    size = 0
    for path in folder.rglob("*"):
        with suppress(OSError):  # a run that goes on replaces files
            size += path.lstat().st_size if path.is_file() else 0
    return size
