"""The strain that a film remembers, against a closed form."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from anodex.models.moving.front import even_front
from anodex.models.systems.elastic_sei.case import Case
from anodex.models.systems.elastic_sei.film import film_on


def test_what_opens_on_a_crest_converges_with_the_first_power_of_the_step():
    """A round crest whose film, too thin to be bent, is stretched by r T beyond its limit, let go
    at the rate r for the time T, and stretched at once as far again: it then remembers a strain of
    r tau (1 - exp(-T / tau)).
    """
    rate, time, heal_time, limit = 2e-4, 100.0, 40.0, 0.01
    own = {"thickness": "1e-6 um", "reference": "as-formed", "elastic_limit": limit}
    case = Case.model_validate({"film": own | {"heal_time": f"{heal_time} s"}})
    angle = np.pi / 2
    crest = even_front(
        lambda t: 2 * np.stack([np.sin(angle * t), np.cos(angle * t)], axis=1), 20, mirrors=(0, 1)
    )
    exact = rate * (2 * time - heal_time * (1 - np.exp(-time / heal_time)))

    def error(steps):
        beyond = rate * time * np.r_[0, np.linspace(1, 0, steps + 1), 1]
        fronts = [replace(crest, nodes=crest.nodes * (1 + limit + strain)) for strain in beyond]
        film, opened = film_on(case, crest), 0.0
        for before, front in pairwise([crest, *fronts]):
            response = film.update(front, time / steps, dict(film.state), before)
            opened += response.formed / (case.film.charge * front.length)
        return opened / exact - 1

    coarse, fine = error(20), error(40)
    assert 0 < fine < 0.01
    assert coarse / fine == pytest.approx(2, rel=0.05)
