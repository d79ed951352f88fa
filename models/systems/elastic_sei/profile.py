"""Curves that are even at x = 0 and x = width, as sums of cosines: surfaces and scatter."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class CosineSeries:
    """sum of coefficients[n] cos(n pi x / width), mirrored at both ends.

    Attributes
    ----------
    coefficients
        From n = 0 on, which is the mean, shape (terms,).
    width
        Half the longest wavelength [um].
    """

    coefficients: np.ndarray
    width: float

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Values at places x [um], in the unit of the coefficients."""
        # cos(n t) is the n-th Chebyshev polynomial of cos(t)
        return np.polynomial.chebyshev.chebval(np.cos(np.pi * x / self.width), self.coefficients)

    @property
    def rms(self) -> float:
        """Root mean square about the mean, over the width."""
        return float(np.sqrt((self.coefficients[1:] ** 2).sum() / 2))

    @property
    def _fine(self) -> np.ndarray:
        return np.linspace(0.0, self.width, 16 * len(self.coefficients) + 1)

    @property
    def highest(self) -> float:
        """Largest value, to about a percent."""
        return float(self(self._fine).max())

    @property
    def steepest(self) -> float:
        """Largest slope, to about a percent."""
        return float(np.abs(np.diff(self(self._fine))).max() / self._fine[1])


def terms_between(width: float, shortest: float, longest: float) -> range:
    """Numbers n of the cosines cos(n pi x / width) with wavelengths in a range [um]."""
    slack = 1e-9  # for wavelengths that divide the width
    return range(
        max(1, int(np.ceil(2 * width / longest - slack))), int(2 * width / shortest + slack) + 1
    )


def random_series(
    width: float, shortest: float, longest: float, rms: float, seed: int, slope: float = 0.0
) -> CosineSeries:
    """A random curve of zero mean and of just the given root mean square.

    Parameters
    ----------
    width, shortest, longest
        Of the curve, and wavelengths in it [um].
    rms
        Root mean square over the width.
    seed
        Decides the curve.
    slope
        Power of the wavelength to which the mean square of a cosine goes; 0: all alike.
    """
    terms = np.array(terms_between(width, shortest, longest))
    coefficients = np.zeros(terms[-1] + 1)
    coefficients[terms] = np.random.default_rng(seed).normal(size=len(terms)) * terms ** (
        -slope / 2
    )
    series = CosineSeries(coefficients, width)
    return CosineSeries(coefficients * rms / series.rms, width)
