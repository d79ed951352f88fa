"""Tensors of a finite deformation in the present shape, from deformation gradients with the five
components of `finite_plasticity.COMPONENTS`.
"""

from collections.abc import Sequence

import numpy as np


def matrices(values: np.ndarray, places: Sequence[tuple[int, int]]) -> np.ndarray:
    """Tensors, shape (points, 3, 3), from their components at some places, shape (points,
    components); the others are zero.
    """
    full = np.zeros((len(values), 3, 3))
    for column, (i, j) in enumerate(places):
        full[:, i, j] = values[:, column]
    return full


def true_stress(gradients: np.ndarray, nominal: np.ndarray) -> np.ndarray:
    """Cauchy stress P F^T / det F [MPa] from the first Piola-Kirchhoff stress P [MPa], all of shape
    (points, 3, 3).
    """
    volumes = np.linalg.det(gradients)[:, None, None]
    return nominal @ gradients.swapaxes(1, 2) / volumes


def logarithmic_strain(gradients: np.ndarray) -> np.ndarray:
    """Strain ln(F F^T) / 2 of the present shape, both of shape (points, 3, 3)."""
    squares, directions = np.linalg.eigh(gradients @ gradients.swapaxes(1, 2))
    return (directions * np.log(squares)[:, None] / 2) @ directions.swapaxes(1, 2)
