"""Pictures of a dendrite run, from its result folder alone."""

from pathlib import Path

from anodex.models.drawing.style import style
from anodex.models.results.history import TIME
from anodex.models.systems.dendrite.pictures.frames import read_result
from anodex.models.systems.dendrite.pictures.growth import animate, draw_growth
from anodex.models.systems.dendrite.pictures.history import draw_history
from anodex.models.systems.dendrite.pictures.pressures import draw_state
from anodex.models.systems.dendrite.pictures.space import draw_space


def plot(path: Path) -> list[Path]:
    """Draw all pictures and an animation into `path`/figures and return their paths; serial.

    Works on the folder of a run that still goes on, with what is there.

    Raises
    ------
    SetupError
        When the folder holds no fields yet.
    """
    result, figures = read_result(path), path / "figures"
    with style():
        pictures = [
            draw_state(result, figures / "dendrite.png"),
            draw_growth(result, figures / "growth.png"),
        ]
        if result.case.geometry.depth is not None:
            pictures.append(draw_space(result, figures / "space.png"))
        if len(result.history[TIME]) > 1:
            pictures.append(draw_history(result, figures / "history.png"))
        pictures.append(animate(result, figures / "growth.gif"))
    return pictures
