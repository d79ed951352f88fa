"""Fixed points x = f(x) of exchanges between two solvers."""

import numpy as np

LEAST_SINGULAR = 1e-8  # of the differences of residuals, over the largest: smaller ones are noise


class AndersonMixing:
    """Next guess from the last few (Anderson, J. ACM 12 (1965) 547): converges where plain
    iteration alternates or diverges.

    Parameters
    ----------
    depth
        How many earlier guesses are used.
    """

    def __init__(self, depth: int = 8):
        self.depth = depth
        self._guesses: list[np.ndarray] = []
        self._residuals: list[np.ndarray] = []

    def next(self, guess: np.ndarray, image: np.ndarray) -> np.ndarray:
        """The guess after `guess`, whose image is f(guess); the weights of all guesses sum to
        one.
        """
        self._guesses = [*self._guesses, guess][-self.depth - 1 :]
        self._residuals = [*self._residuals, image - guess][-self.depth - 1 :]
        if len(self._guesses) == 1:
            return image
        guesses, residuals = (
            np.diff(np.array(values), axis=0).T for values in (self._guesses, self._residuals)
        )
        weights = np.linalg.lstsq(residuals, image - guess, rcond=LEAST_SINGULAR)[0]
        return image - (guesses + residuals) @ weights
