"""An interface that moves as it is plated and stripped: what a run shows, keeps and goes on with.

Rates and shapes are checked by `anodex verify`.
"""

import numpy as np
import pytest
from mpi4py import MPI

from anodex.models.results.result import Result
from anodex.models.results.series import read_fields
from anodex.models.systems.contoured_interface.pictures.plating import draw_plating

COMM = MPI.COMM_WORLD
GEOMETRY = {"height": "10 um", "separation": "50 um"}
TABLES = {
    "geometry": GEOMETRY,
    "loading": {"current_density": "0.5 mA/cm^2"},
    "flow": {"law": "none"},
    "plating": {"cycles": 1},
}
MAP = {**GEOMETRY, "refinement": 0.25}


@pytest.fixture
def plated_case(make_case):
    """Function that gives a cosine that goes through a cycle of the paper, with changes."""
    return lambda **tables: make_case(**{**TABLES, **tables})


@pytest.fixture
def run_case(plated_case, run_once):
    """Function that runs such a case; the same one runs once."""
    return lambda **tables: run_once(plated_case(**tables))


def value(result, name: str) -> float:
    return result.observables[name].value


def test_the_charge_is_the_volume_of_the_lithium(run_case):
    result = run_case()
    for name in ("front_volume_error [1]", "charge_balance_error [1]"):
        assert result.history[name].max() < 1e-10, name
    plated = result.history["plated_capacity [mAh/cm^2]"]
    assert plated.max() == pytest.approx(0.2, rel=1e-12) and abs(plated[-1]) < 1e-12
    # 4.85 um of lithium for each mAh/cm^2
    assert result.history["mean_rise [um]"].max() == pytest.approx(0.2 * 4.85, rel=1e-3)


def test_plating_steepens_and_stripping_levels(run_case):
    result = run_case()
    steeper = -value(result, "filled_height_plated")
    assert steeper > 0.01 and abs(value(result, "filled_height")) < 1e-3 * steeper
    assert value(result, "area_ratio_plated") > value(result, "area_ratio")


def test_the_less_the_more_even_the_current(run_case):
    even = run_case(kinetics={"area_resistance": "1000 ohm*cm^2"})
    primary = run_case(kinetics={"law": "none"})
    changes = [value(found, "filled_height_plated") for found in (primary, run_case(), even)]
    assert changes[0] < 5 * changes[1] < 0 and abs(changes[2]) < 0.1 * abs(changes[1])


def test_the_start_is_the_interface_at_rest(run_case, numbers_of):
    tables = {**TABLES, "plating": {}, "geometry": {**GEOMETRY, "refinement": 2}}
    rests, moves = numbers_of(**tables), run_case()
    for name in ("area_ratio", "max_current_density_ratio", "critical_current_ratio"):
        assert value(moves, name) == pytest.approx(rests[name], rel=1e-3), name


def test_gain_and_pressure_are_known_at_the_ends_of_halves(run_case):
    result = run_case(flow={"law": "roy"})
    for name in ("critical_current_ratio [1]", "max_excess_pressure [MPa]"):
        assert np.isfinite(result.history[name]).sum() == 3, name
        assert np.isfinite(result.history[name][[0, -1]]).all()
    ratios = [value(result, f"critical_current_ratio{end}") for end in ("", "_plated", "_end")]
    assert value(result, "critical_current_ratio_least") == min(ratios)
    assert ratios[2] == pytest.approx(ratios[0], rel=5e-3)


def test_a_height_map_moves_like_the_cosine_that_it_shows(run_case, cosine_map):
    shown = run_case(geometry={**cosine_map, **MAP})
    cosine = run_case()
    for name in ("filled_height_plated", "critical_current_ratio_plated"):
        assert value(shown, name) == pytest.approx(value(cosine, name), rel=0.03), name


def test_a_flat_interface_stays_flat(run_case):
    result = run_case(geometry={**GEOMETRY, "shape": "flat"})
    assert result.history["contour_height [um]"].max() < 1e-10
    assert value(result, "critical_current_ratio_end") == pytest.approx(1, abs=1e-9)


def test_butler_volmer_resists_less(run_case):
    found = run_case(kinetics={"law": "butler-volmer"})
    assert value(found, "filled_height_plated") < value(run_case(), "filled_height_plated")


@pytest.mark.parametrize("time", [900.0, 2000.0])
def test_cut_off_and_resumed(
    run_in_folder, plated_case, run_case, cut_off, assert_same, assert_fields_hold,
    shared_tmp_path, time,
):  # fmt: skip
    path = shared_tmp_path / "cut"
    cut_off(path, plated_case(), time)
    assert_same(run_in_folder(path, plated_case(), resume=True), run_case())
    assert_fields_hold(path, run_case().folder)


@pytest.mark.skipif(COMM.size == 1, reason="compares several ranks with one")
@pytest.mark.parametrize("law", ["linear", "butler-volmer", "none"])
def test_ranks_agree(run_in_folder, plated_case, run_case, assert_same, tmp_path, law):
    tables = {"kinetics": {"law": law}}
    alone = run_in_folder(tmp_path / "alone", plated_case(**tables), comm=MPI.COMM_SELF)
    assert_same(run_case(**tables), alone)


@pytest.mark.skipif(COMM.size == 1, reason="compares several ranks with one")
def test_ranks_agree_over_a_map(
    run_in_folder, plated_case, run_case, assert_same, cosine_map, tmp_path
):
    tables = {"geometry": {**cosine_map, **MAP}}
    alone = run_in_folder(tmp_path / "alone", plated_case(**tables), comm=MPI.COMM_SELF)
    assert_same(run_case(**tables), alone)


@pytest.mark.serial
def test_profiles_are_written_and_drawn(run_case, tmp_path):
    folder = run_case().folder
    series = read_fields(folder / "interface.xdmf")
    assert len(series.times) == 3
    rises = [float(series.grid(time).points[:, 1].mean()) for time in series.times]
    assert rises[1] > rises[0] + 0.5 and rises[2] == pytest.approx(rises[0], abs=0.1)
    assert draw_plating(Result(folder), tmp_path / "plating.png").exists()
