import numpy as np
import pytest

from anodex.models.solve.fixed_point import AndersonMixing


def iterations(function, start, tolerance=1e-12, most=50):
    mixing, guess = AndersonMixing(), start
    for number in range(most):
        image = function(guess)
        if np.abs(image - guess).max() <= tolerance:
            return number, guess
        guess = mixing.next(guess, image)
    pytest.fail("no fixed point found")


def test_linear_exchange_that_diverges_is_solved_in_as_many_steps_as_unknowns():
    matrix = np.array([[-2.0, 0.3, 0.0], [0.1, -1.5, 0.2], [0.0, 0.4, -3.0]])
    number, found = iterations(lambda x: matrix @ x + 1.0, np.zeros(3))
    np.testing.assert_allclose(found, np.linalg.solve(np.eye(3) - matrix, np.ones(3)), rtol=1e-10)
    assert number <= 6


def test_nonlinear_exchange():
    number, found = iterations(lambda x: 2 - np.sign(x) * np.abs(x) ** 1.5, np.array([0.5, 1.3]))
    np.testing.assert_allclose(found, 1.0, rtol=1e-10)
    assert number < 20


def test_what_all_guesses_and_images_share_is_kept():
    mixing, guess = AndersonMixing(), np.array([0.3, 0.7])
    for _ in range(4):
        image = np.array([np.cos(guess[0]), 1 - np.cos(guess[0])])
        guess = mixing.next(guess, image)
        assert guess.sum() == pytest.approx(1.0)
