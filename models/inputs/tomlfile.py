"""Reading a TOML file, which may be a stranger's."""

import re
import stat
import tomllib
from itertools import accumulate
from pathlib import Path

from anodex.models.errors import InputError
from anodex.models.inputs.spelling import hint

# No case comes near these; beyond them the parser takes long, or fails in words of its own.
LARGEST = 2**20  # bytes of a file
DEEPEST = 32  # tables and arrays within each other
LONGEST_TEXT = 4096  # characters in quotes
LONGEST_WORD = 400  # characters of a number, or of a key without quotes
# Each alternative ends at the end of its line, or of all, where its closing quote is missing.
QUOTED = re.compile(
    r"""
    "{3} (?:\\.|[^\\])*? (?:"{3}|\Z)
    | '{3} .*? (?:'{3}|\Z)
    | " (?:\\.|[^"\\\n])* "?
    | ' [^'\n]* '?
    | \# [^\n]*
    """,
    re.DOTALL | re.VERBOSE,
)


def read_toml(path: str | Path) -> dict:
    """The tables of a TOML file.

    Raises
    ------
    InputError
        If it is missing (the message names files like it), no file, too large, unreadable, not
        UTF-8, not TOML (with line and column), or beyond the limits of `parse_toml`.
    """
    path = Path(path)
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise InputError(
                f"{path}: is a folder; give a file in it{files_like(path / path.name)}"
            )
        if not stat.S_ISREG(found.st_mode):  # a pipe would be waited for
            raise InputError(f"{path}: is a pipe or a device; give a file")
        if found.st_size > LARGEST:
            raise InputError(
                f"{path}: has {found.st_size} bytes; a case or a sweep has {LARGEST} at most"
            )
        return parse_toml(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise InputError(f"{path}: no such file{files_like(path)}") from None
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path}: byte {error.start + 1} is not UTF-8; save the file as UTF-8 text"
        ) from None
    except OSError as error:
        raise InputError(
            f"{path}: cannot be read ({error.strerror}); check its permissions"
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(
            f'{path}: not TOML: {error}; text and quantities stand in quotes, as in length = "60 '
            'um"'
        ) from None
    except LimitError as error:
        raise InputError(f"{path}: {error}") from None
    except ValueError:  # of the path
        raise InputError(f"{str(path)!r} is no path of a file; it holds a NUL") from None


class LimitError(InputError):
    """A text that no case or sweep needs."""


def parse_toml(text: str) -> dict:
    """The tables of a TOML text.

    Raises
    ------
    tomllib.TOMLDecodeError
        If it is not TOML.
    LimitError
        If it nests deeper, or has longer words or texts, than any case does.
    """
    refuse_extremes(text)
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise LimitError(f"nests deeper than {DEEPEST} levels; no case needs that") from None


def refuse_extremes(text: str) -> None:
    """Refuse a TOML text that would keep the parser busy, in a time that grows with its length
    alone.

    Raises
    ------
    LimitError
        With the limit.
    """
    for found in QUOTED.finditer(text):
        if len(found[0]) > LONGEST_TEXT and not found[0].startswith("#"):
            raise LimitError(
                f"has a text of {len(found[0])} characters; allowed are {LONGEST_TEXT}"
            )
    bare = QUOTED.sub('"', text)
    if word := re.search(rf"\w{{{LONGEST_WORD},}}", bare):
        raise LimitError(
            f"has a number or key of {len(word[0])} characters ({word[0][:20]}...); allowed are "
            f"{LONGEST_WORD}"
        )
    steps = (1 if bracket in "[{" else -1 for bracket in re.findall(r"[][{}]", bare))
    dots = max(piece.count(".") for piece in re.split(r"[][{}=,\n]", bare))
    if max(dots, *accumulate(steps, initial=0), 0) > DEEPEST:
        raise LimitError(f"nests deeper than {DEEPEST} levels; no case needs that")


def files_like(path: Path) -> str:
    """End of a message about a missing file: the one in its folder with the nearest name, or all
    TOML files there.
    """
    if not path.parent.is_dir():
        return f"; there is no folder '{path.parent}' either"
    return (
        hint(path.name, sorted(file.name for file in path.parent.glob("*.toml")))
        or "; its folder holds no .toml file"
    )
