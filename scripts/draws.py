"""Quasi-random draws, and how much of what they give is owed to each key.

Sobol's sequence, in the arrangement of Saltelli et al., Comput. Phys. Commun. 181 (2010) 259: two
independent draws A and B of all keys for each point, and for each key one more that is A with that
key taken from B.
"""

from dataclasses import dataclass

import numpy as np
from scipy.stats import qmc, sobol_indices

RESAMPLED = 200  # times that the points are drawn anew for the intervals of the indices
LEVEL = 0.95  # of these intervals
VARIES = 1e-12  # of the largest value: what varies less is round-off


def shares(number: int, keys: int, seed: int, mixed: bool) -> np.ndarray:
    """Draws between 0 and 1, shape (number, draws of a point, keys).

    A point has the draws A, B and A with one key of B, for each key; without `mixed` A alone. With
    the same seed the points of a smaller number are the first of a larger one.
    """
    both = qmc.Sobol(2 * keys, rng=np.random.default_rng(seed)).random(number)
    first, second = both[:, None, :keys], both[:, None, keys:]
    if not mixed:
        return first
    exchanged = np.where(np.eye(keys, dtype=bool), second, first)
    return np.concatenate([first, second, exchanged], axis=1)


@dataclass(frozen=True)
class Indices:
    """Shares of the variance of a number, shape (keys,): `first` by a key alone, `total` with
    all that it does together with others; `first_range` and `total_range`, shape (2, keys), are
    the ends of the interval that 95 % of resampled points lie in.
    """

    first: np.ndarray
    total: np.ndarray
    first_range: np.ndarray
    total_range: np.ndarray


def indices(values: np.ndarray, seed: int) -> Indices | None:
    """Sobol's indices of a number.

    Parameters
    ----------
    values
        Of shape (points, draws of a point), in the order of `shares`.
    seed
        For the resampling.

    Returns
    -------
    None where a value is missing (nan), or where they do not vary.
    """
    if not np.isfinite(values).all() or np.ptp(values) <= VARIES * np.abs(values).max():
        return None
    first, total = _estimated(values)
    points, random = len(values), np.random.default_rng(seed)
    drawn = (random.integers(points, size=points) for _ in range(RESAMPLED))
    resampled = np.array(
        [_estimated(values[picked]) for picked in drawn if np.ptp(values[picked, :2]) > 0]
    )
    ends = np.quantile(resampled, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    return Indices(first, total, ends[:, 0], ends[:, 1])


def _estimated(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First-order and total indices, each of shape (keys,)."""
    columns = values.T[:, None]
    found = sobol_indices(
        func={"f_A": columns[0], "f_B": columns[1], "f_AB": columns[2:]}, n=len(values)
    )
    return found.first_order, found.total_order
