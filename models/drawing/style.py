"""The common look of all pictures: axes, colours, labels, files.

A picture begins with `figure, axes = pyplot.subplots()` inside `with style():` and ends with
`save`.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib import cbook, pyplot
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.mathtext import MathTextParser
from matplotlib.text import Text

from anodex.models.errors import SetupError
from anodex.models.results.files import replacing

DOTS_PER_INCH = 200
MOST_LINES, LONGEST_LINE = 12, 120  # of one text
COLORMAP = "viridis"  # even in lightness and readable by colour-blind people
# Okabe and Ito, Color Universal Design, 2008
CURVES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
STYLE = {
    "axes.prop_cycle": matplotlib.cycler(color=CURVES),
    "axes.grid": False,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "font.size": 10,
    "axes.titlesize": 10,
    "legend.frameon": False,
    "lines.linewidth": 1.6,
    "figure.constrained_layout.use": True,
    "image.cmap": COLORMAP,
    "interactive": False,
}


@contextmanager
def style() -> Iterator[None]:
    """The common look of all figures; draws into memory, never onto a screen."""
    # Whoever has chosen a backend, such as a notebook, may have figures of their own: to switch
    # would close them.
    if matplotlib.get_backend(auto_select=False) is None:
        pyplot.switch_backend("agg")
    with matplotlib.rc_context(STYLE):
        yield


def arrows(scale: Normalize, values: np.ndarray) -> str:
    """What `figure.colorbar` takes as `extend`: arrows where values lie beyond the ends of the
    colours.
    """
    beyond = np.nanmin(values) < scale.vmin, np.nanmax(values) > scale.vmax
    return {
        (False, False): "neither",
        (True, False): "min",
        (False, True): "max",
        (True, True): "both",
    }[beyond]


def bar_beside(
    axes: Axes, colours: ScalarMappable, text: str, extend: str = "neither", left: bool = False
) -> None:
    """Colour bar beside a panel and as high, whatever the shape of the panel; on the left it leaves
    room for the numbers of the axis.
    """
    place = axes.inset_axes((-0.36, 0.0, 0.03, 1.0) if left else (1.03, 0.0, 0.03, 1.0))
    bar = axes.figure.colorbar(colours, cax=place, label=text, extend=extend)
    if left:
        bar.ax.yaxis.set_ticks_position("left")
        bar.ax.yaxis.set_label_position("left")


def label(name: str) -> str:
    """Name of an array as an axis label: `tip_stress [um^2/s]` -> `tip stress [µm$^{2}$/s]`."""
    text, bracket, unit = name.partition(" [")
    powers = re.sub(r"\^(-?\d+)", r"$^{\1}$", unit)
    return text.replace("_", " ") + bracket + powers.replace("um", "µm")


def make_drawable(figure: Figure) -> None:
    """Let all texts of a figure, some of which users wrote, be drawn: what stands between dollars
    but is no math as it is written, and no more of a text than a picture holds.
    """
    for text in figure.findobj(Text):
        lines = text.get_text().split("\n")
        if len(lines) > MOST_LINES or max(map(len, lines)) > LONGEST_LINE:
            lines = [line[:LONGEST_LINE] for line in lines[:MOST_LINES]]
            text.set_text("\n".join(lines))
        if not all(map(is_drawable, lines)):
            text.set_parse_math(False)


def is_drawable(line: str) -> bool:
    """Whether a line has no math, or math that can be read."""
    if not cbook.is_math_text(line):
        return True
    try:
        MathTextParser("path").parse(line)
    except ValueError:
        return False
    return True


def save(figure: Figure, path: Path) -> Path:
    """Write the figure in the format of its ending, atomically, making its folder, and close it.

    Raises
    ------
    SetupError
        If the file cannot be written.
    """
    try:
        make_drawable(figure)
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as temporary:
            figure.savefig(
                temporary, dpi=DOTS_PER_INCH, format=path.suffix[1:], bbox_inches="tight"
            )
    except OSError as error:
        raise SetupError(f"cannot write the picture {path}: {error}") from error
    finally:
        pyplot.close(figure)
    return path
