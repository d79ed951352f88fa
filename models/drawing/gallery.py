"""The pictures of a result folder, all or those that were asked for."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from anodex.models.drawing.style import style
from anodex.models.errors import InputError
from anodex.models.inputs.spelling import hint
from anodex.models.results.result import Result

# Draws a result into the file and gives its path; None where the result has no such picture.
Picture = Callable[[Result, Path], Path | None]


KINDS = ("png", "pdf", "svg")  # of pictures that do not move


def draw_all(
    pictures: Mapping[str, Picture],
    folder: Path,
    names: Sequence[str] = (),
    kind: str = "png",
    style_file: Path | None = None,
) -> list[Path]:
    """Draw pictures of a result folder into its folder `figures` and return their paths; serial.

    Parameters
    ----------
    pictures
        File name -> what draws it.
    names
        Those wanted, with or without their ending; all when left out.
    kind
        One of `KINDS`.
    style_file
        Of Matplotlib, read on top of the common look.

    Raises
    ------
    InputError
        When there is no picture of a name, no such kind, or the style file is wrong.
    SetupError
        When the folder holds no fields yet.
    """
    if kind not in KINDS:
        raise InputError(f"there are no pictures of kind '{kind}'; allowed: {', '.join(KINDS)}")
    wanted = [found for name in names for found in _named(name, pictures)] or list(pictures)
    result = Result(folder)
    with style(style_file):
        drawn = [
            pictures[name](result, folder / "figures" / _of_kind(name, kind))
            for name in dict.fromkeys(wanted)
        ]
    return [path for path in drawn if path is not None]


def _named(name: str, pictures: Mapping[str, Picture]) -> list[str]:
    """The picture of this name or, of a name without ending, all that have it."""
    if name in pictures:
        return [name]
    found = [picture for picture in pictures if Path(picture).stem == Path(name).stem]
    if not found:
        stems = dict.fromkeys(Path(picture).stem for picture in pictures)
        raise InputError(f"there is no picture '{name}'{hint(name, stems)}")
    return found


def _of_kind(name: str, kind: str) -> str:
    path = Path(name)
    return path.with_suffix(f".{kind}").name if path.suffix == ".png" else name
