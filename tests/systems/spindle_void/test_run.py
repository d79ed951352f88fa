"""Runs from case to results through the Python interface, coarse and short."""

import json

import numpy as np
import pytest
from mpi4py import MPI

from anodex.models.results.quantity import first_time_above
from anodex.models.results.series import read_fields
from anodex.models.systems.spindle_void import SYSTEM
from anodex.models.systems.spindle_void.quantities import QUANTITIES

pytestmark = pytest.mark.serial  # on several ranks test_parity holds such runs to one
COMM = MPI.COMM_WORLD
BUTLER_VOLMER = ("kinetics.law=butler-volmer",)
CREEP = ("matrix.creep=power-law",)
AXISYMMETRIC = ("geometry.dimension=axisymmetric",)
SPACE = (
    "geometry.dimension=3d",
    "geometry.shape=ellipse",
    "geometry.length=20 um",
    "geometry.width=10 um",
    "geometry.refinement=0.25",
    "geometry.box_length=40 um",
    "geometry.box_height=40 um",
    'protocol.steps=[{current_density="1 A/m^2", duration="20 s"}]',
)
PRESSED = ("loading.void_pressure=5 MPa", "loading.outer=free", "loading.remote_traction=2 MPa")
LONGITUDINAL = ("kinetics.distribution=longitudinal",)
KINDS = {
    "galvanostatic": (),
    "longitudinal": LONGITUDINAL,
    "butler-volmer": BUTLER_VOLMER,
    "creep": CREEP,
    "axisymmetric": AXISYMMETRIC,
    "3d": SPACE,
    "pressed": PRESSED,
}

CONTRACT = {
    "stress_concentration_factor": "1",
    "peak_tip_von_mises": "MPa",
    "time_of_peak_tip_von_mises": "s",
    "peak_tip_concentration": "mol/m^3",
    "time_of_peak_tip_concentration": "s",
    "max_von_mises_distance_to_tip": "um",
    "peak_energy_release_rate": "J/m^2",
    "peak_stress_intensity": "MPa*m^0.5",
    "species_balance_error": "1",
    "force_balance_error": "1",
}


@pytest.fixture(params=KINDS.values(), ids=KINDS)
def result(request, run_case, run_shorter):
    return (run_shorter if request.param == CREEP else run_case)(*request.param)


def test_balances_close_at_every_row(result):
    for name in ("species_balance_error [1]", "force_balance_error [1]"):
        values = result.history[name]
        assert len(values) > 5
        assert np.all(np.abs(values) <= 1e-8), name  # also false for nan


def test_protocol_is_followed(result):
    times, current = result.history["time [s]"], result.history["current_density [A/m^2]"]
    steps = result.case.protocol.steps
    ends = np.cumsum([step.duration for step in steps])
    assert times[0] == 0 and times[-1] == ends[-1]
    assert set(ends) <= set(times)
    assert np.all(np.diff(times) > 0)
    for row in range(1, len(times)):  # a row shows the step that has led to it
        assert current[row] == steps[int(np.searchsorted(ends, times[row]))].current_density


def test_contract_of_the_numbers(result):
    assert tuple(result.history) == ("time [s]", *(quantity.column for quantity in QUANTITIES))
    assert {
        "tip_concentration [mol/m^3]",
        "tip_von_mises [MPa]",
        "energy_release_rate [J/m^2]",
    } <= set(result.history)
    assert {name: result.observables[name].unit for name in CONTRACT} == CONTRACT
    # A crack front needs a plane, and energy release an elastic matrix.
    front = result.case.geometry.dimension == "plane-strain" and result.case.matrix.creep == "none"
    for name in CONTRACT:
        value = result.observables[name].value
        assert (value is None) == (
            not front and name in ("peak_energy_release_rate", "peak_stress_intensity")
        ), name
        assert value is None or np.isfinite(value), name
    others = json.dumps(
        [observable.value for observable in result.observables.values()], allow_nan=False
    )
    assert len(set(COMM.allgather(others))) == 1


def test_dissolution_fills_the_tip_and_the_reservoir_stays(run_case):
    history = run_case().history
    concentration = history["tip_concentration [mol/m^3]"]
    turn = int(np.argmax(concentration))
    assert history["time [s]"][turn] == 300.0
    assert np.all(np.diff(concentration[: turn + 1]) > 0) and np.all(
        np.diff(concentration[turn:]) < 0
    )


def test_all_the_salt_of_a_closed_box_stays_in_it(run_case):
    closed = run_case("loading.reservoir=none").history
    assert closed["species_balance_error [1]"].max() <= 1e-8
    assert closed["void_concentration [mol/m^3]"][closed["time [s]"] == 300.0] > 1100


def test_longitudinal_current_injects_less_than_a_uniform_one(run_case):
    uniform, directed = (
        run_case(*kind).observables["peak_tip_concentration"].value - 1000
        for kind in ((), LONGITUDINAL)
    )
    assert 0 < directed < 0.5 * uniform


def test_potential_exists_with_butler_volmer_alone(run_case):
    potential = run_case(*BUTLER_VOLMER).history["electrolyte_potential [V]"]
    current = run_case(*BUTLER_VOLMER).history["current_density [A/m^2]"]
    assert np.isfinite(potential).all()
    # The metal is the zero of potential: while it dissolves, the electrolyte beside it is negative.
    assert np.all(potential[current > 0] < 0) and np.all(potential[current < 0] > 0)
    assert np.isnan(run_case().history["electrolyte_potential [V]"]).all()


def test_butler_volmer_injects_what_the_galvanostatic_law_does(run_case):
    free, imposed = (run_case(*kind).history for kind in (BUTLER_VOLMER, ()))
    for time in (300.0, 420.0):
        rises = [
            float(history["void_concentration [mol/m^3]"][history["time [s]"] == time][0]) - 1000
            for history in (free, imposed)
        ]
        assert rises[0] == pytest.approx(rises[1], abs=2)


def test_creep_relaxes_the_tip(run_shorter):
    elastic, creeping = (
        run_shorter(*kind).observables["peak_tip_von_mises"].value for kind in ((), CREEP)
    )
    assert 0.01 * elastic < creeping < 0.8 * elastic


def test_pressure_and_traction_act_from_the_start(run_case):
    history = run_case(*PRESSED).history
    assert history["tip_opening_stress [MPa]"][0] > 2 * 3  # far above the remote traction
    assert history["energy_release_rate [J/m^2]"][0] > 0
    assert run_case().history["tip_von_mises [MPa]"][0] < 1e-6


def test_bodies_of_revolution_report_a_force_on_the_tip(run_case):
    for kind in (AXISYMMETRIC, SPACE):
        history = run_case(*kind).history
        assert (
            np.isnan(history["energy_release_rate [J/m^2]"]).all()
            and np.isnan(history["stress_intensity [MPa*m^0.5]"]).all()
        )
        assert np.isfinite(history["tip_driving_force [uN]"]).all()
    assert np.isnan(run_case().history["tip_driving_force [uN]"]).all()


def test_fields_are_written_at_the_asked_times(run_case):
    changed = run_case('output.times=["1 min", "5 min"]')
    if COMM.rank == 0:
        series = read_fields(changed.folder / "fields.xdmf")
        assert set(series.times) >= {60.0, 300.0}
        grid = series.grid(300.0)
        assert {
            "concentration [mol/m^3]",
            "displacement [um]",
            "hydrostatic_stress [MPa]",
            "von_mises [MPa]",
        } <= set(grid.point_data)
        assert set(grid["part [1]"]) == {1, 2}
        trace = sum(grid[f"stress_{axis} [MPa]"] for axis in ("xx", "yy", "zz"))
        middle = grid["hydrostatic_stress [MPa]"][grid["von_mises [MPa]"] > 0]
        np.testing.assert_allclose(
            trace[grid["von_mises [MPa]"] > 0] / 3, middle, atol=1e-6 * np.abs(middle).max()
        )
        assert np.abs(grid["strain_xy [1]"]).max() > 0
        assert grid.point_data["concentration [mol/m^3]"].max() >= changed.history[
            "tip_concentration [mol/m^3]"
        ].max() * (1 - 1e-6)


def test_build_mesh_is_that_of_the_case(run_case):
    tagged = SYSTEM.build_mesh(run_case().case, COMM)
    assert tagged.has_cells("void") and tagged.has_cells("matrix")
    assert COMM.allreduce(
        tagged.mesh.geometry.x[:, 0].max(initial=0.0), op=MPI.MAX
    ) == pytest.approx(480)


def test_first_time_above():
    times, values = np.array([0.0, 1.0, 2.0, 3.0]), np.array([0.0, 2.0, 1.0, 5.0])
    assert first_time_above(times, values, 1.0) == 0.5
    assert first_time_above(times, values, 3.0) == 2.5
    assert first_time_above(times, values, 0.0) == 0.0
    assert first_time_above(times, values, 6.0) is None
