"""What the pictures of a contoured interface show, in which colours, and how they are labelled."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize

from anodex.models.drawing.style import arrows
from anodex.models.systems.contoured_interface.names import CURRENT, PRESSURE

# What is made of the arrays of a result.
RATIO, MILLIVOLTS = "local over applied current density [1]", "potential [mV]"
FALL = "fall of the potential [mV/um]"  # where the current goes
COLOURS = {RATIO: "viridis", CURRENT: "viridis", MILLIVOLTS: "viridis", PRESSURE: "RdBu_r"}
LITHIUM_GREY = "0.88"  # where no field is drawn in it
UNIFORM = 1e-6  # a field that varies less, in its unit, counts as uniform
CLIPPED = 0.2  # percent of the places at either end that get no colours of their own
PEAKED = 1.3  # where they would make the range so much longer, as at sharp edges


def color_scale(name: str, values: np.ndarray) -> Normalize:
    """Ends of the colours for a field; those of a pressure lie at equal distance from zero,
    where its colours change.
    """
    ends = np.nanmin(values), np.nanmax(values)
    usual = np.nanpercentile(values, (CLIPPED, 100 - CLIPPED))
    low, high = usual if np.ptp(ends) > PEAKED * np.ptp(usual) else ends
    if name == PRESSURE:
        high = max(abs(low), abs(high))
        low = -high
    return Normalize(*apart(low, high))


def color_bar(name: str, values: np.ndarray, **place) -> None:
    """Colour bar with arrows where values lie beyond its ends."""
    scale = color_scale(name, values)
    plt.colorbar(ScalarMappable(scale, COLOURS[name]), extend=arrows(scale, values), **place)


def apart(low: float, high: float) -> tuple[float, float]:
    """The two ends of a range, wider where they are one but for rounding."""
    return (low, high) if high - low > UNIFORM else (low - 0.1, high + 0.1)


def text_range(values: np.ndarray) -> str:
    low, high = np.nanmin(values), np.nanmax(values)
    text = (
        f"{low:.3g} to {high:.3g}"
        if high - low > UNIFORM
        else f"uniform, {round(high, 6) + 0.0:.3g}"
    )
    return text.replace("-", "\N{MINUS SIGN}")


def name_bodies(axes: Axes) -> None:
    box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 2.5}
    axes.text(0.015, 0.97, "electrolyte", transform=axes.transAxes, va="top", bbox=box)
    axes.text(0.015, 0.03, "lithium", transform=axes.transAxes, va="bottom", bbox=box)
