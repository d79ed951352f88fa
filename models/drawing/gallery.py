"""The pictures of a result folder, all or those that were asked for."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from anodex.models.drawing.style import style
from anodex.models.errors import InputError
from anodex.models.inputs.spelling import hint
from anodex.models.results.result import Result

# Draws a result into the file and gives its path; None where the result has no such picture.
Picture = Callable[[Result, Path], Path | None]


def draw_all(
    pictures: Mapping[str, Picture], folder: Path, names: Sequence[str] = ()
) -> list[Path]:
    """Draw pictures of a result folder into its folder `figures` and return their paths; serial.

    Parameters
    ----------
    pictures
        File name -> what draws it.
    names
        Those wanted, with or without their ending; all when left out.

    Raises
    ------
    InputError
        When there is no picture of a name.
    SetupError
        When the folder holds no fields yet.
    """
    by_stem = {Path(name).stem: name for name in pictures}
    for name in names:
        if Path(name).stem not in by_stem:
            raise InputError(f"there is no picture '{name}'{hint(name, by_stem)}")
    wanted = [by_stem[Path(name).stem] for name in names] or list(pictures)
    result = Result(folder)
    with style():
        drawn = [pictures[name](result, folder / "figures" / name) for name in wanted]
    return [path for path in drawn if path is not None]
