"""The surface of a result at the times of its fields, read along it, and the colours of times."""

from dataclasses import dataclass
from math import isclose

import numpy as np
from matplotlib import colormaps
from matplotlib.cm import ScalarMappable
from matplotlib.colors import ListedColormap, Normalize

from anodex.models.drawing.style import COLORMAP
from anodex.models.results.history import TIME
from anodex.models.results.result import Result
from anodex.models.systems.elastic_sei.names import CURRENT, PLACE, PRESSURE

NANOMETRES = 1e3  # in a um
DARK = ListedColormap(colormaps[COLORMAP](np.linspace(0.0, 0.9, 256)))  # seen as lines on white


@dataclass(frozen=True)
class Profile:
    """The surface at a time, node by node from x = 0 on; all of shape (nodes,).

    Attributes
    ----------
    time
        [s].
    x, heights
        Places [um], and heights [nm] about their mean.
    pressure
        On the metal [MPa].
    current_ratio
        Current density over that seen from above; nan where none flows.
    """

    time: float
    x: np.ndarray
    heights: np.ndarray
    pressure: np.ndarray
    current_ratio: np.ndarray


def profiles(result: Result) -> list[Profile]:
    """Those of a result, in the order of time.

    Raises
    ------
    SetupError
        When the folder holds no fields yet.
    """
    series, history = result.series("fields"), result.columns
    return [_profile(series.grid(time), time, history) for time in series.times]


def _profile(grid, time: float, history: dict[str, np.ndarray]) -> Profile:
    on_front = np.flatnonzero(grid[PLACE] >= 0)
    order = on_front[np.argsort(grid[PLACE][on_front])]
    x, y = grid.points[order, :2].T
    mean = np.trapezoid(y, x) / np.ptp(x)
    applied = history[CURRENT][np.abs(history[TIME] - time).argmin()]
    flowing = grid[CURRENT][order] / applied if applied else np.full(len(x), np.nan)
    return Profile(time, x, NANOMETRES * (y - mean), grid[PRESSURE][order], flowing)


def time_colours(last: float) -> ScalarMappable:
    """Colours of times [min] from 0 to `last` [s]."""
    return ScalarMappable(Normalize(0.0, max(last, 1e-9) / 60), DARK)


def is_plating_of_the_paper(current_density: float, duration: float) -> bool:
    """Whether a step plates as Gong et al. did: 0.5 mA/cm^2 for 0.5 mAh/cm^2."""
    return isclose(current_density, 5.0) and isclose(duration, 3600.0)
