"""Waves in the surface at the start and at each end of a step of the protocol."""

from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt
from scipy.fft import dct

from anodex.models.drawing.style import save
from anodex.models.results.result import Result
from anodex.models.systems.elastic_sei.pictures.profiles import Profile, profiles

FINER = 3  # than the shortest wavelength at the start: what is shown of waves that came later
PLACES = 2048


def draw_spectrum(result: Result, path: Path) -> Path:
    """Amplitude of each cosine over the width, against its wavelength; where the surface hangs
    over, of its highest places.
    """
    found, surface = profiles(result), result.case.surface
    ends = np.cumsum([0.0, *(step.duration for step in result.case.protocol.steps)])
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
    largest = max(cosines(profile, surface.width)[numbers].max() for profile in shown)
    axes.set(
        xscale="log",
        yscale="log",
        xlabel="wavelength [µm]",
        ylabel="amplitude [nm]",
        ylim=(1e-4 * largest, 2 * largest),
    )
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
