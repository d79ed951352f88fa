"""The numbers of the summary at the applied current."""

import numpy as np
import pytest

from anodex.models.results.quantity import row_of
from anodex.models.systems.contoured_interface.quantities import (
    QUANTITIES,
    SOLUTION,
    InterfaceNumbers,
)

NO_FLOW = {"flow": {"law": "none"}}
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
SIZES = ("contour_height", "smallest_radius")
CRITICAL = (
    "critical_current_density",
    "critical_current_ratio",
    "critical_site_height",
    "critical_crack_length",
)


def loading(current: float) -> dict:
    return {"loading": {"current_density": f"{current!r} A/m^2"}}


def test_numbers_are_those_of_the_state(solved, numbers):
    problem = solved()
    found = numbers(problem)
    state, tip = problem.state, problem.points[:, 1].argmax()
    expected = {
        "area_ratio": problem.electrolyte.area_ratio,
        "max_current_density_ratio": state.current.max() / 10,
        "min_current_density_ratio": state.current.min() / 10,
        "tip_current_density_ratio": state.current[tip] / 10,
        "coupling_current_change": state.current_change,
        "max_excess_pressure": state.pressure.max(),
        "tip_excess_pressure": state.pressure[tip],
        "max_excess_normal_pressure": state.normal_pressure.max(),
        "tip_excess_normal_pressure": state.normal_pressure[tip],
    }
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, rel=1e-12), name
    assert 0 <= found["current_balance_error"] < 1e-8
    assert 0 <= found["volume_balance_error"] < 1e-8
    balances = ("current_balance_error", "volume_balance_error")
    assert set(found) == {*expected, *balances, *SIZES, *CRITICAL}


def test_units_are_those_that_scripts_rely_on():
    units = {quantity.name: quantity.unit for quantity in QUANTITIES}
    pressures = {name: "MPa" for name in FLOW if name.endswith("pressure")}
    critical = dict(zip(CRITICAL, ("mA/cm^2", "1", "um", "um"), strict=True))
    sizes = dict.fromkeys(SIZES, "um")
    assert units == dict.fromkeys(units, "1") | sizes | pressures | critical


def test_asking_for_a_number_changes_nothing(solved):
    problem = solved(kinetics={"law": "butler-volmer"})
    functions = (
        problem.electrolyte.potential,
        problem.electrolyte.current,
        problem.lithium.unknown,
    )
    state, before = problem.state, [function.x.array.copy() for function in functions]
    first, second = (row_of(SOLUTION, InterfaceNumbers(problem)) for _ in range(2))
    assert first == second and problem.state is state
    for function, values in zip(functions, before, strict=True):
        np.testing.assert_array_equal(function.x.array, values)


def test_balance_errors_see_what_is_lost(solved, numbers):
    problem = solved()
    problem.electrolyte.current.x.array[:] *= 1.001
    problem.lithium.unknown.x.array[:] *= 1.002
    found = numbers(problem)
    assert found["current_balance_error"] == pytest.approx(1e-3, rel=1e-6)
    assert found["volume_balance_error"] == pytest.approx(2e-3, rel=1e-6)


def test_stripping_has_ratios_but_no_critical_current(numbers_of):
    plating, stripping = (numbers_of(**loading(current)) for current in (10.0, -10.0))
    assert stripping["max_current_density_ratio"] == pytest.approx(
        plating["max_current_density_ratio"], rel=1e-9
    )
    assert stripping["tip_excess_pressure"] == pytest.approx(
        -plating["tip_excess_pressure"], rel=1e-7
    )
    assert stripping["volume_balance_error"] < 1e-8
    assert all(stripping[name] is None for name in CRITICAL)


def test_what_does_not_exist_is_none(numbers_of):
    still, dry = numbers_of(**loading(0.0)), numbers_of(**NO_FLOW)
    assert all(still[name] is None for name in (*CURRENT, *FLOW, *CRITICAL))
    assert all(dry[name] is None for name in FLOW)
    assert all(dry[name] is not None for name in (*CURRENT, *CRITICAL))


def test_without_kinetics_the_pressure_changes_no_current(numbers_of):
    assert numbers_of(kinetics={"law": "none"})["coupling_current_change"] is None
