"""Runs from case to results through the Python interface, coarse and short."""

import json
from dataclasses import replace

import numpy as np
import pytest
from mpi4py import MPI

from anodex.meshes.foil import FoilMesh
from anodex.models.results.series import read_fields
from anodex.models.systems.cell_stack import SYSTEM
from anodex.models.systems.cell_stack.die import straight_wall
from anodex.models.systems.cell_stack.observer import StackObserver
from anodex.models.systems.cell_stack.problem import LithiumStack

COMM = MPI.COMM_WORLD
pytestmark = pytest.mark.serial  # on several ranks test_parity holds such runs to one
KINDS = ("gap", "compliant", "pressed", "pouch")
COLUMNS = (
    "stage [1]",
    "stack_pressure [MPa]",
    "punch_position [um]",
    "relative_density [1]",
    "bulge [um]",
    "foil_thickness [um]",
    "extruded_length [um]",
    "plated_volume [um^3]",
    "extruded_volume [um^3]",
    "stored_volume [um^3]",
    "wall_opening [um]",
    "volume_balance_error [1]",
    "force_balance_error [1]",
)
CONTRACT = {
    "relative_density_loaded": "1",
    "relative_density": "1",
    "bulge": "um",
    "gap_at_pellet": "um",
    "extruded_length": "um",
    "plated_volume": "mm^3",
    "extruded_volume": "mm^3",
    "volume_balance_error": "1",
    "stack_pressure_end": "MPa",
    "stack_pressure_max": "MPa",
    "foil_thickness_centre": "um",
    "foil_thickness_edge": "um",
}
UNKNOWN = {  # numbers that a kind cannot have
    "gap": {"relative_density_loaded", "relative_density", "bulge"},
    "compliant": {"relative_density_loaded", "relative_density", "bulge"},
    "pressed": set(),
    "pouch": {"bulge", "gap_at_pellet"},
}


@pytest.fixture(params=KINDS)
def result(request, run_case):
    return run_case(request.param)


def lithium(result) -> dict[str, np.ndarray]:
    """Rows of the history after the compaction."""
    rows = result.history["stage [1]"] > 1
    return {name: values[rows] for name, values in result.history.items()}


def test_balances_close_at_every_row(result):
    history = lithium(result)
    for name in ("volume_balance_error [1]", "force_balance_error [1]"):
        assert len(history[name]) > 10
        assert np.all(np.abs(history[name]) <= 1e-8), name  # also false for nan
    plated, extruded, stored = (
        history[f"{name}_volume [um^3]"] for name in ("plated", "extruded", "stored")
    )
    assert np.abs(plated - extruded - stored).max() <= 1e-8 * np.abs(extruded).max()


def test_what_is_plated_is_the_charge(result):
    """Faraday: 13.02 cm^3/mol of lithium by 96485 C/mol."""
    charge = result.case.charge.current * result.case.charge.duration * result.case.rod_area
    assert lithium(result)["plated_volume [um^3]"][-1] == pytest.approx(
        13.02 / 96485 * charge, rel=5e-3
    )


def test_stages_follow_each_other(result):
    times, stages, case = result.history["time [s]"], result.history["stage [1]"], result.case
    assert np.all(np.diff(stages) >= 0)
    assert stages[-1] == 3 and times[-1] == sum(case.durations.values())
    steps = np.diff(times)
    assert np.all(steps[np.diff(stages) == 0] > 0) and np.all(steps >= 0)
    start = case.compaction.duration
    for moment in (
        start,
        start + case.stacking.ramp,
        start + case.stacking.ramp + case.stacking.hold,
    ):
        assert moment in times


def test_the_pressure_is_that_of_the_stage(result):
    history, case = result.history, result.case
    held = history["time [s]"] == case.compaction.duration + case.durations["stacking"]
    assert history["stack_pressure [MPa]"][held] == pytest.approx(case.stacking.pressure, rel=1e-10)
    ramp = history["time [s]"] == case.compaction.duration + case.stacking.ramp
    assert history["stack_pressure [MPa]"][ramp] == pytest.approx(case.stacking.pressure, rel=1e-10)


def test_contract_of_the_numbers(result, request):
    assert tuple(result.history) == ("time [s]", *COLUMNS)
    kind = request.node.callspec.params["result"]
    for name, unit in CONTRACT.items():
        entry = result.observables[name]
        assert entry.unit == (unit.replace("mm^3", "mm^2") if kind == "pouch" else unit)
        assert (entry.value is None) == (name in UNKNOWN[kind]), name
        assert entry.value is None or np.isfinite(entry.value), name
    text = json.dumps([entry.value for entry in result.observables.values()], allow_nan=False)
    assert len(set(COMM.allgather(text))) == 1


def test_observables_are_those_of_the_last_row(result):
    history, found = (
        result.history,
        {name: entry.value for name, entry in result.observables.items()},
    )
    assert found["extruded_length"] == history["extruded_length [um]"][-1]
    assert found["stack_pressure_end"] == history["stack_pressure [MPa]"][-1]
    assert found["foil_thickness_centre"] == history["foil_thickness [um]"][-1]
    assert found["stack_pressure_max"] == lithium(result)["stack_pressure [MPa]"].max()


def test_lithium_thins_under_pressure_and_goes_into_the_gap(run_case):
    for kind in ("gap", "pressed"):
        history = lithium(run_case(kind))
        stacking = history["stage [1]"] == 2
        assert np.all(np.diff(history["foil_thickness [um]"][stacking]) < 0)
        assert np.all(np.diff(history["extruded_length [um]"][stacking]) > 0)
        found = run_case(kind).observables
        assert found["foil_thickness_edge"].value > found["foil_thickness_centre"].value


def test_compaction_is_in_the_history(run_case):
    result = run_case("pressed")
    history, case = result.history, result.case
    pressing = history["stage [1]"] == 1
    pressure = history["stack_pressure [MPa]"][pressing]
    assert pressure.max() == pytest.approx(60.0, rel=1e-4) and pressure[-1] == 0.0
    assert history["bulge [um]"][pressing].max() == pytest.approx(
        result.observables["bulge"].value, rel=0.05
    )
    assert (
        np.isnan(history["foil_thickness [um]"][pressing]).all()
        and np.isnan(history["bulge [um]"][~pressing]).all()
    )
    assert history["time [s]"][pressing].max() <= case.compaction.duration
    assert (
        0.525
        < result.observables["relative_density"].value
        < result.observables["relative_density_loaded"].value
        < 1
    )


def test_a_rigid_frame_keeps_the_foil_and_a_soft_one_the_pressure(run_case):
    soft, usual, rigid = (
        run_case("gap", *changes)
        for changes in (["frame.stiffness=0.01 N/um"], [], ["frame.stiffness=rigid"])
    )
    charge = rigid.history["stage [1]"] == 3
    thickness = rigid.history["foil_thickness [um]"]
    np.testing.assert_allclose(thickness[charge], thickness[~charge][-1], rtol=1e-9)
    assert soft.observables["stack_pressure_end"].value == pytest.approx(10.0, rel=1e-2)
    ends = [result.observables["stack_pressure_end"].value for result in (soft, usual, rigid)]
    assert ends == sorted(ends, reverse=True)  # lithium relaxes after the stacking


def test_lithium_that_reaches_the_far_end_comes_out_there(run_case):
    result = run_case("gap", "geometry.gap_length=60 um")
    found = {name: entry.value for name, entry in result.observables.items()}
    assert found["extruded_length"] == 60.0 and found["filled_gap_fraction"] == 1.0
    full = result.history["extruded_length [um]"] == 60.0
    number = np.flatnonzero(full)[0]
    before, after = result.history["time [s]"][[number - 1, number]]
    assert before < found["time_of_full_gap"] < after
    finer = run_case(
        "gap", "geometry.gap_length=60 um", "numerics.largest_step=1 s", "stages.last=stacking"
    ).observables
    assert found["time_of_full_gap"] == pytest.approx(
        finer["time_of_full_gap"].value, abs=0.05 * (after - before)
    )
    assert found["volume_balance_error"] <= 1e-8
    radius, gap = result.case.geometry.inner_radius, 50.0
    assert found["extruded_volume"] * 1e9 > np.pi * ((radius + gap) ** 2 - radius**2) * 60.0


def test_lithium_in_a_wrong_place_is_seen(small_case, monkeypatch):
    """The balance does not take the word of what finds the shape."""
    right = FoilMesh.filled
    monkeypatch.setattr(
        FoilMesh,
        "filled",
        lambda foil, *given: replace(
            right(foil, *given), length=1.001 * right(foil, *given).length
        ),
    )
    case = small_case("gap")
    stack = LithiumStack(case, COMM, straight_wall(case))
    stack.begin()
    found = StackObserver(stack).measure()
    stack.destroy()
    assert found.volume_balance_error > 5e-4


def test_a_discharge_longer_than_the_charge_leaves_the_rod_slack(run_case):
    result = run_case("gap", "discharge.duration=4 hour", "frame.stiffness=rigid")
    history = result.history
    assert history["stage [1]"][-1] == 5 and history["time [s]"][-1] == sum(
        result.case.durations.values()
    )
    assert result.observables["stack_pressure_end"].value == 0.0
    assert history["plated_volume [um^3]"][-1] < 0
    assert lithium(result)["volume_balance_error [1]"].max() <= 1e-8
    assert history["stack_pressure [MPa]"][history["stage [1]"] > 1].min() >= 0.0


def even_pressure_opening(case) -> float:
    """Opening of an elastic tube [um] under the stacking pressure along all of its wall (Lame,
    plane stress).
    """
    bore, outer, tube = (
        case.geometry.inner_radius + case.geometry.gap,
        case.geometry.tube_outer_radius,
        case.tube,
    )
    shape = (outer**2 + bore**2) / (outer**2 - bore**2) + tube.poisson_ratio
    return case.stacking.pressure * bore / tube.young_modulus * shape


def test_a_compliant_tube_gives_way(run_case):
    rigid, compliant = (run_case(kind) for kind in ("gap", "compliant"))
    assert rigid.observables["wall_opening"].value == 0.0
    opening = compliant.observables["wall_opening"].value
    assert 1.0 < opening < even_pressure_opening(compliant.case)
    assert (
        compliant.observables["extruded_length"].value < rigid.observables["extruded_length"].value
    )


def test_rest_relaxes_the_pressure(run_case):
    history = run_case("gap", "rest.duration=1 hour", "stages.last=rest").history
    resting = history["stage [1]"] == 4
    assert resting.sum() > 3
    assert np.all(np.diff(history["stack_pressure [MPa]"][resting]) < 0)
    assert len(set(history["plated_volume [um^3]"][resting])) == 1


def test_no_fields_come_at_one_time_twice(run_case):
    """ParaView shows nothing there. The time of the history stands still as the punch comes back
    for the cathode.
    """
    result = run_case("pressed", "compaction.cathode_pressure=20 MPa", "stages.last=compaction")
    assert np.any(np.diff(result.history["time [s]"]) == 0)
    if COMM.rank == 0:
        assert np.all(np.diff(read_fields(result.folder / "compaction.xdmf").times) > 0)


def test_fields_are_written_and_open(run_case):
    result = run_case("pressed")
    if COMM.rank == 0:
        pressed = read_fields(result.folder / "compaction.xdmf")
        grid = pressed.grid(pressed.times[-1])
        assert {"displacement [um]"} <= set(grid.point_data)
        assert {"von_mises [MPa]", "pressure [MPa]"} <= set(grid.cell_data)
        powder = grid["part [1]"] == grid["part [1]"][np.argmin(grid.cell_centers().points[:, 1])]
        density, strain = grid["relative_density [1]"], grid["plastic_strain [1]"]
        assert density[powder].min() > 0.5 and np.isnan(density[~powder]).all()
        assert strain[~powder].min() >= 0 and np.isnan(strain[powder]).all()
        trace = sum(grid[f"stress_{axis} [MPa]"] for axis in ("xx", "yy", "zz"))
        np.testing.assert_allclose(-trace / 3, grid["pressure [MPa]"], rtol=1e-5, atol=1e-4)
        flow = read_fields(result.folder / "fields.xdmf")
        assert flow.times[-1] == result.history["time [s]"][-1]
        grid = flow.grid(flow.times[-1])
        assert {"displacement [um]", "velocity [um/s]", "pressure [MPa]"} <= set(
            grid.point_data
        ) and {"von_mises [MPa]", "stress_zz [MPa]", "strain_rate_xy [1/s]"} <= set(grid.cell_data)
        places = grid.points[:, 0] + grid.point_data["displacement [um]"][:, 0]
        assert places.max() == pytest.approx(
            result.observables["foil_thickness_edge"].value, rel=1e-9
        )


@pytest.mark.parametrize(
    ("kind", "parts"),
    [("pressed", ("powder", "tube")), ("gap", ("foil", "column")), ("pouch", ("foil",))],
)
def test_build_mesh_is_that_of_the_case(small_case, kind, parts):
    tagged = SYSTEM.build_mesh(small_case(kind), COMM)
    assert all(tagged.has_cells(part) for part in parts)
