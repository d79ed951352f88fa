"""Pressure and length of the crack against time, beside the closed form."""

from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt

from anodex.models.drawing.style import save
from anodex.models.results.history import TIME
from anodex.models.results.result import Result
from anodex.models.systems.filled_crack.growth import grown_length

EVENLY = 400  # times at which the closed form is drawn


def draw_growth(result: Result, path: Path) -> Path | None:
    """Pressure beside that at which a crack of the present length grows, length beside the exact
    one where that is known: a given current, nothing squeezed out; None for a single row.
    """
    case, history = result.case, result.columns
    times, lengths = history[TIME], history["crack_length [um]"]
    if len(times) < 2:
        return None
    figure, (above, below) = plt.subplots(2, 1, figsize=(7, 6.4), sharex=True)
    above.plot(times, history["pressure [MPa]"], label="in the metal")
    critical = [case.growth_pressure(length) + case.loading.closing for length in lengths]
    above.plot(times, critical, "--", label="at which a crack of this length grows")
    above.set(ylabel="pressure [MPa]", ylim=(0, None))
    below.plot(times, lengths, label="computed")
    if case.filling.gives_current:
        even = np.linspace(0.0, times[-1], EVENLY)
        below.plot(even, grown_length(case, even), "--", label="closed form")
    below.set(xlabel="time [s]", ylabel="half length [µm]")
    if case.crack.shape == "penny":
        below.set_ylabel("radius [µm]")
    for axes in (above, below):
        axes.margins(x=0)
        axes.legend()
    return save(figure, path)
