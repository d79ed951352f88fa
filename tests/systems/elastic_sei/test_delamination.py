"""A film in compression comes off, presses no more, and gas below it blocks the current."""

import numpy as np
import pytest

from anodex.models.systems.elastic_sei.case import Case
from anodex.models.systems.elastic_sei.delamination import Peeling
from anodex.models.systems.elastic_sei.film import film_on
from anodex.models.systems.elastic_sei.meshing import front_of

WEAK = {"delamination": True, "toughness": "1e-3 J/m^2", "strength": "0.5 MPa", "scatter": 0.0}


def weak_case(**more) -> Case:
    return Case.model_validate({"film": {**WEAK, **more}, "output": {"times": []}})


@pytest.fixture
def peeling():
    """What peels, its front, and its state at the start."""
    case = weak_case(gas_rate="0.1 1/s", gas_lifetime="20 s")
    front = front_of(case)
    made = Peeling(case.film, front)
    return made, front, dict(made.state)


def test_a_film_in_compression_comes_off_for_good(peeling):
    made, front, start = peeling
    none = np.zeros(len(front.nodes))
    assert not made.update(start, front, none).any()
    parted = made.update(start, front, none + 0.05)
    assert 0.1 < parted.max() <= 1
    assert made.state["misfit"] == pytest.approx(0.05)
    again = made.update(dict(made.state), front, none)  # no force, and no healing
    np.testing.assert_allclose(again, parted)


def test_a_tough_film_stays(peeling):
    _, front, _ = peeling
    made = Peeling(weak_case(toughness="10 J/m^2", strength="100 MPa").film, front)
    parted = made.update(dict(made.state), front, np.full(len(front.nodes), 0.02))
    assert parted.max() < 1e-6


def test_gas_forms_where_the_film_has_come_off(peeling):
    made, front, _ = peeling
    parted = np.zeros(len(front.nodes))
    parted[3] = 1.0
    blocked = made.blocked(np.zeros(len(front.nodes)), parted, 5.0)
    # rate 0.1 and 1/20 per second: it ends at 2/3
    assert blocked[3] == pytest.approx(2 / 3 * (1 - np.exp(-0.15 * 5)))
    assert blocked[0] == 0


def test_film_that_has_come_off_neither_presses_nor_conducts_below_gas():
    case = weak_case()
    front = front_of(case)
    film = film_on(case, front)
    held = film.update(front, 0.0, dict(film.state), front)
    off = {**film.state, "parted": np.ones(len(front.nodes)), "blocked": held.cracks + 0.25}
    found = film.update(front, 0.0, off, front)
    energy = case.metal.surface_energy * front.curvature
    cap = case.metal.largest_pressure
    np.testing.assert_allclose(found.pressure, cap * np.tanh(energy / cap))
    assert np.abs(found.pressure - held.pressure).max() > 1e-3
    np.testing.assert_allclose(found.conductance, 0.75 * held.conductance)


# A steep surface that levels: a film that was stretched beyond its limit is then too long for it.
COMES_OFF = (
    "film.delamination=true",
    "film.toughness=1e-3 J/m^2",
    "film.strength=0.5 MPa",
    "film.gas_rate=0.05 1/s",
    "output.checkpoint_interval=1",
)


def test_a_run_in_which_film_comes_off(run_case):
    whole = run_case("steep", *COMES_OFF)
    for name in ("delaminated_fraction", "blocked_fraction"):
        assert 0 < whole.observables[name].value <= 1, name
    for name in ("charge_balance_error", "volume_balance_error"):
        assert whole.observables[name].value < 1e-8, name


@pytest.mark.serial  # fronts and what they remember are the same on each rank
def test_such_a_run_goes_on_as_it_was(
    run_in, run_case, small_case, cut_off, assert_same, shared_tmp_path
):
    cut_off(shared_tmp_path, small_case("steep", *COMES_OFF), 200.0)
    resumed = run_in(shared_tmp_path, "steep", *COMES_OFF, resume=True)
    assert_same(resumed, run_case("steep", *COMES_OFF))
