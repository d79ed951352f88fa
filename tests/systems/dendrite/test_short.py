"""Short circuits by hand-made histories."""

import numpy as np
import pytest

from anodex.models.errors import InputError
from anodex.models.systems.dendrite.short import Short, classify

TIMES = np.arange(5.0)


def test_no_short():
    # the threshold itself is not above
    assert classify(TIMES, [1.0, 2.0, 900.0, 1000.0, 5.0], 1.0) == Short("none", None, 0, 0.0, 0.0)


def test_hard_short_stays_above():
    short = classify(TIMES, [1.0, 1e2, 1e4, 1e5, 1e5], 1.0)
    assert short.kind == "hard"
    assert short.time == pytest.approx(1.5)  # half-way from 1e2 to 1e4 in logarithm
    assert (short.crossings, short.duty) == (1, 1.0)


@pytest.mark.parametrize(
    ("last", "crossings", "above"),
    [(1.0, 2, 2.0), (1e6, 3, 2.5)],  # above from 0.5 to 2.5, and again from 3.5
)
def test_soft_short_returns_whatever_the_end(last, crossings, above):
    short = classify(TIMES, [1.0, 1e6, 1e6, 1.0, last], 1.0)
    assert short.kind == "soft"
    assert short.time == pytest.approx(0.5)
    assert short.crossings == crossings
    assert short.duty == pytest.approx(above / 3.5)


def test_short_from_the_start():
    short = classify(TIMES, [1e4] * 5, 1.0)
    assert (short.kind, short.time, short.crossings, short.duty) == ("hard", 0.0, 0, 1.0)
    assert short.variation == pytest.approx(0.0, abs=1e-7)
    short = classify(TIMES, [1e4, 1e4, 1e2, 1e2, 1e2], 1.0)
    assert (short.kind, short.time, short.crossings) == ("soft", 0.0, 1)
    assert short.duty == pytest.approx(1.5 / 4)


@pytest.mark.parametrize("last", [1e4, 1e2])
def test_short_in_the_last_row(last):
    short = classify([0.0, 1.0], [1e2, 1e4], 1.0)
    assert (short.kind, short.duty) == ("hard", 1.0)
    assert short.time == pytest.approx(0.5)
    short = classify([3.0], [last], 1.0)
    assert short.kind == ("hard" if last > 1e3 else "none")


def test_baseline_and_factor_make_the_threshold():
    currents = [2.0, 30.0, 30.0, 30.0, 30.0]
    assert classify(TIMES, currents, 2.0).kind == "none"
    short = classify(TIMES, currents, 2.0, factor=10.0)
    assert short.kind == "hard"
    assert short.time == pytest.approx(np.log(10.0) / np.log(15.0))


def test_variation_is_that_of_the_current_in_time():
    # exponential growth by a factor r = 1e3: moments in closed form
    short = classify([0.0, 10.0], [1e3 * (1 + 1e-12), 1e6], 1.0)
    growth = np.log(1e3)
    mean, square = (1e3 - 1) / growth, (1e6 - 1) / 2 / growth
    assert short.variation == pytest.approx(np.sqrt(square / mean**2 - 1), rel=1e-3)
    times = np.linspace(0, 100, 20001)
    waves = classify(times, 1e5 * (1 + 0.3 * np.sin(2 * np.pi * times / 10)), 1.0)
    assert waves.variation == pytest.approx(0.3 / np.sqrt(2), rel=1e-3)


def test_rows_between_change_nothing():
    times, currents = np.array([0.0, 1.0, 2.5, 3.0, 7.0]), np.array([1.0, 1e5, 1e2, 1e6, 1e4])
    fine = np.union1d(times, np.linspace(0, 7, 40))
    finer = np.exp(np.interp(fine, times, np.log(currents)))
    coarse, detailed = classify(times, currents, 1.0), classify(fine, finer, 1.0)
    assert (coarse.kind, coarse.crossings) == (detailed.kind, detailed.crossings) == ("soft", 3)
    for name in ("time", "duty", "variation"):
        assert getattr(coarse, name) == pytest.approx(getattr(detailed, name), rel=1e-12)


@pytest.mark.parametrize(
    ("times", "currents", "baseline", "says"),
    [
        ([], [], 1.0, "one row or more"),
        ([0.0, 1.0], [1.0], 1.0, "shape"),
        ([0.0, 2.0, 1.0], [1.0, 1.0, 1.0], 1.0, "after 2 s comes 1 s"),
        ([0.0, 1.0], [1.0, -1.0], 1.0, "positive"),
        ([0.0, 1.0], [1.0, np.nan], 1.0, "positive"),
        ([0.0, 1.0], [1.0, 1.0], 0.0, "positive"),
    ],
)
def test_a_history_that_is_none_is_refused(times, currents, baseline, says):
    with pytest.raises(InputError, match=says):
        classify(times, currents, baseline)
