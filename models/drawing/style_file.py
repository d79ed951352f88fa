"""Style files of Matplotlib: how a user changes fonts, colours and lines of all pictures."""

import logging
from pathlib import Path
from typing import Any

import matplotlib

from anodex.models.errors import InputError


def read_style(file: Path) -> dict[str, Any]:
    """What a style file says, key -> value.

    Raises
    ------
    InputError
        When the file cannot be read, or Matplotlib does not know a key or take a value.
    """
    heard = _Heard()
    logger = logging.getLogger("matplotlib")
    logger.addHandler(heard)
    try:
        found = matplotlib.rc_params_from_file(file, use_default_template=False)
    except (OSError, ValueError) as error:
        raise InputError(
            f"cannot read the style file {file}: {error}; give a file of lines such as "
            "'font.size: 8', as Matplotlib's .mplstyle files have them"
        ) from error
    finally:
        logger.removeHandler(heard)
    if heard.messages:
        raise InputError(f"the style file {file} is wrong: {heard.messages[0]}")
    return dict(found)


class _Heard(logging.Handler):
    """Keeps what Matplotlib says of lines that it leaves out."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        message = " ".join(record.getMessage().split())
        self.messages.append(message.partition(" You probably need")[0])  # a newer Matplotlib
