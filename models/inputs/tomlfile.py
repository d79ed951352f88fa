"""Reading a TOML file."""

import tomllib
from pathlib import Path

from anodex.models.errors import InputError
from anodex.models.inputs.spelling import hint


def read_toml(path: str | Path) -> dict:
    """The tables of a TOML file.

    Raises
    ------
    InputError
        If it is missing (the message names files like it), unreadable, not UTF-8 or not TOML (with
        line and column).
    """
    path = Path(path)
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise InputError(f"{path}: no such file{files_like(path)}") from None
    except IsADirectoryError:
        raise InputError(
            f"{path}: is a folder; give a file in it{files_like(path / path.name)}"
        ) from None
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
