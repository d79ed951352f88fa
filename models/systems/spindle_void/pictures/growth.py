"""How a void that moves grows: its outline at several times, and its sizes against charge."""

from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.collections import LineCollection

from anodex.models.drawing.style import save
from anodex.models.results.result import Result
from anodex.models.systems.spindle_void.pictures.fields import outline

CHARGE = "charge_either_way [mA*h/cm^2]"
SIZES = {
    "length": ("void_length [um]", "-"),
    "width": ("void_width [um]", "--"),
    "cracks, sharp ends": ("crack_length [um]", ":"),
}
MOST_OUTLINES = 8


def draw_growth(result: Result, path: Path) -> Path | None:
    """Outlines at up to eight of the times of the fields; length, width and the length of the sharp
    ends against the charge that has passed either way. None for a void at rest.
    """
    case, history = result.case, result.columns
    if not case.evolution.moving or len(history[CHARGE]) < 2:
        return None
    series = result.series()
    numbers = np.linspace(0, len(series.times) - 1, min(MOST_OUTLINES, len(series.times)))
    times = [series.times[round(number)] for number in numbers]
    figure, (shapes, sizes) = plt.subplots(2, 1, figsize=(7.2, 6.0), height_ratios=[0.5, 1])
    colours = plt.get_cmap("viridis")(np.linspace(0.0, 0.9, len(times)))
    for time, colour in zip(times, colours, strict=True):
        quarter = outline(series.grid(time))
        every = [quarter * [x, y] for x in (1, -1) for y in (1, -1)]
        shapes.add_collection(LineCollection(np.concatenate(every), colors=[colour], linewidths=1))
        shapes.plot([], [], color=colour, label=f"{time / 3600:.3g} h")
    shapes.autoscale()
    shapes.set(xlabel="x [µm]", ylabel="y [µm]", aspect="equal")
    shapes.legend(ncols=4, fontsize="small", loc="lower center", bbox_to_anchor=(0.5, 1.0))
    for text, (column, dashes) in SIZES.items():
        sizes.plot(history[CHARGE], history[column], dashes, label=text)
    sizes.set(xlabel="charge past the void's surface, either way [mAh/cm²]", ylabel="size [µm]")
    sizes.legend()
    return save(figure, path)
