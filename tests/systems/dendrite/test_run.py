"""Runs from case to results through the Python interface, coarse and short."""

import json

import numpy as np
import pytest
from mpi4py import MPI

from anodex.meshes.slab import TAGS
from anodex.models.results.series import read_fields
from anodex.models.systems.dendrite import SYSTEM
from anodex.models.systems.dendrite.quantities import QUANTITIES

COMM = MPI.COMM_WORLD
pytestmark = pytest.mark.serial  # on several ranks test_parity holds such runs to one
CONTRACT = {
    "deposited_thickness": "um",
    "tip_position": "um",
    "front_speed": "um/s",
    "leakage_current_density_start": "A/m^2",
    "leakage_current_density": "A/m^2",
    "dead_lithium_fraction": "1",
    "max_dead_lithium_fraction": "1",
    "max_hydrostatic_pressure": "MPa",
    "charge_balance_error": "1",
    "porosity_reached": "1",
    "short_kind": "",
    "time_of_short": "s",
    "leakage_crossings": "1",
}
STRESS, CHARGE = (
    {"displacement [um]", "hydrostatic_pressure [MPa]", "von_mises [MPa]", "volume_strain [1]"}
    | {f"stress_{axes} [MPa]" for axes in ("xx", "yy", "zz", "xy")}
    | {f"strain_{axes} [1]" for axes in ("xx", "yy", "zz", "xy")},
    {"potential [V]"},
)
IN_SPACE = {"stress_xz [MPa]", "stress_yz [MPa]", "strain_xz [1]", "strain_yz [1]"}
SHORT = (
    "simple",
    "geometry.length=12 um",
    "geometry.width=6 um",
    "geometry.protrusion_height=2 um",
    "geometry.porosity=0",
    "loading.duration=4 s",
)


@pytest.fixture(params=["default", "simple", "ions", "current", "periodic", "space"])
def kind(request):
    return request.param


@pytest.fixture
def result(kind, run_case):
    return run_case(kind)


def test_contract_of_the_numbers(result, kind):
    assert tuple(result.history) == ("time [s]", *(quantity.column for quantity in QUANTITIES))
    unknown = {"time_of_short"} | (
        {"max_hydrostatic_pressure", "charge_balance_error"} if kind == "simple" else set()
    )
    for name, unit in CONTRACT.items():
        entry = result.observables[name]
        assert entry.unit == unit, name
        assert (entry.value is None) == (name in unknown), name
        assert isinstance(entry.value, str | None) or np.isfinite(entry.value), name
    text = json.dumps([entry.value for entry in result.observables.values()], allow_nan=False)
    assert len(set(COMM.allgather(text))) == 1


def test_charge_balances_at_every_row(result, kind):
    errors = result.history["charge_balance_error [1]"][1:]
    assert len(errors) > 3
    assert np.all(np.isnan(errors)) if kind == "simple" else np.all(errors <= 1e-6)


def test_rows_follow_the_growth(result, kind):
    history = result.history
    times, thickness = history["time [s]"], history["deposited_thickness [um]"]
    assert (
        times[0] == 0 and times[-1] == result.case.loading.duration and np.all(np.diff(times) > 0)
    )
    assert result.case.loading.duration / 2 in times
    assert thickness[0] == pytest.approx(0, abs=1e-12) and thickness[-1] > 0.01
    tip = result.case.geometry.lithium_thickness + (3 if result.case.geometry.protrusions else 0)
    assert history["tip_position [um]"][0] == pytest.approx(tip, abs=0.1)
    assert np.all(history["leakage_current_density [A/m^2]"] > 0)


def test_lithium_is_at_rest_at_first(result, kind):
    current = result.history["current_density [A/m^2]"]
    if kind == "simple":
        assert np.all(np.isnan(current))
    else:
        assert abs(current[0]) < 1e-6 * current[-1]
        if COMM.rank == 0:
            series = read_fields(result.folder / "fields.xdmf")
            potential = series.grid(0.0).point_data["potential [V]"]
            assert potential.min() == pytest.approx(
                result.history["overpotential [V]"][0]
            ) and potential.max() == pytest.approx(0, abs=1e-9)


def test_observables_are_those_of_the_rows(result):
    history, found = (
        result.history,
        {name: entry.value for name, entry in result.observables.items()},
    )
    assert found["deposited_thickness"] == history["deposited_thickness [um]"][-1]
    assert found["tip_position"] == history["tip_position [um]"][-1]
    assert found["leakage_current_density_start"] == history["leakage_current_density [A/m^2]"][0]
    assert found["max_dead_lithium_fraction"] == history["dead_lithium_fraction [1]"].max()
    late = history["time [s]"] >= result.case.loading.duration / 2
    rates = np.diff(history["deposited_thickness [um]"][late]) / np.diff(history["time [s]"][late])
    assert rates.min() * (1 - 1e-9) <= found["front_speed"] <= rates.max() * (1 + 1e-9)
    assert found["short_kind"] == "none" and found["leakage_crossings"] == 0


def test_fields_open_again(result, kind):
    if COMM.rank == 0:
        series = read_fields(result.folder / "fields.xdmf")
        duration = result.case.loading.duration
        np.testing.assert_allclose(series.times, [0, duration / 2, duration])
        fields = series.grid(duration).point_data
        expected = {"phase [1]", "pores [1]", "structure [1]"} | (
            set() if kind == "simple" else STRESS | CHARGE
        )
        expected |= {"concentration_ratio [1]"} if kind == "ions" else set()
        assert set(fields) == expected | (IN_SPACE if kind == "space" else set())
        np.testing.assert_allclose(
            fields["structure [1]"], fields["phase [1]"] + fields["pores [1]"], atol=1e-12
        )
        assert fields["phase [1]"].max() == pytest.approx(1, abs=0.01) and fields[
            "phase [1]"
        ].min() == pytest.approx(0, abs=0.01)
        if kind != "simple":
            held = fields["potential [V]"][series.mesh.points[:, 0] == 0]
            np.testing.assert_allclose(held, result.history["overpotential [V]"][-1], rtol=1e-9)
            most = result.history["max_hydrostatic_pressure [MPa]"][-1]
            assert fields["hydrostatic_pressure [MPa]"].max() == pytest.approx(most, rel=1e-9)
            for name, sign, whole in (
                ("stress_{} [MPa]", -3, "hydrostatic_pressure [MPa]"),
                ("strain_{} [1]", 1, "volume_strain [1]"),
            ):
                trace = sum(fields[name.format(axis)] for axis in ("xx", "yy", "zz"))
                size = max(np.abs(fields[name.format(axis)]).max() for axis in ("xx", "yy", "zz"))
                np.testing.assert_allclose(trace, sign * fields[whole], atol=1e-6 * size)


def test_current_is_that_of_the_charge(run_case):
    result = run_case("current")
    found = result.history["current_density [A/m^2]"]
    np.testing.assert_allclose(found[1:], 8000, rtol=1e-2)
    metal = 96485.33 * result.case.metal_concentration  # C/m^3
    assert result.observables["front_speed"].value * 1e-6 * metal == pytest.approx(8000, rel=0.05)
    assert result.history["overpotential [V]"][-1] > -0.35


def test_a_stage_reports_what_is_left_of_each_field(make_problem):
    problem = make_problem("mechanics.enabled=false")
    problem.begin()
    residuals = problem.solve_stage(0.0, 0.05, problem.state.snapshot()).residuals
    assert set(residuals) == {"phase", "potential"}
    for part, field in ((problem.front, "phase"), (problem.charge, "potential")):
        assert 0.0 < residuals[field] < 1e-8 * part.solver.scales[field]


def test_pressure_slows_the_growth(run_case):
    ends = [run_case("periodic", f"loading.external_pressure={p} MPa").observables for p in (0, 10)]
    assert ends[0]["deposited_thickness"].value > ends[1]["deposited_thickness"].value
    assert ends[0]["max_hydrostatic_pressure"].value < ends[1]["max_hydrostatic_pressure"].value


def test_lithium_that_arrives_is_a_hard_short(run_case):
    result = run_case(*SHORT)
    found, history = result.observables, result.history
    assert found["short_kind"].value == "hard" and found["leakage_crossings"].value == 1
    leakage = history["leakage_current_density [A/m^2]"]
    above = leakage > 1e3 * leakage[0]
    row = int(np.argmax(above))
    assert history["time [s]"][row - 1] <= found["time_of_short"].value <= history["time [s]"][row]
    assert found["tip_position"].value == pytest.approx(12.0, abs=1e-9)
    assert found["dead_lithium_fraction"].value == 0


def test_lithium_dissolves_under_a_positive_overpotential(run_case):
    result = run_case("loading.overpotential=0.3 V")
    assert result.observables["deposited_thickness"].value < -0.1
    assert result.observables["charge_balance_error"].value <= 1e-6
    assert result.observables["front_speed"].value < 0
    assert np.all(result.history["current_density [A/m^2]"][1:] < 0)


@pytest.mark.parametrize("kind", ["default", "space"])
def test_mesh_of_a_case(small_case, kind):
    case = small_case(kind)
    tagged = SYSTEM.build_mesh(case, COMM)
    space = kind == "space"
    assert tagged.mesh.geometry.dim == (3 if space else 2)
    sides = {"left", "right", "bottom", "top"} | ({"front", "back"} if space else set())
    assert {name for name in TAGS if name in tagged.tags} - {"body"} >= sides
    ends = COMM.allgather(tagged.mesh.geometry.x.max(axis=0, initial=0))
    np.testing.assert_allclose(
        np.max(ends, axis=0), [24, 6 if space else 12, 4 if space else 0], atol=1e-9
    )


def test_a_finer_step_changes_little(run_case):
    usual, fine = (
        run_case(f"numerics.step_tolerance={value}").observables["deposited_thickness"].value
        for value in (0.02, 0.002)
    )
    assert usual == pytest.approx(fine, rel=0.02)
