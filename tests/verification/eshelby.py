"""Stress at the tips of a spheroidal cavity in an infinite elastic body, exactly, by Eshelby's
equivalent inclusion.

J. D. Eshelby, Proc. R. Soc. A 241 (1957) 376; tensor components as in T. Mura, Micromechanics of
Defects in Solids, section 11.
"""

import numpy as np
from scipy.integrate import quad


def eshelby_normal_block(semi_axes: tuple[float, float, float], poisson_ratio: float) -> np.ndarray:
    """Components S_iijj of Eshelby's tensor of an ellipsoid, shape (3, 3): all that normal
    strains need.
    """
    a = np.array(semi_axes) / max(semi_axes)
    volume = 2 * np.pi * np.prod(a)

    def integral(powers: np.ndarray) -> float:
        # s = t / (1 - t) maps [0, inf) to [0, 1).
        def integrand(t: float) -> float:
            axes = a**2 + t / (1 - t)
            return np.prod(axes**-powers) / np.sqrt(np.prod(axes)) / (1 - t) ** 2

        return volume * quad(integrand, 0, 1, epsabs=0, epsrel=1e-10, limit=400)[0]

    unit = np.eye(3)
    single = [integral(unit[i]) for i in range(3)]
    double = [[integral(unit[i] + unit[j]) for j in range(3)] for i in range(3)]
    block = np.empty((3, 3))
    factor = 8 * np.pi * (1 - poisson_ratio)
    for i in range(3):
        for j in range(3):
            if i == j:
                block[i, i] = (
                    3 * a[i] ** 2 * double[i][i] + (1 - 2 * poisson_ratio) * single[i]
                ) / factor
            else:
                block[i, j] = (
                    a[j] ** 2 * double[i][j] - (1 - 2 * poisson_ratio) * single[i]
                ) / factor
    return block


def tip_stress(
    semi_axes: tuple[float, float, float],
    remote_stress: tuple[float, float, float],
    poisson_ratio: float,
) -> np.ndarray:
    """Stresses (0, sigma_y, sigma_z) at the tip (a, 0, 0) of an empty ellipsoidal cavity under
    remote normal stresses.

    The cavity's surface moves as that of an inclusion of uniform strain (I - S)^-1 e, so the two
    tangential strains at the tip are known, and the third principal stress vanishes there.
    """
    nu = poisson_ratio
    remote = np.array(remote_stress)
    strain = (1 + nu) * remote - nu * remote.sum()  # Young's modulus one
    inside = np.linalg.solve(np.eye(3) - eshelby_normal_block(semi_axes, nu), strain)
    tangential = inside[1:]
    stress = (tangential + nu * tangential[::-1]) / (1 - nu**2)
    return np.array([0.0, *stress])
