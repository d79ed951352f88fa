"""The numbers of the summary."""

import logging

import pytest

from anodex.models.errors import ConvergenceError
from anodex.models.systems.contoured_interface.dendrite import growth_criterion
from anodex.models.systems.contoured_interface.observables import observables

NO_FLOW = {"flow": {"law": "none"}}
BUTLER_VOLMER = {"kinetics": {"law": "butler-volmer", "exchange_current_density": "5 A/m^2"}}
COUPLED = {"coupling": {"pressure_kinetics": True}}
CURRENT = (
    "max_current_density_ratio",
    "min_current_density_ratio",
    "tip_current_density_ratio",
    "current_balance_error",
)
FLOW = (
    "max_excess_pressure",
    "tip_excess_pressure",
    "max_excess_normal_pressure",
    "tip_excess_normal_pressure",
    "volume_balance_error",
)
CRITICAL = ("critical_current_density", "critical_current_ratio", "critical_site_height")


@pytest.fixture
def numbers(solved):
    """Function that gives the observables of a case as plain numbers."""

    def values(**tables) -> dict[str, float | None]:
        return {name: entry.value for name, entry in observables(solved(**tables)).items()}

    return values


def loading(current: float) -> dict:
    return {"loading": {"current_density": f"{current!r} A/m^2"}}


def criterion(problem):
    return growth_criterion(problem.case.dendrite, problem.case.creep, 7.0, 13e-6)


def test_numbers_are_those_of_the_state(solved):
    problem = solved()
    found = observables(problem)
    state, tip = problem.state, problem.points[:, 1].argmax()
    expected = {
        "area_ratio": (problem.electrolyte.area_ratio, "1"),
        "max_current_density_ratio": (state.current.max() / 10, "1"),
        "min_current_density_ratio": (state.current.min() / 10, "1"),
        "tip_current_density_ratio": (state.current[tip] / 10, "1"),
        "coupling_current_change": (problem.current_change, "1"),
        "max_excess_pressure": (state.pressure.max(), "MPa"),
        "tip_excess_pressure": (state.pressure[tip], "MPa"),
        "max_excess_normal_pressure": (state.normal_pressure.max(), "MPa"),
        "tip_excess_normal_pressure": (state.normal_pressure[tip], "MPa"),
    }
    for name, (value, unit) in expected.items():
        assert (found[name].value, found[name].unit) == (pytest.approx(value, rel=1e-12), unit)
    assert 0 <= found["current_balance_error"].value < 1e-8
    assert 0 <= found["volume_balance_error"].value < 1e-8
    assert set(found) == {*expected, "current_balance_error", "volume_balance_error", *CRITICAL}
    assert [found[name].unit for name in CRITICAL] == ["mA/cm^2", "1", "um"]


def test_balance_errors_see_what_is_lost(solved):
    problem = solved()
    problem.electrolyte.current.x.array[:] *= 1.001
    problem.lithium.unknown.x.array[:] *= 1.002
    found = observables(problem)
    assert found["current_balance_error"].value == pytest.approx(1e-3, rel=1e-6)
    assert found["volume_balance_error"].value == pytest.approx(2e-3, rel=1e-6)


def test_stripping_has_ratios_but_no_critical_current(numbers):
    plating, stripping = (numbers(**loading(current)) for current in (10.0, -10.0))
    assert stripping["max_current_density_ratio"] == pytest.approx(
        plating["max_current_density_ratio"], rel=1e-9
    )
    assert stripping["tip_excess_pressure"] == pytest.approx(
        -plating["tip_excess_pressure"], rel=1e-7
    )
    assert stripping["volume_balance_error"] < 1e-8
    assert all(stripping[name] is None for name in CRITICAL)


def test_what_does_not_exist_is_none(numbers):
    still, dry = numbers(**loading(0.0)), numbers(**NO_FLOW)
    assert all(still[name] is None for name in (*CURRENT, *FLOW, *CRITICAL))
    assert all(dry[name] is None for name in FLOW)
    assert all(dry[name] is not None for name in (*CURRENT, *CRITICAL))


def test_flat_interface_has_the_critical_current_of_the_crack(solved):
    problem = solved(geometry={"shape": "flat"})
    found = observables(problem)
    assert found["critical_current_ratio"].value == pytest.approx(1, rel=1e-5)
    assert found["critical_current_density"].value == pytest.approx(
        criterion(problem).flat_critical_current / 10, rel=1e-5
    )


def test_without_flow_the_largest_current_decides(numbers):
    found = numbers(**NO_FLOW)
    assert found["critical_current_ratio"] == pytest.approx(
        1 / found["max_current_density_ratio"], rel=1e-9
    )
    assert found["critical_site_height"] == pytest.approx(12.5)


def test_critical_current_ratio_in_closed_form(solved):
    """[beta^(1/n) + Pi]^(-n) with Pi = g p0 / (lambda C), p0 the excess pressure over the
    applied current to the power 1/n.
    """
    problem = solved()
    crack, found = criterion(problem), observables(problem)
    weighted = crack.mouth_weight * problem.state.pressure / 10 ** (1 / 5) / crack.extrusion
    local = ((problem.state.current / 10) ** (1 / 5) + weighted) ** -5
    assert found["critical_current_ratio"].value == pytest.approx(local.min(), rel=1e-10)
    assert found["critical_site_height"].value == pytest.approx(
        problem.points[local.argmin(), 1], abs=1e-9
    )
    assert found["critical_current_ratio"].value < 1 / found["max_current_density_ratio"].value


def test_a_stack_that_opens_the_crack_leaves_no_current(numbers):
    found = numbers(loading={"stack_pressure": "100 MPa"})
    assert [found[name] for name in CRITICAL] == [0, None, None]


@pytest.mark.parametrize(
    ("tables", "tolerance"),
    [({}, 1e-7), (BUTLER_VOLMER, 1e-3), (COUPLED, 1e-3)],
    ids=["linear", "butler-volmer", "coupled"],
)
def test_critical_current_does_not_depend_on_the_current_it_is_found_from(
    numbers, tables, tolerance
):
    low, high = (numbers(**tables, **loading(current)) for current in (5.0, 20.0))
    assert high["critical_current_density"] == pytest.approx(
        low["critical_current_density"], rel=tolerance
    )
    assert low["max_excess_pressure"] != pytest.approx(high["max_excess_pressure"], rel=0.1)


@pytest.mark.parametrize(
    "tables", [{}, BUTLER_VOLMER, COUPLED], ids=["linear", "butler-volmer", "coupled"]
)
def test_at_the_critical_current_the_crack_is_about_to_grow(solved, numbers, tables):
    critical = 10 * numbers(**tables)["critical_current_density"]
    problem = solved(**tables, **loading(critical))
    crack, state = criterion(problem), problem.state
    pressure = crack.mouth_weight * state.pressure + crack.extrusion * state.current ** (
        1 / crack.exponent
    )
    assert pressure.max() == pytest.approx(crack.budget, rel=3e-4)


@pytest.mark.parametrize("applied", [0.1, 1e-4])
def test_the_critical_ratio_does_not_depend_on_the_applied_current_however_far_it_lies(
    numbers, applied
):
    """The floor of the stress is that of the critical current, not of the applied one."""
    narrow = {"kinetics": {"law": "butler-volmer"}, "dendrite": {"crack_width": "1 um"}}
    near, far = (
        numbers(**narrow, **loading(current))["critical_current_ratio"]
        for current in (1e-4, 10 * applied)
    )
    assert far == pytest.approx(near, rel=1e-4)


def test_sharp_edges_have_no_critical_current(numbers):
    found = numbers(geometry={"shape": "pyramid"}, **NO_FLOW)
    assert all(found[name] is None for name in CRITICAL)
    assert found["max_current_density_ratio"] is not None


def test_without_kinetics_the_pressure_changes_no_current(numbers):
    assert numbers(kinetics={"law": "none"})["coupling_current_change"] is None


def test_a_critical_current_out_of_reach_says_so_without_false_advice(solved, monkeypatch, caplog):
    problem = solved(**COUPLED)

    def fail(current):
        raise ConvergenceError("Raise loading.current_density")

    monkeypatch.setattr(problem, "solve", fail)
    logger = logging.getLogger("anodex")  # as if no run before had opened its log
    monkeypatch.setattr(logger, "handlers", [])
    monkeypatch.setattr(logger, "propagate", True)
    with caplog.at_level("WARNING"):
        assert all(observables(problem)[name].value is None for name in CRITICAL)
    assert (
        "from the applied 10 A/m^2" in caplog.text
        and "set coupling.pressure_kinetics = false" in caplog.text
    )
    assert "loading.current_density" not in caplog.text


def test_a_critical_current_without_a_solution_is_none(numbers, monkeypatch):
    monkeypatch.setattr("anodex.models.systems.contoured_interface.observables.MOST_SOLUTIONS", 1)
    found = numbers(**BUTLER_VOLMER, **loading(1.0))
    assert all(found[name] is None for name in CRITICAL)
    assert found["max_excess_pressure"] is not None
