"""The common look of all pictures: axes, colours, labels, files.

A picture begins with `figure, axes = pyplot.subplots()` inside `with style():` and ends with
`save`.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib import cbook, pyplot
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backend_bases import RendererBase
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize, PowerNorm
from matplotlib.figure import Figure
from matplotlib.mathtext import MathTextParser
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator, ScalarFormatter
from matplotlib.transforms import Bbox

from anodex.models.drawing.style_file import read_style
from anodex.models.errors import SetupError
from anodex.models.results.files import replacing

WIDEST = 10.0  # inches of a figure: at the 180 mm of a journal's page its texts are 7 points high
BAR_ABOVE = (0.09, 0.3)  # inches: height of a bar above a panel, and how far it is from it
FEW_TICKS, LEAST_APART = 4, 0.22  # intervals of a bar as wide as its panel, and the least of it
MOST_LINES, LONGEST_LINE = 12, 120  # of one text
SQUARE_ROOT = "square-root scale"  # words of a bar with such a scale
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
    "axes.titley": 1.0,  # below a bar above the panel
    "legend.frameon": False,
    "lines.linewidth": 1.6,
    "figure.constrained_layout.use": True,
    "image.cmap": COLORMAP,
    "interactive": False,
    "axes.formatter.limits": (-4, 5),  # powers of ten beyond which numbers are too long for ticks
    "axes.formatter.useoffset": False,  # whole numbers at the ticks, no "+1.2e3" beside the axis
    "savefig.dpi": 200,
    "savefig.bbox": "tight",
    # texts stay texts, in fonts that journals take
    "pdf.fonttype": 42,
    "svg.fonttype": "none",
}


@contextmanager
def style(file: Path | None = None) -> Iterator[None]:
    """The common look of all figures, and on top of it what a style file of Matplotlib says; draws
    into memory, never onto a screen.

    Raises
    ------
    InputError
        When the file cannot be read, or says what Matplotlib does not know.
    """
    own = read_style(file) if file else {}
    # Whoever has chosen a backend, such as a notebook, may have figures of their own: to switch
    # would close them.
    if matplotlib.get_backend(auto_select=False) is None:
        pyplot.switch_backend("agg")
    with matplotlib.rc_context(STYLE | own):
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


def bar_beside(axes: Axes, colours: ScalarMappable, text: str, extend: str = "neither") -> None:
    """Colour bar beside a panel and as high, whatever the shape of the panel."""
    place = axes.inset_axes((1.03, 0.0, 0.03, 1.0))
    axes.figure.colorbar(colours, cax=place, label=text, extend=extend)


def bar_above(axes: Axes, colours: ScalarMappable, text: str, extend: str = "neither") -> None:
    """Colour bar above a panel and its title, and as wide, whatever the shape of the panel."""
    place = axes.inset_axes((0.0, 1.0, 1.0, 0.05))
    place.set_axes_locator(_above(axes))
    bar = axes.figure.colorbar(
        colours, cax=place, label=text, extend=extend, location="top", ticklocation="top"
    )
    bar.set_ticks(ticks_apart(colours.norm))


def ticks_apart(scale: Normalize) -> list[float]:
    """Round numbers along a colour bar that do not come too near each other, whatever its scale."""
    is_even = not isinstance(scale, PowerNorm)
    locator = MaxNLocator(FEW_TICKS * (1 if is_even else 3), steps=[1, 2, 2.5, 5, 10])
    ticks: list[float] = []
    for tick in locator.tick_values(scale.vmin, scale.vmax):
        is_apart = is_even or not ticks or scale(tick) - scale(ticks[-1]) > LEAST_APART
        if scale.vmin <= tick <= scale.vmax and is_apart:
            ticks.append(float(tick))
    return ticks


def _above(axes: Axes) -> Callable[[Axes, RendererBase], Bbox]:
    """Where a bar above a panel is: so far from it that a title fits between, whatever its
    height.
    """
    high, far = BAR_ABOVE

    def place(bar: Axes, renderer: RendererBase) -> Bbox:
        left, bottom, width, height = axes.get_position(original=False).bounds
        inch = axes.figure.dpi / axes.figure.bbox.height
        return Bbox.from_bounds(left, bottom + height + far * inch, width, high * inch)

    return place


def label(name: str) -> str:
    """Name of an array as an axis label: `tip_stress [um^2/s]` -> `tip stress [µm$^{2}$/s]`."""
    text, bracket, unit = name.partition(" [")
    powers = re.sub(r"\^(-?\d+)", r"$^{\1}$", unit)
    return text.replace("_", " ") + bracket + re.sub(r"\bu(?=[mN])", "µ", powers)


def name_powers(figure: Figure) -> None:
    """Move the power of ten that Matplotlib puts at the end of an axis into the words of the axis,
    where its unit is: `error [10^-16]`.
    """
    figure.draw_without_rendering()
    for axes in figure.findobj(Axes):
        for axis in (axes.xaxis, axes.yaxis):
            formatter = axis.get_major_formatter()
            shown = any(text.get_visible() for text in axis.get_ticklabels())
            if shown and isinstance(formatter, ScalarFormatter) and formatter.orderOfMagnitude:
                power = formatter.orderOfMagnitude
                words = _words_of(axis)
                words.set_text(with_power(words.get_text(), power))
                formatter.set_powerlimits((power, power))  # the ticks may change, it does not
                axis.get_offset_text().set_visible(False)


def _words_of(axis: Axis) -> Text:
    """What says what an axis shows: its label or, where it has none, the title of its panel."""
    axes = axis.axes
    titles = (text for text in axes.get_children() if isinstance(text, Text) and text.get_text())
    found = axis.label if axis.label.get_text() or axis.axis_name == "x" else None
    return found or next((text for text in titles if "[" in text.get_text()), axis.label)


def with_power(text: str, power: int) -> str:
    """Words of an axis whose numbers are shown over a power of ten: `a [m]` -> `a [10^n m]`."""
    name, bracket, unit = text.rpartition("[")
    factor = f"10$^{{{power}}}$".replace("-", "\N{MINUS SIGN}")
    if not bracket:
        return f"{text} [{factor}]"
    return f"{name}[{factor}]" if unit == "1]" else f"{name}[{factor} {unit}"


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
        name_powers(figure)
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as temporary:
            figure.savefig(temporary, format=path.suffix[1:])
    except OSError as error:
        raise SetupError(f"cannot write the picture {path}: {error}") from error
    finally:
        pyplot.close(figure)
    return path
