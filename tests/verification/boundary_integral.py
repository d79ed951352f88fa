"""One wave of a plated metal by boundary integrals: another way to what the mesh finds."""

import numpy as np


class BoundaryIntegrals:
    """Current into a periodic surface y = h(x) below an endless electrolyte, spectrally accurate.

    The potential is (i / kappa) y + C plus that of charges on the surface, by Green's function
    ln(2 cosh(k y) - 2 cos(k x)) / 4 pi; its logarithm is integrated by Kress' rule (Boundary
    integral equations in time-harmonic acoustic scattering, Math. Comput. Modelling 15 (1991) 229).

    Parameters
    ----------
    points
        Even number of places along a wavelength.
    wavenumber
        k [1/um].
    ratio
        kappa Z k.
    """

    def __init__(self, points: int, wavenumber: float, ratio: float):
        self.count, self.k, self.ratio = points, wavenumber, ratio
        self.angle = 2 * np.pi * np.arange(points) / points
        waves = np.arange(1, points // 2)
        weights = -2 * np.sum(np.cos(np.outer(self.angle, waves)) / waves, axis=1)
        weights -= 2 / points * np.cos(points / 2 * self.angle)
        number = np.arange(points)
        # integrals of ln(4 sin^2((t - s) / 2)) times the trigonometric functions of the points
        self._logarithm = 2 * np.pi / points * weights[(number[:, None] - number) % points]

    def derivative(self, heights: np.ndarray, order: int = 1) -> np.ndarray:
        """Over x."""
        waves = 1j * self.k * np.fft.rfftfreq(self.count, 1 / self.count)
        waves[-1] = 0.0  # as odd as even
        return np.fft.irfft(waves**order * np.fft.rfft(heights), self.count)

    def current(self, heights: np.ndarray) -> np.ndarray:
        """Into the metal over the even one, at the places of heights [um], shape (points,)."""
        k, count = self.k, self.count
        slope, bend = self.derivative(heights), self.derivative(heights, 2)
        stretch = np.hypot(1.0, slope)
        normal = np.stack([-slope, np.ones(count)]) / stretch
        across = self.angle[:, None] - self.angle
        up = k * (heights[:, None] - heights)
        near = np.eye(count)
        apart = (
            2 * (np.cosh(up) - np.cos(across)) + near
        )  # k^2 times the distance squared, at first
        smooth = np.log(apart / (4 * np.sin(across / 2) ** 2 + near)) + near * 2 * np.log(stretch)
        charge = stretch / k  # ds over the step of the angle
        potential = (self._logarithm + 2 * np.pi / count * smooth) * charge / (4 * np.pi)
        field = (np.sinh(up) * normal[1][:, None] + np.sin(across) * normal[0][:, None]) / apart
        # d/dn of the logarithm, and its limit at the place itself
        field = 2 * k * field - near * (bend / stretch**3)
        field = field * charge * (2 * np.pi / count) / (4 * np.pi) + near / 2
        # kappa dphi/dn = phi / Z, with kappa Z = W / k, for i / kappa = 1
        matrix = np.zeros((count + 1, count + 1))
        matrix[:-1, :-1] = self.ratio / k * field - potential
        matrix[:-1, -1] = -1.0
        matrix[-1, :-1] = charge
        load = np.append(heights - self.ratio / k * normal[1], 0.0)
        charges = np.linalg.solve(matrix, load)[:-1]
        return field @ charges + normal[1]

    def plated(self, heights: np.ndarray, rise: float, steps: int) -> np.ndarray:
        """Heights [um] after a mean rise [um], by the classical Runge-Kutta method."""

        def rate(h: np.ndarray) -> np.ndarray:
            return self.current(h) * np.hypot(1.0, self.derivative(h))

        step = rise / steps
        for _ in range(steps):
            first = rate(heights)
            second = rate(heights + step / 2 * first)
            third = rate(heights + step / 2 * second)
            fourth = rate(heights + step * third)
            heights = heights + step / 6 * (first + 2 * second + 2 * third + fourth)
        return heights
