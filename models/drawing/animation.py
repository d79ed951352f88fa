"""Moving pictures: frames of one figure as GIF."""

from collections.abc import Iterable
from pathlib import Path

from matplotlib import pyplot
from matplotlib.animation import PillowWriter
from matplotlib.figure import Figure

from anodex.models.errors import SetupError
from anodex.models.results.files import replacing

FRAMES_PER_SECOND = 5
DOTS_PER_INCH = 80


def save_frames(figure: Figure, frames: Iterable[None], path: Path) -> Path:
    """Write `figure` as GIF, once after each step of `frames`, which draws into it; atomically,
    making its folder; closes the figure.

    Raises
    ------
    SetupError
        If the file cannot be written.
    """
    writer = PillowWriter(FRAMES_PER_SECOND)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as temporary, writer.saving(figure, temporary, DOTS_PER_INCH):
            for _ in frames:
                writer.grab_frame()
    except OSError as error:
        raise SetupError(f"cannot write the moving picture {path}: {error}") from error
    finally:
        pyplot.close(figure)
    return path
