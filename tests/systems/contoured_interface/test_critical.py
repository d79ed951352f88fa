"""The critical current, and the search for it."""

import logging
from math import pi

import pytest

from anodex.models.errors import ConvergenceError
from anodex.models.systems.contoured_interface.critical import crack_criterion

pytestmark = pytest.mark.serial  # on several ranks test_parity holds such states to one
NO_FLOW = {"flow": {"law": "none"}}
BUTLER_VOLMER = {"kinetics": {"law": "butler-volmer", "exchange_current_density": "5 A/m^2"}}
COUPLED = {"coupling": {"pressure_kinetics": True}}
CRITICAL = ("critical_current_density", "critical_current_ratio", "critical_site_height")


def loading(current: float) -> dict:
    return {"loading": {"current_density": f"{current!r} A/m^2"}}


def test_the_criterion_is_that_of_the_crack_of_the_case(make_case):
    case = make_case(
        dendrite={"crack_depth": "40 um", "filled_length": "40 um", "crack_width": "4 um"}
    )
    criterion = crack_criterion(case)
    strength = case.dendrite.toughness * 1e3 / (case.dendrite.geometry_factor * (40 * pi) ** 0.5)
    assert criterion.strength == pytest.approx(strength)
    assert criterion.mouth_weight == pytest.approx(1.0)
    assert criterion.base_pressure == pytest.approx(7 + case.dendrite.surface_energy / 2)
    assert criterion.exponent == case.creep.exponent


def test_flat_interface_has_the_critical_current_of_the_crack(solved, numbers):
    problem = solved(geometry={"shape": "flat"})
    found = numbers(problem)
    assert found["critical_current_ratio"] == pytest.approx(1, rel=1e-5)
    assert found["critical_current_density"] == pytest.approx(
        crack_criterion(problem.case).flat_critical_current / 10, rel=1e-5
    )


def test_without_flow_the_largest_current_decides(numbers_of):
    found = numbers_of(**NO_FLOW)
    assert found["critical_current_ratio"] == pytest.approx(
        1 / found["max_current_density_ratio"], rel=1e-9
    )
    assert found["critical_site_height"] == pytest.approx(12.5)


def test_critical_current_ratio_in_closed_form(solved, numbers):
    """[beta^(1/n) + Pi]^(-n) with Pi = g p0 / (lambda C), p0 the excess pressure over the
    applied current to the power 1/n.
    """
    problem = solved()
    crack, found = crack_criterion(problem.case), numbers(problem)
    weighted = crack.mouth_weight * problem.state.pressure / 10 ** (1 / 5) / crack.extrusion
    local = ((problem.state.current / 10) ** (1 / 5) + weighted) ** -5
    assert found["critical_current_ratio"] == pytest.approx(local.min(), rel=1e-10)
    assert found["critical_site_height"] == pytest.approx(
        problem.points[local.argmin(), 1], abs=1e-9
    )
    assert found["critical_current_ratio"] < 1 / found["max_current_density_ratio"]


def test_a_stack_that_opens_the_crack_leaves_no_current(numbers_of):
    found = numbers_of(loading={"stack_pressure": "100 MPa"})
    assert [found[name] for name in CRITICAL] == [0, None, None]


@pytest.mark.parametrize(
    ("tables", "tolerance"),
    [({}, 1e-7), (BUTLER_VOLMER, 1e-3), (COUPLED, 1e-3)],
    ids=["linear", "butler-volmer", "coupled"],
)
def test_critical_current_does_not_depend_on_the_current_it_is_found_from(
    numbers_of, tables, tolerance
):
    low, high = (numbers_of(**tables, **loading(current)) for current in (5.0, 20.0))
    assert high["critical_current_density"] == pytest.approx(
        low["critical_current_density"], rel=tolerance
    )
    assert low["max_excess_pressure"] != pytest.approx(high["max_excess_pressure"], rel=0.1)


@pytest.mark.parametrize(
    "tables", [{}, BUTLER_VOLMER, COUPLED], ids=["linear", "butler-volmer", "coupled"]
)
def test_at_the_critical_current_the_crack_is_about_to_grow(solved, numbers_of, tables):
    critical = 10 * numbers_of(**tables)["critical_current_density"]
    problem = solved(**tables, **loading(critical))
    crack, state = crack_criterion(problem.case), problem.state
    pressure = crack.mouth_weight * state.pressure + crack.extrusion * state.current ** (
        1 / crack.exponent
    )
    assert pressure.max() == pytest.approx(crack.budget, rel=3e-4)


@pytest.mark.parametrize("applied", [0.1, 1e-4])
def test_the_critical_ratio_does_not_depend_on_the_applied_current_however_far_it_lies(
    numbers_of, applied
):
    """The floor of the stress is that of the critical current, not of the applied one."""
    narrow = {"kinetics": {"law": "butler-volmer"}, "dendrite": {"crack_width": "1 um"}}
    near, far = (
        numbers_of(**narrow, **loading(current))["critical_current_ratio"]
        for current in (1e-4, 10 * applied)
    )
    assert far == pytest.approx(near, rel=1e-4)


def test_lithium_that_yields_has_no_critical_current(numbers_of):
    found = numbers_of(flow={"yield_stress": "0.3 MPa"})
    assert found["max_excess_pressure"] > 0
    assert all(found[name] is None for name in CRITICAL)


def test_sharp_edges_have_no_critical_current(numbers_of):
    found = numbers_of(geometry={"shape": "pyramid"}, **NO_FLOW)
    assert all(found[name] is None for name in CRITICAL)
    assert found["max_current_density_ratio"] is not None


def test_a_critical_current_out_of_reach_says_so_without_false_advice(
    solved, numbers, monkeypatch, caplog
):
    problem = solved(**COUPLED)

    def fail(current):
        raise ConvergenceError("Raise loading.current_density")

    monkeypatch.setattr(problem, "solve", fail)
    logger = logging.getLogger("anodex")  # as if no run before had opened its log
    monkeypatch.setattr(logger, "handlers", [])
    monkeypatch.setattr(logger, "propagate", True)
    with caplog.at_level("WARNING"):
        found = numbers(problem)
    assert all(found[name] is None for name in CRITICAL)
    assert (
        "from the applied 10 A/m^2" in caplog.text
        and "set coupling.pressure_kinetics = false" in caplog.text
    )
    assert "loading.current_density" not in caplog.text


def test_a_critical_current_without_a_solution_is_none(numbers_of, monkeypatch):
    monkeypatch.setattr("anodex.models.systems.contoured_interface.critical.MOST_SOLUTIONS", 1)
    found = numbers_of(**BUTLER_VOLMER, **loading(1.0))
    assert all(found[name] is None for name in CRITICAL)
    assert found["max_excess_pressure"] is not None
