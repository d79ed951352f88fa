"""Runs from case to results through the Python interface, coarse and short."""

import json

import numpy as np
import pytest
from mpi4py import MPI

from anodex.models.laws.constants import FARADAY
from anodex.models.results.series import read_fields
from anodex.models.systems.elastic_sei.quantities import QUANTITIES

COMM = MPI.COMM_WORLD
pytestmark = pytest.mark.serial  # on several ranks test_parity holds such runs to one
CONTRACT = {
    "roughness": "nm",
    "initial_roughness": "nm",
    "plated_roughness": "nm",
    "peak_to_valley": "nm",
    "mean_rise": "um",
    "max_current_density_ratio": "1",
    "max_film_strain": "1",
    "cracked_fraction": "1",
    "delaminated_fraction": "1",
    "blocked_fraction": "1",
    "film_charge_share": "1",
    "charge_balance_error": "1",
    "volume_balance_error": "1",
}
ON_FRONT = {
    "current_density [A/m^2]",
    "pressure [MPa]",
    "film_strain [1]",
    "film_tension [N/m]",
    "cracks [1]",
}


@pytest.fixture(params=["ether", "cycle", "no film", "bonded", "steep"])
def kind(request):
    return request.param


@pytest.fixture
def result(kind, run_case):
    return run_case(kind)


def test_contract_of_the_numbers(result):
    assert tuple(result.history) == ("time [s]", *(quantity.column for quantity in QUANTITIES))
    for name, unit in CONTRACT.items():
        entry = result.observables[name]
        assert entry.unit == unit, name
        assert np.isfinite(entry.value), name
    text = json.dumps([entry.value for entry in result.observables.values()], allow_nan=False)
    assert len(set(COMM.allgather(text))) == 1


def test_balances_close_at_every_row(result):
    for name in ("charge_balance_error [1]", "volume_balance_error [1]"):
        values = result.history[name]
        assert len(values) > 5
        assert np.all(np.abs(values) <= 1e-8), name  # also false for nan


def test_the_start_is_that_of_the_case(result):
    profile = result.case.surface.profile
    assert result.observables["initial_roughness"].value == pytest.approx(1e3 * profile.rms, 2e-3)
    assert result.history["roughness [nm]"][0] == result.observables["initial_roughness"].value
    assert result.history["mean_rise [um]"][0] == 0


def test_the_protocol_is_followed(result):
    times, current = result.history["time [s]"], result.history["current_density [A/m^2]"]
    steps = result.case.protocol.steps
    ends = np.cumsum([step.duration for step in steps])
    assert times[0] == 0 and times[-1] == ends[-1] and np.all(np.diff(times) > 0)
    assert {120.0, *ends} <= set(times)
    for row in range(1, len(times)):  # a row shows the step that has led to it
        assert current[row] == steps[int(np.searchsorted(ends, times[row]))].current_density


def test_the_surface_rises_by_the_charge_that_formed_no_film(result):
    case = result.case
    given = sum(step.current_density * step.duration for step in case.protocol.steps)
    rise = case.metal.molar_volume / FARADAY * given  # 1 A/m^2 = 1 pA/um^2
    found = result.observables["mean_rise"].value
    opened = result.observables["cracked_fraction"].value > 0
    assert found < rise if opened else found == pytest.approx(rise, rel=1e-10)


def test_the_roughness_after_plating_is_that_before_stripping(run_case):
    cycled = run_case("cycle")
    times, roughness = (cycled.history[name] for name in ("time [s]", "roughness [nm]"))
    plated = cycled.observables["plated_roughness"].value
    assert plated == roughness[list(times).index(240.0)] != roughness[-1]
    steps = 'protocol.steps=[{current_density="-0.5 mA/cm^2", duration="20 s"}]'
    stripped = run_case("ether", steps, "output.times=[]")
    assert stripped.observables["plated_roughness"].value is None


def test_a_film_costs_its_charge(run_case):
    assert run_case("no film").observables["film_charge_share"].value == 0
    for kind in ("ether", "bonded"):
        found = run_case(kind)
        area = found.case.film.charge / (5.0 * 300)  # of 0.5 mA/cm^2 for 5 min
        share = found.observables["film_charge_share"].value
        assert area < share < 1.02 * area


def test_fields_are_written_at_the_asked_times(result):
    if COMM.rank == 0:
        series = read_fields(result.folder / "fields.xdmf")
        ends = np.cumsum([step.duration for step in result.case.protocol.steps])
        np.testing.assert_allclose(series.times, [0.0, 120.0, *ends])
        grid = series.grid(ends[-1])
        assert {"potential [V]", "place_on_surface [1]", *ON_FRONT} == set(grid.point_data)
        heights = grid.points[grid["place_on_surface [1]"] >= 0, 1]
        found = 1e3 * np.ptp(heights)
        assert found == pytest.approx(result.history["peak_to_valley [nm]"][-1], rel=1e-9)


@pytest.mark.parametrize("change", ["membrane", "bending", "scatter"])
def test_each_mechanism_can_be_switched_off(run_case, change):
    off = f"film.{change}={'0' if change == 'scatter' else 'false'}"
    with_it, without = (
        run_case("steep", *changes).observables["roughness"].value for changes in ((), (off,))
    )
    assert with_it != pytest.approx(without, rel=1e-6)
