"""Height and fields along lines on the interface."""

from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt

from anodex.models.drawing.style import label, save
from anodex.models.results.result import Result
from anodex.models.systems.contoured_interface.names import NORMAL_PRESSURE, PRESSURE
from anodex.models.systems.contoured_interface.pictures.colours import UNIFORM, apart, text_range
from anodex.models.systems.contoured_interface.pictures.interface import (
    Interface,
    on_cut,
    on_diagonal,
    whole_period,
)


def draw_profile(result: Result, path: Path) -> Path:
    """Height and fields along the vertical cut and, where it is a mirror plane too, the
    diagonal.
    """
    interface = Interface.of(result)
    names = (interface.local, PRESSURE, NORMAL_PRESSURE) if interface.flows else (interface.local,)
    rows = 2 if interface.flows else 1
    figure, axes = plt.subplots(rows, 2, figsize=(10, 3.2 * rows), sharex=True)
    cuts = {f"y = {interface.cut:.3g} µm" if interface.vertical == 2 else "": on_cut(interface)}
    if interface.vertical == 2 and interface.mirrored:
        cuts["diagonal"] = on_diagonal(interface)
    for (text, chosen), dashes in zip(cuts.items(), ("-", "--"), strict=False):
        axes.flat[0].plot(*whole_period(interface, chosen, interface.heights), dashes, label=text)
        for place, name in zip(axes.flat[1:], names, strict=True):
            place.plot(*whole_period(interface, chosen, interface.part[name]), dashes)
    for place, name in zip(axes.flat, ("height of the interface [um]", *names), strict=True):
        low, high = place.dataLim.intervaly
        is_level = high - low <= UNIFORM
        title = f"{label(name)}: {text_range(np.array([low, high]))}" if is_level else label(name)
        place.set_title(title, loc="left")
        place.set_ylim(*apart(*place.get_ylim()))
        place.ticklabel_format(useOffset=False)
        place.margins(x=0)
    if interface.moment:
        figure.suptitle(interface.moment.strip(", "), x=0.02, ha="left", size="medium")
    if interface.vertical == 2:
        figure.legend(loc="outside upper center", ncols=2)
    for place in axes.flat[-2:]:
        place.set_xlabel("x [µm]")
    return save(figure, path)
