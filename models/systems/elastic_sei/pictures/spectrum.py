"""Waves in the surface at the start and at each end of a step of the protocol."""

from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt
from scipy.fft import dct

from anodex.models.drawing.steps import steps_of
from anodex.models.drawing.style import save
from anodex.models.results.result import Result
from anodex.models.systems.elastic_sei.pictures.profiles import Profile, profiles

FINER = 2  # than the shortest wavelength at the start: what is shown of waves that came later
PLACES = 2048


def draw_spectrum(result: Result, path: Path) -> Path:
    """Amplitude of each cosine over the width, against its wavelength; where the surface hangs
    over, of its highest places.
    """
    found, surface = profiles(result), result.case.surface
    ends = [0.0, *(step.end for step in steps_of(result))]
    shown = [profile for profile in found if profile.time in ends] or found[:1]
    if found[-1] is not shown[-1]:
        shown.append(found[-1])  # of a run that still goes on
    numbers = np.arange(1, int(FINER * 2 * surface.width / surface.finest) + 1)
    figure, axes = plt.subplots(figsize=(7, 4.4))
    for profile, dashes in zip(shown, ("o:", "s-", "^--", "v-.", "D-", "x--", "+:"), strict=False):
        amplitudes = cosines(profile, surface.width)[numbers]
        axes.plot(
            2 * surface.width / numbers,
            amplitudes,
            dashes,
            markersize=4,
            label=f"after {profile.time / 60:.3g} min" if profile.time else "start",
        )
    axes.set(xscale="log", xlabel="wavelength [µm]", ylabel="amplitude of the wave [nm]")
    axes.set_ylim(bottom=0)
    ticks = [decade * step for decade in (0.1, 1, 10, 100, 1000) for step in (1, 2, 5)]
    low, high = axes.get_xlim()
    axes.set_xticks([tick for tick in ticks if low < tick < high])
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_formatter("")
    axes.legend()
    return save(figure, path)


def cosines(profile: Profile, width: float) -> np.ndarray:
    """Amplitudes [nm] of cos(n pi x / width) from n = 0 on."""
    x = (np.arange(PLACES) + 0.5) / PLACES * width
    order = np.argsort(profile.x, kind="stable")
    heights = np.interp(x, profile.x[order], profile.heights[order])
    return 2 * np.abs(dct(heights, norm="forward", type=2))
