"""The critical current of a crack that grows through the stress in the electrolyte."""

from dataclasses import replace

import numpy as np
import pytest

from anodex.models.systems.contoured_interface.critical import (
    crack_criterion,
    critical_current,
    find_critical_site,
)

pytestmark = pytest.mark.serial  # on several ranks test_parity holds such numbers to one
GROWING = {"model": "growing", "crack_depth": "30 um"}
FLAT = {"shape": "flat"}


def growing(**keys) -> dict:
    return {"dendrite": {**GROWING, **keys}}


def test_in_a_flat_interface_it_is_the_crack_of_fixed_size(numbers_of):
    found = numbers_of(geometry=FLAT, **growing())
    fixed = numbers_of(geometry=FLAT, dendrite={"crack_depth": "30 um", "filled_length": "30 um"})
    assert found["critical_current_density"] == pytest.approx(
        fixed["critical_current_density"], rel=1e-5
    )
    assert found["critical_current_ratio"] == pytest.approx(1, rel=1e-5)
    assert found["critical_crack_length"] == 30  # a longer crack needs less


def test_a_stack_that_closes_the_crack_raises_the_critical_current(numbers_of, make_case):
    """[K/(Y sqrt(pi a)) - (1 - k) P - gamma/b]^n."""
    free, held = (
        numbers_of(geometry=FLAT, **growing(closing_share=share))["critical_current_density"]
        for share in (0.0, 0.5)
    )
    left = crack_criterion(make_case(geometry=FLAT, **growing())).budget
    assert held / free == pytest.approx(((left + 3.5) / left) ** 5, rel=1e-5)


def test_at_the_critical_current_the_crack_is_about_to_grow(solved, numbers_of):
    """Pressure at the mouth, of extrusion, and of the stress in the electrolyte use up the
    budget.
    """
    critical = 10 * numbers_of(**growing())["critical_current_density"]
    problem = solved(loading={"current_density": f"{critical!r} A/m^2"}, **growing())
    crack, state = crack_criterion(problem.case), problem.state
    pressure = state.pressure + state.opening[0] + crack.extrusion * state.current ** (1 / 5)
    assert pressure.max() == pytest.approx(crack.budget, rel=1e-6)


def test_what_sticking_lithium_drags_opens_cracks_at_the_tip(solved, numbers_of):
    problem = solved(**growing())
    tip, valley = problem.points[:, 1].argmax(), problem.points[:, 1].argmin()
    opening = problem.state.opening
    assert np.all(opening[:, tip] > 0) and np.all(opening[:, valley] < 0)
    assert np.all(np.diff(opening[:, tip]) < 0)  # longer cracks reach out of it
    fixed = numbers_of(dendrite={"crack_depth": "30 um", "filled_length": "30 um"})
    grows = numbers_of(**growing())
    assert grows["critical_current_ratio"] < fixed["critical_current_ratio"]


def test_a_crack_that_runs_into_compression_needs_the_current_of_its_last_length(solved):
    problem = solved(**growing(grown_length="60 um"))
    assert find_critical_site(problem).critical_crack_length == pytest.approx(30)
    # as much as extrusion takes at 60 um
    pressed = crack_criterion(problem.case, 60.0).extrusion * 10 ** (1 / 5)
    opening = problem.state.opening - 0.8 * pressed * np.array([0, 0, 0, 1])[:, None]
    problem.state = replace(problem.state, opening=opening)
    found = find_critical_site(problem)
    assert found.critical_crack_length == pytest.approx(60)
    local = critical_current(problem)
    assert found.critical_current_density == pytest.approx(local[3].min() / 10)
    assert local[3].min() > local[0].min()


def test_a_height_map_has_the_opening_of_its_formula(solved, cosine_map):
    """Between periodic sides as between mirror planes."""
    mapped, formula = solved(geometry=cosine_map, **growing()), solved(**growing())
    largest, expected = mapped.state.opening.max(), formula.state.opening.max()
    assert largest == pytest.approx(expected, rel=0.05)


def test_in_space_a_crack_takes_the_plane_that_opens_most(solved):
    """At the tip of an egg-box all are alike; it pulls there along both axes."""
    egg_box = {"shape": "egg-box", "dimension": "3d", "refinement": 0.25}
    problem = solved(geometry=egg_box, **growing())
    opening, points = problem.state.opening[0], problem.points
    assert opening[points[:, 2].argmax()] > 0
    turned = np.lexsort(np.round(points[:, [1, 0]], 6).T)
    straight = np.lexsort(np.round(points[:, [0, 1]], 6).T)
    np.testing.assert_allclose(opening[turned], opening[straight], atol=1e-6 * opening.max())
