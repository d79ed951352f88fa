"""Contacts from a history."""

import numpy as np
import pytest

from anodex.models.systems.dendrite.two_potential.contacts import Contacts

TIMES = np.arange(11.0)


def contacts(*touching: float) -> Contacts:
    touching = np.array(touching)
    return Contacts(TIMES[: len(touching)], touching, np.where(touching > 0, 1e-3, 4e-3))


def test_none():
    found = contacts(0, 0, 0)
    assert (found.events, found.first, found.duration, found.gap, found.duty) == (
        *(0, None, None, None),
        0.0,
    )
    assert found.voltage(before=True)[0] == pytest.approx(4e-3)
    assert found.voltage(before=False) == (None, None)


def test_one_that_stays():
    found = contacts(0, 0, 1, 1, 1)
    assert (found.events, found.first, found.duration, found.duty) == (1, 2.0, None, 1.0)


def test_made_and_lost():
    found = contacts(0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 1)
    assert (found.events, found.first) == (5, 2.0)
    assert (found.duration, found.gap) == (1.5, 2.5)  # 2 and 1; 3 and 2
    assert found.duty == pytest.approx(3 / 8)


def test_from_the_start():
    assert contacts(1, 1, 0).first == 0.0


def test_voltage_after():
    mean, scatter = contacts(0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0).voltage(before=False)
    assert 1e-3 < mean < 4e-3 and 0.5e-3 < scatter < 1.5e-3
